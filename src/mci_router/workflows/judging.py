"""Judging what a target answered to a call: whether it has acted, and whether it may be called again. Pure.

It certainly has not acted where nothing was sent to it, where it says so (429, or a 503 with a Retry-After), and where
it refuses (another 4xx) or leads elsewhere (3xx). After everything else it may have.
"""

import json
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from mci_router.lazy_schemas import LazyModel
from mci_router.storable import all_storable, has_endless
from mci_router.values import value
from mci_router.vocabulary import RunState
from mci_router.webhooks.verdicts import EndpointAnswer

LONGEST_MESSAGE = 2_000
LARGEST_RESULT = 16_384  # characters of JSON, of the result and of all steps
MOST_STEPS = 50
REFUSED_TARGETS = frozenset({"malformed_url", "not_https", "credentials_in_url", "private_address"})
TOO_MANY, UNAVAILABLE, ACCEPTED = 429, 503, 202
TOO_LATE = "too_late"  # for this process to send it: that says nothing of the target


class Step(LazyModel):
    """One step of what a target did."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1, max_length=200)
    status: str = Field(default="", max_length=64)
    message: str = Field(default="", max_length=1_000)
    result: Any = None


class RunResult(LazyModel):
    """What came of a run, as its target says."""

    model_config = ConfigDict(extra="ignore")

    status: RunState
    message: str = Field(default="", max_length=LONGEST_MESSAGE)
    result: dict[str, Any] | None = None
    steps: list[Step] = Field(default=[], max_length=MOST_STEPS)


class Meaning(StrEnum):
    """What an answer means."""

    ENDED = "ended"
    """The target says what came of it."""
    ACCEPTED = "accepted"
    """The target says that its result follows."""
    NOT_ACTED = "not_acted"
    """The target cannot have acted: it may be called again."""
    REFUSED = "refused"
    """The target has not acted, and will not."""
    UNKNOWN = "unknown"
    """The target may have acted."""


@value
class Judgement:
    """What an answer means, a word for why, what came of the run, and whether the target works."""

    meaning: Meaning
    why: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    after_s: float = 0
    healthy: bool = True


def judge(answer: EndpointAnswer) -> Judgement:
    """Judges an answer whose `begun` is known."""
    status = answer.status
    if status is None:
        if not answer.begun:
            refused = answer.error in REFUSED_TARGETS
            return Judgement(
                Meaning.REFUSED if refused else Meaning.NOT_ACTED, answer.error, healthy=answer.error == TOO_LATE
            )
        return Judgement(Meaning.UNKNOWN, answer.error, healthy=False)
    if status == TOO_MANY or (status == UNAVAILABLE and answer.retry_after_s > 0):
        return Judgement(Meaning.NOT_ACTED, f"status_{status}", after_s=answer.retry_after_s, healthy=False)
    if status >= 500 or status < 200:
        return Judgement(Meaning.UNKNOWN, f"status_{status}", healthy=False)
    if status >= 300:
        return Judgement(Meaning.REFUSED, f"status_{status}")
    return _of_success(status, answer.body)


def _of_success(status: int, body: bytes) -> Judgement:
    if status == ACCEPTED:
        return Judgement(Meaning.ACCEPTED)
    try:
        found = RunResult.model_validate(all_storable(json.loads(body)))
        checked = bounded(found.model_dump(mode="json"))
    except (ValueError, ValidationError, RecursionError):
        return Judgement(Meaning.UNKNOWN, "unreadable_answer", healthy=False)
    if found.status not in (RunState.SUCCEEDED, RunState.FAILED, RunState.COMPENSATED, RunState.UNKNOWN):
        return Judgement(Meaning.UNKNOWN, "unreadable_answer", healthy=False)
    return Judgement(Meaning.ENDED, result=checked)


def bounded(result: dict[str, Any]) -> dict[str, Any]:
    """Returns a result. Raises ValueError for one that is too large to keep, or has numbers that JSON does not have."""
    if has_endless(result):
        raise ValueError("result or steps have a number that JSON does not have, or one of more than 308 digits")
    if len(json.dumps([result.get("result"), result.get("steps")], allow_nan=False)) > LARGEST_RESULT:
        raise ValueError(f"result and steps are longer than {LARGEST_RESULT:,} characters of JSON")
    return result
