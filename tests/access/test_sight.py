"""What a caller may see of a contact, by its scopes: the rule, and the answers that were cut by it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import mci_router
from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import Sight, knows_customers, sight
from mci_router.clock import utc_now
from tests.support.documents import HANDOFF, SMALL, closed_now, small, with_queue
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually

SIGN_IN = "I forgot my password and cannot log in"
FRAUD = {"text": "someone stole my card, fraud", "channel": "voice"}
KIM: dict[str, Any] = {
    "trust": "authenticated",
    "email": "kim@example.com",
    "phone": "+49 30 901820",
    "name": "Kim",
    "attributes": {"vulnerable": True},
}


def caller(*scopes: Scope) -> Caller:
    return Caller("wsp_1", "key_1", frozenset(scopes))


async def by(workspace: Workspace, *scopes: str) -> httpx.AsyncClient:
    """A client whose key has these scopes alone, and may say whom its channel has authenticated."""
    made = await workspace.api.post(
        "/v1/api-keys", json={"name": "adapter", "scopes": scopes, "trust": "authenticated"}
    )
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    return httpx.AsyncClient(base_url=workspace.url, headers=headers, timeout=PATIENCE_S, verify=TLS)


READ, WRITE, SENSITIVE, SUPERVISE = (
    Scope.CONTACTS_READ,
    Scope.CONTACTS_WRITE,
    Scope.CONTACTS_SENSITIVE,
    Scope.CONTACTS_SUPERVISE,
)


@pytest.mark.parametrize(
    ("scopes", "ordinary", "sensitive"),
    [
        ((), Sight.NOTHING, Sight.NOTHING),
        ((SENSITIVE,), Sight.NOTHING, Sight.NOTHING),
        ((WRITE,), Sight.PART, Sight.PART),
        ((WRITE, SENSITIVE), Sight.PART, Sight.PART),
        ((READ,), Sight.WHOLE, Sight.NOTHING),
        ((SUPERVISE,), Sight.WHOLE, Sight.NOTHING),
        ((READ, WRITE), Sight.WHOLE, Sight.PART),
        ((READ, SENSITIVE), Sight.WHOLE, Sight.WHOLE),
        ((SUPERVISE, SENSITIVE), Sight.WHOLE, Sight.WHOLE),
    ],
)
def test_the_scopes_decide_how_much_is_seen(scopes: tuple[Scope, ...], ordinary: Sight, sensitive: Sight) -> None:
    """Reading shows a contact whole, writing what its customer is told; sensitive ones take a scope more, which alone
    shows nothing.
    """
    assert (sight(caller(*scopes), sensitive=False), sight(caller(*scopes), sensitive=True)) == (ordinary, sensitive)


def test_customers_are_known_to_who_may_read_everything() -> None:
    """What is known of a customer comes from sensitive contacts, too."""
    assert knows_customers(caller(READ, SENSITIVE))
    assert not any(knows_customers(caller(*some)) for some in ((READ, WRITE), (WRITE, SENSITIVE), (WRITE,)))


def test_one_room_decides_about_sensitive_contacts() -> None:
    """No other part of the service looks for the scope itself."""
    source = Path(mci_router.__file__).parent
    asking = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if "CONTACTS_SENSITIVE" in path.read_text(encoding="utf-8")
    }
    assert asking == {"access"}


# Acts on a contact by its id


@pytest.mark.parametrize("scopes", [("contacts:write",), ("contacts:write", "contacts:read")])
async def test_saying_that_it_did_not_help_tells_nothing_of_a_sensitive_contact(
    workspace: Workspace, scopes: tuple[str, ...]
) -> None:
    """Even where nothing moves: its id and state, and of the route what any customer is told."""
    contact = await workspace.post(**FRAUD, customer=KIM)
    async with await by(workspace, *scopes) as adapter:
        answer = await adapter.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": -1})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["id"], told["state"], told["route"]["outcome"]) == (contact["id"], "queued", "agent")
    assert (told["triage"], told["case_id"], told["customer_id"]) == (None, None, None)
    assert (told["route"]["queue"], told["route"]["reasons"], told["route"]["transfers"]) == (None, [], [])
    whole = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": -1})).json()
    assert (whole["triage"], whole["route"], whole["customer_id"]) == (
        contact["triage"],
        contact["route"],
        contact["customer_id"],
    )


async def test_an_adapter_that_may_not_read_still_serves_the_customer(workspace: Workspace) -> None:
    """On each rung it is told what to show: the answer, what to ask, the post, and that a person comes and by when; not
    why.
    """
    async with await by(workspace, "contacts:write") as adapter:
        posted = (await adapter.post("/v1/contacts", json={"channel": "chat", "text": SIGN_IN, "can_ask": True})).json()
        assert posted["route"]["answer"]["article"] == "reset"
        again = (await adapter.post(f"/v1/contacts/{posted['id']}/unresolved", json={"rung": -1})).json()
        assert again["route"]["answer"] == posted["route"]["answer"]
        second = (await adapter.post(f"/v1/contacts/{posted['id']}/unresolved", json={"rung": 0})).json()
        assert (second["state"], second["route"]["post"], second["route"]["ask"] is not None) == (
            "automating",
            None,
            True,
        )
        agreed = (await adapter.post(f"/v1/contacts/{posted['id']}/consent", json={"to": "post_publicly"})).json()
        assert (agreed["state"], agreed["route"]["post"] is not None) == ("posted", True)
        third = (await adapter.post(f"/v1/contacts/{posted['id']}/unresolved", json={"rung": 1})).json()
        assert (third["state"], third["route"]["rung"], third["route"]["reply_by"] is not None) == ("queued", 2, True)
        assert (third["triage"], third["route"]["reasons"]) == (None, [])
        ended = await adapter.post(f"/v1/contacts/{posted['id']}/abandon")
        assert ended.json() == {"id": posted["id"], "state": "abandoned"}


async def test_the_message_of_a_closed_queue_is_told_of_a_sensitive_contact_too(make: Any) -> None:
    """The customer has to hear it, even from a key that may not read the contact."""
    today = utc_now().date()
    week = {day: [{"open": "00:00", "close": "00:00"}] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    hours = {"timezone": "UTC", "week": week, "holidays": [str(today), str(today + timedelta(days=1))]}
    document = with_queue(
        "fraud_desk", hours=hours, when_closed={"action": "hold", "message": "We are back on Monday."}
    )
    workspace: Workspace = await make(document)
    contact = await workspace.post(**FRAUD, language="en")
    assert contact["triage"]["sensitive"]
    async with await by(workspace, "contacts:write") as adapter:
        told = (await adapter.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": -1})).json()
    assert told["route"]["message"] == contact["route"]["message"] == "We are back on Monday."


async def test_escalating_tells_nothing_of_a_sensitive_contact(make: Any) -> None:
    """The adapter may pass its customer on; what agents wrote, and to which queue it goes, is not its business."""
    workspace: Workspace = await make(small(escalations=[{"name": "P1", "queue": "fraud_desk"}]))
    contact = await workspace.post(**FRAUD, customer=KIM)
    escalation = {"severity": "P1", "reason": "threatens to sue", "handoff": HANDOFF}
    first = await workspace.api.post(f"/v1/contacts/{contact['id']}/escalate", json=escalation)
    assert first.json()["route"]["transfers"][0]["reason"] == "threatens to sue"
    async with await by(workspace, "contacts:write") as adapter:
        answer = await adapter.post(f"/v1/contacts/{contact['id']}/escalate", json={**escalation, "reason": "again"})
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["triage"], answer.json()["route"]["transfers"]) == (
        "queued",
        None,
        [],
    )
    assert not [word for word in ("fraud", "sue", "apology", contact["customer_id"]) if word in answer.text]
    await workspace.api.patch("/v1/queues/fraud_desk", json={"hours": closed_now()})
    async with await by(workspace, "contacts:write") as adapter:
        refused = await adapter.post(f"/v1/contacts/{contact['id']}/escalate", json=escalation)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nobody_works")
    assert not [word for word in ("fraud", "desk") if word in refused.text]


@pytest.mark.parametrize("contact", [FRAUD, {"text": "hello", "topic": "complaint"}], ids=["sensitive", "ordinary"])
async def test_a_callback_tells_no_number_that_the_caller_did_not_send(
    workspace: Workspace, contact: dict[str, Any]
) -> None:
    """The agent calls the number we know; the adapter is shown only the one it sends."""
    made = await workspace.post(**contact, customer=KIM)
    async with await by(workspace, "contacts:write") as adapter:
        known = await adapter.post(f"/v1/contacts/{made['id']}/callback")
        assert (known.status_code, known.json()["callback_phone"], known.json()["queue"]) == (200, None, None)
        assert (await workspace.contact(made["id"]))["callback_phone"] == "+4930901820"
        sent = await adapter.post(f"/v1/contacts/{made['id']}/callback", json={"phone": "+49 30 555 1234"})
        assert sent.json()["callback_phone"] == "+49305551234"
        assert (await adapter.post(f"/v1/contacts/{made['id']}/callback")).json()["callback_phone"] is None


async def test_a_supervisor_moves_no_sensitive_contact_without_the_scope(workspace: Workspace) -> None:
    """404, as for one that is not there."""
    contact = await workspace.post(**FRAUD)
    async with await by(workspace, "contacts:supervise", "contacts:read") as supervisor:
        for verb, body in (
            ("offer", {"agent": "fred"}),
            ("transfer", {"queue": "desk", "reason": "x"}),
            ("requeue", {"reason": "x"}),
        ):
            assert_problem(await supervisor.post(f"/v1/contacts/{contact['id']}/{verb}", json=body), 404, "not_found")


# What is known of customers


async def test_the_dry_run_does_not_tell_who_is_vulnerable_or_known(workspace: Workspace) -> None:
    """For a key that may not read everything, a known customer, a returning one, one that is made up and an id are all
    somebody new.
    """
    await workspace.post(SIGN_IN, customer=KIM)
    body = {"channel": "chat", "text": SIGN_IN}
    people: list[dict[str, str]] = [
        {"email": KIM["email"]},
        {"phone": KIM["phone"]},
        {"email": "nobody@example.com"},
        {},
    ]
    known = [{"id": "cus_" + "0" * 32}, *({"trust": "authenticated", **one} for one in people)]
    for scopes in (("contacts:write",), ("contacts:write", "contacts:read"), ("contacts:write", "contacts:sensitive")):
        async with await by(workspace, *scopes) as adapter:
            answers = [(await adapter.post("/v1/decisions", json={**body, "customer": one})).json() for one in known]
            told = await adapter.post(
                "/v1/decisions", json={**body, "customer": {**known[1], "attributes": {"vulnerable": True}}}
            )
        assert {answer["triage"]["touch"] for answer in answers} == {"low"}
        assert all(answer["triage"]["reasons"] == answers[0]["triage"]["reasons"] for answer in answers)
        assert told.json()["triage"]["touch"] == "high"
    whole = (await workspace.api.post("/v1/decisions", json={**body, "customer": known[1]})).json()
    assert "the customer is vulnerable" in whole["triage"]["reasons"]


async def test_who_posts_a_contact_is_not_told_what_is_known_of_its_customer(workspace: Workspace) -> None:
    """The decision about its own words is whole, sensitive or not; the same answer when it is sent again."""
    await workspace.post("hello", customer=KIM, topic="complaint")
    body = {**FRAUD, "customer": {"email": KIM["email"], "trust": "authenticated"}}
    async with await by(workspace, "contacts:write") as adapter:
        once = {"Idempotency-Key": "the call of this morning"}
        first = await adapter.post("/v1/contacts", json=body, headers=once)
        again = await adapter.post("/v1/contacts", json=body, headers=once)
    assert again.content == first.content
    posted = first.json()
    assert (posted["triage"]["sensitive"], posted["triage"]["topic"], posted["route"]["queue"]) == (
        True,
        "card_fraud",
        "fraud_desk",
    )
    assert posted["route"]["reasons"]
    assert posted["triage"]["reasons"]
    assert not [
        reason for part in ("triage", "route") for reason in posted[part]["reasons"] if "the customer" in reason
    ]
    whole = (await workspace.api.get(f"/v1/contacts/{posted['id']}/decision")).json()
    assert "the customer is vulnerable" in whole["triage"]["reasons"]


# The desk and the webhooks


def two_kinds_of_trust() -> dict[str, Any]:
    """The small workspace with two sensitive topics, fred for fraud and the other only, and gail for both."""
    document = small(skills=[*SMALL["skills"], {"name": "grief"}])
    skill = {"skill": "grief", "min": 2}
    level = {"goal": 0.8, "target_s": 60}
    document["queues"] = [
        *document["queues"],
        {"name": "grief_desk", "position": 40, "service_level": level, "units": 1, "skills": [skill]},
    ]
    topic = {"name": "bereavement", "title": "Bereavement", "touch": "high", "sensitive": True, "queue": "grief_desk"}
    document["topics"] = [*document["topics"], topic]
    fred = document["agents"][1]
    both = [*fred["skills"], {"skill": "grief", "proficiency": 3}]
    document["agents"] = [*document["agents"], {**fred, "name": "gail", "title": "Gail", "skills": both}]
    return document


@pytest.mark.parametrize(("agent", "sees"), [("fred", False), ("gail", True)])
async def test_an_agent_is_shown_only_the_sensitive_history_it_has_the_skills_for(
    make: Any, agent: str, sees: bool
) -> None:
    """Being trusted with fraud is not being trusted with a bereavement; that there was something is told, without its
    words.
    """
    workspace: Workspace = await make(two_kinds_of_trust())
    earlier = await workspace.post("my father has died", topic="bereavement", customer=KIM)
    await workspace.api.post(f"/v1/contacts/{earlier['id']}/cancel")
    async with workspace.desk(agent) as desk:
        contact = await workspace.post(**FRAUD, customer=KIM)
        (shown,) = (await desk.expect("offer.created"))["history"]
        assert (shown["id"], shown["sensitive"]) == (earlier["id"], True)
        assert ((shown["text"], shown["topic"]) == ("my father has died", "bereavement")) is sees
        assert (shown["text"] is None) is not sees
        assert contact["route"]["queue"] == "fraud_desk"


async def test_deliveries_of_sensitive_contacts_are_shown_and_repeated_only_with_the_scope(
    workspace: Workspace,
) -> None:
    """A webhook that hears of them names them in its list; a key that may not know of them finds and repeats the
    others.
    """
    await workspace.api.put("/v1/webhooks/crm", json={"url": "http://127.0.0.1:9/hook", "sensitive": "included"})
    private, ordinary = await workspace.post(**FRAUD), await workspace.post("hello", topic="complaint")

    async def listed(api: httpx.AsyncClient) -> dict[str, str]:
        items = (await api.get("/v1/webhooks/crm/deliveries")).json()["items"]
        return {item["subject"]: item["id"] for item in items if item["subject"].startswith("con_")}

    async def both() -> dict[str, str] | None:
        known = await listed(workspace.api)
        return known if len(known) == 2 else None

    found: dict[str, str] = await eventually(both)
    async with await by(workspace, "webhooks:read", "webhooks:write") as operator:
        assert set(await listed(operator)) == {ordinary["id"]}
        refused = await operator.post(f"/v1/webhooks/crm/deliveries/{found[private['id']]}/redeliver")
        assert_problem(refused, 404, "not_found")
        again = await operator.post(f"/v1/webhooks/crm/deliveries/{found[ordinary['id']]}/redeliver")
        assert again.status_code in (202, 409)  # which it is goes by whether it is still pending
