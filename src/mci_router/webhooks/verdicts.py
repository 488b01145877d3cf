"""Verdicts on an attempt: delivered, tried again after a while, or given up."""

import random
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from mci_router.values import value
from mci_router.vocabulary import DeliveryState

GONE = 410
JITTER = 0.2  # what failed at the same time must not be retried at the same time
LONGEST_RETRY_AFTER_S = 86_400  # no endpoint puts us off for more than a day


@value
class EndpointAnswer:
    """The answer of an endpoint: a status, or else a word for why there is none; and its body, where that was asked
    for. `begun`: some of the request may have reached it; known where a time-out was given.
    """

    status: int | None = None
    error: str | None = None
    retry_after_s: float = 0
    body: bytes = b""
    begun: bool = False


@value
class Verdict:
    """The state of a delivery after an attempt; `gone` when the endpoint wants no further events."""

    state: DeliveryState
    delay_s: float = 0
    gone: bool = False


def verdict(answer: EndpointAnswer, attempts: int, delays_s: Sequence[float]) -> Verdict:
    """Judges the answer to attempt number `attempts` of a delivery."""
    if answer.status is not None and 200 <= answer.status < 300:
        return Verdict(DeliveryState.DELIVERED)
    if answer.status == GONE:
        return Verdict(DeliveryState.DEAD, gone=True)
    if attempts > len(delays_s):
        return Verdict(DeliveryState.DEAD)
    jittered = delays_s[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 — it only spreads load
    return Verdict(DeliveryState.PENDING, max(jittered, answer.retry_after_s))


def retry_after(header: str | None, now: datetime) -> float:
    """Returns the seconds that a `Retry-After` asks for, by a number or a date; 0 without one, or if it is invalid."""
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
