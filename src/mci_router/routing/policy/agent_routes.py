"""Where a contact waits for an agent: the queue that its topic, its customer or its rung names. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from mci_router.routing.policy.joining import join
from mci_router.routing.policy.queues import choose_queue
from mci_router.routing.policy.routes import Joined, Route
from mci_router.routing.policy.serving import Asked
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.resources import Rung
from mci_router.vocabulary import ContactKind, Outcome


def agent_route(asked: Asked) -> Route:
    """Returns where a contact waits for an agent that comes by itself: at intake, or up its ladder."""
    snapshot, matter, facts, choice = asked.snapshot, asked.matter, asked.facts, asked.choice
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    rung = choice.rung if matter.kind is ContactKind.CUSTOMER else ANY_AGENT  # what a machine sent needs no specialist
    queue, why = choose_queue(
        snapshot, topic=topic, rung=rung, channel=facts.channel, cell=matter.cell, customer=facts.customer
    )
    may_post = not _was_posted(snapshot.ladders[matter.cell], asked.after)
    return join(replace(asked, choice=choice.because(why)), queue, Joined(asked.now), may_post=may_post)


def _was_posted(ladder: Sequence[Rung], after: int) -> bool:
    """Returns whether a contact that was on rung `after` may have been with the community, or with an agent, before."""
    return after >= len(ladder) - 1 or any(rung.outcome is Outcome.COMMUNITY for rung in ladder[: after + 1])
