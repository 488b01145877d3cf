"""What an attempt comes to: delivered, tried again after a while, or given up."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from mci_router.vocabulary import DeliveryState

GONE = 410
JITTER = 0.2  # what failed together shall not come back together
LONGEST_RETRY_AFTER_S = 86_400  # no endpoint puts us off for more than a day


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: a status, or else a word for why there is none."""

    status: int | None = None
    error: str | None = None
    retry_after_s: float = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a delivery stands after an attempt; `gone` when the endpoint wants to hear no more."""

    state: DeliveryState
    delay_s: float = 0
    gone: bool = False


def verdict(reply: Reply, attempts: int, delays_s: Sequence[float]) -> Verdict:
    """Judges the answer to a delivery's attempt number `attempts`."""
    if reply.status is not None and 200 <= reply.status < 300:
        return Verdict(DeliveryState.DELIVERED)
    if reply.status == GONE:
        return Verdict(DeliveryState.DEAD, gone=True)
    if attempts > len(delays_s):
        return Verdict(DeliveryState.DEAD)
    jittered = delays_s[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 — spreads load, hides nothing
    return Verdict(DeliveryState.PENDING, max(jittered, reply.retry_after_s))


def retry_after(header: str | None, now: datetime) -> float:
    """Seconds that a `Retry-After` asks for, given as a number or a date; 0 for none, and for one that makes no sense."""
    if not header:
        return 0
    try:
        seconds = (
            float(header)
            if header.isascii() and header.isdigit()
            else (parsedate_to_datetime(header) - now).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):
        return 0
    return min(max(seconds, 0), LONGEST_RETRY_AFTER_S)
