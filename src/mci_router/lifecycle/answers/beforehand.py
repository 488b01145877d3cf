"""Answers for somebody who is about to write: what others were answered to questions like theirs, and articles.

Nothing is kept of what was going to be written, and nobody is kept from writing it. What only a person should read is
shown nothing.
"""

from dataclasses import replace

from mci_router.classifier.thresholds import Certainty
from mci_router.intake.arrival import Arrival
from mci_router.knowledge.answered import AnsweredSearch, Question
from mci_router.routing.policy.article_choice import choose_article
from mci_router.triage.finding import find
from mci_router.triage.result import Triage
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, ContactKind, Visibility


@value
class Ready:
    """An answer that anybody may read. `ref` is an article's name or a post's id; `language` is None if unknown."""

    kind: AnswerKind
    ref: str
    title: str
    body: str
    language: str | None = None


class Beforehand:
    """Finds them, as the rungs of automation and community do, for readers who choose themselves."""

    def __init__(self, search: AnsweredSearch) -> None:
        self._search = search

    async def ready(self, arrival: Arrival) -> list[Ready]:
        """Returns the article that fits best, then answered posts, the best first; none where there is no telling what
        it is about, or where it is for a person: what is sensitive or urgent, or whose customer asks for one.

        The posts are searched within the search's deadline, and left out after it.
        """
        triage = find(
            arrival.snapshot,
            arrival.seen,
            named=arrival.named,
            measured=arrival.measured,
            customer={},
            recognised=arrival.recognised,
        )
        if _for_a_person(arrival, triage):
            return []
        asked = Question(arrival.workspace_id, arrival.words.topic, arrival.language, triage.topic)
        posts = await self._search.find(asked) or ()
        return [*_article(arrival, triage), *(Ready(AnswerKind.POST, one.id, one.title, one.reply) for one in posts)]


def _for_a_person(arrival: Arrival, triage: Triage) -> bool:
    unread = arrival.seen.failed or triage.kind is not ContactKind.CUSTOMER
    return unread or triage.sensitive or triage.urgent or triage.wants_person


def _article(arrival: Arrival, triage: Triage) -> list[Ready]:
    """Returns the public article of the topic that fits best, if there is one."""
    if triage.certainty is Certainty.ASK:
        return []
    public = replace(arrival.facts({}), visibility=Visibility.PUBLIC)
    best = choose_article(arrival.snapshot, triage.topic, public, arrival.received_at)
    if best is None:
        return []
    one = best.article
    return [Ready(AnswerKind.ARTICLE, one.name, one.title, one.body, one.language)]
