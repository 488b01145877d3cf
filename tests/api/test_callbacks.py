"""Customers who hang up and are called back, and those who come back by themselves: both keep their place in line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from tests.support.documents import with_queue
from tests.support.service import Workspace, eventually
from tests.support.site import Site

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = {"text": "a formal complaint, I demand a manager", "topic": "complaint"}
SAM = {"email": "sam@example.com", "phone": "+49 30 901820"}


async def callback(workspace: Workspace, contact: str, **body: Any) -> Any:
    return await workspace.api.post(f"/v1/contacts/{contact}/callback", json=body)


async def seen(workspace: Workspace, contact: str, kind: str) -> dict[str, Any]:
    """The contact's event of a kind, once the ledger has it; there is only one."""

    async def told() -> list[dict[str, Any]]:
        return [event for event in await workspace.events(contact) if event["type"] == kind]

    (event,) = await eventually(told)
    found: dict[str, Any] = event
    return found


async def in_ledger(workspace: Workspace, contact: str, state: str) -> None:
    async def listed() -> bool:
        items = (await workspace.api.get(f"/v1/contacts?state={state}")).json()["items"]
        return contact in {item["id"] for item in items}

    await eventually(listed)


async def test_a_callback_keeps_the_place_in_line_and_tells_the_agent(workspace: Workspace) -> None:
    """The contact waits on, before one that came later; the offer says that it is a callback, and where to call."""
    first = await workspace.post(**COMPLAINT, customer=SAM)
    second = await workspace.post(**COMPLAINT)
    asked = await callback(workspace, first["id"], phone="+49 30 555 1234")
    assert asked.status_code == 200, asked.text
    assert (asked.json()["state"], asked.json()["callback_phone"]) == ("queued", "+49305551234")
    shown = await workspace.contact(first["id"])
    assert (shown["callback_phone"], shown["enqueued_at"]) == ("+49305551234", shown["accepted_at"])
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert (offer["contact"]["id"], offer["contact"]["callback"]) == (first["id"], True)
        assert offer["contact"]["callback_phone"] == "+49305551234"
        later = await ann.expect("offer.created")
        assert (later["contact"]["id"], later["contact"]["callback"]) == (second["id"], False)
    assert (await seen(workspace, first["id"], "contact.callback_requested"))["data"]["state"] == "queued"


async def test_without_a_number_the_customers_own_is_called(workspace: Workspace) -> None:
    """The one known; asking again may change it, and is one callback; nothing known is null."""
    known, unknown = await workspace.post(**COMPLAINT, customer=SAM), await workspace.post(**COMPLAINT)
    assert (await callback(workspace, known["id"])).json()["callback_phone"] == "+4930901820"
    before = (await callback(workspace, known["id"])).json()
    after = (await callback(workspace, known["id"], phone="030 555 99")).json()
    assert (after["callback_at"], after["callback_phone"]) == (before["callback_at"], "03055599")
    assert (await workspace.api.post(f"/v1/contacts/{unknown['id']}/callback")).json()["callback_phone"] is None
    await seen(workspace, known["id"], "contact.callback_requested")


async def test_hanging_up_keeps_a_callback_and_cancelling_ends_it(workspace: Workspace) -> None:
    """Waiting or offered, the contact stays where it is until an agent has it; one that was cancelled nobody is offered."""
    kept, ended = await workspace.post(**COMPLAINT), await workspace.post(**COMPLAINT)
    for contact in (kept, ended):
        await callback(workspace, contact["id"])
        hung_up = await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon")
        assert (hung_up.status_code, hung_up.json()["state"]) == (200, "queued")
    cancelled = await workspace.api.post(f"/v1/contacts/{ended['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert (offer["contact"]["id"], offer["contact"]["callback"]) == (kept["id"], True)
        again = await workspace.api.post(f"/v1/contacts/{kept['id']}/abandon")
        assert (again.status_code, again.json()["state"]) == (200, "offered")
        assert (await ann.do("offer.accept", offer_id=offer["offer_id"]))["state"] == "assigned"
        assert await ann.silent("offer.created", 0.1)
        left = await workspace.api.post(f"/v1/contacts/{kept['id']}/abandon")  # in conversation a hang-up is the end
        assert left.json()["state"] == "abandoned"


async def test_the_word_of_a_hang_up_may_come_when_an_agent_has_the_callback(workspace: Workspace) -> None:
    """It is of the call in which the customer asked. Who was called back and is passed on is on the line: nobody calls
    again, and hanging up ends the contact.
    """
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(**COMPLAINT, customer=SAM)
        offer = await ann.expect("offer.created")
        assert (await callback(workspace, contact["id"])).status_code == 200
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
        hung_up = await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon", json={})
        assert hung_up.json()["state"] == "assigned"
        passed_on = {"queue": "voice", "reason": "for a colleague"}
        await ann.do("assignment.transfer", assignment_id=taken["assignment_id"], **passed_on)
        async with workspace.desk("fred") as fred:
            offer = await fred.expect("offer.created")
            assert (offer["contact"]["id"], offer["contact"]["callback"]) == (contact["id"], False)
            hung_up = await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon", json={})
            assert hung_up.json()["state"] == "abandoned"


async def test_only_a_contact_that_waits_for_an_agent_can_be_called_back(workspace: Workspace) -> None:
    """Not one that automation serves, that an agent has, or that is over; not one that is not there; not at no number."""
    automated = await workspace.post("I forgot my password and cannot sign in", topic="sign_in")
    async with workspace.desk("ann") as ann:
        talking = await workspace.post(**COMPLAINT)
        offer = await ann.expect("offer.created")
        assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        for contact in (automated, talking):
            refused = await callback(workspace, contact["id"])
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong_state")
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await ann.do("wrap_up.done", assignment_id=assignment)
    done = await callback(workspace, talking["id"])
    assert (done.status_code, done.json()["state"]) == (409, "completed")
    assert (await callback(workspace, "con_" + "0" * 32)).status_code == 404
    waiting = await workspace.post(**COMPLAINT)
    assert (await callback(workspace, waiting["id"], phone="call me")).status_code == 422
    assert (await workspace.contact(waiting["id"]))["callback_at"] is None


async def test_overflow_offers_a_callback_on_arrival(make: Make) -> None:
    """The answer says so; who asks gets it, who does not waits on."""
    workspace = await make(with_queue("desk", overflow=[{"waiting": 1, "offer_callback": True}]))
    first, second = await workspace.post(**COMPLAINT), await workspace.post(**COMPLAINT)
    assert (first["route"]["callback_offered"], second["route"]["callback_offered"]) == (False, True)
    assert second["route"]["queue"] == "desk"
    assert (await workspace.contact(second["id"]))["callback_offered_at"]
    assert (await callback(workspace, second["id"])).status_code == 200


async def test_overflow_offers_a_callback_once_while_a_contact_waits(make: Make) -> None:
    """The journal informs the channel; the next rule still acts, and nothing is offered a second time."""
    rules = [{"wait_s": 0.3, "offer_callback": True}, {"wait_s": 0.8, "to_queue": "voice"}]
    workspace = await make(with_queue("desk", overflow=rules))
    contact = await workspace.post(**COMPLAINT)
    event = await seen(workspace, contact["id"], "contact.callback_offered")
    assert event["data"]["queue"] == "desk"
    assert (await workspace.contact(contact["id"]))["callback_offered_at"]

    async def moved() -> bool:
        return bool((await workspace.contact(contact["id"]))["queue"] == "voice")

    await eventually(moved)
    await seen(workspace, contact["id"], "contact.callback_offered")


CALL: dict[str, Any] = {"channel": "voice", "text": "", "topic": "complaint", "customer": SAM}


async def test_who_is_to_be_called_and_calls_waits_once(workspace: Workspace) -> None:
    """In the callback's place, before one who came meanwhile; nobody is called who is on the line. Who hangs up then has
    left.
    """
    first = await workspace.post(**CALL)
    assert (await callback(workspace, first["id"])).status_code == 200
    meanwhile = await workspace.post(**{**CALL, "customer": {"phone": "+49 30 777777"}})
    again = await workspace.post(**CALL)
    (kept,) = [one for one in again["route"]["reasons"] if one.startswith("place in line kept since")]
    assert kept.endswith(": the customer was to be called back, and calls")
    over = await workspace.contact(first["id"])
    assert over["state"] == "cancelled"
    assert (await seen(workspace, first["id"], "contact.cancelled"))["data"]["why"] == "the customer called again"
    assert (await workspace.contact(again["id"]))["place_since"] == over["enqueued_at"]
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert (offer["contact"]["id"], offer["contact"]["callback"]) == (again["id"], False)
        await workspace.api.post(f"/v1/contacts/{again['id']}/abandon")
        assert (await ann.expect("offer.created"))["contact"]["id"] == meanwhile["id"]
    assert (await workspace.contact(again["id"]))["state"] == "abandoned"


async def test_a_callback_stays_of_another_customer_on_another_channel_and_in_another_queue(
    workspace: Workspace,
) -> None:
    """Only who calls where the callback waits has its place. What somebody merely claims takes nobody's callback."""
    first = await workspace.post(**CALL)
    await callback(workspace, first["id"])
    for other in (
        {**CALL, "channel": "chat", "text": "a formal complaint"},
        {**CALL, "topic": "sign_in", "text": "login does not work"},
        {**CALL, "customer": {**SAM, "trust": "claimed"}},
        {**CALL, "customer": {"phone": "+49 30 777777"}},
    ):
        posted = await workspace.post(**other)
        assert (await workspace.contact(posted["id"]))["place_since"] is None, other
    assert (await workspace.contact(first["id"]))["state"] == "queued"


async def test_a_callback_whose_end_was_missed_is_ended_later(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """The process that took the call in died behind the commit: another one ends the callback; one that an agent has
    by then goes on.
    """
    given = text("UPDATE contacts SET place_given_back = true WHERE id = ANY(:ids)")
    async with workspace.desk("ann") as ann:
        served = await workspace.post(**CALL)
        await callback(workspace, served["id"])
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await in_ledger(workspace, served["id"], "assigned")
        left = await workspace.post(**{**CALL, "customer": {"phone": "+49 30 777777"}})
        await callback(workspace, left["id"])
        async with workspace.ledger() as session:
            await session.execute(given, {"ids": [served["id"], left["id"]]})
        database, ending = service[1].database, service[1].ending
        await CalledAgain(database, ending).turn()
        assert (await workspace.contact(left["id"]))["state"] == "cancelled"
        assert (await workspace.contact(served["id"]))["state"] == "assigned"


async def test_who_returns_within_the_window_gets_the_old_place_once(make: Make) -> None:
    """Before a contact that came meanwhile; a second return finds no place left, and another channel never had one."""
    workspace = await make(with_queue("desk", return_window_s=60))
    left = await workspace.post(**COMPLAINT, customer=SAM)
    meanwhile = await workspace.post(**COMPLAINT)
    await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
    await in_ledger(workspace, left["id"], "abandoned")
    elsewhere = await workspace.post(**COMPLAINT, customer=SAM, channel="sms")
    back = await workspace.post(**COMPLAINT, customer=SAM)
    again = await workspace.post(**COMPLAINT, customer=SAM)
    assert any("place in line kept" in reason for reason in back["route"]["reasons"])
    assert (await workspace.contact(back["id"]))["place_since"] == (await workspace.contact(left["id"]))["enqueued_at"]
    for other in (elsewhere, again):
        assert (await workspace.contact(other["id"]))["place_since"] is None
    async with workspace.desk("ann") as ann:
        offered = [(await ann.expect("offer.created"))["contact"]["id"] for _ in range(3)]
    assert offered == [back["id"], meanwhile["id"], again["id"]]


async def test_who_returns_too_late_or_was_answered_has_no_place(make: Make) -> None:
    """The window has passed; or an agent had the contact when the customer left."""
    workspace = await make(with_queue("desk", return_window_s=0.5))
    left = await workspace.post(**COMPLAINT, customer=SAM)
    await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
    await in_ledger(workspace, left["id"], "abandoned")
    await asyncio.sleep(0.6)
    late = await workspace.post(**COMPLAINT, customer=SAM)
    assert (await workspace.contact(late["id"]))["place_since"] is None
    await workspace.api.patch("/v1/queues/desk", json={"return_window_s": 60})
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await in_ledger(workspace, late["id"], "assigned")
        await workspace.api.post(f"/v1/contacts/{late['id']}/abandon")
        await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
        await in_ledger(workspace, late["id"], "abandoned")
    returned = await workspace.post(**COMPLAINT, customer=SAM)
    since = (await workspace.contact(returned["id"]))["place_since"]
    assert since == (await workspace.contact(left["id"]))["enqueued_at"]  # the one that nobody answered


async def test_what_a_queue_keeps_of_a_contact_outlives_the_live_state(site: Site) -> None:
    """Valkey comes back empty: callback, old place and relaxation are there again."""
    document = with_queue("desk", return_window_s=60, relaxation=[{"after_s": 0.1, "drop": "billing"}])
    for topic in document["topics"]:
        topic["examples"] = []  # nothing to learn: each contact says its topic
    async with site.router() as started, site.workspace(started, document) as workspace:
        left = await workspace.post(**COMPLAINT, customer=SAM)
        await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
        await in_ledger(workspace, left["id"], "abandoned")
        meanwhile = await workspace.post(**COMPLAINT)
        back = await workspace.post(**COMPLAINT, customer=SAM)
        await callback(workspace, back["id"])
        await in_ledger(workspace, back["id"], "queued")
        site.valkey.kill()
        site.valkey.wipe()
        site.valkey.start()

        async def rebuilt() -> bool:
            shown = await workspace.api.get(f"/v1/contacts/{back['id']}")
            return shown.status_code == 200 and shown.json()["relaxed"] == 1

        await eventually(rebuilt, 15)
        async with workspace.desk("fred") as fred:  # who has no billing
            first, second = [(await fred.expect("offer.created"))["contact"] for _ in range(2)]
        assert [first["id"], second["id"]] == [back["id"], meanwhile["id"]]
        assert (first["callback"], first["callback_phone"], second["callback"]) == (True, "+4930901820", False)
