"""Every operation of the contract with every scope: who is let in, and that a sensitive contact leaks through none.

The operations are those of the OpenAPI document. One that is new fails here until somebody has said how it is called,
and what it is about.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.coaching.calendar import week_of
from mci_router.vocabulary import Trust
from mci_router.webhooks.catalogue import EVENTS
from tests.conftest import _remove
from tests.support.contract import conforms, openapi_document
from tests.support.conversations import accepted
from tests.support.documents import HANDOFF, small
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually, make_workspace

PATHS = openapi_document()["paths"]
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in PATHS.items()
    for method, operation in item.items()
}

OPEN = ("explain", "livez", "readyz")
LINKED = ("get_content", "get_preview")  # by a link that is signed for one file
SIGNED = ("post_alert",)  # by a secret of its own

NO_CONTACTS = {"articles", "configuration", "keys", "problems", "health", "workforce"}
"""Tags of operations that say nothing of contacts, but for those in `REQUESTS`."""

REQUESTS: dict[str, Any] = {
    "post_contact": {"channel": "chat", "text": "hello", "customer": {"email": "other@example.com"}},
    "post_run": {"workflow": "nothing_there", "input": {}},
    "list_runs": None,
    "get_run": None,
    "post_result": {"status": "succeeded"},
    "post_compensated": {},
    "rotate_workflow_secret": {},
    "post_decision": {"channel": "chat", "text": "hello", "customer": {"email": "zebedee.quux@example.com"}},
    "post_replay": {"since": "2026-01-01T00:00:00Z", "changes": {}},
    "post_attachment": None,
    "get_attachment": None,
    "get_attachments_usage": None,
    "rotate_scan_secret": None,
    "get_content": None,
    "get_preview": None,
    "list_contacts": None,
    "get_contact": None,
    "get_decision": None,
    "get_events": None,
    "post_unresolved": {"rung": -1},
    "post_consent": {"to": "post_publicly"},
    "post_verify": {},
    "list_customers": None,
    "get_customer": None,
    "patch_customer": {"name": "Zebedee Quux"},
    "merge_customer": None,
    "split_customer": None,
    "post_customer_session": {},
    "delete_customer_session": None,
    "delete_customer_attachments": None,
    "export_customer": None,
    "erase_customer": {"reason": "article 17"},
    "get_customer_erasure": None,
    "get_opt_outs": None,
    "post_opt_out": {"address": "other@example.com", "opted_out": True},
    "post_still_broken": None,
    "post_resolve": {},
    "post_abandon": {},
    "post_cancel": {},
    "post_end": {},
    "post_callback": {},
    "get_waiting": None,
    "post_message": {"text": "hello"},
    "post_channel_message": {"channel": "chat", "text": "hello", "customer": {"email": "other@example.com"}},
    "get_messages": None,
    "get_message_places": None,
    "get_case": None,
    "get_case_status": None,
    "patch_message": {"text": "hello"},
    "post_redact": {"why": "now"},
    "get_revisions": None,
    "post_escalate": {"severity": "P1", "reason": "now", "handoff": HANDOFF},
    "get_guides": None,
    "post_approval": {"decision": "approve", "input_hash": "0" * 64},
    "list_escalation_pages": None,
    "get_escalation_page": None,
    "post_acknowledge": {},
    "post_offer": {"agent": "zoe"},
    "post_transfer": {"queue": "desk", "reason": "now"},
    "post_transfer_cancel": {},
    "post_requeue": {"reason": "now"},
    "post_modality": {"to": "one_to_one", "reason": "now"},
    "get_summary": None,
    "post_summary": {"summary_id": "sco_" + "0" * 32, "agree": True},
    "post_park": None,
    "post_unpark": None,
    "post_consult": {"agent": "ann"},
    "list_posts": None,
    "get_post": None,
    "post_reply": {"author": "me", "body": "hello"},
    "accept_reply": None,
    "unaccept_reply": None,
    "hide_post": None,
    "show_post": None,
    "hide_reply": None,
    "show_reply": None,
    "lock_post": None,
    "unlock_post": None,
    "list_hidden_replies": None,
    "post_flag": {"member": "mbr_" + "0" * 32, "reason": "spam"},
    "list_flags": None,
    "decide_flag": {"to": "upheld"},
    "post_member": {"name": "kim", "external_id": "forum-1"},
    "list_members": None,
    "get_member": None,
    "put_member_level": {"level": "basic"},
    "list_followers": None,
    "put_follower": None,
    "delete_follower": None,
    "get_expected_wait": None,
    "list_waiting": None,
    "post_token": None,
    "get_presence": None,
    "post_presence": {"state": "away"},
    "post_suspend": {"reason": "now"},
    "post_resume": {},
    "get_outbound": None,
    "rotate_adapter_secret": {},
    "post_send_again": {},
    "post_delivery": {"state": "read"},
    "list_webhooks": None,
    "get_webhook": None,
    "patch_webhook": {"events": ["contact.*"]},
    "put_webhook": {"url": "http://127.0.0.1:9/hook", "sensitive": "included"},
    "delete_webhook": None,
    "rotate_webhook_secret": None,
    "resume_webhook": None,
    "list_webhook_deliveries": None,
    "redeliver_webhook_delivery": None,
    "redeliver_dead_webhook_deliveries": {"since": "2020-01-01T00:00:00Z"},
    "test_webhook": None,
    "get_matrix": None,
    "list_moves": None,
    "get_service_level": None,
    "get_queues_report": None,
    "get_forecast": None,
    "get_arrivals_report": None,
    "get_resolutions_report": None,
    "get_fcr_report": None,
    "get_self_service_report": None,
    "get_agents_report": None,
    "get_backlog_report": None,
    "get_evenness_report": None,
    "get_retention_report": None,
    "get_ladder_report": None,
    "get_scorecard": None,
    "get_interim_service_levels": None,
    "get_service_level_proposal": None,
    "get_trends": None,
    "get_trends_digest": None,
    "get_person_report": None,
    "get_times_of_day_report": None,
    "export_contacts": None,
    "export_segments": None,
    "export_report": None,
    "get_interval_history": None,
    "get_contacts_report": None,
    "get_surveys_report": None,
    "post_survey_answer": {"contact_id": "con_0199d1c2b1d07c3e9f4a5b6c7d8e9f00", "score": 5},
    "list_survey_answers": None,
    "get_cohorts": None,
    "list_forms": None,
    "get_coaching_week": None,
    "get_coaching_month": None,
    "post_review": {
        "agent": "zoe",
        "week": "2026-W45",
        "contact_id": "con_0199d1c2b1d07c3e9f4a5b6c7d8e9f00",
        "form": "none",
        "answers": {},
    },
    "get_review": None,
    "post_action": {"text": "hello", "due_on": "2199-01-01", "agreed_by": ["zoe"]},
    "post_settle": {"state": "done"},
    "list_certificates": None,
    "post_certificate": {"agent": "zoe", "skill": "garganey_skill", "score": 0.9},
    "delete_certificate": None,
    "get_answer_report": None,
    "get_article_gaps": None,
    "get_metrics": None,
    "get_live": None,
    "list_triage_models": None,
    "get_triage_model": None,
    "activate_triage_model": None,
    "start_triage_model_trial": None,
    "end_triage_model_trial": None,
    "get_sensitivity_models": None,
    "put_sensitivity_examples": {"examples": {}},
    "list_triage_corrections": None,
    "accept_triage_correction": None,
    "reject_triage_correction": None,
    "lint_triage_examples": None,
    "list_audit": None,
    "post_staffing": {"day": "2026-12-01"},
    "list_staffing": None,
    "get_staffing": None,
    "cancel_staffing": None,
    "list_incidents": None,
    "post_incident": {"title": "Outage", "topics": ["sign_in"]},
    "get_incident": None,
    "patch_incident": {"title": "Outage"},
    "declare_incident": None,
    "post_incident_update": {"status": {"en": "we work on it"}},
    "fix_incident": None,
    "dismiss_incident": None,
    "list_monitors": None,
    "post_monitor": {"name": "network"},
    "delete_monitor": None,
    "post_alert": {"alert": "a", "state": "firing"},
}
"""How an operation is called in the search for leaks.

What stands in its path is a sensitive contact's, wherever there is such a thing.
"""

NAMES_CONFIGURATION = {
    "get_article_gaps",
    "get_matrix",
    "get_service_level",
    "get_queues_report",
    "get_fcr_report",
    "get_arrivals_report",
    "export_report",
    "get_interval_history",
    "get_backlog_report",
    "get_evenness_report",
    "get_retention_report",
    "get_ladder_report",
    "get_scorecard",
    "get_interim_service_levels",
    "get_service_level_proposal",
    "get_person_report",
    "list_certificates",
    "post_certificate",
    "get_metrics",
    "get_live",
    "list_triage_models",
    "get_triage_model",
    "activate_triage_model",
    "start_triage_model_trial",
    "lint_triage_examples",
    "get_expected_wait",
    "list_waiting",
    "post_token",
}
"""Operations that may name queues and topics: they speak of these, not of a contact."""

TELLS_OF_CUSTOMERS = {
    "list_customers",
    "get_customer",
    "patch_customer",
    "merge_customer",
    "split_customer",
    "post_customer_session",
    "list_audit",
}
"""Operations that are about customers: they name them, but not what they wrote, nor that they are vulnerable."""

SAID: dict[str, Any] = {
    "subject": "quillwort",
    "text": "someone stole my card, fraud, says the brambling, call +49 30 555 7788",
    "channel_ref": "ref-siskin-7",
    "context": {"page": "/whinchat"},
    "customer": {
        "name": "Zebedee Quux",
        "email": "zebedee.quux@example.com",
        "phone": "+49 30 901820",
        "external_id": "crm-wryneck-9",
        "attributes": {"vulnerable": True, "segment": "dunlin"},
    },
    "topic": "garganey_topic",
}
WORDS = (
    *("quillwort", "brambling", "siskin", "whinchat", "555 7788", "vulnerable"),
    *("pochard", "shoveler", "gadwall"),  # what agents wrote
)
ITS_CUSTOMER = ("Zebedee", "zebedee", "quux", "901820", "wryneck", "dunlin")
CONFIGURATION = ("garganey_topic", "garganey_queue", "garganey_skill")


def document() -> dict[str, Any]:
    """The small workspace with a sensitive topic, its queue, its skill and its agent."""
    made = small()
    made["skills"] = [*made["skills"], {"name": "garganey_skill"}]
    skill = {"skill": "garganey_skill", "min": 2}
    made["queues"] = [
        *made["queues"],
        {
            "name": "garganey_queue",
            "position": 90,
            "units": 2,
            "service_level": {"goal": 0.8, "target_s": 60},
            "skills": [skill],
            "wrap_up_s": 0,
        },
    ]
    topic = {
        "name": "garganey_topic",
        "title": "Garganey",
        "touch": "high",
        "sensitive": True,
        "queue": "garganey_queue",
    }
    made["topics"] = [*made["topics"], topic]
    zoe = {
        **made["agents"][0],
        "name": "zoe",
        "title": "Zoe",
        "skills": [{"skill": "garganey_skill", "proficiency": 4}],
    }
    made["agents"] = [*made["agents"], zoe]
    made["escalations"] = [{"name": "P1", "queue": "garganey_queue"}]
    return made


@dataclass
class Stage:
    """A workspace in which a sensitive contact has left traces wherever one can, and keys with any scopes."""

    workspace: Workspace
    parts: Parts
    ids: dict[str, str] = field(default_factory=dict)
    contacts: list[str] = field(default_factory=list)
    customer: str = ""
    keys: dict[frozenset[Scope], str] = field(default_factory=dict)
    untouched: str = ""
    """A sensitive contact that waits as it did when it came."""

    async def key(self, *scopes: Scope) -> str:
        """A key with exactly these scopes."""
        wanted = frozenset(scopes)
        if wanted not in self.keys:
            async with self.parts.database.transaction() as session:
                _, self.keys[wanted] = await make_key(
                    session, self.workspace.id, "one of the matrix", list(wanted), Trust.VERIFIED
                )
        return self.keys[wanted]

    async def call(self, operation: str, key: str | None, body: Any = None, **path: str) -> httpx.Response:
        method, template, _ = OPERATIONS[operation]
        address = re.sub(r"\{(\w+)\}", lambda found: path.get(found[1], "nothing"), template)
        query = {"for_s": 0} if operation == "get_live" else None  # else it would go on for an hour
        request = self.workspace.api.build_request(method, address, json=body, params=query)
        del request.headers["Authorization"]
        if key is not None:
            request.headers["Authorization"] = f"Bearer {key}"
        return await self.workspace.api.send(request)

    async def sensitive(self) -> str:
        """A sensitive contact that waits for its agent."""
        made = await self.workspace.post(**{"channel": "chat", **SAID})
        assert made["triage"]["sensitive"]
        self.contacts.append(made["id"])
        return str(made["id"])

    async def one_more(self, *, merged: bool) -> tuple[str, dict[str, str] | None]:
        """A customer of another sensitive contact who is merged into the first one's, or may be with the body."""
        contact = await self.workspace.post(**{"channel": "chat", **SAID, "customer": {}})
        self.contacts.append(contact["id"])
        made = str(contact["customer_id"])
        into = {"into": self.customer}
        if merged:
            assert (await self.workspace.api.post(f"/v1/customers/{made}/merge", json=into)).status_code == 200
        return made, None if merged else into


@pytest.fixture(scope="module")
async def stage(service: tuple[str, Parts]) -> AsyncIterator[Stage]:
    url, parts = service
    made = document()
    workspace_id, key = await make_workspace(parts.database, made)
    await parts.snapshots.get(workspace_id)
    await parts.models.ready(workspace_id)
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        api.event_hooks = {"response": [conforms]}
        workspace = Workspace(url, workspace_id, made["workspace"]["name"], key, api, parts.database, parts.engine)
        stage = Stage(workspace, parts)
        await _leave_traces(stage)
        yield stage
    await _remove(parts, workspace_id)


async def _leave_traces(stage: Stage) -> None:
    """A sensitive contact is served, noted, corrected and told to a webhook; another one waits."""
    workspace = stage.workspace
    families = {name.partition(".")[0] for name in EVENTS} - {"queue", "service_level"}  # these name queues anyway
    events = [f"{family}.*" for family in families]
    hook = {"url": "http://127.0.0.1:9/hook", "sensitive": "included", "events": events}
    assert (await workspace.api.put("/v1/webhooks/crm", json=hook)).status_code == 201
    done = await stage.sensitive()
    async with workspace.desk("zoe") as zoe:
        assignment = await accepted(zoe, done)
        words = {"disposition": "pochard", "notes": "shoveler", "topic": "garganey_topic"}
        await zoe.do("assignment.complete", assignment_id=assignment, **words)
    waiting = await stage.sensitive()
    stage.customer = (await workspace.contact(waiting))["customer_id"]
    escalation = {"severity": "P1", "reason": "gadwall", "handoff": HANDOFF}
    assert (await workspace.api.post(f"/v1/contacts/{waiting}/escalate", json=escalation)).status_code == 200

    async def told() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await workspace.api.get("/v1/webhooks/crm/deliveries")).json()["items"]
        return [item for item in items if item["subject"] == waiting]

    deliveries = await eventually(told)
    corrections = (await workspace.api.get("/v1/triage/corrections")).json()["items"]
    post = (await workspace.post("how do I set up my voicemail", channel="community"))["route"]["post"]["id"]
    reply = (await workspace.api.post(f"/v1/posts/{post}/replies", json={"author": "a", "body": "b"})).json()["id"]
    incident = (await workspace.api.post("/v1/incidents", json={"title": "Outage", "topics": ["sign_in"]})).json()["id"]
    model = (await workspace.api.get("/v1/triage/models")).json()["items"][0]["version"]
    stage.ids = {
        "message_id": deliveries[0]["id"],
        "correction_id": corrections[0]["id"],
        "post_id": post,
        "reply_id": reply,
        "incident_id": incident,
        "version": model,
        "week": week_of(utc_now().date()).name,
        "month": f"{week_of(utc_now().date()).first + timedelta(days=3):%Y-%m}",
        "attachment_id": await _with_file(workspace, waiting),
    }


async def _with_file(workspace: Workspace, contact: str) -> str:
    """A file with a name that tells, beside a message of the contact."""
    file: str = (await workspace.api.post("/v1/attachments?name=siskin.txt", content=b"brambling")).json()["id"]
    said = {"text": "see the file", "attachments": [{"id": file}]}
    assert (await workspace.api.post(f"/v1/contacts/{contact}/messages", json=said)).status_code == 201
    return file


CHANGE_A_WEBHOOK = (
    "put_webhook",
    "patch_webhook",
    "delete_webhook",
    "rotate_webhook_secret",
    "test_webhook",
    "resume_webhook",
)


NAMED = {
    "get_expected_wait": "garganey_queue",
    "list_waiting": "garganey_queue",
    **dict.fromkeys(("post_token", "get_coaching_week", "get_coaching_month", "post_action"), "zoe"),
}
"""What operations are asked about that are not about the webhook."""


async def reference_of(stage: Stage, operation: str) -> str:
    """What `{reference}` or `{name}` stands for there; the webhook that was told things stays as it is."""
    if operation not in CHANGE_A_WEBHOOK:
        return NAMED.get(operation, "crm")
    hook = {"url": "http://127.0.0.1:9/hook", "sensitive": "included"}
    assert (await stage.workspace.api.put("/v1/webhooks/spare", json=hook)).status_code in (200, 201)
    return "spare"


def alternatives(operation: str) -> list[frozenset[Scope]]:
    """The scopes that the contract says an operation needs: all of one of these sets."""
    security = OPERATIONS[operation][2]["security"]
    return [frozenset(Scope(scope) for scope in one["api_key"]) for one in security]


def needed(operation: str) -> frozenset[Scope]:
    """Scopes with which an operation is open."""
    return alternatives(operation)[0]


PARTS = 8
"""So many tests ask for what is kept from a key, an operation after the other: a test for each costs more than it does."""

CLOSED = sorted(set(OPERATIONS) - {*OPEN, *LINKED, *SIGNED})


def test_every_operation_is_classified() -> None:
    """To add one, say how it is called here, or that it is about configuration, keys or health alone; no entry is
    of the past.
    """
    for operation, (_, path, described) in OPERATIONS.items():
        assert operation in REQUESTS or set(described["tags"]) <= NO_CONTACTS, (
            f"say in REQUESTS what {operation} ({path}) is sent"
        )
        if operation in CLOSED:
            assert all(alternatives(operation)), f"{operation} needs no scope"
    assert set(REQUESTS) | NAMES_CONFIGURATION | TELLS_OF_CUSTOMERS <= set(OPERATIONS)
    assert {*OPEN, *LINKED, *SIGNED} <= set(OPERATIONS)


async def test_without_a_key_nothing_but_the_open_doors_is_answered(stage: Stage) -> None:
    """401 for every operation that names a scope; the open ones say nothing of a workspace, the signed one wants its
    signature.
    """
    for operation in OPERATIONS:
        answer = await stage.call(operation, None, {} if OPERATIONS[operation][0] != "GET" else None)
        assert (answer.status_code == 401) is (operation not in (*OPEN, *LINKED)), operation


async def with_a_body(stage: Stage, operation: str, *scopes: Scope) -> httpx.Response:
    """What an operation answers a key with just these scopes, which is sent an empty body where there may be one."""
    body: Any = {} if OPERATIONS[operation][0] in ("POST", "PUT", "PATCH") else None
    answer = await stage.call(operation, await stage.key(*scopes), body)
    assert answer.headers.get_list("cache-control") == ["no-store"], operation
    return answer


def is_refused(answer: httpx.Response) -> bool:
    """Whether it is 403 with the scope that is missing."""
    return answer.status_code == 403 and answer.json()["type"] == "/problems/scope_missing"


@pytest.mark.parametrize("scope", [*Scope])
async def test_a_scope_does_what_the_contract_says_of_it_and_all_others_together_do_not(
    stage: Stage, scope: Scope
) -> None:
    """Alone it leads past the door of what it is enough for; where it is needed, a key with every other scope gets 403
    with the scope that is missing: whatever the path and the body. So no scope opens what the contract does not say.
    """
    for operation in (one for one in CLOSED if frozenset({scope}) in alternatives(one)):
        answer = await with_a_body(stage, operation, scope)
        assert answer.status_code not in (401, 403), (operation, answer.text)
    for operation in (one for one in CLOSED if scope in needed(one)):
        enough = {one for one in Scope if frozenset({one}) in alternatives(operation)}
        others = {*Scope} - enough - {scope}
        assert is_refused(await with_a_body(stage, operation, *others)), operation


@pytest.mark.parametrize("turn", range(4))
async def test_a_scope_alone_opens_nothing_else(stage: Stage, turn: int) -> None:
    """Each operation refuses keys with one scope that is not enough for it, too: every scope has its turn."""
    scopes = [*Scope]
    for number, operation in list(enumerate(CLOSED))[turn::4]:
        scope = scopes[number % len(scopes)]
        if frozenset({scope}) not in alternatives(operation):
            assert is_refused(await with_a_body(stage, operation, scope)), (operation, scope)


async def test_an_operation_of_several_scopes_opens_with_all_of_them(stage: Stage) -> None:
    """And needs no other."""
    for operation in (one for one in CLOSED if len(needed(one)) > 1):
        answer = await stage.call(
            operation, await stage.key(*needed(operation)), {} if OPERATIONS[operation][0] != "GET" else None
        )
        assert answer.status_code not in (401, 403), operation


@pytest.mark.parametrize("scopes", ["all but contacts:sensitive", "the least"])
@pytest.mark.parametrize("turn", range(PARTS))
async def test_nothing_of_a_sensitive_contact_is_told_without_the_scope(stage: Stage, turn: int, scopes: str) -> None:
    """Not its words, not its customer, not why it is where it is, nor who was to serve it: by a key with every other
    scope, and by one with just what the operation needs. An operation that is given the contact's id may say the id
    again.
    """
    found = [(operation, await told(stage, operation, scopes)) for operation in sorted(REQUESTS)[turn::PARTS]]
    assert not [(operation, *what) for operation, what in found if what[1]]


async def told(stage: Stage, operation: str, scopes: str) -> tuple[int, list[str]]:
    """The status of an operation's answer to a key without the scope, and what that tells of what must not be told."""
    held = frozenset(Scope) - {Scope.CONTACTS_SENSITIVE}
    if scopes == "the least" and operation in CLOSED:
        held = needed(operation) - {Scope.CONTACTS_SENSITIVE}
    reference = await reference_of(stage, operation)
    path = {
        **stage.ids,
        "reference": reference,
        "name": reference,
        "monitor_id": "mon_" + "0" * 32,
        "customer_id": stage.customer,
    }
    if "{contact_id}" in OPERATIONS[operation][1]:
        path["contact_id"] = stage.untouched = stage.untouched or await stage.sensitive()
    body = REQUESTS[operation]
    if operation in ("merge_customer", "split_customer"):
        path["customer_id"], body = await stage.one_more(merged=operation == "split_customer")
    answer = await stage.call(operation, await stage.key(*held), body, **path)
    if answer.is_success and OPERATIONS[operation][0] != "GET":
        stage.untouched = ""
    return answer.status_code, leaks(answer, operation, stage)


def leaks(answer: httpx.Response, operation: str, stage: Stage) -> list[str]:
    """Which of what must not be told stands in an answer, headers included."""
    secret = [*WORDS, *(() if operation in NAMES_CONFIGURATION else CONFIGURATION)]
    if operation not in TELLS_OF_CUSTOMERS:
        secret += [*ITS_CUSTOMER, stage.customer]
    if "{contact_id}" not in OPERATIONS[operation][1]:
        secret += stage.contacts
    shown = f"{answer.text} {dict(answer.headers)}"
    return [word for word in secret if word in shown]


async def test_with_the_scope_the_same_answers_tell_it(stage: Stage) -> None:
    """So the search above looks for what is there: the contact, its decision and journal, the lists, the correction,
    the deliveries.
    """
    path = {**stage.ids, "contact_id": stage.contacts[1], "customer_id": stage.customer, "reference": "crm"}
    seen: Mapping[str, list[str]] = {
        operation: leaks(
            await stage.call(operation, stage.workspace.key, **path),
            operation,
            stage,
        )
        for operation in (
            "get_contact",
            "list_contacts",
            "get_decision",
            "get_events",
            "list_audit",
            "list_webhook_deliveries",
            "list_triage_corrections",
            "get_customer",
        )
    }
    assert all(seen.values()), seen
    assert {word for words in seen.values() for word in words} >= {
        "quillwort",
        "whinchat",
        "siskin",
        "gadwall",
        "shoveler",
        *CONFIGURATION[:2],
    }
