"""Response times: how long contacts waited for an agent's answer, and how many of them had it by when. Pure.

A contact that still waits, or whose customer left, has not been answered within its time so far, and nobody knows what
it would have become. To leave such out would make a desk look quicker the more it leaves undone. So shares are
estimated by the product limit (E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations",
Journal of the American Statistical Association 53, 1958), and a quantile's interval is where the interval of the share
(Greenwood's variance on the scale of log(-log), Kalbfleisch and Prentice 1980) meets it (R. Brookmeyer and J. Crowley,
"A confidence interval for the median survival time", Biometrics 38, 1982).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from mci_router.insight.shares import Z_95, MeasuredShare, measured_share
from mci_router.values import value


@value
class Response:
    """One contact: for `seconds` it waited, and what ended that: an agent's answer, its customer, who left, something
    else, such as an incident's status, or nothing yet.
    """

    seconds: float
    end: Literal["answered", "abandoned", "otherwise", "waits"]

    @property
    def answered(self) -> bool:
        return self.end == "answered"


@value
class ResponseTime:
    """The seconds within which a `share` of contacts was answered, and its interval at 95 %.

    None where so many were never answered; `high` is None where nobody waited long enough to say.
    """

    share: float
    seconds: float | None
    low: float | None
    high: float | None


@value
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


def response_times(responses: Sequence[Response], shares: Iterable[float]) -> list[ResponseTime]:
    """Returns within how many seconds each of these shares of contacts, in (0, 1), was answered."""
    seconds = np.fromiter((one.seconds for one in responses), dtype=float, count=len(responses))
    answered = np.fromiter((one.answered for one in responses), dtype=bool, count=len(responses))
    times, unanswered, variance = _answered_by(seconds, answered)
    low, high = _interval(unanswered, variance)
    return [
        ResponseTime(
            share,
            _first(times, 1 - unanswered, share),
            low=_first(times, high, share),
            high=_first(times, low, share),
        )
        for share in shares
    ]


def _first(times: Any, answered: Any, share: float) -> float | None:
    """Returns the first of the times by which the share was answered."""
    reached = np.flatnonzero(answered >= share - 1e-12)
    return float(times[reached[0]]) if len(reached) else None


def _answered_by(seconds: Any, answered: Any) -> tuple[Any, Any, Any]:
    """Returns, in order, the times at which contacts were answered, the share that was not by then, and Greenwood's sum
    for that: its variance ÷ its square.
    """
    order = np.argsort(seconds, kind="stable")
    ordered, first = seconds[order], np.empty(len(seconds), dtype=bool)
    first[:1], first[1:] = True, ordered[1:] != ordered[:-1]
    places = np.flatnonzero(first)
    answers = np.add.reduceat(answered[order].astype(float), places) if len(places) else np.empty(0)
    left = len(seconds) - places  # who had waited until then
    some = answers > 0
    times, answers, left = ordered[places][some], answers[some], left[some]
    others = left - answers
    risk = np.divide(answers, left * others, out=np.zeros(len(left)), where=others > 0)
    return times, np.cumprod(others / left), np.cumsum(risk)


def _interval(unanswered: Any, variance: Any) -> tuple[Any, Any]:
    """Returns the low and the high end of the share answered."""
    inside = (unanswered > 0) & (unanswered < 1)
    logged = np.log(np.where(inside, unanswered, 0.5))
    spread = np.where(inside, Z_95 * np.sqrt(variance) / np.abs(logged), 0.0)
    return 1 - unanswered ** np.exp(-spread), 1 - unanswered ** np.exp(spread)


STEPS_S = (
    *(5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_200, 1_800, 2_700, 3_600),
    *(hours * 3_600 for hours in (2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 120, 168, 240, 336, 480, 720)),
)
"""Targets that people agree on."""


def proposed_s(seconds: float | None) -> float | None:
    """Returns the next target that people agree on; None where it would be longer than a target may be, or unknown."""
    return next((float(step) for step in STEPS_S if seconds is not None and step >= seconds), None)
