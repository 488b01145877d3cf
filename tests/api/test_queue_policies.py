"""What queues do to hold their service level: relax, widen, overflow, close, and remember who served whom."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mci_router.configuration import snapshots
from tests.support.conversations import accepted
from tests.support.documents import DAYS, closed_now, small, with_queue
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card, fraud"
ROOM = {"units": 6, "channels": {"voice": 1, "chat": 3}}


def always_open(**more: Any) -> dict[str, Any]:
    return {"timezone": "UTC", "week": {day: [{"open": "00:00", "close": "00:00"}] for day in DAYS}, **more}


def queue_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(queue for queue in document["queues"] if queue["name"] == name)


async def events(workspace: Workspace, contact: str, kind: str) -> list[dict[str, Any]]:
    """The contact's events of a kind, once the ledger has one."""

    async def told() -> list[dict[str, Any]]:
        return [event for event in await workspace.events(contact) if event["type"] == kind]

    found: list[dict[str, Any]] = await eventually(told)
    return found


async def moved(workspace: Workspace, contact: str, **where: Any) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        shown = await workspace.contact(contact)
        return shown if where.items() <= shown.items() else None

    found: dict[str, Any] = await eventually(there)
    return found


async def built(workspace: Workspace) -> None:
    """Until the live state is there to be asked."""

    async def answers() -> bool:
        return (await workspace.api.get("/v1/queues/desk/expected-wait")).status_code == 200

    await eventually(answers)


async def history(workspace: Workspace, contact: str) -> list[dict[str, Any]]:
    decision = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()
    return [step["route"] for step in decision["history"]]


async def serve(workspace: Workspace, agent: str, **contact: Any) -> dict[str, Any]:
    """A contact that this agent serves to its end, as the ledger then has it."""
    async with workspace.desk(agent) as desk:
        posted = await workspace.post(**contact)
        offer = await desk.expect("offer.created")
        assignment = (await desk.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await desk.do("wrap_up.done", assignment_id=assignment)

        async def answered() -> bool:
            listed = (await workspace.api.get("/v1/contacts?state=completed")).json()["items"]
            return posted["id"] in {item["id"] for item in listed}

        await eventually(answered)
    return posted


# Relaxation


async def test_a_contact_asks_less_as_it_waits_until_somebody_can_serve_it(make: Make) -> None:
    """After the step ann, who was unable, is offered it with its original age; the journal and the contact show the
    step.
    """
    steps = [{"after_s": 0.6, "drop": "fraud"}]
    workspace = await make(with_queue("fraud_desk", relaxation=steps, skills=[{"skill": "fraud", "min": 3}]))
    async with workspace.desk("fred", available=False) as fred, workspace.desk("ann") as ann:
        await fred.do("presence.set", state="away")  # staffed: the step is not skipped
        contact = await workspace.post(FRAUD)
        assert await ann.silent("offer.created", 0.3)
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == contact["id"]
        shown = await workspace.contact(contact["id"])
        assert (shown["relaxed"], shown["relaxed_fully"]) == (1, True)
        assert shown["enqueued_at"] == shown["accepted_at"]
    (event,) = await events(workspace, contact["id"], "contact.relaxed_fully")
    assert event["data"]["step"] == 1


async def test_a_step_that_nobody_could_serve_is_skipped_at_once(make: Make) -> None:
    """Nobody knows fraud: the contact does not wait for an hour to be offered to ann."""
    workspace = await make(with_queue("fraud_desk", relaxation=[{"after_s": 3600, "drop": "fraud"}]))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(FRAUD)
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_a_widened_queue_is_served_by_both_queues_agents(make: Make) -> None:
    """After the step an agent of the other queue is offered one contact, and one of its own still gets the next."""
    document = with_queue("fraud_desk", relaxation=[{"after_s": 0.4, "widen": "desk"}], units=6)
    document["agents"][0]["capacity"] = document["agents"][1]["capacity"] = ROOM
    workspace = await make(document)
    async with workspace.desk("fred", available=False) as fred, workspace.desk("ann") as ann:
        await fred.do("presence.set", state="away")
        first = await workspace.post(FRAUD)
        assert (await ann.expect("offer.created"))["contact"]["id"] == first["id"]
        second = await workspace.post(FRAUD)
        await moved(workspace, second["id"], relaxed=1)
        await fred.do("presence.set", state="available")
        assert (await fred.expect("offer.created"))["contact"]["id"] == second["id"]


async def test_the_contacts_language_asks_for_a_skill(make: Make) -> None:
    """German wants an agent who has it; a language the workspace does not name asks nothing."""
    document = small()
    document["skills"].append({"name": "german"})
    document["workspace"]["language_skills"] = {"de": "german"}
    workspace = await make(document)
    german = await workspace.post(COMPLAINT, topic="complaint", language="de")
    french = await workspace.post(COMPLAINT, topic="complaint", language="fr")
    assert "german ≥ 1; 0 of 2 agents" in german["route"]["reasons"][-1]
    assert "german" not in french["route"]["reasons"][-1]
    in_use = await workspace.api.delete("/v1/skills/german")
    assert (in_use.status_code, in_use.json()["type"]) == (409, "/problems/in_use")


# Preferred agents


async def test_the_customers_last_agent_is_asked_first(make: Make) -> None:
    """Not the one who has been idle for longer; the reasons say why, and another topic does not matter."""
    document = with_queue("desk", preferred_agent="last_agent", preferred_wait_s=60)
    document["topics"][3]["skills"] = []
    document["agents"].append({"name": "kim", "title": "Kim", "capacity": ROOM})
    workspace = await make(document)
    customer = {"email": "sam@example.com"}
    await serve(workspace, "kim", text=COMPLAINT, topic="complaint", customer=customer)
    async with workspace.desk("ann") as ann, workspace.desk("kim") as kim:
        contact = await workspace.post(COMPLAINT, topic="complaint", customer=customer)
        assert (await kim.expect("offer.created"))["contact"]["id"] == contact["id"]
        assert any(
            "preferred agent kim, who served the customer last" in reason for reason in contact["route"]["reasons"]
        )
        stranger = await workspace.post(COMPLAINT, topic="complaint")
        assert not any("preferred" in reason for reason in stranger["route"]["reasons"])
        del ann


async def test_who_is_held_for_a_preferred_agent_hears_so_with_the_answer(make: Make) -> None:
    """Not the wait of who is offered at once to another, but what is told afterwards; nobody waits for one with room."""
    document = with_queue("desk", preferred_agent="last_agent", preferred_wait_s=30)
    document["topics"][3]["skills"] = []
    of_kim = {"skills": [{"skill": "fraud", "proficiency": 4}], "capacity": {"units": 6, "channels": {"chat": 1}}}
    document["agents"].append({"name": "kim", "title": "Kim", **of_kim})
    workspace = await make(document)
    customer = {"email": "sam@example.com"}
    await serve(workspace, "kim", text=FRAUD, topic="card_fraud", customer=customer)
    async with workspace.desk("kim") as kim:
        at_once = await workspace.post(COMPLAINT, topic="complaint", customer=customer)
        assert at_once["route"]["expected_wait_s"] == {"low": 0, "high": 0}
        await accepted(kim, at_once["id"])
        async with workspace.desk("ann") as ann:
            stranger = await workspace.post(COMPLAINT, topic="complaint")
            assert stranger["route"]["expected_wait_s"] == {"low": 0, "high": 0}
            await accepted(ann, stranger["id"])
            held = await workspace.post(COMPLAINT, topic="complaint", customer=customer)
            told = held["route"]["expected_wait_s"]
            assert told["high"] > 20
            later = (await workspace.api.get(f"/v1/contacts/{held['id']}/waiting")).json()["expected_wait_s"]
            assert abs(later["high"] - told["high"]) < 5
            assert await ann.silent("offer.created")


async def test_a_preferred_agent_without_room_is_waited_for_and_then_no_more(make: Make) -> None:
    """Held for kim, who talks, although ann is free; after the time it goes to ann."""
    document = with_queue("desk", preferred_agent="last_agent", preferred_wait_s=0.8)
    document["topics"][3]["skills"] = []
    document["agents"].append({"name": "kim", "title": "Kim", "capacity": {"units": 2, "channels": {"chat": 1}}})
    workspace = await make(document)
    customer = {"email": "sam@example.com"}
    await serve(workspace, "kim", text=COMPLAINT, topic="complaint", customer=customer)
    async with workspace.desk("kim") as kim:
        talking = await workspace.post(COMPLAINT, topic="complaint")
        offer = await kim.expect("offer.created")
        assert offer["contact"]["id"] == talking["id"]
        await kim.do("offer.accept", offer_id=offer["offer_id"])
        async with workspace.desk("ann") as ann:
            held = await workspace.post(COMPLAINT, topic="complaint", customer=customer)
            assert await ann.silent("offer.created", 0.4)
            assert (await ann.expect("offer.created"))["contact"]["id"] == held["id"]


async def test_a_case_keeps_its_owner(make: Make) -> None:
    """With case_owner the agent of the case is asked first, and a contact of another case is nobody's."""
    document = with_queue("desk", preferred_agent="case_owner", preferred_wait_s=60)
    document["topics"][3]["skills"] = []
    document["topics"][1]["touch"] = "high"
    workspace = await make(document)
    customer = {"email": "sam@example.com"}
    waiting = await workspace.post(
        COMPLAINT, topic="complaint", customer=customer, channel="email"
    )  # keeps the case open
    first = await serve(workspace, "ann", text=COMPLAINT, topic="complaint", customer=customer)
    assert first["case_id"] == waiting["case_id"]
    same = await workspace.post(COMPLAINT, topic="complaint", customer=customer)
    other = await workspace.post("how do I set up my voicemail", topic="how_to", customer=customer)
    assert any("preferred agent ann, who has the case" in reason for reason in same["route"]["reasons"])
    assert not any("preferred" in reason for reason in other["route"]["reasons"])


# Hours


async def test_a_closed_queue_holds_its_contacts_until_it_opens(make: Make) -> None:
    """Nobody is offered them while it is closed; the answer says until when and has the message; opened, they are
    offered.
    """
    shut = {"message": "We are back tomorrow at noon."}
    workspace = await make(with_queue("desk", hours=closed_now(), when_closed=shut))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT, topic="complaint")
        route = contact["route"]
        assert (contact["state"], route["queue"], route["message"]) == (
            "queued",
            "desk",
            "We are back tomorrow at noon.",
        )
        assert route["expected_wait_s"] is None
        assert any("desk is closed until" in reason for reason in route["reasons"])
        assert datetime.fromisoformat(route["reply_by"]) > datetime.now(UTC) + timedelta(hours=1)
        assert await ann.silent("offer.created", 0.5)
        await workspace.api.patch("/v1/queues/desk", json={"hours": always_open()})
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_a_closed_queue_may_be_served_while_its_clock_stands_still(make: Make) -> None:
    """With `serve` any agent at work is offered its contacts; they are due counted from the opening."""
    workspace = await make(with_queue("desk", hours=closed_now(), when_closed={"action": "serve"}))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT, topic="complaint")
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]
        assert contact["route"]["expected_wait_s"] is not None
    due = datetime.fromisoformat(contact["route"]["reply_by"])
    assert due - datetime.now(UTC) > timedelta(seconds=120)  # its target alone


async def test_a_queue_opens_and_closes_by_the_clock(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request at that moment, and no change of configuration: what waits is offered once the queue opens."""
    monkeypatch.setattr(snapshots, "HOURS_LOOK_S", 1.0)
    workspace = await make(with_queue("desk", hours=closed_now()))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT, topic="complaint")
        assert any("closed until" in reason for reason in contact["route"]["reasons"])
        opens = datetime.now(UTC) + timedelta(seconds=2)
        await workspace.api.patch("/v1/queues/desk", json={"hours": _opening_at(opens)})
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]
        assert datetime.now(UTC) >= opens


def _opening_at(at: datetime) -> dict[str, Any]:
    """Open from that second of today on, for a minute or until midnight."""
    close = "00:00" if at.hour == 23 and at.minute == 59 else (at + timedelta(minutes=1)).strftime("%H:%M:%S")
    return {"timezone": "UTC", "week": {DAYS[at.weekday()]: [{"open": at.strftime("%H:%M:%S.%f"), "close": close}]}}


async def test_a_shared_holiday_closes_every_queue_that_names_its_calendar(make: Make) -> None:
    """Today is a holiday of the workspace's calendar: the queue is closed in spite of its week."""
    today = datetime.now(UTC).date()
    document = with_queue("desk", hours=always_open(calendars=["feasts"]))
    document["workspace"]["holiday_calendars"] = {"feasts": [str(today), str(today + timedelta(days=1))]}
    workspace = await make(document)
    contact = await workspace.post(COMPLAINT, topic="complaint")
    assert any("desk is closed until" in reason for reason in contact["route"]["reasons"])


async def test_a_closed_queue_may_send_its_contacts_to_another(make: Make) -> None:
    """The other takes them while it is open; if it is closed, too, they wait where they belong, and nothing runs in
    circles.
    """
    document = with_queue(
        "desk", hours=closed_now(), when_closed={"action": "queue", "queue": "voice", "message": "One moment."}
    )
    workspace = await make(document)
    first = await workspace.post(COMPLAINT, topic="complaint")
    assert (first["route"]["queue"], first["route"]["message"]) == ("voice", "One moment.")
    back = {"action": "queue", "queue": "desk"}
    patched = await workspace.api.patch("/v1/queues/voice", json={"hours": closed_now(), "when_closed": back})
    assert patched.status_code == 200
    second = await workspace.post(COMPLAINT, topic="complaint")
    assert second["route"]["queue"] == "desk"
    assert any("voice is closed, too" in reason for reason in second["route"]["reasons"])


async def test_a_closed_queue_may_ask_the_community_but_never_about_what_is_sensitive(make: Make) -> None:
    """A complaint made in public is posted until the queue opens; card fraud, and what came in privately, waits for a
    person.
    """
    document = with_queue("desk", hours=closed_now(), when_closed={"action": "community"})
    queue_of(document, "fraud_desk").update(hours=closed_now(), when_closed={"action": "community"})
    workspace = await make(document)
    posted = await workspace.post(COMPLAINT, topic="complaint", channel="community")
    waits, private = (
        await workspace.post(FRAUD, channel="community"),
        await workspace.post(COMPLAINT, topic="complaint"),
    )
    assert (private["state"], private["route"]["queue"]) == ("queued", "desk")
    assert (posted["state"], posted["route"]["outcome"], posted["route"]["at_limit"]) == ("posted", "community", "next")
    assert posted["route"]["post"]
    assert (waits["state"], waits["route"]["queue"]) == ("queued", "fraud_desk")
    climbed = (await workspace.api.post(f"/v1/contacts/{posted['id']}/unresolved")).json()
    assert (climbed["state"], climbed["route"]["queue"]) == ("queued", "desk")  # and not posted again


async def test_the_clock_of_a_deferred_channel_stands_still_while_its_queue_is_closed(make: Make) -> None:
    """Of two e-mails with a target of an hour, the one that came while the queue was closed is no older than its
    opening.
    """
    target = {"goal": 0.8, "target_s": 30}
    workspace = await make(with_queue("desk", hours=closed_now(), service_level=target))
    contact = await workspace.post(COMPLAINT, topic="complaint", channel="email")
    due = datetime.fromisoformat(contact["route"]["reply_by"])
    assert (due.hour, due.minute, due.second) == (12, 0, 30)


# Overflow


async def test_a_contact_that_waited_long_enough_moves_to_another_queue_with_its_age(make: Make) -> None:
    """Once, one rung up, with the rule in its reasons; its agents are offered it."""
    document = with_queue("desk", overflow=[{"wait_s": 0.5, "to_queue": "voice"}])
    queue_of(document, "voice")["overflow"] = [{"wait_s": 0.6, "to_queue": "desk"}]
    document["topics"][3]["skills"] = [{"skill": "fraud"}]
    workspace = await make(document)
    contact = await workspace.post(COMPLAINT, topic="complaint")
    there = await moved(workspace, contact["id"], queue="voice")
    assert (there["state"], there["rung"], there["enqueued_at"]) == (
        "queued",
        contact["route"]["rung"] + 1,
        there["accepted_at"],
    )
    latest = (await history(workspace, contact["id"]))[-1]
    assert latest["overflow_from"] == "desk"
    assert any("waited 0.5 s" in reason for reason in latest["reasons"])
    async with workspace.desk("fred") as fred:
        assert (await fred.expect("offer.created"))["contact"]["id"] == contact["id"]
    assert [route["queue"] for route in await history(workspace, contact["id"])] == ["desk", "voice"]  # and never back


async def test_a_full_queue_overflows_on_arrival(make: Make) -> None:
    """The first waits; the second finds one waiting and is committed for the other queue at once."""
    document = with_queue("desk", overflow=[{"waiting": 1, "to_queue": "voice"}])
    workspace = await make(document)
    first = await workspace.post(COMPLAINT, topic="complaint")
    second = await workspace.post(COMPLAINT, topic="complaint")
    assert (first["route"]["queue"], second["route"]["queue"]) == ("desk", "voice")
    assert (second["route"]["overflow_from"], second["route"]["rung"]) == ("desk", first["route"]["rung"])
    assert any("1 waiting" in reason for reason in second["route"]["reasons"])


async def test_an_unstaffed_queue_overflows_to_the_community_but_never_a_sensitive_contact(make: Make) -> None:
    """Nobody signed in: what came in public is posted, card fraud and private contacts wait; with an agent signed in
    nobody moves.
    """
    rules = [{"staffed_below": 1, "to_community": True}]
    document = with_queue("desk", overflow=rules)
    document["agents"][0]["capacity"]["channels"]["community"] = 1
    queue_of(document, "fraud_desk")["overflow"] = rules
    workspace = await make(document)
    await built(workspace)
    posted = await workspace.post(COMPLAINT, topic="complaint", channel="community")
    waits, private = (
        await workspace.post(FRAUD, channel="community"),
        await workspace.post(COMPLAINT, topic="complaint"),
    )
    assert (private["state"], private["route"]["queue"]) == ("queued", "desk")
    assert (posted["state"], posted["route"]["overflow_from"]) == ("posted", "desk")
    assert (waits["state"], waits["route"]["queue"]) == ("queued", "fraud_desk")
    async with workspace.desk("ann"):
        stays = await workspace.post(COMPLAINT, topic="complaint", channel="community")
        assert (stays["route"]["outcome"], stays["route"]["queue"]) == ("agent", "desk")


async def test_a_waiting_contact_overflows_to_the_community(make: Make) -> None:
    """From the line to a post; its age stays with it when it comes back."""
    workspace = await make(with_queue("desk", overflow=[{"wait_s": 0.4, "to_community": True}]))
    contact = await workspace.post(COMPLAINT, topic="complaint", channel="community")
    there = await moved(workspace, contact["id"], state="posted")
    assert (there["outcome"], there["queue"]) == ("community", None)
    assert (await workspace.api.delete("/v1/queues/desk")).status_code == 204  # it has no contact any more
    await workspace.api.put("/v1/queues/desk", json={"position": 20, "service_level": {"goal": 0.8, "target_s": 20}})
    back = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")).json()
    assert back["route"]["queue"] == "desk"
    shown = await workspace.contact(contact["id"])
    assert (shown["state"], shown["enqueued_at"]) == ("queued", shown["accepted_at"])


async def test_overflow_may_widen_a_queue_at_once(make: Make) -> None:
    """The contact stays in its queue, and agents for the other will do, too."""
    document = with_queue("fraud_desk", overflow=[{"wait_s": 0.4, "widen": "desk"}])
    workspace = await make(document)
    contact = await workspace.post(FRAUD)
    async with workspace.desk("fred", available=False) as fred, workspace.desk("ann") as ann:
        await fred.do("presence.set", state="away")
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]
        assert (await workspace.contact(contact["id"]))["queue"] == "fraud_desk"


async def test_a_rule_that_cannot_act_yet_acts_once_it_can(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its target opens by the clock; another is opened, a third gets an agent, and a contact may be posted, by a change
    of configuration.
    """
    monkeypatch.setattr(snapshots, "HOURS_LOOK_S", 1.0)
    document = small()
    desk, level = document["queues"][1], {"goal": 0.8, "target_s": 60}
    document["queues"] += [
        {**desk, "name": "first", "position": 91, "overflow": [{"wait_s": 0.1, "to_queue": "morning"}]},
        {**desk, "name": "second", "position": 92, "overflow": [{"wait_s": 0.1, "to_queue": "shut"}]},
        {**desk, "name": "third", "position": 93, "overflow": [{"wait_s": 0.1, "to_queue": "nobodys"}]},
        {**desk, "name": "fourth", "position": 97, "overflow": [{"wait_s": 0.1, "to_community": True}]},
        {"name": "morning", "position": 94, "service_level": level, "hours": closed_now()},
        {"name": "shut", "position": 95, "service_level": level, "hours": closed_now()},
        {"name": "nobodys", "position": 96, "service_level": level, "skills": [{"skill": "fraud", "min": 5}]},
    ]
    document["topics"] += [
        {"name": name, "title": name, "touch": "high", "queue": name} for name in ("first", "second", "third", "fourth")
    ]
    community, agent = {"outcome": "community", "channels": ["email"]}, {"outcome": "agent"}
    ladder = {"name": "low_volume_high_touch", "ladder": [community, agent]}
    workspace = await make(document | {"policies": [ladder]})
    opens = datetime.now(UTC) + timedelta(seconds=2)
    await workspace.api.patch("/v1/queues/morning", json={"hours": _opening_at(opens)})
    first, second, third = [await workspace.post(topic=topic) for topic in ("first", "second", "third")]
    fourth = await workspace.post(topic="fourth", channel="community")
    names = ["first", "second", "third", "fourth"]
    assert [one["route"]["queue"] for one in (first, second, third, fourth)] == names
    await moved(workspace, first["id"], queue="morning")
    assert datetime.now(UTC) >= opens
    assert (await workspace.contact(second["id"]))["queue"] == "second"
    assert (await workspace.contact(third["id"]))["queue"] == "third"
    assert (await workspace.contact(fourth["id"]))["queue"] == "fourth"
    await workspace.api.patch("/v1/queues/shut", json={"hours": always_open()})
    await workspace.api.patch("/v1/agents/fred", json={"skills": [{"skill": "fraud", "proficiency": 5}]})
    await workspace.api.patch("/v1/policies/low_volume_high_touch", json={"ladder": [{"outcome": "community"}, agent]})
    await moved(workspace, second["id"], queue="shut")
    await moved(workspace, fourth["id"], state="posted")
    await moved(workspace, third["id"], queue="nobodys")


async def test_a_contact_with_an_agent_does_not_overflow(make: Make) -> None:
    """Its time passes while it is served: it stays where it is."""
    document = with_queue("desk", overflow=[{"wait_s": 0.5, "to_queue": "voice"}])
    document["agents"][1]["skills"].append({"skill": "billing", "proficiency": 1})
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT, topic="complaint")
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        other = await workspace.post(FRAUD, topic="complaint", skills=[{"skill": "fraud"}])
        await moved(workspace, other["id"], queue="voice")
        shown = await workspace.contact(contact["id"])
        assert (shown["state"], shown["queue"]) == ("assigned", "desk")


async def test_a_contact_that_is_offered_overflows_only_once_nobody_takes_it(make: Make) -> None:
    """Its time passes while ann thinks about it: it stays with her; declined, it goes."""
    workspace = await make(with_queue("desk", overflow=[{"wait_s": 0.3, "to_queue": "voice"}]))
    async with workspace.desk("ann") as ann:
        contact = await workspace.post(COMPLAINT, topic="complaint")
        offer = await ann.expect("offer.created")
        assert await ann.silent("offer.revoked", 0.8)
        await ann.do("presence.set", state="away")
        assert (await ann.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        await moved(workspace, contact["id"], queue="voice")


# Wrong input


@pytest.mark.parametrize(
    "change",
    [
        {"overflow": [{"wait_s": 5, "to_queue": "nowhere"}]},
        {"overflow": [{"wait_s": 5, "widen": "nowhere"}]},
        {"relaxation": [{"after_s": 5, "widen": "nowhere"}]},
        {"relaxation": [{"after_s": 5, "drop": "nothing"}]},
        {"relaxation": [{"after_s": 5, "lower": {"skill": "nothing"}}]},
        {"when_closed": {"action": "queue", "queue": "nowhere"}},
        {
            "hours": {
                "timezone": "UTC",
                "week": {"mon": [{"open": "09:00", "close": "17:00"}]},
                "calendars": ["nobodys"],
            }
        },
    ],
)
async def test_a_policy_that_names_what_is_not_there_is_refused(shared: Workspace, change: dict[str, Any]) -> None:
    """422 with the place of the fault, and nothing has changed."""
    refused = await shared.api.patch("/v1/queues/desk", json=change)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid_configuration")
    assert refused.json()["errors"][0]["where"].startswith(f"queue desk: {next(iter(change))}")
    assert (await shared.api.get("/v1/queues/desk")).json()["version"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"overflow": [{"wait_s": 5, "to_queue": "desk"}]},
        {"relaxation": [{"after_s": 5, "widen": "desk"}]},
        {"when_closed": {"action": "queue", "queue": "desk"}},
        {"when_closed": {"action": "queue"}},
        {"relaxation": [{"after_s": 9, "drop": "fraud"}, {"after_s": 5, "drop": "billing"}]},
    ],
)
async def test_a_policy_without_sense_is_refused(shared: Workspace, change: dict[str, Any]) -> None:
    """A queue that sends to itself, to nobody, or steps out of order."""
    refused = await shared.api.patch("/v1/queues/desk", json=change)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid_request")


async def test_a_queue_that_another_overflows_to_cannot_be_deleted(make: Make) -> None:
    """The answer names who uses it."""
    workspace = await make(with_queue("desk", overflow=[{"wait_s": 60, "to_queue": "voice"}]))
    refused = await workspace.api.delete("/v1/queues/voice")
    assert (refused.status_code, refused.json()["used_by"]) == (409, ["queue desk"])
