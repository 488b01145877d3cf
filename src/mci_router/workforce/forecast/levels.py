"""Levels: how far the days lie above their profile, and how far forecasts were too low on average. Pure.

The level follows the last days fast, by what is usual: half of a day's deviation is believed, and a day is believed to
be twice what was expected of it at most. The correction follows slowly, by all that came, bursts too: whatever was
missed altogether is made good within some weeks, so that what is expected is right on average.
"""

from mci_router.values import value

ALPHA = 0.5  # share of a day's deviation that the next day's level believes
AT_MOST = 2.0  # times as many, or as few, as was expected: what a day's deviation counts as
ETA = 0.1  # share of a day's miss that the correction makes good on each of the days after
COUNTED = 3.0  # times as many as was expected: what a day that was missed counts as
PRIOR = 50.0  # contacts: a day with few says little
LEAST, MOST = 0.5, 2.0  # of the correction
WEEK = 7


@value
class Level:
    """What is known of the level before a day: its profile is taken times `level` and `correction`. `said` are the
    contacts that were expected of the last seven days of which any were.
    """

    level: float = 1.0
    correction: float = 1.0
    said: tuple[float, ...] = ()

    @property
    def factor(self) -> float:
        """By how much the profile of the day is taken."""
        return self.level * self.correction

    def after(self, came: float, usual: float, profile: float) -> "Level":
        """Returns it after a day of which the profile expected so many, `usual` came without bursts, and `came` in all.

        level' = level × (1 - α + α × r), r = (prior + usual) ÷ (prior + level × profile), between a half and two;
        correction' = correction × (1 + η × (came - said) ÷ (prior + the mean said of a week)), `came` three times what
        was said at most: an integral controller, so that Σ(came - said) stays bounded.
        """
        expected = self.factor * profile
        said = (*self.said, expected)[-WEEK:] if expected > 0 else self.said
        missed = min(came, COUNTED * expected + PRIOR) - expected
        correction = self.correction * (1 + ETA * missed / (PRIOR + sum(said) / max(len(said), 1)))
        believed = _between(1 / AT_MOST, (PRIOR + usual) / (PRIOR + self.level * profile), AT_MOST)
        return Level(self.level * (1 - ALPHA + ALPHA * believed), _between(LEAST, correction, MOST), said)


def _between(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)
