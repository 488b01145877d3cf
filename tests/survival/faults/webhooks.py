"""Webhooks: an endpoint that answers 500, one that times out, and one that is well and has to notice nothing."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.support.receiver import Receiver, receiving
from tests.survival.ground import now
from tests.survival.records import Books
from tests.survival.scenario import Scenario
from tests.survival.stage import Stage

ILL_S = 8
STALL_S = 4  # longer than the time-out, and over before the proof is
HEARD_OF_S = 3  # when every router knows a new webhook
EVENTS = ["offer.accepted", "contact.completed"]
WELL_S = 2
"""When the endpoint that is well has to know of what happened last: routers look for deliveries twice a second."""

LATE_S = 30
"""When all that was kept has to be there after the endpoints are well again."""


@dataclass
class Endpoints:
    """The three receivers, by name; they live as long as the stage's tasks."""

    receivers: dict[str, Receiver] = field(default_factory=dict)
    known: float = 0
    """From when on contacts are told to all three."""


_ENDPOINTS: dict[str, Endpoints] = {}


async def ill_endpoints(stage: Stage) -> float:
    """One answers 500, one takes longer than the time-out, one is well; then all are well."""
    endpoints, ready = Endpoints(), asyncio.Event()
    _ENDPOINTS[stage.workspace] = endpoints
    stage.begin(_receive(endpoints, ready))
    await ready.wait()
    endpoints.receivers["failing"].answer = endpoints.receivers["stalling"].answer = lambda _: 500
    endpoints.receivers["stalling"].delay_s = STALL_S
    for name, receiver in endpoints.receivers.items():
        answer = await stage.api.put(
            f"/v1/webhooks/{name}", json={"url": receiver.url, "events": EVENTS, "sensitive": "included"}
        )
        assert answer.status_code in (200, 201), answer.text
    endpoints.known = now() + HEARD_OF_S
    await asyncio.sleep(ILL_S)
    endpoints.receivers["failing"].answer = endpoints.receivers["stalling"].answer = lambda _: 204
    endpoints.receivers["stalling"].delay_s = 0
    return now()


async def _receive(endpoints: Endpoints, ready: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        for name in ("well", "failing", "stalling"):
            endpoints.receivers[name] = await stack.enter_async_context(receiving())
        ready.set()
        await asyncio.Event().wait()


async def all_told(stage: Stage, books: Books) -> list[str]:
    """Each endpoint has been told every event since it was made, and of each contact in order."""
    endpoints = _ENDPOINTS.pop(stage.workspace)
    receivers, well = endpoints.receivers, endpoints.receivers.pop("well")
    late = {post.contact for post in stage.adapter.posts if post.sent >= endpoints.known}
    wanted = {(event["contact"], f"mci.{event['type']}") for event in books.events if event["type"] in EVENTS}
    wanted = {(contact, kind) for contact, kind in wanted if contact in late}
    found = [] if wanted else ["there was nothing to be told"]
    await _until(lambda: not wanted - _taken(well), WELL_S)
    found += (
        [f"the endpoint that is well was not told {missing} events"] if (missing := len(wanted - _taken(well))) else []
    )
    await _until(lambda: not any(wanted - _taken(receiver) for receiver in receivers.values()), LATE_S)
    for name, receiver in receivers.items():
        if untold := wanted - _taken(receiver):
            found.append(f"the endpoint {name} was never told {len(untold)} of {len(wanted)} events")
    for name, receiver in {"well": well, **receivers}.items():
        found += [f"the endpoint {name} heard of {one} in the wrong order" for one in _disordered(receiver)]
    return found


async def _until(told: Callable[[], bool], seconds: float) -> None:
    deadline = now() + seconds
    while now() < deadline and not told():
        await asyncio.sleep(0.2)


def _taken(receiver: Receiver) -> set[tuple[str, str]]:
    return {(one.subject, one.type) for one in receiver.received if one.answered == 204}


def _disordered(receiver: Receiver) -> list[str]:
    """Contacts whose completion was taken before their acceptance."""
    first: dict[tuple[str, str], int] = {}
    for place, one in enumerate(receiver.received):
        if one.answered == 204:
            first.setdefault((one.subject, one.type), place)
    completed = {subject: place for (subject, kind), place in first.items() if kind == "mci.contact.completed"}
    return [one for one, place in completed.items() if first.get((one, "mci.offer.accepted"), -1) > place]


SCENARIOS = [
    Scenario("webhooks", "webhooks answer 500 or time out for 8 s", ill_endpoints, look=all_told),
]
