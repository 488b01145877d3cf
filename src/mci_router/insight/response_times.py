"""Response times: how long contacts waited for an agent's answer, and how many of them had it by when. Pure.

A contact that still waits, or whose customer left, has not been answered within its time so far, and nobody knows what
it would have become. To leave such out would make a desk look quicker the more it leaves undone. So shares are
estimated by the product limit (E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations",
Journal of the American Statistical Association 53, 1958), and a quantile's interval is where the interval of the share
(Greenwood's variance on the scale of log(-log), Kalbfleisch and Prentice 1980) meets it (R. Brookmeyer and J. Crowley,
"A confidence interval for the median survival time", Biometrics 38, 1982).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log, sqrt
from typing import Literal

from mci_router.insight.shares import Z_95, MeasuredShare, measured_share


@dataclass(frozen=True, slots=True)
class Response:
    """One contact: for `seconds` it waited, and what ended that: an agent's answer, its customer, who left, something
    else, such as an incident's status, or nothing yet.
    """

    seconds: float
    end: Literal["answered", "abandoned", "otherwise", "waits"]

    @property
    def answered(self) -> bool:
        return self.end == "answered"


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """The seconds within which a `share` of contacts was answered, and its interval at 95 %.

    None where so many were never answered; `high` is None where nobody waited long enough to say.
    """

    share: float
    seconds: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How a promise was kept: contacts answered in time and late, and others past it or not.

    `pending` wait, and are not due. `excused` left, or were ended otherwise, before they were due: they prove nothing.
    """

    in_time: int
    late: int
    left_late: int
    waiting_late: int
    pending: int
    excused: int

    @property
    def contacts(self) -> int:
        return self.in_time + self.late + self.left_late + self.waiting_late + self.pending + self.excused

    @property
    def share(self) -> MeasuredShare:
        """The share that was answered in time, of those for whom it is known."""
        return measured_share(self.in_time, self.in_time + self.late + self.left_late + self.waiting_late)


def kept(promised: Iterable[tuple[Response, float]]) -> Kept:
    """Returns how promises were kept: of each contact, and the seconds within which it was to be answered."""
    counts = dict.fromkeys(Kept.__dataclass_fields__, 0)
    for one, within_s in promised:
        counts[_fate(one, within_s)] += 1
    return Kept(**counts)


def _fate(one: Response, within_s: float) -> str:
    early, late = FATES[one.end]
    return early if one.seconds <= within_s else late


FATES = {
    "answered": ("in_time", "late"),
    "abandoned": ("excused", "left_late"),
    "otherwise": ("excused", "excused"),
    "waits": ("pending", "waiting_late"),
}
"""What each end is for a promise: before it was due, and afterwards."""


def response_time(responses: Sequence[Response], share: float) -> ResponseTime:
    """Returns within how many seconds a share of contacts, in (0, 1), was answered."""
    found: dict[str, float | None] = {"seconds": None, "low": None, "high": None}
    for seconds, estimate, least, most in _answered_by(responses):
        for name, value in (("seconds", estimate), ("low", most), ("high", least)):
            if found[name] is None and value >= share - 1e-12:
                found[name] = seconds
    return ResponseTime(share, found["seconds"], found["low"], found["high"])


def _answered_by(responses: Sequence[Response]) -> Iterator[tuple[float, float, float, float]]:
    """Yields, in order, the times at which contacts were answered, and the share answered by then: the estimate, the
    low end and the high end of its interval.
    """
    left, unanswered, variance = len(responses), 1.0, 0.0
    ordered = sorted(responses, key=lambda one: one.seconds)
    for seconds, some in groupby(ordered, lambda one: one.seconds):
        at_once = list(some)
        answers = sum(one.answered for one in at_once)
        if answers:
            unanswered *= 1 - answers / left
            variance += answers / (left * (left - answers)) if left > answers else 0.0
            yield seconds, 1 - unanswered, *_interval(unanswered, variance)
        left -= len(at_once)


def _interval(unanswered: float, variance: float) -> tuple[float, float]:
    if not 0 < unanswered < 1:
        return 1 - unanswered, 1 - unanswered
    logged = log(unanswered)
    spread = Z_95 * sqrt(variance) / abs(logged)
    ends = 1 - unanswered ** exp(spread), 1 - unanswered ** exp(-spread)
    return min(ends), max(ends)


STEPS_S = (
    *(5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_200, 1_800, 2_700, 3_600),
    *(hours * 3_600 for hours in (2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 120, 168, 240, 336, 480, 720)),
)
"""Targets that people agree on."""


def proposed_s(seconds: float | None) -> float | None:
    """Returns the next target that people agree on; None where it would be longer than a target may be, or unknown."""
    return next((float(step) for step in STEPS_S if seconds is not None and step >= seconds), None)
