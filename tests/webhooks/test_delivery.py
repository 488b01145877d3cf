"""What a receiver gets: signed CloudEvents, each contact's in order, again until it takes them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.clock import moment, utc_now
from mci_router.webhooks.envelope import message_id
from tests.support.receiver import Received, Receiver
from tests.support.service import Workspace, eventually
from tests.webhooks.support import contacts, deliveries, entry, hook, outbox, tell, until_states

FRAUD = "someone stole my card and bought things"
Make = Callable[..., Awaitable[Workspace]]
COMPLAINT = "a formal complaint, I demand a manager"


def first_time(status: int) -> Any:
    """Answers a message with the status when it comes first, and takes it then."""
    seen: set[str] = set()

    def answer(one: Received) -> int:
        message = one.headers["webhook-id"]
        known = message in seen
        seen.add(message)
        return 204 if known else status

    return answer


@pytest.fixture
def workspace(cleared: Workspace) -> Workspace:
    """One for all: what a test tells is of contacts and webhooks of its own, and no agent is there."""
    return cleared


async def test_a_contact_is_told_of_as_it_happens(make: Make, receiver: Receiver) -> None:
    """From the live state to the receiver: each entry of its journal, in order, signed, under an id of its own."""
    workspace = await make()
    made = await hook(workspace, receiver.url, events=["contact.*", "offer.*"])
    async with workspace.desk("ann") as desk:
        contact = (await workspace.post(COMPLAINT))["id"]
        offer = await desk.expect("offer.created")
        await desk.do("offer.decline", offer_id=offer["offer_id"], reason="just on my way out")
        await workspace.api.post(f"/v1/contacts/{contact}/cancel")
        got = await receiver.until(4, contact)
    assert [one.type for one in got][:3] == ["mci.contact.queued", "mci.offer.created", "mci.offer.declined"]
    assert got[-1].type == "mci.contact.cancelled"
    assert all(one.signed_by(made["secret"]) for one in got)
    assert len({one.headers["webhook-id"] for one in got}) == len(got)
    journal = await workspace.events(contact)
    assert [one.event["time"] for one in got] == [event["at"] for event in journal]
    assert b"on my way" not in b"".join(one.body for one in receiver.received)


async def test_the_body_is_a_cloud_event(workspace: Workspace, receiver: Receiver) -> None:
    """Structured mode of CloudEvents 1.0: its required attributes, the contact as subject, the entry's public fields as
    data.
    """
    await hook(workspace, receiver.url, events=["offer.accepted"])
    (contact,) = await contacts(workspace)
    happened = entry(
        "offer.accepted",
        contact,
        agent="ann",
        rung=2,
        notes="she said it hurts",
        why="as she asked",
        seq=9,
        answered_at=0,
    )
    await tell(workspace, happened)
    (one,) = await receiver.until(1)
    assert one.headers["content-type"] == "application/cloudevents+json"
    assert one.headers["webhook-id"] == one.event["id"]
    assert one.event == {
        "specversion": "1.0",
        "id": one.event["id"],
        "source": f"/workspaces/{workspace.name}",
        "type": "mci.offer.accepted",
        "subject": contact,
        "time": one.event["time"],
        "datacontenttype": "application/json",
        "data": {
            "contact": contact,
            "state": "queued",
            "queue": "desk",
            "channel": "chat",
            "agent": "ann",
            "rung": 2,
            "answered_at": "1970-01-01T00:00:00.000Z",
        },
    }


async def test_a_failed_event_holds_up_its_contact_and_no_other(workspace: Workspace, receiver: Receiver) -> None:
    """A later event of a contact is not sent before the earlier one was taken; another contact's events go on
    meanwhile.
    """
    await hook(workspace, receiver.url, events=["offer.*"])
    held, free = await contacts(workspace, 2)
    receiver.answer = lambda one: 500 if one.subject == held and len(receiver.of(held)) < 2 else 204
    kinds = ["offer.created", "offer.declined", "offer.created", "offer.accepted"]
    await tell(workspace, *(entry(kind, contact) for kind in kinds for contact in (held, free)))
    got = await receiver.until(6, held)
    assert [one.type for one in got] == [f"mci.{kind}" for kind in ("offer.created", "offer.created", *kinds)]
    assert [one.answered for one in got] == [500, 500, 204, 204, 204, 204]
    assert [one.type for one in receiver.of(free)] == [f"mci.{kind}" for kind in kinds]
    order = [one.subject for one in receiver.received]
    assert order.index(free) < len(order) - 1 - order[::-1].index(held)
    last_free = len(order) - 1 - order[::-1].index(free)
    assert order[last_free:].count(held) >= 4, "the other contact was held up"


async def test_different_contacts_are_told_of_at_once(workspace: Workspace, receiver: Receiver) -> None:
    """And one contact's events never: the next begins when the one before was answered."""
    await hook(workspace, receiver.url, events=["offer.*"])
    ids = await contacts(workspace, 5)
    receiver.delay_s = 0.2
    await tell(workspace, *(entry(kind, contact) for kind in ("offer.created", "offer.accepted") for contact in ids))
    await receiver.until(10)
    assert receiver.most_busy == 5
    for contact in ids:
        assert [one.type for one in receiver.of(contact)] == ["mci.offer.created", "mci.offer.accepted"]


async def test_a_message_that_nobody_takes_is_tried_again_later_and_later_and_then_dead(
    workspace: Workspace, receiver: Receiver
) -> None:
    """As often as there are delays; the id stays, the signature is fresh; then the contact's next event has its turn."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer = lambda one: 503 if one.type == "mci.offer.created" else 200
    await tell(workspace, entry("offer.created", contact), entry("offer.declined", contact))
    after, dead = await until_states(workspace, "dead", "delivered")
    assert (dead["attempts"], dead["last_status"], dead["next_attempt_at"]) == (4, 503, None)
    assert (after["attempts"], after["last_status"]) == (1, 200)
    assert [one.type for one in receiver.received] == ["mci.offer.created"] * 4 + ["mci.offer.declined"]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 2
    assert all(one.signed_by(made["secret"]) for one in receiver.received)


@pytest.mark.parametrize(("headers", "least_s"), [({"Retry-After": "1"}, 0.9), ({"Retry-After": "soon"}, 0.05)])
async def test_an_endpoint_may_ask_for_time(
    workspace: Workspace, receiver: Receiver, headers: dict[str, str], least_s: float
) -> None:
    """`Retry-After` puts the next attempt off, if it makes sense."""
    await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer, receiver.headers = first_time(429), headers
    loop = asyncio.get_running_loop()
    await tell(workspace, entry("offer.created", contact))
    await receiver.until(1)
    began = loop.time()
    await receiver.until(2)
    assert least_s < loop.time() - began < least_s + 2


async def test_gone_means_never_again(workspace: Workspace, receiver: Receiver) -> None:
    """410 makes the webhook inactive; what was pending is dead, and what happens after is not for it.

    Set active, it goes on.
    """
    await hook(workspace, receiver.url, events=["offer.*"])
    one, other = await contacts(workspace, 2)
    receiver.answer = lambda _: 410
    await tell(workspace, entry("offer.created", one), entry("offer.accepted", one))
    *_, first = await until_states(workspace, "dead", "dead")
    assert first["last_status"] == 410
    shown = (await workspace.api.get("/v1/webhooks/crm")).json()
    assert (shown["active"], shown["inactive_why"]) == (False, "gone")
    await tell(workspace, entry("offer.created", other))
    assert len(await deliveries(workspace)) == 2
    receiver.answer = lambda _: 204
    again = (await workspace.api.patch("/v1/webhooks/crm", json={"active": True})).json()
    assert (again["active"], again["inactive_why"]) == (True, None)
    await tell(workspace, entry("offer.accepted", other))
    await receiver.until(1, other)
    assert len(receiver.of(one)) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(workspace: Workspace, receiver: Receiver, status: int) -> None:
    """It would lead past the check of the target; it counts as a failure."""
    await hook(workspace, f"{receiver.url}/here", events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer, receiver.headers = first_time(status), {"Location": f"{receiver.url}/there"}
    await tell(workspace, entry("offer.created", contact))
    await until_states(workspace, "delivered")
    assert [one.path for one in receiver.received] == ["/here", "/here"]


async def test_an_endpoint_that_does_not_answer_is_left(workspace: Workspace, receiver: Receiver) -> None:
    """After the time-out, with a word for why; another webhook does not wait for it."""
    await hook(workspace, receiver.url, events=["offer.*"])
    await hook(workspace, f"{receiver.url}/other", "other", events=["offer.created"])
    (contact,) = await contacts(workspace)
    receiver.delay_s = 30
    await tell(workspace, entry("offer.created", contact))

    async def left() -> bool:
        return bool((await deliveries(workspace))[0]["last_error"] == "timeout")

    await eventually(left)
    assert {one.path for one in receiver.received} == {"/", "/other"}


async def test_an_endpoint_that_is_not_there_is_tried_again(workspace: Workspace) -> None:
    """With a word that tells nothing of the network."""
    await hook(workspace, "http://127.0.0.1:9", events=["offer.*"])
    (contact,) = await contacts(workspace)
    await tell(workspace, entry("offer.created", contact))
    (dead,) = await until_states(workspace, "dead")
    assert (dead["last_status"], dead["last_error"], dead["attempts"]) == (None, "connection_failed", 4)


async def test_a_long_answer_is_not_read_to_its_end(workspace: Workspace, receiver: Receiver) -> None:
    """A receiver that answers with megabytes has taken the message all the same; nothing of it is kept."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer_bytes, receiver.answer = 20_000_000, lambda _: 200
    await tell(workspace, entry("offer.created", contact))
    await until_states(workspace, "delivered")
    async with workspace.database.transaction() as session:
        row = await session.scalar(
            text("SELECT d::text FROM webhook_deliveries d WHERE webhook_id = :id"), {"id": made["id"]}
        )
    assert row
    assert "xxx" not in row


# The outbox


async def test_a_replayed_projection_adds_nothing(workspace: Workspace, receiver: Receiver) -> None:
    """Neither at once nor after the event was delivered; the message keeps its id."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    entries = [entry("offer.created", contact), entry("offer.accepted", contact)]
    await tell(workspace, *entries)
    await until_states(workspace, "delivered", "delivered")
    before = [(row.id, row.ended_at) for row in await outbox(workspace, made["id"])]
    await tell(workspace, *entries)
    await tell(workspace, *reversed(entries))
    assert [(row.id, row.ended_at) for row in await outbox(workspace, made["id"])] == before
    await asyncio.sleep(0.3)
    assert len(receiver.received) == 2


async def test_an_event_is_for_each_webhook_once(workspace: Workspace, receiver: Receiver) -> None:
    """Two webhooks get it both, under the same id, so that one receiver of both can tell."""
    for name in ("crm", "bi"):
        await hook(workspace, f"{receiver.url}/{name}", name, events=["offer.*"])
    (contact,) = await contacts(workspace)
    await tell(workspace, entry("offer.created", contact))
    got = await receiver.until(2)
    assert sorted(one.path for one in got) == ["/bi", "/crm"]
    assert len({one.headers["webhook-id"] for one in got}) == 1


@pytest.mark.parametrize(
    ("spec", "takes"),
    [
        ({"events": ["*"]}, [1, 1, 1, 0, 1]),
        ({"events": ["agent.*"]}, [0, 0, 0, 0, 1]),
        ({"events": ["offer.created"]}, [1, 0, 0, 0, 0]),
        ({"events": ["offer.created", "agent.lost"]}, [1, 0, 0, 0, 1]),
        ({"queues": ["desk"]}, [1, 1, 0, 0, 0]),
        ({"channels": ["voice"]}, [0, 1, 0, 0, 0]),
        ({"queues": ["voice", "fraud_desk"], "sensitive": "included"}, [0, 0, 1, 1, 0]),
        ({"sensitive": "only"}, [0, 0, 0, 1, 0]),
        ({"events": ["contact.*"], "sensitive": "included"}, [0, 0, 0, 0, 0]),
    ],
)
async def test_a_webhook_hears_of_what_its_filters_let_through(
    workspace: Workspace, receiver: Receiver, spec: dict[str, Any], takes: list[int]
) -> None:
    """By type or family, queue, channel, and whether the contact is sensitive: not, unless it says so."""
    (contact,), (sensitive,) = await contacts(workspace), await contacts(workspace, sensitive=True)
    made = await hook(workspace, f"{receiver.url}/filtered", **spec)
    entries = [
        entry("offer.created", contact),
        entry("offer.accepted", contact, channel="voice"),
        entry("offer.declined", contact, queue="voice"),
        entry("offer.expired", sensitive, queue="fraud_desk"),
        entry("agent.lost", agent="ann"),
    ]
    await tell(workspace, *entries)
    expected = [one.type for one, taken in zip(entries, takes, strict=True) if taken]
    told = {message_id(workspace.id, one.id) for one in entries}
    assert [row.type for row in await outbox(workspace, made["id"]) if row.id in told] == expected


async def test_a_contact_that_the_ledger_does_not_know_counts_as_sensitive(
    workspace: Workspace, receiver: Receiver
) -> None:
    """Doubt never tells."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    await tell(workspace, entry("offer.created", "con_" + "0" * 32))
    assert await outbox(workspace, made["id"]) == []


async def test_an_inactive_webhook_costs_and_hears_nothing(workspace: Workspace, receiver: Receiver) -> None:
    """No row is written for it; what was pending when it became inactive is dead."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer, receiver.headers = lambda _: 503, {"Retry-After": "60"}
    await tell(workspace, entry("offer.created", contact))
    await receiver.until(1)
    assert (await workspace.api.patch("/v1/webhooks/crm", json={"active": False})).status_code == 200
    await tell(workspace, entry("offer.accepted", contact))
    assert [(row.state, row.type) for row in await outbox(workspace, made["id"])] == [("dead", "offer.created")]


async def test_the_journal_is_told_in_the_time_it_happened(make: Make, receiver: Receiver) -> None:
    """An event's time is its entry's, whenever it is delivered."""
    workspace = await make()
    await hook(workspace, receiver.url, events=["agent.lost"])
    await contacts(workspace)  # from here on the journal is read
    lost = entry("agent.lost", agent="ann")
    await tell(workspace, lost)
    (one,) = await receiver.until(1)
    assert one.subject == "ann"
    assert one.event["time"].endswith("Z")
    assert one.event["time"] < moment(utc_now())
