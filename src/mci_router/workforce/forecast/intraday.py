"""Intraday: the rest of a day, corrected by what has come of it so far. Pure."""

PRIOR = 50.0  # contacts
WINDOW = 8  # quarter-hours: what came hours ago says less about the next ones


def factor(forecast: float, actual: float, k: float = PRIOR) -> float:
    """Returns by how much the rest of a day is to be taken: (k + actual) ÷ (k + forecast), near one while little came.

    Where k contacts were expected, half of the deviation is believed.
    """
    return (k + actual) / (k + forecast)
