"""Three public methods of `statsforecast`, in a process of its own: its packages are below .bench and in no lock.

The three were chosen before anything was measured: a decomposition by day and week (MSTL), a theta method by day, and
exponential smoothing of each quarter-hour of the week. Each gets the four weeks before the day that it forecasts.
"""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.side_by_side.services import ROOT
from benchmarks.workforce.volume import Series
from mci_router.workforce.forecast.profiles import Counts

PACKAGES = ROOT / ".bench/statsforecast"
DAY, WEEK = 96, 672
FOUR_WEEKS = 28  # days: with all two months the decomposition takes a quarter of an hour


def forecasts(series: Series) -> dict[str, Counts]:
    """Returns by method what it forecasts of the days that are held back; nothing where the library is not there."""
    if not PACKAGES.is_dir():
        return {}
    asked = json.dumps({"counts": series.counts.tolist(), "days": list(series.held_back)})
    paths = os.pathsep.join([str(PACKAGES), str(ROOT), str(ROOT / "src")])
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.workforce.public_methods"],
        input=asked,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    if ran.returncode:
        print(f"statsforecast cannot be used: {ran.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    return {name: np.array(rows) for name, rows in json.loads(ran.stdout).items()}


def _methods() -> dict[str, Callable[[], Any]]:
    from statsforecast.models import MSTL, DynamicOptimizedTheta, SeasonalExponentialSmoothingOptimized

    return {
        "MSTL": lambda: MSTL(season_length=[DAY, WEEK]),
        "theta": lambda: DynamicOptimizedTheta(season_length=DAY),
        "seasonal smoothing": lambda: SeasonalExponentialSmoothingOptimized(season_length=WEEK),
    }


def main() -> None:
    """Reads counts and days, and writes forecasts."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    counts = np.array(asked["counts"])
    found = {
        name: [
            np.maximum(0, make().forecast(y=counts[max(0, day - FOUR_WEEKS) : day].ravel(), h=DAY)["mean"]).tolist()
            for day in asked["days"]
        ]
        for name, make in _methods().items()
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
