"""The lean way of a hot route: whatever is sent, the answer is that of the usual way."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event

from mci_router.access.keys import Caller
from mci_router.access.rates import Rates, Standing
from mci_router.api.parts import Parts
from mci_router.api.router import Route
from mci_router.api.schemas.contacts import ContactIn
from mci_router.app import create_app
from mci_router.settings import Settings
from tests.support.problems import assert_problem
from tests.support.service import Workspace

USUAL = "application/json; charset=utf-8"
"""What is sent so takes the usual way: the lean one knows no parameters."""
DEEP = b"[" * 3_000 + b"]" * 3_000
BODIES = {
    "right": b'{"channel": "chat", "text": "hello there"}',
    "numbers as text": b'{"channel": "chat", "text": "hello there", "priority": "3"}',
    "half a surrogate pair": b'{"channel": "chat", "text": "half \\ud83d of a face"}',
    "NUL": b'{"channel": "chat", "text": "a\\u0000b"}',
    "a member twice": b'{"channel": "chat", "text": "first", "text": "second"}',
    "UTF-16": '{"channel": "chat", "text": "hello there"}'.encode("utf-16"),
    "a number that JSON lacks": b'{"channel": "chat", "text": "x", "context": {"a": NaN}}',
    "too large a number": b'{"channel": "chat", "text": "x", "context": {"a": 1e999}}',
    "an endless number": b'{"channel": "chat", "text": "x", "context": {"a": ' + b"9" * 5_000 + b"}}",
    "nested": b'{"channel": "chat", "text": "x", "context": {"a": ' + DEEP + b"}}",
    "nothing": b"",
    "no object": b"[]",
    "no JSON": b'{"channel": "chat", "text": "hello there"',
    "not in UTF-8": b'{"channel": "chat", "text": "\xff"}',
    "an unknown member": b'{"channel": "chat", "text": "hello there", "txet": "x"}',
    "thousands of unknown members": json.dumps({"text": "x"} | {f"member {n}": n for n in range(9_000)}).encode(),
    "too many values": b'{"channel": "chat", "text": "x", "context": [' + b"[]," * 15_000 + b"1]}",
    "several faults": b'{"channel": "fax", "customer": {"trust": "much"}, "priority": 11}',
}


def told(answer: Any) -> Any:
    """What an answer says, without what is new each time."""
    if isinstance(answer, dict):
        return {name: told(value) for name, value in answer.items() if name not in ("id", "case_id", "customer_id")}
    return answer


async def test_every_body_is_answered_as_on_the_usual_way(workspace: Workspace) -> None:
    for what, body in BODIES.items():
        lean, usual = [
            await workspace.api.post("/v1/contacts", content=body, headers={"Content-Type": kind})
            for kind in ("application/json", USUAL)
        ]
        assert lean.status_code == usual.status_code, what
        assert set(lean.headers) == set(usual.headers), what
        assert lean.headers["content-type"] == usual.headers["content-type"], what
        assert told(lean.json()).keys() == told(usual.json()).keys(), what
        assert lean.status_code == 201 or lean.json() == usual.json(), what


async def test_a_body_in_pieces_is_read_whole(workspace: Workspace) -> None:
    """By the lean way, and, where that leaves it to the usual one, by that once more: never half of it."""

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]
            await asyncio.sleep(0)

    sent = {"Content-Type": "application/json"}
    right = await workspace.api.post("/v1/contacts", content=pieces(BODIES["right"]), headers=sent)
    assert (await workspace.contact(right.json()["id"]))["text"] == "hello there"
    for what in ("several faults", "no JSON", "nested"):
        whole = await workspace.api.post("/v1/contacts", content=BODIES[what], headers=sent)
        parted = await workspace.api.post("/v1/contacts", content=pieces(BODIES[what]), headers=sent)
        assert (parted.status_code, parted.json()) == (whole.status_code, whole.json()), what


async def test_a_customer_who_goes_while_a_body_comes_is_no_failure(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is answered, and nothing is logged: whoever breaks off could fill the log, of a real failure's kind."""
    come = iter([{"type": "http.request", "body": b'{"channel"', "more_body": True}, {"type": "http.disconnect"}])
    answered: list[Any] = []

    async def receive() -> Any:
        return next(come)

    async def send(message: Any) -> None:
        answered.append(message)

    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer mci_any")]
    asked = {"type": "http", "method": "POST", "path": "/v1/contacts", "query_string": b"", "headers": headers}
    await create_app(settings)(asked | {"http_version": "1.1", "scheme": "http", "root_path": ""}, receive, send)
    assert not answered
    assert not caplog.records


async def test_a_reference_that_cannot_be_one_is_refused_as_elsewhere(workspace: Workspace) -> None:
    """Also one that is right and means nothing; the route with a reference in its path has the lean way, too."""
    for contact in ("con_unknown", "a" * 65, "a%20b"):
        answers = [
            await workspace.api.post(
                f"/v1/contacts/{contact}/messages",
                content=b'{"kind": "customer", "text": "hello"}',
                headers={"Content-Type": kind},
            )
            for kind in ("application/json", USUAL)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], contact
        assert answers[0].json() == answers[1].json(), contact


async def test_wrong_headers_are_refused(workspace: Workspace) -> None:
    """A key or a type that is not plainly right is refused as on every route."""
    for headers, status, slug in (
        ({"Authorization": ""}, 401, "not_authenticated"),
        ({"Authorization": "Basic abc"}, 401, "not_authenticated"),
        ({"Authorization": "Bearer mci_unknown"}, 401, "not_authenticated"),
        ({"Idempotency-Key": ""}, 422, "invalid_request"),
        ({"Idempotency-Key": "k" * 256}, 422, "invalid_request"),
        ({"Content-Type": "text/plain"}, 422, "invalid_request"),
    ):
        sent = {"Content-Type": "application/json"} | headers
        assert_problem(await workspace.api.post("/v1/contacts", content=BODIES["right"], headers=sent), status, slug)


async def test_an_unknown_query_parameter_is_refused(workspace: Workspace) -> None:
    refused = await workspace.api.post("/v1/contacts?prority=3", json={"channel": "chat", "text": "hello"})
    assert_problem(refused, 422, "invalid_request")


async def test_a_replay_is_the_same_on_both_ways(workspace: Workspace) -> None:
    """The key means the contact, whichever way its requests take."""
    lean, usual = [
        await workspace.api.post(
            "/v1/contacts", content=BODIES["right"], headers={"Content-Type": kind, "Idempotency-Key": "once"}
        )
        for kind in ("application/json", USUAL)
    ]
    assert lean.json() == usual.json()


def test_the_lean_way_does_all_that_the_route_depends_on(settings: Settings) -> None:
    """A dependency that is added to all routes has to be added to the lean way, too."""
    hot = next(
        route
        for route in create_app(settings).routes
        if isinstance(route, Route) and route.path == "/v1/contacts" and route.methods == {"POST"}
    )
    known = {getattr(dependency.call, "__name__", None) for dependency in hot.dependant.dependencies}
    assert known == {"refuse_unknown_query", "_caller", "_parts"}


async def test_requests_that_come_together_look_their_key_up_once(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """A rush of requests with a key that is not remembered asks the ledger once, not once each."""
    made = await workspace.api.post("/v1/api-keys", json={"name": "rush", "scopes": ["contacts:write"]})
    asked: list[str] = []

    def note(*call: Any) -> None:
        if "api_keys.hash" in call[2]:
            asked.append(call[2])

    ledger = service[1].database.engine.sync_engine
    event.listen(ledger, "before_cursor_execute", note)
    try:
        by = {"Authorization": f"Bearer {made.json()['key']}"}
        answers = await asyncio.gather(
            *(workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "hi"}, headers=by) for _ in range(8))
        )
    finally:
        event.remove(ledger, "before_cursor_execute", note)
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len(asked) == 1


async def test_who_may_not_send_is_told_so_before_the_body_is_looked_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To check a long body takes longer than to refuse a key, or to say that its rate is over."""
    looked: list[str] = []
    check = ContactIn.model_validate_json

    def counted(body: bytes) -> ContactIn:
        looked.append("at it")
        return check(body)

    monkeypatch.setattr(ContactIn, "model_validate_json", counted)
    nobody = {"Authorization": "Bearer mci_nobody_has_this", "Content-Type": "application/json"}
    for what in ("right", "several faults"):
        answer = await workspace.api.post("/v1/contacts", content=BODIES[what], headers=nobody)
        assert_problem(answer, 401, "not_authenticated")
    assert looked == []


async def test_a_body_with_faults_is_paid_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although both ways ask who the caller is."""
    spent: list[int] = []
    spend = Rates.spend

    async def counted(rates: Rates, caller: Caller, cost: int) -> Standing:
        spent.append(cost)
        return await spend(rates, caller, cost)

    monkeypatch.setattr(Rates, "spend", counted)
    for what in ("several faults", "right"):
        sent = {"Content-Type": "application/json"}
        await workspace.api.post("/v1/contacts", content=BODIES[what], headers=sent)
    assert len(spent) == 2
