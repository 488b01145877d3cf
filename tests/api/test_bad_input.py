"""What a router must survive: every bad request gets a problem document that says what and where, and leaves nothing
half written.
"""

import gc
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from tests.support.problems import assert_nothing_written, assert_problem, rows
from tests.support.rows import every
from tests.support.service import Workspace, eventually

LIMIT = 262_144  # bytes of a body
JSON = {"Content-Type": "application/json"}
NOBODY = "cus_" + "0" * 32


def nested(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(levels - 1):
        tree = {"a": tree}
    return tree


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown channel": ({"channel": "telex"}, "invalid_request", "body.channel"),
    "empty text": ({"text": ""}, "invalid_request", "body.text"),
    "only blanks": ({"text": " \t\n\u00a0\u3000"}, "invalid_request", "body.text"),
    "only invisible characters": ({"text": "\u200b\u200d\ufeff\u2060"}, "invalid_request", "body.text"),
    "only a variation selector and marks": ({"text": "\u00ad\u200e"}, "invalid_request", "body.text"),
    "only NUL": ({"text": "\x00\x00"}, "invalid_request", "body.text"),
    "text over its limit": ({"text": "a" * 50_001}, "invalid_request", "body.text"),
    "text of another type": ({"text": 42}, "invalid_request", "body.text"),
    "text missing": ({"text": ...}, "invalid_request", "body.text"),
    "channel missing": ({"channel": ...}, "invalid_request", "body.channel"),
    "an unknown field": ({"colour": "red"}, "invalid_request", "body.colour"),
    "an unknown field inside": ({"customer": {"colour": "red"}}, "invalid_request", "body.customer.colour"),
    "customer of another type": ({"customer": "Sam"}, "invalid_request", "body.customer"),
    "priority out of range": ({"priority": 11}, "invalid_request", "body.priority"),
    "priority as a fraction": ({"priority": 1.5}, "invalid_request", "body.priority"),
    "a bad language": ({"language": "English"}, "invalid_request", "body.language"),
    "an address of another type": (
        {"customer": {"email": ["sam@example.com"]}},
        "invalid_request",
        "body.customer.email",
    ),
    "an address without end": ({"customer": {"phone": "1" * 10_001}}, "invalid_request", "body.customer.phone"),
    "a trust that is none": ({"customer": {"trust": "certain"}}, "invalid_request", "body.customer.trust"),
    "a provider that is no word": ({"provider": "whats app!"}, "invalid_request", "body.provider"),
    "a customer id of another form": ({"customer": {"id": "sam"}}, "invalid_request", "body.customer.id"),
    "a customer id nobody has": ({"customer": {"id": NOBODY}}, "unknown_customer", ""),
    "an unknown topic": ({"topic": "no_such_topic"}, "unknown_topic", "body.topic"),
    "a topic of another form": ({"topic": "No Such Topic"}, "invalid_request", "body.topic"),
    "an unknown skill": (
        {"skills": [{"skill": "billing"}, {"skill": "juggling"}]},
        "unknown_skill",
        "body.skills.1.skill",
    ),
    "a skill out of range": ({"skills": [{"skill": "billing", "min": 6}]}, "invalid_request", "body.skills.0.min"),
    "a bad attachment": (
        {"attachments": [{"url": "ftp://files/a", "name": "a", "content_type": "text/plain"}]},
        "invalid_request",
        "body.attachments.0.url",
    ),
    "a context that is no object": ({"context": [1]}, "invalid_request", "body.context"),
    "a context nested too deep": ({"context": nested(9)}, "invalid_request", "body"),
    "a context nested far too deep": ({"context": nested(400)}, "invalid_request", "body"),
    "a context too long": ({"context": {"page": "x" * 16_400}}, "invalid_request", "body"),
    "a number without end in the context": ({"context": {"a": [10**400]}}, "invalid_request", "body"),
    "a number without end in an attribute": (
        {"customer": {"attributes": {"a": -(10**400)}}},
        "invalid_request",
        "body.customer.attributes.a",
    ),
    "NaN in the context": ({"context": {"a": [float("nan")]}}, "invalid_request", "body"),
    "infinity in the context": ({"context": {"a": {"b": float("-inf")}}}, "invalid_request", "body"),
    "NaN in the customer's attributes": (
        {"customer": {"attributes": {"age": float("nan")}}},
        "invalid_request",
        "body.customer",
    ),
    "infinity as a customer's attribute": (
        {"customer": {"attributes": {"age": float("inf")}}},
        "invalid_request",
        "body.customer",
    ),
}


@every(("change", "slug", "where"), REFUSED.values())
async def test_a_contact_that_is_not_right_is_refused_whole(
    shared: Workspace, change: dict[str, Any], slug: str, where: str
) -> None:
    """422, the stable type, the place; no contact, customer, case, post or idempotency key remains."""
    body = {"channel": "chat", "text": "hello there", "customer": {"email": "sam@example.com"}} | change
    body = {name: value for name, value in body.items() if value is not ...}
    response = await shared.api.post("/v1/contacts", content=json.dumps(body), headers=headers())
    assert_problem(response, 422, slug, where)
    await assert_nothing_written(shared)


MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "cut off": b'{"channel": "chat", "text": "hel',
    "not JSON": b"channel=chat",
    "not UTF-8": b'{"channel": "chat", "text": "\xff\xfe"}',
    "an endless list": b"[" * 100_000,
    "endless objects": b'{"a":' * 40_000,
    "a number with too many digits": b'{"channel": "chat", "text": "hi", "context": {"n": ' + b"9" * 5_000 + b"}}",
    "a list": b"[]",
    "a word": b'"hello"',
    "null": b"null",
}


@every("body", MALFORMED.values())
async def test_a_body_that_is_no_json_object_is_refused(shared: Workspace, body: bytes) -> None:
    """400 or 422 with a problem document, and nothing is written."""
    response = await shared.api.post("/v1/contacts", content=body, headers=headers())
    assert response.status_code in (400, 422), response.text
    assert_problem(
        response, response.status_code, "malformed_json" if response.status_code == 400 else "invalid_request"
    )
    await assert_nothing_written(shared)


@every("levels", [50, 500, 950, 5_000])
async def test_nesting_of_any_depth_is_refused_and_never_breaks_the_service(shared: Workspace, levels: int) -> None:
    """Lists in lists are bounded like objects, whichever part of the service meets them first."""
    body = b'{"channel": "chat", "text": "hi", "context": {"a": ' + b"[" * levels + b"]" * levels + b"}}"
    response = await shared.api.post("/v1/contacts", content=body, headers=headers())
    assert_problem(
        response, response.status_code, "malformed_json" if response.status_code == 400 else "invalid_request"
    )
    await assert_nothing_written(shared)


async def test_a_body_that_is_too_long_is_refused_by_its_announced_length(shared: Workspace) -> None:
    """1 MB of text: 413, before it is read."""
    response = await shared.api.post("/v1/contacts", json={"channel": "chat", "text": "a" * 1_000_000})
    assert_problem(response, 413, "body_too_large")
    await assert_nothing_written(shared)


async def test_a_body_that_turns_out_to_be_too_long_is_refused(shared: Workspace) -> None:
    """A chunked body announces no length: it is read up to the limit and no further."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"channel": "chat", "text": "'
        for _ in range(2 * LIMIT // 8_192):
            yield b"a" * 8_192
        yield b'"}'

    response = await shared.api.post("/v1/contacts", content=chunks(), headers=headers())
    assert_problem(response, 413, "body_too_large")
    await assert_nothing_written(shared)


SPOILT: dict[str, bytes] = {
    "text": rb'{"channel": "chat", "text": "one\ud800two\u0000three"}',
    "text with NUL": rb'{"channel": "chat", "text": "one\u0000two"}',
    "text that shows escapes": rb'{"channel": "chat", "text": "it logs \\ud83d\\ude00 and \\ud800"}',
    "subject": rb'{"channel": "email", "text": "hi", "subject": "a\udfffb\u0000"}',
    "context value": rb'{"channel": "chat", "text": "hi", "context": {"page": "a\ud800b\u0000"}}',
    "context name": rb'{"channel": "chat", "text": "hi", "context": {"p\udc00age\u0000": 1}}',
    "external id": rb'{"channel": "chat", "text": "hi", "customer": {"external_id": "a\ud800\u0000"}}',
    "name": rb'{"channel": "chat", "text": "hi", "customer": {"name": "S\u0000am"}}',
    "attribute": rb'{"channel": "chat", "text": "hi", "customer": {"attributes": {"a\u0000": "b\u0000\udc00"}}}',
    "channel reference": rb'{"channel": "chat", "text": "hi", "channel_ref": "a\u0000\ud800"}',
    "attachment": rb'{"channel":"chat","text":"hi","attachments":[{"url":"https://x.test/a","name":"\u0000","content_type":"a/b"}]}',
}


@every("body", SPOILT.values())
async def test_characters_that_no_database_holds_are_taken_cleanly_or_refused(
    workspace: Workspace, body: bytes
) -> None:
    """Half surrogate pairs and NUL: 201 with a text that can be read back, or 422; never a failure."""
    before = await rows(workspace)
    response = await workspace.api.post("/v1/contacts", content=body, headers=headers())
    if response.status_code == 201:
        assert "\x00" not in json.dumps(await workspace.contact(response.json()["id"]), ensure_ascii=False)
        assert (await workspace.api.get("/v1/contacts")).status_code == 200
    else:
        assert_problem(response, 422, "invalid_request", "body")
        assert await rows(workspace) == before


@every("reason", [r"gone\u0000", r"gone\ud800"])
async def test_a_spoilt_reason_does_not_stop_the_journal(workspace: Workspace, reason: str) -> None:
    """Whatever an ending says, it reaches the ledger, and so does what comes after it."""
    contact = await workspace.post("a formal complaint, I demand a manager")
    response = await workspace.api.post(
        f"/v1/contacts/{contact['id']}/abandon", content=f'{{"reason": "{reason}"}}', headers=headers()
    )
    assert response.status_code in (200, 422), response.text
    ended = await workspace.post("a formal complaint, I demand a manager")
    await workspace.api.post(f"/v1/contacts/{ended['id']}/cancel")

    async def told() -> bool:
        return bool(await workspace.events(ended["id"]))

    await eventually(told)


def headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}


@every("path", ["/v1/contacts", "/v1/decisions", "/v1/queues/desk", "/v1/monitors/x/alerts"])
async def test_what_is_nested_far_too_deep_is_refused_before_it_is_parsed(shared: Workspace, path: str) -> None:
    """422 that says so, on every route that takes a body, for arrays and objects, closed or not."""
    method = "PUT" if "queues" in path else "POST"
    for body in ("[" * 100_000, "[" * 5_000 + "]" * 5_000, '{"a":' * 500 + "1" + "}" * 500, '[{"a":"]"},' * 33):
        answer = await shared.api.request(method, path, content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "invalid_request", "body")
        assert "nested more than 32 deep" in answer.json()["detail"]
    flat = await shared.api.post("/v1/decisions", json={"channel": "chat", "text": '{["' * 100, "customer": {}})
    assert flat.status_code == 200, flat.text


async def test_thousands_of_query_parameters_cost_no_more_than_a_few(shared: Workspace) -> None:
    """The first twenty are named; the rest are not compared with the known ones."""
    many = "&".join(f"unknown{number}=1" for number in range(4_000)) + "&queue=a" * 1_000
    answer = await shared.api.get(f"/v1/contacts?{many}")
    assert_problem(answer, 422, "invalid_request", "query.unknown0")
    assert len(answer.json()["errors"]) == 20


async def test_what_costs_more_to_check_than_to_read_is_refused_unchecked(shared: Workspace) -> None:
    """To name each of ten thousand faults takes the process as long as dozens of contacts. Text is no value, whatever
    stands in it.
    """
    unknown = {f"colour{n}": n for n in range(9_000)}
    for body, said in (
        ({"channel": "chat", **unknown}, "body: has 9,000 members that are not known here"),
        ({"customer": unknown}, "body.customer: has 9,000 members that are not known here"),
        ({"context": {"list": [[]] * 15_000}}, "body: has more than 30,000 values: send it in several requests"),
    ):
        answer = await shared.api.post("/v1/contacts", json={"channel": "chat", "text": "hello", **body})
        assert_problem(answer, 422, "invalid_request")
        assert answer.json()["detail"] == said
    text = {"channel": "chat", "text": "one, [two], {three}, " * 2_300}
    assert (await shared.api.post("/v1/decisions", json=text)).status_code == 200


async def test_a_body_with_faults_is_not_kept(shared: Workspace) -> None:
    """The collector counts objects, not bytes: hundreds of megabytes of such bodies waited for it."""
    gc.collect()
    before = _refusals()  # what other tests have kept
    gc.disable()
    try:
        for change in ({"priority": 11}, {"colour": "red"}, {"text": " "}, {f"colour{n}": n for n in range(2_000)}):
            body = {"channel": "chat", "text": "hello", **change}
            assert_problem(await shared.api.post("/v1/contacts", json=body), 422, "invalid_request")
        assert_problem(await shared.api.post("/v1/contacts", content=b"{", headers=JSON), 400, "malformed_json")
        kept = [one for one in _refusals() if not any(one is other for other in before)]
    finally:
        gc.enable()
    assert kept == []


def _refusals() -> list[Exception]:
    """What validators have said in this process, as long as anything has it."""
    return [one for one in gc.get_objects() if isinstance(one, RequestValidationError | ValidationError)]


@every("member", ["channels", "cells"])
async def test_a_list_that_is_far_too_long_is_not_read_to_its_end(shared: Workspace, member: str) -> None:
    """To say of each of 9,000 channels which ones there are took 60 ms, in which nobody else was answered."""
    answer = await shared.api.put("/v1/queues/long", json={"title": "Long", member: ["telex"] * 9_000})
    assert_problem(answer, 422, "invalid_request")
    said = [one["problem"] for one in answer.json()["errors"] if one["where"].endswith(member)]
    assert len(said) == 1
    assert "at most 100 items" in said[0]
