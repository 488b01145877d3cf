"""The audit trail: each privileged act leaves one entry, in its own transaction; what was refused leaves none."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import httpx
from sqlalchemy import text

from mci_router.access import audit
from mci_router.api import auditing
from mci_router.api.parts import Parts
from mci_router.clock import moment, utc_now
from mci_router.models import AuditEntry
from tests.support.conversations import COMPLAINT, accepted, staffed
from tests.support.documents import ESCALATION, SMALL
from tests.support.incidents import alert, monitor, with_services
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace

Make: TypeAlias = Callable[..., Awaitable[Workspace]]
Act: TypeAlias = tuple[str, str, dict[str, Any] | None, str, str, dict[str, Any] | None, dict[str, Any] | None]
"""Method, path, body; action, target, and members of `before` and `after`, each whole where it is named."""

CARD = "4111 1111 1111 1111"
PLACE = "https://8.8.8.8/services/T0/very-secret-path"
STATUS = {"en": f"We work on it, {CARD}."}
TOPIC = {"title": "Refund"}  # without examples: a model is learnt of them, which nobody here waits for

CONFIGURATION: list[Act] = [
    ("PUT", "/v1/topics/refund", TOPIC, "topic.created", "refund", None, {"title": "Refund"}),
    ("PATCH", "/v1/topics/refund", {"touch": "high"}, "topic.updated", "refund", {"touch": "low"}, {"touch": "high"}),
    ("DELETE", "/v1/topics/refund", None, "topic.deleted", "refund", {"title": "Refund"}, None),
]
WEBHOOKS: list[Act] = [
    ("PUT", "/v1/webhooks/crm", {"url": PLACE}, "webhook.created", "crm", None, {"host": "8.8.8.8", "events": ["*"]}),
    ("PATCH", "/v1/webhooks/crm", {"url": f"{PLACE}/2"}, "webhook.updated", "crm", {"version": 1}, {"version": 2}),
    (
        "PUT",
        "/v1/webhooks/crm",
        {"url": PLACE, "active": False},
        "webhook.updated",
        "crm",
        {"active": True},
        {"active": False},
    ),
    ("POST", "/v1/webhooks/crm/rotate-secret", None, "webhook.secret_rotated", "crm", None, {"overlap_s": 86_400}),
    ("DELETE", "/v1/webhooks/crm", None, "webhook.deleted", "crm", {"active": False}, None),
]


async def trail(workspace: Workspace, **query: Any) -> list[dict[str, Any]]:
    """The entries, newest first."""
    answer = await workspace.api.get("/v1/audit", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def done(workspace: Workspace, method: str, path: str, body: Any = None) -> httpx.Response:
    answer = await workspace.api.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer


async def the_only_new(workspace: Workspace, known: list[dict[str, Any]]) -> dict[str, Any]:
    """The entry that an act has left, and proof that it is one."""
    now = await trail(workspace)
    assert now[1:] == known
    return now[0]


def subset(members: dict[str, Any] | None, whole: dict[str, Any] | None) -> bool:
    return whole is None if members is None else whole is not None and members.items() <= whole.items()


async def key_of(workspace: Workspace) -> dict[str, str]:
    """The actor that the test's own key is."""
    (key,) = [one for one in (await workspace.api.get("/v1/api-keys")).json()["items"] if one["name"] == "test"]
    return {"kind": "api_key", "id": key["id"], "name": "test"}


def test_every_action_that_the_code_records_is_on_the_page() -> None:
    """As it is written where the act is done; those made of a kind or a state are looked for by their nouns."""
    source = Path(auditing.__file__).parents[1]
    page = (Path(__file__).parents[2] / "docs" / "reference" / "audit.md").read_text(encoding="utf-8")
    found: set[str] = set()
    for file in (*source.glob("api/**/*.py"), *source.glob("cli/*.py")):
        calls = re.findall(r"(?:audited|noted)\(([^)]*)", file.read_text(encoding="utf-8"))
        found |= {action for call in calls for action in re.findall(r'"([a-z_]+\.[a-z_]+)"', call)}
    assert len(found) > 20
    assert {action for action in found if f"`{action}`" not in page} == set()
    for noun in ("{kind}", "correction", "webhook"):
        assert f"`{noun}." in page


@every("acts", [CONFIGURATION, WEBHOOKS])
async def test_each_change_leaves_one_entry_with_before_and_after(shared: Workspace, acts: list[Act]) -> None:
    """By whom, what was done to what, what it was and became; the same again changes nothing, and leaves nothing."""
    actor, known = await key_of(shared), await trail(shared)
    for method, path, body, action, target, before, after in acts:
        await done(shared, method, path, body)
        entry = await the_only_new(shared, known)
        assert (entry["actor"], entry["action"], entry["target"]) == (actor, action, target)
        assert subset(before, entry["before"]), entry
        assert subset(after, entry["after"]), entry
        known = await trail(shared)
        if method in ("PUT", "PATCH"):
            await done(shared, method, path, body)
            assert await trail(shared) == known


async def test_an_update_keeps_what_differs_and_nothing_else(workspace: Workspace) -> None:
    """Of a long specification."""
    await done(workspace, "PATCH", "/v1/queues/desk", {"units": 3})
    entry = (await trail(workspace))[0]
    assert (entry["before"], entry["after"]) == ({"units": 2}, {"units": 3})


async def test_a_queue_that_is_made_the_catch_all_is_told_with_the_one_that_was(workspace: Workspace) -> None:
    """A change of one resource may change another: each has its entry."""
    await done(workspace, "PATCH", "/v1/queues/desk", {"catch_all": True})
    entries = await trail(workspace)
    assert ("queue.updated", "desk") in [(entry["action"], entry["target"]) for entry in entries]
    assert {entry["action"] for entry in entries} <= {"queue.updated", "queue.deleted"}
    assert len(entries) == 2


async def test_keys_are_told_without_anything_of_their_secrets(shared: Workspace) -> None:
    """Made, and revoked once; what a key may do is told."""
    known = await trail(shared)
    body = {"name": "web chat", "scopes": ["contacts:write"], "trust": "authenticated"}
    made = (await done(shared, "POST", "/v1/api-keys", body)).json()
    created = await the_only_new(shared, known)
    for _ in range(2):
        await done(shared, "DELETE", f"/v1/api-keys/{made['id']}")
    revoked = await the_only_new(shared, [created, *known])
    assert (created["action"], created["target"], created["before"], created["after"]) == (
        "api_key.created",
        made["id"],
        None,
        body,
    )
    assert (revoked["action"], revoked["target"], revoked["before"], revoked["after"]) == (
        "api_key.revoked",
        made["id"],
        body,
        None,
    )


async def test_no_secret_is_in_the_trail(make: Make) -> None:
    """Of keys, webhooks and monitors; and of a webhook's address only the host, for the rest may be one."""
    workspace = await make(with_services())
    key = (await done(workspace, "POST", "/v1/api-keys", {"name": "x", "scopes": ["audit:read"]})).json()["key"]
    secret = (await done(workspace, "PUT", "/v1/webhooks/crm", {"url": PLACE})).json()["secret"]
    rotated = (await done(workspace, "POST", "/v1/webhooks/crm/rotate-secret")).json()["secret"]
    watched = (await monitor(workspace))["secret"]
    kept = json.dumps(await trail(workspace))
    assert {entry["action"] for entry in await trail(workspace)} >= {
        "api_key.created",
        "webhook.secret_rotated",
        "monitor.created",
    }
    for hidden in (key, key[:8], secret, rotated, watched, "whsec_", "very-secret-path"):
        assert hidden not in kept


async def test_an_incident_is_told_from_its_making_to_its_end(make: Make) -> None:
    """By people; texts without card numbers."""
    workspace = await make(with_services())
    made = (await done(workspace, "POST", "/v1/incidents", {"title": "Outage", "topics": ["sign_in"]})).json()["id"]
    other = (await done(workspace, "POST", "/v1/incidents", {"title": "Nothing", "topics": ["how_to"]})).json()["id"]
    for method, path, body in (
        ("PATCH", "", {"title": "An outage"}),
        ("POST", "/declare", {"status": STATUS}),
        ("POST", "/updates", {"status": {"en": "Half of it is back."}}),
        ("POST", "/fix", None),
    ):
        await done(workspace, method, f"/v1/incidents/{made}{path}", body)
    await done(workspace, "POST", f"/v1/incidents/{other}/dismiss")
    entries = list(reversed(await trail(workspace)))
    told = [(entry["action"].removeprefix("incident."), entry["target"]) for entry in entries]
    acts = ["created", "created", "updated", "declared", "status_updated", "fixed", "dismissed"]
    assert told == list(zip(acts, [made, other, made, made, made, made, other], strict=True))
    assert (entries[2]["before"], entries[2]["after"]) == ({"title": "Outage"}, {"title": "An outage"})
    assert (entries[3]["before"]["state"], entries[3]["after"]["state"]) == ("proposed", "open")
    assert (entries[5]["before"]["state"], entries[5]["after"]["state"]) == ("open", "fixed")
    assert "4111 1" not in json.dumps(entries)
    assert "[card number removed]" in json.dumps(entries[3]["after"])


async def test_a_monitor_that_opens_and_fixes_an_incident_is_the_actor(make: Make) -> None:
    """Once for each alert that changes something; a repeated one changes nothing."""
    workspace = await make(with_services())
    its = await monitor(workspace)
    for _ in range(2):
        opened = await alert(workspace, its)
    await alert(workspace, its, state="fixed")
    fixed, began, made = await trail(workspace)
    actor = {"kind": "system", "id": its["id"], "name": its["name"]}
    assert [entry["actor"] for entry in (began, fixed)] == [actor, actor]
    assert [entry["action"] for entry in (made, began, fixed)] == [
        "monitor.created",
        "incident.alerted",
        "incident.alerted",
    ]
    assert began["target"] == fixed["target"] == opened.json()["incident_id"]
    assert (began["before"], began["after"]["state"], fixed["after"]["state"]) == (None, "open", "fixed")


async def test_merges_opt_outs_and_verifications_tell_of_customers(workspace: Workspace) -> None:
    """By id, without their addresses; an opt-out said twice was one."""
    one = await workspace.post(COMPLAINT, customer={"email": "pia@example.org"})
    two = await workspace.post(COMPLAINT, customer={"email": "rob@example.org"})
    for said in (True, True, False):
        await done(workspace, "POST", "/v1/opt-outs", {"address": "pia@example.org", "opted_out": said})
    await done(workspace, "POST", f"/v1/contacts/{one['id']}/verify")
    await done(workspace, "POST", f"/v1/customers/{two['customer_id']}/merge", {"into": one["customer_id"]})
    await done(workspace, "POST", f"/v1/customers/{two['customer_id']}/split")
    entries = list(reversed(await trail(workspace)))
    assert [(entry["action"], entry["target"]) for entry in entries] == [
        ("customer.opted_out", one["customer_id"]),
        ("customer.opted_in", one["customer_id"]),
        ("contact.verified", one["id"]),
        ("customer.merged", two["customer_id"]),
        ("customer.split", two["customer_id"]),
    ]
    assert (entries[0]["before"], entries[0]["after"]) == ({"opted_out": False}, {"opted_out": True})
    assert (entries[2]["before"], entries[2]["after"]) == ({"customer": None}, {"customer": one["customer_id"]})
    assert entries[3]["after"]["into"] == one["customer_id"]
    assert "example.org" not in json.dumps(entries)


async def test_what_supervisors_do_is_told_with_the_reason(make: Make) -> None:
    """Transfer to an agent and to a queue, requeue, escalation, cancellation; the reason without card numbers."""
    workspace = await make({**staffed(), "escalations": [{"name": "P1", "queue": "tech_desk"}]})
    contact = (await workspace.post(COMPLAINT))["id"]
    at = f"/v1/contacts/{contact}"
    why = {"reason": f"she gave {CARD}"}
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        await accepted(ann, contact)
        await bob.do("presence.set", state="available")
        await done(workspace, "POST", f"{at}/transfer", {"agent": "bob", **why})
        await accepted(bob, contact)
        await ann.do("presence.set", state="away")
        await done(workspace, "POST", f"{at}/requeue", why)
        await bob.do("presence.set", state="away")
        await done(workspace, "POST", f"{at}/transfer", {"queue": "desk", **why})
        await ann.do("presence.set", state="available")
        await accepted(ann, contact)
        await done(workspace, "POST", f"{at}/escalate", ESCALATION)
        await done(workspace, "POST", f"{at}/cancel", why)
        await done(workspace, "POST", f"{at}/cancel", why)
    cancelled, escalated, to_queue, requeued, to_agent = await trail(workspace, target=contact)
    acts = [entry["action"] for entry in (to_agent, requeued, to_queue, escalated, cancelled)]
    words = ("transferred", "requeued", "transferred", "escalated", "cancelled")
    assert acts == [f"contact.{word}" for word in words]
    assert (to_agent["before"], to_agent["after"]["agent"]) == (
        {"state": "assigned", "queue": "desk", "agent": "ann"},
        "bob",
    )
    assert (requeued["before"]["agent"], to_queue["after"]["queue"]) == ("bob", "desk")
    assert (escalated["after"], escalated["reason"]) == ({"severity": "P1"}, ESCALATION["reason"])
    assert cancelled["after"] == {"state": "cancelled"}
    reasons = {entry["reason"] for entry in (to_agent, requeued, to_queue, cancelled)}
    assert reasons == {"she gave [card number removed]"}


async def test_a_direct_offer_is_told_and_a_refused_one_is_not(make: Make) -> None:
    """The entry and the act stand and fall together, although the offer is made in the live state."""
    workspace = await make(staffed())
    contact = (await workspace.post(COMPLAINT))["id"]
    offer = f"/v1/contacts/{contact}/offer"
    assert (await workspace.api.post(offer, json={"agent": "bob"})).status_code == 409
    assert await trail(workspace) == []
    async with workspace.desk("bob") as bob:
        await bob.do("offer.decline", offer_id=(await bob.expect("offer.created"))["offer_id"])
        await done(workspace, "POST", offer, {"agent": "bob"})
    (entry,) = await trail(workspace)
    assert (entry["action"], entry["target"]) == ("contact.offered", contact)
    assert (entry["before"], entry["after"]) == ({"state": "queued", "queue": "desk"}, {"agent": "bob"})


async def test_an_agents_word_on_who_the_customer_is_is_told_as_the_agents(shared: Workspace) -> None:
    """What an agent does for a contact is in its journal; that it opens a customer's history is privileged."""
    known = await trail(shared)
    contact = (await shared.post(COMPLAINT, customer={"email": "pia@example.org", "trust": "claimed"}))["id"]
    async with shared.desk("ann") as ann:
        assignment = await accepted(ann, contact)
        await ann.do("contact.verify", assignment_id=assignment)
    entry = await the_only_new(shared, known)
    assert (entry["actor"], entry["action"]) == ({"kind": "agent", "id": "ann", "name": "ann"}, "contact.verified")


async def test_models_that_people_put_in_use_are_told(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """A rollback says which model it replaced; the same again is no act. So are the examples of what is sensitive."""
    examples = [*SMALL["topics"][0]["examples"], "I lost my login"]
    await done(workspace, "PATCH", "/v1/topics/sign_in", {"examples": examples})
    await service[1].models.ready(workspace.id)
    second, first = (await workspace.api.get("/v1/triage/models")).json()["items"]
    known = await trail(workspace)
    for _ in range(2):
        await done(workspace, "POST", f"/v1/triage/models/{first['version']}/activate")
    back = await the_only_new(workspace, known)
    assert (back["action"], back["target"]) == ("triage_model.activated", first["version"])
    assert (back["before"], back["after"]) == ({"live": second["version"]}, {"live": first["version"]})
    await done(workspace, "POST", f"/v1/triage/models/{second['version']}/shadow")
    for _ in range(2):
        await done(workspace, "DELETE", f"/v1/triage/models/{second['version']}/shadow")
    await done(workspace, "PUT", "/v1/triage/sensitivity/examples", {"examples": {"fraud": ["the imp took my purse"]}})
    newest = [entry["action"] for entry in await trail(workspace)]
    assert newest[:3] == ["workspace.updated", "triage_model.trial_ended", "triage_model.trial_started"]
    assert newest[3:] == ["triage_model.activated", *(entry["action"] for entry in known)]


async def test_a_persons_word_on_a_correction_is_told(workspace: Workspace) -> None:
    """What triage learns from, or not: once for each change of mind."""
    contact = (await workspace.post(COMPLAINT))["id"]
    async with workspace.desk("ann") as ann:
        assignment = await accepted(ann, contact)
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved", topic="how_to")
    (correction,) = (await workspace.api.get("/v1/triage/corrections")).json()["items"]
    for word in ("reject", "reject", "accept"):
        await done(workspace, "POST", f"/v1/triage/corrections/{correction['id']}/{word}")
    entries = await trail(workspace, target=correction["id"])
    assert [entry["action"] for entry in entries] == ["correction.accepted", "correction.rejected"]
    assert (entries[0]["before"], entries[0]["after"]) == ({"state": "rejected"}, {"state": "accepted"})


async def test_what_is_refused_leaves_nothing(make: Make) -> None:
    """In every room: the entry is in the transaction of the act."""
    workspace = await make(staffed())
    contact = await workspace.post(COMPLAINT)
    hook = {"url": PLACE}
    await done(workspace, "PUT", "/v1/webhooks/crm", hook)
    incident = (await done(workspace, "POST", "/v1/incidents", {"title": "Outage", "topics": ["sign_in"]})).json()["id"]
    known = await trail(workspace)
    at, customer = f"/v1/contacts/{contact['id']}", f"/v1/customers/{contact['customer_id']}"
    stale = {"If-Match": '"9"'}
    for method, path, body, headers in (
        ("DELETE", "/v1/skills/billing", None, {}),
        ("DELETE", "/v1/skills/billing", None, stale),
        ("PUT", "/v1/topics/refund", {**TOPIC, "queue": "nowhere"}, {}),
        ("PUT", "/v1/topics/refund", TOPIC, stale),
        ("PUT", "/v1/webhooks/crm", hook, stale),
        ("DELETE", "/v1/webhooks/crm", None, stale),
        ("POST", f"/v1/incidents/{incident}/fix", None, {}),
        ("PATCH", f"/v1/incidents/{incident}", {"title": "x"}, stale),
        ("DELETE", "/v1/api-keys/key_none", None, {}),
        ("POST", f"{customer}/merge", {"into": contact["customer_id"]}, {}),
        ("POST", f"{customer}/split", None, {}),
        ("POST", f"{at}/transfer", {"agent": "tess", "reason": "x"}, {}),
        ("POST", f"{at}/requeue", {"reason": "x"}, {}),
        ("POST", f"{at}/escalate", ESCALATION, {}),
        ("POST", f"{at}/offer", {"agent": "fred"}, {}),
        ("POST", "/v1/opt-outs", {"address": "nobody@example.org", "opted_out": True}, {}),
        ("POST", "/v1/triage/models/none/activate", None, {}),
        ("DELETE", "/v1/monitors/mon_none", None, {}),
    ):
        refused = await workspace.api.request(method, path, json=body, headers=headers)
        assert 400 <= refused.status_code < 500, (path, refused.text)
        assert await trail(workspace) == known, path


async def test_a_hand_over_that_the_live_state_refuses_leaves_nothing(make: Make) -> None:
    """The ledger had noted it first; what did not happen is taken back with its entry."""
    workspace = await make(staffed())
    contact = (await workspace.post(COMPLAINT))["id"]
    async with workspace.desk("ann") as ann:
        await accepted(ann, contact)
        refused = await workspace.api.post(f"/v1/contacts/{contact}/transfer", json={"agent": "bob", "reason": "x"})
        assert refused.status_code == 409
    assert await trail(workspace) == []


async def test_an_act_that_cannot_be_recorded_is_not_done(workspace: Workspace) -> None:
    """Neither is there without the other: where the trail takes nothing, the topic is not made either."""
    headers = {"Authorization": f"Bearer {workspace.key}"}
    await _shut(workspace)
    try:
        async with httpx.AsyncClient(base_url=workspace.url, headers=headers, verify=TLS, timeout=PATIENCE_S) as api:
            assert (await api.put("/v1/topics/refund", json=TOPIC)).status_code == 500
    finally:
        await _open(workspace)
    assert (await workspace.api.get("/v1/topics/refund")).status_code == 404
    await done(workspace, "PUT", "/v1/topics/refund", TOPIC)


async def _shut(workspace: Workspace) -> None:
    refuse = "BEGIN RAISE EXCEPTION 'no entries today'; END"
    statements = (
        f"CREATE FUNCTION refuse_entries() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        "CREATE TRIGGER refuse_entries BEFORE INSERT ON audit FOR EACH ROW "
        f"WHEN (NEW.workspace_id = '{workspace.id}') EXECUTE FUNCTION refuse_entries()",
    )
    async with workspace.database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))


async def _open(workspace: Workspace) -> None:
    async with workspace.database.transaction() as session:
        await session.execute(text("DROP TRIGGER refuse_entries ON audit"))
        await session.execute(text("DROP FUNCTION refuse_entries()"))


async def test_the_trail_is_filtered_and_paged(workspace: Workspace) -> None:
    """By actor, action or family, target and time; by cursor and `Link`, newest first."""
    before = utc_now()
    for method, path, body, *_ in (*CONFIGURATION, *WEBHOOKS[:1]):
        await done(workspace, method, path, body)
    newest = await trail(workspace)
    actor = (await key_of(workspace))["id"]
    assert [entry["id"] for entry in newest] == sorted((entry["id"] for entry in newest), reverse=True)
    assert await trail(workspace, actor=actor, action="topic.*", target="refund") == newest[1:]
    assert await trail(workspace, action="topic.updated") == newest[2:3]
    for nothing in ({"action": "top.*"}, {"actor": "cli"}, {"target": "x"}):
        assert await trail(workspace, **nothing) == []
    assert await trail(workspace, since=moment(before - timedelta(seconds=1))) == newest
    assert await trail(workspace, until=moment(before - timedelta(seconds=1))) == []
    assert await trail(workspace, since=newest[1]["at"], until=newest[0]["at"]) == newest[1:2]
    pages, address = [], "/v1/audit?limit=3&action=topic.*"
    while address:
        answer = await workspace.api.get(address)
        pages.append(answer.json()["items"])
        address = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert [len(page) for page in pages] == [3]
    first = await workspace.api.get("/v1/audit?limit=1")
    second = await workspace.api.get(first.headers["Link"].partition(">")[0].removeprefix("<"))
    assert first.json()["items"] + second.json()["items"] == newest[:2]


WRONG = ("action=topic", "action=%25", "target=%27", "since=yesterday", "limit=1000", "cursor=1")


@every("query", WRONG)
async def test_a_filter_that_makes_no_sense_is_refused(shared: Workspace, query: str) -> None:
    """422 with the place."""
    answer = await shared.api.get(f"/v1/audit?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, f"query.{query.partition('=')[0]}")


async def test_a_trail_is_its_own_workspaces_alone(workspace: Workspace, make: Make) -> None:
    """Whatever is asked for."""
    other = await make()
    await done(workspace, "PUT", "/v1/topics/refund", TOPIC)
    (entry,) = await trail(workspace)
    assert await trail(other) == []
    assert await trail(other, target="refund") == []
    assert await trail(other, cursor=f"{entry['id'][:-1]}f") == []


async def test_acts_on_sensitive_contacts_are_told_only_with_the_scope(workspace: Workspace) -> None:
    """A key that may read the trail, and not sensitive contacts, does not learn that there was one."""
    contact = (await workspace.post("someone stole my card and bought things, fraud"))["id"]
    await done(workspace, "POST", f"/v1/contacts/{contact}/cancel", {"reason": "known thief"})
    await done(workspace, "PATCH", "/v1/queues/desk", {"units": 3})
    made = (await done(workspace, "POST", "/v1/api-keys", {"name": "x", "scopes": ["audit:read"]})).json()["key"]
    answer = await workspace.api.get("/v1/audit", headers={"Authorization": f"Bearer {made}"})
    assert [entry["action"] for entry in answer.json()["items"]] == ["api_key.created", "queue.updated"]
    assert [entry["action"] for entry in await trail(workspace)][2:] == ["contact.cancelled"]


async def test_what_is_kept_has_an_end(workspace: Workspace) -> None:
    """Long texts and lists are cut, with a word of how much is missing; of what is larger only the names are kept."""
    article = {"topic": "sign_in", "title": "Long", "body": "long " * 3_000}
    await done(workspace, "PUT", "/v1/articles/long", article)
    (entry,) = await trail(workspace)
    assert entry["after"]["body"].endswith("… (14499 more characters)"), entry["after"]["body"][-40:]
    examples = [f"example {number} of it" for number in range(150)]
    await done(workspace, "PUT", "/v1/topics/refund", {"title": "Refund", "examples": examples})
    kept = (await trail(workspace))[0]["after"]["examples"]
    assert (kept[:100], kept[100:]) == (examples[:100], ["… (50 more)"])
    huge = [f"{number} {'x' * 480}" for number in range(90)]
    await done(workspace, "PATCH", "/v1/topics/refund", {"examples": huge})
    after = (await trail(workspace))[0]["after"]
    assert (after["members"], after["too_large"] > 40_000) == (["examples"], True)


async def test_a_card_number_is_masked_before_a_text_is_cut(shared: Workspace) -> None:
    """Half of it would not be known for one."""
    body = "x" * 490 + f" {CARD} and so on"
    await done(shared, "PUT", "/v1/articles/long", {"topic": "sign_in", "title": "Long", "body": body})
    entries = await trail(shared)
    assert entries[0]["target"] == "long"
    assert "4111 1" not in json.dumps(entries)


async def test_entries_are_forgotten_in_their_time(workspace: Workspace) -> None:
    """After so many seconds; with 0 never."""
    for method, path, body, *_ in CONFIGURATION:
        await done(workspace, method, path, body)
    old, kept = (await trail(workspace))[-1], (await trail(workspace))[:-1]
    async with workspace.database.transaction() as session:
        row = await session.get_one(AuditEntry, old["id"])
        row.id = f"aud_{1_700_000_000_000:012x}{row.id[16:]}"
    await audit.forget(workspace.database, 0)
    assert len(await trail(workspace)) == 3
    await audit.forget(workspace.database, 86_400)
    assert await trail(workspace) == kept
