"""Asking the customer of a private contact whether it may be posted. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer is asked first, until then. If the answer is yes, the post stands for so many seconds, or until a moment; neither:
    for as long as it takes."""

    until: datetime
    then_s: float | None = None
    then_until: datetime | None = None


def question(now: datetime, time_s: float, *, limit_at: datetime | None, then_s: float | None) -> Ask:
    """The customer has `time_s` to answer. A rung that has `then_s` has them from the consent on; any other limit stays where it is."""
    until, fixed = now + timedelta(seconds=time_s), None if then_s else limit_at
    return Ask(min(until, fixed) if fixed else until, then_s, fixed)
