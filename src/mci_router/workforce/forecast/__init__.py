"""Forecast: how many contacts will come, queue by queue and quarter-hour by quarter-hour, and how far that was true."""

from mci_router.workforce.forecast.forecasts import ForecastRow, Forecasts
from mci_router.workforce.forecast.making import ForecastMaking

__all__ = ["ForecastMaking", "ForecastRow", "Forecasts"]
