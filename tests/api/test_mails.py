"""What the API has for adapters of mails: messages found by the channel's ids, conversations that branch, what the router
answers as messages, addresses that take nothing.
"""

from typing import Any

import pytest

from tests.support.incidents import act, incident
from tests.support.outbound import adapter, by, key_of, receipt, reply, until_delivery
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

MAIL: dict[str, Any] = {
    "title": "E-mail",
    "channels": ["email"],
    "outbound": {"by": "stream"},
    "answers": "messages",
    "trust": "authenticated",
}
COMPLAINT = "a formal complaint, I demand a manager"


@pytest.fixture
async def key(workspace: Workspace) -> dict[str, Any]:
    await adapter(workspace, "mail", **MAIL)
    return await key_of(workspace, "contacts:write", "messages:deliver", adapter="mail", trust="authenticated")


async def post(workspace: Workspace, key: dict[str, Any], number: int, text: str = COMPLAINT, **more: Any) -> Any:
    """A mail of a customer."""
    customer = {"email": more.pop("email", "sam@example.org"), "trust": "authenticated"}
    body = {"channel": "email", "channel_message_id": f"{number}@example.org", "customer": customer, "text": text}
    response = await workspace.api.post("/v1/messages", json={"channel_ref": "thread", **body, **more}, headers=by(key))
    assert response.status_code in (200, 201), response.text
    return response.json()


async def said_in(workspace: Workspace, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    return found


async def test_messages_are_found_by_their_ids_and_only_by_whose_they_are(workspace: Workspace, key: Any) -> None:
    """Those that the adapter posted, by the channel's; those that went to it, by the router's."""
    first = await post(workspace, key, 1)
    second = await post(workspace, key, 2, "and my order is 4711")
    answer = await reply(workspace, first["contact"], "we look into it")
    asked = {"channel_message_id": ["1@example.org", "2@example.org", "no@example.org"], "message_id": [answer]}
    found = (await workspace.api.get("/v1/messages", params=asked, headers=by(key))).json()["items"]
    place = {name: first["contact"][name] for name in ("case_id",)} | {"contact_id": first["contact"]["id"]}
    at = {(one["channel_message_id"], one["message_id"]) for one in found}
    assert at == {("1@example.org", first["message"]["id"]), ("2@example.org", second["message"]["id"]), (None, answer)}
    assert all(one.items() >= {**place, "channel_ref": "thread"}.items() for one in found)
    await adapter(workspace, "other", **MAIL)
    theirs = await key_of(workspace, "contacts:write", adapter="other", trust="authenticated")
    assert (await workspace.api.get("/v1/messages", params=asked, headers=by(theirs))).json() == {"items": []}
    many = {"channel_message_id": [f"{number}" for number in range(21)]}
    assert_problem(await workspace.api.get("/v1/messages", params=many, headers=by(key)), 422, "invalid_request")


async def test_the_same_message_is_the_same_however_sure_its_sender_is(workspace: Workspace, key: Any) -> None:
    """What it says counts, not how far its sender is proven, nor where it belongs, which may be known better later."""
    first = await post(workspace, key, 1)
    again = await post(
        workspace, key, 1, customer={"email": "sam@example.org"}, channel_ref="elsewhere", context={"a": 1}
    )
    assert again["message"]["id"] == first["message"]["id"]
    body = {"channel": "email", "channel_message_id": "1@example.org", "text": "something else"}
    assert_problem(await workspace.api.post("/v1/messages", json=body, headers=by(key)), 422, "message_key_reused")


async def test_what_is_about_something_else_begins_a_case_that_is_linked(workspace: Workspace, key: Any) -> None:
    """Only with another subject and surely another topic, and only where the adapter says what to call it."""
    first = (await post(workspace, key, 1, subject="My bill"))["contact"]
    how_to = "where can I change the voicemail greeting"
    kept = [
        await post(workspace, key, 2, how_to, subject="Re: My bill", branch_ref="2"),
        await post(workspace, key, 3, COMPLAINT, subject="Your bill", branch_ref="3"),
        await post(workspace, key, 4, how_to, subject="Voicemail"),
        await post(workspace, key, 5, "hm", subject="Voicemail", branch_ref="5"),
    ]
    assert {one["contact"]["id"] for one in kept} == {first["id"]}
    branch = (await post(workspace, key, 6, how_to, subject="Voicemail", branch_ref="6"))["contact"]
    assert (branch["new"], branch["previous_contact"]) == (True, None)
    assert (await workspace.contact(branch["id"]))["channel_ref"] == "6"
    for case, other in ((first, branch), (branch, first)):
        found = (await workspace.api.get(f"/v1/cases/{case['case_id']}")).json()
        assert found["linked_cases"] == [other["case_id"]]
    more = await post(workspace, key, 7, "and how do I turn it off?", channel_ref="6")
    assert more["contact"]["id"] == branch["id"]


async def test_an_answer_is_a_message_once(workspace: Workspace, key: Any) -> None:
    """An article's; it waits for the adapter like all that is written, also where the message is posted again."""
    contact = (await post(workspace, key, 1, "I cannot sign in, forgot my password"))["contact"]
    await post(workspace, key, 1, "I cannot sign in, forgot my password")
    question, answer = await said_in(workspace, contact["case_id"])
    assert (question["kind"], answer["kind"], answer["delivery"]["state"]) == ("customer", "bot", "queued")
    assert "Forgotten password" in answer["text"]
    other = {"title": "Chat", "channels": ["email"], "trust": "authenticated"}
    await adapter(workspace, "plain", **other)
    plain = await key_of(workspace, "contacts:write", adapter="plain", trust="authenticated")
    shown = (await post(workspace, plain, 1, "I cannot sign in, forgot my password", email="kim@example.org"))[
        "contact"
    ]
    assert [one["kind"] for one in await said_in(workspace, shown["case_id"])] == ["customer"]


async def test_an_incidents_news_are_messages_too(workspace: Workspace, key: Any) -> None:
    """Its status at once, each update and the fix, once each."""
    declared = await incident(workspace, status={"en": "We look into it."})
    contact = (await post(workspace, key, 1, "I cannot sign in, forgot my password"))["contact"]
    await act(workspace, declared["id"], "updates", status={"en": "We have found it."})

    async def told() -> list[str]:
        said = [one["text"] for one in await said_in(workspace, contact["case_id"]) if one["kind"] == "system"]
        return said if len(said) == 2 else []

    status, update = await eventually(told)
    assert "We look into it." in status
    assert update == "We have found it."


async def test_a_message_that_came_back_makes_its_address_failing(workspace: Workspace, key: Any) -> None:
    """For good, and only then; until something comes from it. Other failures say nothing of the address."""
    contact = (await post(workspace, key, 1))["contact"]
    customer = (await workspace.contact(contact["id"]))["customer_id"]

    async def failing() -> bool:
        (found,) = (await workspace.api.get(f"/v1/customers/{customer}")).json()["addresses"]
        return found["failing_since"] is not None

    for error in ({"slug": "bounced", "retryable": True}, {"slug": "too_long"}, {"slug": "bounced"}):
        assert not await failing()
        message = await reply(workspace, contact, "we look into it")
        await receipt(workspace, key, message, "failed", error=error)
        await until_delivery(workspace, message, "failed")
    assert await failing()
    await post(workspace, key, 2, "I am here still")
    assert not await failing()
