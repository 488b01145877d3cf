"""A worse article lowers what counts as settled, although as many contacts or more end with it at first."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mci_router.demo import report, workspace
from mci_router.demo.adapters import Adapters
from mci_router.demo.customers import SAYS_SO, plan
from mci_router.demo.report import Settled, fate
from mci_router.demo.scene import Clock, DemoTally
from mci_router.demo.service import Service
from mci_router.vocabulary import Channel, Outcome
from tests.insight.results import older, rows
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
CUSTOMERS, SPEED = 14, 2_000


async def settled(make: Make, helps: float) -> tuple[Settled, dict[str, Any]]:
    """What the demo and the service say of customers whom an article helps with this probability."""
    made = await make(small())
    async with Service(made.url, made.key) as service:
        known = await workspace.read(service)
        topics = [topic for topic in known.topics if topic.name == "sign_in"]
        channels = [Channel.CHAT, Channel.VOICE]
        customers = plan(topics, channels, CUSTOMERS, 3, {Outcome.AUTOMATION: helps})
        clock = Clock(SPEED)
        tally = DemoTally(clock)
        adapters = Adapters(service, clock, tally, "abcd")
        for customer in customers:
            named = replace(customer, text="I forgot my password and cannot log in", agrees=False, patience_s=1.0)
            await adapters.serve(named)
        fates = [fate(await adapters.look(contact), SPEED) for contact in tally.contacts]
    await older(made, list(tally.contacts), timedelta(days=10))
    (row,) = await rows(made, "resolutions", since="2026-01-01T00:00:00Z", group_by="outcome")
    return report.settled(fates, Outcome.AUTOMATION), row


async def test_a_worse_article_settles_less(make: Make) -> None:
    """The same customers come: those whom only the better one helps say so, or go away and come back."""
    better, of_better = await settled(make, 0.8)
    worse, of_worse = await settled(make, 0.3)
    assert 0 < SAYS_SO < 1
    assert worse.returned > better.returned
    assert worse.stayed < better.stayed
    assert worse.stayed / worse.contained < better.stayed / better.contained
    for found, row in ((better, of_better), (worse, of_worse)):
        assert (row["silent"] + row["confirmed"], row["returned"]) == (found.stayed, found.returned)
    assert of_worse["resolved"]["share"] < of_better["resolved"]["share"]
