"""Every event is described: in the contract, with a schema to which whatever the live state writes is held."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.conversations.outbound_messages import EVENT
from mci_router.embedded import Servers
from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry
from mci_router.routing.live_queues import AlarmSeen
from mci_router.vocabulary import FINAL_RUN_STATES, Alarm, Severity
from mci_router.webhooks.catalogue import EVENTS
from mci_router.webhooks.envelope import Message, cloud_event, message_id, public, subject_of
from tests.support.contract import openapi_document
from tests.support.events import assert_documented
from tests.support.live import SETTINGS, START_MS, LiveState, contact_id, live_state
from tests.support.receiver import Receiver
from tests.support.service import Workspace
from tests.support.tour import tour
from tests.webhooks.support import hook

INCIDENT = {"source": "operator", "severity": Severity.P2, "incident_state": "open", "topics": ["sign_in"]}


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


def test_every_event_stands_in_the_catalogue_and_in_the_contract() -> None:
    """With its own type, and nothing besides."""
    assert list(EVENTS) == list(EventType)
    assert list(openapi_document()["webhooks"]) == [*(event.value for event in EventType), EVENT]
    for event, item in openapi_document()["webhooks"].items():
        (body,) = item["post"]["requestBody"]["content"].values()
        assert body["schema"]["allOf"][1]["properties"]["type"]["const"] == f"mci.{event}"


async def test_whatever_the_live_state_writes_is_as_the_contract_says(live: LiveState) -> None:
    """Every transition there is, as a webhook would be sent it; no type is left out."""
    await tour(live)
    await _what_the_tour_passes_by(live)
    told = await live.journal()
    for number, data in enumerate(told):
        assert_documented(as_sent(JournalEntry.of(f"1760000000000-{number}", data)))
    assert {data["type"] for data in told} == set(EventType) - {EventType.WEBHOOK_TEST}


def as_sent(entry: JournalEntry) -> dict[str, Any]:
    """The body that a webhook is sent for an entry."""
    sent = message_id("wsp_a", entry.id), entry.type, entry.at, subject_of(entry.data), public(entry.data)
    message = Message(*sent, attempts=1)
    event: dict[str, Any] = json.loads(cloud_event(message, "acme"))
    return event


async def _what_the_tour_passes_by(live: LiveState) -> None:
    """What comes without a transition, what is urgent, and what is told when the live state is rebuilt."""
    engine, workspace = live.engine, live.workspace
    for version, event in enumerate(("proposed", "declared", "updated", "fixed", "reopened", "dismissed")):
        await engine.journal_incident(workspace, event, "inc_2", INCIDENT, version=version)
    ada, ben = {"name": "Ada Okafor", "email": "ada@example.com"}, {"name": "Ben", "phone": "+4930901820"}
    page = {"contact_id": "con_1", "severity": "P1", "queue_name": "tier_3", "person": ada, "backup": ben}
    said = {"contact": contact_id(1), "case": "cas_1", "customer": "cus_1", "message": "msg_1", "message_seq": 2}
    said |= {"message_at": START_MS, "kind": "note", "author": "ann", "visibility": "private", "to_agent": "ben"}
    await engine.announce(workspace, [said, {**said, "contact": "con_gone"}])
    run = {"workflow": "refund", "contact_id": "con_1", "started_by": "rung", "attempts": 1, "why": "timeout"}
    for state in ("waiting_input", "waiting_approval", "running", *FINAL_RUN_STATES):
        await engine.journal_run(workspace, state, "run_1", run, command=state)
    for event in ("page", "acknowledged", "unacknowledged"):
        await engine.journal_escalation(workspace, event, "epg_1", page, command=event)
    for event, why in (("paused", "timeout"), ("resumed", "delivered")):
        await engine.journal_webhook(workspace, event, "crm", {"webhook_id": "whk_1", "why": why}, f"whk_1:{event}")
    in_a_case = {"contact": contact_id(1), "case": "cas_1", "customer": "cus_1"}
    message = {**in_a_case, "message": "msg_1", "message_seq": 2, "message_at": START_MS}
    failed = {"delivery": "failed", "error": "adapter_unreachable", "retryable": True}
    changes = [{"type": "message.delivery", **message, **failed}]
    changes += [{"type": f"message.{what}", **message} for what in ("edited", "redacted")]
    changes += [{"type": "message.read", **in_a_case, "party": "customer", "up_to_seq": 2}]
    await engine.message_changed(workspace, changes)
    sides = {"cus_1": {"cases": ["cas_1"]}, "cus_2": {"addresses": ["email:verified"]}}
    both = {"into": "cus_2", "merge": "mrg_1", "before": sides, "after": sides}
    for event in ("merged", "split"):
        await engine.journal_customer(workspace, event, "cus_1", both, command=f"of {event}")
    await engine.journal_customer(workspace, "erased", "cus_1", {"merged": ["cus_2"]}, command="era_1")
    settled: dict[str, Any] = {
        "resolved": "con_1",
        "returned": "con_2",
        "case": "cas_1",
        "matter": "sign_in",
        "outcome": "automation",
    }
    settled |= {"served_by": "article", "ref": "reset", "version": 1}
    await engine.journal_return(workspace, "cus_1", settled, command="con_1:con_2")
    about = {"case": "cas_1", "customer": "cus_1", "survey": "after_chat", "kind": "csat", "channel": "chat"}
    scored = {**about, "score": 4, "changes": 0, "cell": "low_volume_high_touch", "topic": "sign_in", "holder": "ann"}
    await engine.journal_survey(workspace, contact_id(1), scored, command="0")
    week = {"schedule": "sch_1", "begins_on": "2026-03-02", "ends_on": "2026-03-08", "shifts": 9, "agents": 3}
    for event in ("published", "withdrawn"):
        await engine.journal_schedule(workspace, event, week, command=event)
    shift = {"shift": "shf_1", "schedule": "sch_1", "agent": "ann", "begins_at": START_MS, "ends_at": START_MS}
    await engine.journal_schedule(workspace, "changed", {**shift, "change": "added"}, command="added")
    size = {"ratio": 1.5, "low": 1.2, "high": 1.9}
    rose = {"dimension": "topic", "value": "sign_in", "customers": 30, "before": 20, "now": 30, "before_per_day": 0.7}
    digest = {"week": "2026-03-02", "timezone": "UTC", "before": 400, "now": 150, **size}
    digest |= {"rose": [{**rose, "now_per_day": 4.3, "q": 0.01, **size}], "rose_in_all": 1, "fell_in_all": 0}
    await engine.journal_digest(workspace, {**digest, "words_rose": 3, "words_fell": 0}, command="2026-03-02")
    place = {"cell": "high_volume_low_touch", "volume": "high", "measured": True, "revision": 1}
    await engine.move_topic(workspace, "sign_in", "", {**place, "cell": "low_volume_low_touch", "volume": "low"})
    seen = await engine.client.hget(f"{live.prefix}:volume:places", "sign_in")
    await engine.move_topic(workspace, "sign_in", str(seen), place, {"rate": 40, "share": 0.5, "cause": "volume"})
    await live.enqueue(90_001, urgent=True)
    asks = {"line": "desk|chat|1|fraud:1", "units": 1, "queue": "desk", "rung": 0, "age": START_MS, "due_at": START_MS}
    await engine.replan(workspace, [{"id": contact_id(90_001), **asks}])
    facts = {"goal": 0.8, "target_s": 20, "level": 0.5, "counted": 30.2, "waiting": 3, "waiting_late": 3, "staffed": 0}
    seen = [AlarmSeen("desk", alarm, True, 0, 0, facts) for alarm in Alarm]
    await engine.note_alarms(workspace, 0, ["desk"], seen)
    await engine.note_alarms(workspace, 0, [], [])
    await engine.begin_build(workspace, "one", again=True)
    await engine.drop(workspace)
    await engine.configure_workspace(workspace, 1, SETTINGS)
    await live.queue()
    waits = {
        "id": contact_id(90_002),
        "channel": "chat",
        "outcome": "agent",
        "rung": 0,
        "queue": "desk",
        "line": "desk|chat|1|",
    }
    now = engine.now
    offered = [{"id": "ofr_1", "agent": "ann"}]
    lost = waits | {
        "units": 1,
        "enqueued_at": now,
        "due_at": now,
        "age": now,
        "was": "offered",
        "state": "queued",
        "offers": offered,
    }
    await engine.restore(workspace, [lost], "one")
    await engine.mark_built(workspace, 1, "one", 1)


async def test_a_real_conversation_is_delivered_as_the_contract_says(workspace: Workspace, receiver: Receiver) -> None:
    """From the contact's line to its end, with the agent's comings and the test of the webhook."""
    await hook(workspace, receiver.url)
    async with workspace.desk("ann") as ann:
        contact = await workspace.post("how much data is left")
        offer = await ann.expect("offer.created")
        assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await ann.do("wrap_up.done", assignment_id=assignment)
        await workspace.until_state(contact["id"], "completed")
    assert (await workspace.api.post("/v1/webhooks/crm/test")).status_code == 202
    of_contact = await receiver.until(4, contact["id"])
    assert [one.type for one in of_contact][:3] == ["mci.contact.queued", "mci.offer.created", "mci.offer.accepted"]
    await receiver.until(1, (await workspace.api.get("/v1/webhooks/crm")).json()["id"])
    for one in receiver.received:
        assert_documented(one.event)
