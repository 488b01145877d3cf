"""Surveys: which customers are asked how it was, when, on which scale, and what follows from a low score."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Language, Name, Reference, Spec, Text, refers
from mci_router.vocabulary import Channel, SurveyAfter, SurveyKind

NEVER_ON = frozenset({Channel.VOICE, Channel.TASK})
"""Channels on which nobody reads a question."""

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Names = Annotated[list[Name], Field(max_length=100)]


class FollowUp(Spec):
    """An answer with a score below this gives a task to a queue, linked to the case."""

    below: Annotated[int, Field(ge=1, le=10, description="Scores below it; of the survey's own scale.")]
    queue: Name
    owner: Annotated[Name | None, Field(description="The agent who may take it first. Null: anybody.")] = None


class SurveySpec(Spec):
    """A question that customers are asked after a contact. A contact has one survey at most: the first, by name, that
    is for it and has drawn it.
    """

    name: Name
    title: Text
    kind: SurveyKind
    after: Annotated[
        list[SurveyAfter], Field(min_length=1, max_length=len(SurveyAfter), description="What ended the contact.")
    ] = [SurveyAfter.AGENT]
    queues: Annotated[Names, Field(description="Contacts of these queues; empty: of any.")] = []
    topics: Annotated[Names, Field(description="Contacts of these topics; empty: of any.")] = []
    channels: Annotated[
        list[Channel],
        Field(max_length=len(Channel), description="Contacts of these channels; empty: of any on which one writes."),
    ] = []
    delay_s: Annotated[float, Field(ge=0, le=30 * 86_400, description="Seconds after the end of the contact.")] = 300
    sample: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="The share of contacts that is asked, drawn by a keyed hash of the contact's id: nobody who "
            "serves a contact can choose whether it is.",
        ),
    ] = 1
    quiet_days: Annotated[
        int, Field(ge=0, le=365, description="Days in which a customer is sent no other survey, of any kind.")
    ] = 30
    expires_s: Annotated[
        float, Field(ge=3_600, le=60 * 86_400, description="Seconds in which it can be answered, and changed.")
    ] = 7 * 86_400
    texts: Annotated[
        dict[Language, Question],
        Field(
            max_length=50,
            description="The question, by language; ours where there is none.",
            examples=[{"en": "How satisfied are you with our answer?"}],
        ),
    ] = {}
    sensitive: Annotated[bool, Field(description="Customers are asked after sensitive contacts, too.")] = False
    follow_up: Annotated[FollowUp | None, Field(description="What a low score leads to; null: nothing.")] = None

    @model_validator(mode="after")
    def names_what_can_be(self) -> Self:
        """Raises ValueError for channels on which nobody reads it, and for a bound that its scale does not have."""
        if spoken := sorted(NEVER_ON.intersection(self.channels)):
            raise ValueError(f"channels names {spoken[0]}: nobody reads a question there")
        scale = self.kind.scale
        if self.follow_up and not scale.start < self.follow_up.below <= scale.stop - 1:
            raise ValueError(f"follow_up.below is not within the scale: {self.kind} goes to {scale.stop - 1}")
        return self

    def references(self) -> Iterator[Reference]:
        for kind in ("queue", "topic"):
            for number, name in enumerate(getattr(self, f"{kind}s")):
                yield from refers(kind, name, f"{kind}s", number)
        if self.follow_up:
            yield from refers("queue", self.follow_up.queue, "follow_up", "queue")
            yield from refers("agent", self.follow_up.owner, "follow_up", "owner")

    def takes(self, after: SurveyAfter, queue: str | None, topic: str | None, channel: Channel) -> bool:
        """Returns whether it is for a contact that ended so, there, about that."""
        return (
            after in self.after
            and channel not in NEVER_ON
            and (not self.channels or channel in self.channels)
            and (not self.queues or queue in self.queues)
            and (not self.topics or topic in self.topics)
        )
