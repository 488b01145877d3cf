"""Schemas of replays: what a changed ladder or threshold would have done to past contacts."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from mci_router.api.merge_patch import partial
from mci_router.api.schemas.common import Answer, Body, Instant, Moment
from mci_router.lifecycle.afterwards.replay import Destination, Replayed, Replays, counted
from mci_router.specs.bars_spec import BarsSpec
from mci_router.specs.resources import PolicySpec
from mci_router.vocabulary import Cell, Outcome

MOST_REPLAYED = 5_000
MOST_MOVES = 100
MOST_EXAMPLES = 5
Threshold = Annotated[float | None, Field(ge=0, le=1)]


class ThresholdChanges(Body):
    """Thresholds of the workspace, as a merge patch of it: what is left out stays, null brings the default back."""

    confidence_threshold: Threshold = None
    certainty_threshold: Threshold = None
    sensitive_threshold: Annotated[float | None, Field(gt=0, le=1)] = None
    bars: partial(BarsSpec) | None = None  # type: ignore[valid-type]


class Changes(Body):
    """The changes to try out: ladders, each in place of its cell's, and thresholds."""

    policies: Annotated[list[PolicySpec], Field(max_length=len(Cell))] = []
    workspace: ThresholdChanges = ThresholdChanges()

    @model_validator(mode="after")
    def one_ladder_a_cell(self) -> "Changes":
        """Raises ValueError for two ladders of one cell."""
        if len({policy.name for policy in self.policies}) < len(self.policies):
            raise ValueError("policies has two ladders of one cell: leave one out")
        return self


class ReplayIn(Body):
    """The past contacts to replay, and the changes to replay them with."""

    since: Annotated[Instant, Field(description="Contacts accepted from then on.", examples=["2026-03-01T00:00:00Z"])]
    until: Annotated[Instant | None, Field(description="Contacts accepted before; now unless given.")] = None
    changes: Changes
    limit: Annotated[
        int, Field(ge=1, le=MOST_REPLAYED, description="The most contacts to replay: the newest of the period.")
    ] = 1_000


class DestinationOut(Answer):
    """Where a contact goes first; `queue` is an agent's."""

    cell: Cell
    outcome: Outcome
    queue: str | None


class DestinationCount(DestinationOut):
    """How many contacts go there."""

    contacts: int


class TopicCount(Answer):
    """A topic, as the changed configuration finds it, and its contacts; null: unknown."""

    topic: str | None
    contacts: int


class MovedExample(Answer):
    """A contact that would have gone elsewhere, and why it would have gone there."""

    contact_id: str
    reasons: list[str]


class MoveOut(Answer):
    """The contacts that would have gone `to` one place instead of `from` another."""

    from_: Annotated[DestinationOut, Field(alias="from")]
    to: DestinationOut
    contacts: int
    topics: list[TopicCount]
    examples: Annotated[list[MovedExample], Field(description="The newest.")]


class ReplayOut(Answer):
    """Past contacts, decided by the configuration in force (`before`) and by the changed one (`after`)."""

    since: Moment
    until: Moment
    partial: Annotated[
        bool, Field(description="The period has more contacts than `limit`: `since` is that of the oldest replayed.")
    ]
    contacts: Annotated[
        int, Field(description="Contacts replayed: of customers, and sensitive ones only for a key that sees them.")
    ]
    changed: Annotated[int, Field(description="Those that would have gone elsewhere.")]
    answered_by_incidents: Annotated[
        int, Field(description="Not replayed: an incident answered them before their ladder was asked.")
    ]
    differs_from_then: Annotated[
        int,
        Field(
            description="Those that the configuration in force sends elsewhere than they went: models, articles, "
            "opening and overflow were others then."
        ),
    ]
    before: list[DestinationCount]
    after: list[DestinationCount]
    moves: Annotated[list[MoveOut], Field(description="The most frequent first.", max_length=MOST_MOVES)]


def replay_view(replays: Replays, body: ReplayIn, until: datetime) -> ReplayOut:
    """Returns what a replay found."""
    contacts = replays.contacts
    return ReplayOut(
        since=replays.since or body.since,
        until=until,
        partial=replays.since is not None,
        contacts=len(contacts),
        changed=sum(one.moved for one in contacts),
        answered_by_incidents=replays.before_ladder,
        differs_from_then=sum(one.went != one.goes.destination for one in contacts),
        before=_counts(one.goes.destination for one in contacts),
        after=_counts(one.would_go.destination for one in contacts),
        moves=[_move(*move, ones) for move, ones in replays.moves()[:MOST_MOVES]],
    )


def _counts(destinations: Iterable[Destination]) -> list[DestinationCount]:
    return [DestinationCount.model_validate({**_data(where), "contacts": n}) for where, n in counted(destinations)]


def _move(origin: Destination, to: Destination, ones: list[Replayed]) -> MoveOut:
    topics = Counter(one.would_go.topic for one in ones).most_common()
    return MoveOut.model_validate(
        {
            "from": _data(origin),
            "to": _data(to),
            "contacts": len(ones),
            "topics": [{"topic": topic, "contacts": n} for topic, n in topics],
            "examples": [
                {"contact_id": one.contact.id, "reasons": list(one.would_go.reasons)} for one in ones[:MOST_EXAMPLES]
            ],
        }
    )


def _data(where: Destination) -> dict[str, str | None]:
    return {"cell": where.cell, "outcome": where.outcome, "queue": where.queue}
