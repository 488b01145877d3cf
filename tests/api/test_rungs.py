"""The rungs of a ladder: what moves a contact on, what settles it, and what may never stand on one."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.documents import small
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

SIGN_IN = "I forgot my password and cannot log in"
HOW_TO = "how do I set up my voicemail greeting"
FRAUD = "fraud! a thief used my card"
AGENT: dict[str, Any] = {"outcome": "agent"}
EVERY_CELL = ("high_volume_low_touch", "low_volume_low_touch", "high_volume_high_touch", "low_volume_high_touch")


def ladders(*rungs: dict[str, Any]) -> dict[str, Any]:
    """The small workspace with one ladder in every cell."""
    return small(policies=[{"name": cell, "ladder": [*rungs, AGENT]} for cell in EVERY_CELL])


async def outcomes(workspace: Workspace, contact_id: str) -> list[str]:
    decision = (await workspace.api.get(f"/v1/contacts/{contact_id}/decision")).json()
    return [step["route"]["outcome"] for step in decision["history"]]


async def test_silence_moves_a_contact_up_rung_by_rung(make: Make) -> None:
    """Each limit passes, the contact moves on by itself, its post closes, and an agent is the end of it."""
    document = ladders({"outcome": "automation", "limit_s": 0.3}, {"outcome": "community", "limit_s": 0.3})
    document["agents"][0]["capacity"]["channels"]["community"] = 1
    workspace = await make(document)
    contact = await workspace.post(SIGN_IN, channel="community")
    assert (contact["state"], contact["route"]["at_limit"]) == ("automating", "next")
    assert contact["route"]["reply_by"]
    queued = await workspace.until_state(contact["id"], "queued")
    assert (queued["outcome"], queued["rung"], queued["queue"]) == ("agent", 2, "desk")
    assert await outcomes(workspace, contact["id"]) == ["automation", "community", "agent"]
    assert {post["status"] for post in (await workspace.api.get("/v1/posts")).json()["items"]} == {"closed"}
    async with workspace.desk("ann") as ann:
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_silence_settles_a_contact_where_the_rung_says_so(make: Make) -> None:
    """With `at_limit: resolve` no objection counts as resolved, and the journal says why."""
    workspace = await make(ladders({"outcome": "automation", "limit_s": 0.3, "at_limit": "resolve"}))
    contact = await workspace.post(SIGN_IN)
    assert contact["route"]["at_limit"] == "resolve"
    await workspace.until_state(contact["id"], "resolved")

    async def told() -> list[dict[str, Any]]:
        return [event for event in await workspace.events(contact["id"]) if event["type"] == "contact.resolved"]

    assert (await eventually(told))[0]["data"]["why"] == "no_objection"
    assert await outcomes(workspace, contact["id"]) == ["automation"]


async def test_an_objection_before_the_limit_is_heard(make: Make) -> None:
    """The customer who says that it did not help is with an agent when the limit would have passed, and stays there."""
    workspace = await make(ladders({"outcome": "automation", "limit_s": 0.5, "at_limit": "resolve"}))
    contact = await workspace.post(SIGN_IN)
    answer = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")).json()
    assert (answer["state"], answer["route"]["at_limit"]) == ("queued", None)
    later = await workspace.post(SIGN_IN)
    await workspace.until_state(later["id"], "resolved")
    assert (await workspace.contact(contact["id"]))["state"] == "queued"


async def test_a_rung_without_a_limit_waits(make: Make) -> None:
    """No `limit_s`: no timer, no reply_by."""
    workspace = await make(ladders({"outcome": "community"}))
    patient = await workspace.post(HOW_TO, channel="community")
    assert (patient["route"]["reply_by"], patient["route"]["at_limit"]) == (None, None)
    assert (await workspace.contact(patient["id"]))["state"] == "posted"


async def test_an_accepted_reply_resolves_the_contact(workspace: Workspace) -> None:
    """The post is answered, the contact resolved; accepting it again is harmless, and another reply cannot be accepted."""
    contact = await workspace.post(HOW_TO, channel="community")
    post = f"/v1/posts/{contact['route']['post']['id']}"
    replies = [
        (await workspace.api.post(f"{post}/replies", json={"author": "kim", "body": body})).json()["id"]
        for body in ("a", "b")
    ]
    for _ in range(2):
        accepted = await workspace.api.post(f"{post}/replies/{replies[0]}/accept")
        assert (accepted.status_code, accepted.json()["status"]) == (200, "answered")
    assert (await workspace.api.post(f"{post}/replies/{replies[1]}/accept")).status_code == 409
    await workspace.until_state(contact["id"], "resolved")
    shown = (await workspace.api.get(post)).json()
    assert [(reply["id"], reply["accepted"]) for reply in shown["replies"]] == [(replies[0], True), (replies[1], False)]


async def test_a_reply_accepted_after_the_contact_ended_changes_nothing(workspace: Workspace) -> None:
    """The post closed with its contact: 409, and the contact stays as it ended."""
    contact = await workspace.post(HOW_TO, channel="community")
    post = f"/v1/posts/{contact['route']['post']['id']}"
    reply = (await workspace.api.post(f"{post}/replies", json={"author": "kim", "body": "hold 1"})).json()["id"]
    await workspace.api.post(f"/v1/contacts/{contact['id']}/abandon")
    assert (await workspace.api.post(f"{post}/replies/{reply}/accept")).status_code == 409
    assert (await workspace.contact(contact["id"]))["state"] == "abandoned"


async def test_a_sensitive_contact_is_never_posted_nor_automated(make: Make) -> None:
    """Whatever the policy says it goes to a person, privately, and nothing of it is on the board."""
    document = ladders({"outcome": "automation", "limit_s": 60}, {"outcome": "community", "limit_s": 60})
    document["articles"].append(
        {"name": "fraud", "topic": "card_fraud", "title": "Card fraud", "body": "Block the card."}
    )
    workspace = await make(document)
    for told in ({"text": FRAUD}, {"text": "hello", "topic": "card_fraud"}):
        contact = await workspace.post(**told, channel="community")
        assert (contact["triage"]["sensitive"], contact["triage"]["modality"]) == (True, "one_to_one")
        assert (contact["route"]["outcome"], contact["route"]["queue"]) == ("agent", "fraud_desk")
        assert (contact["route"]["answer"], contact["route"]["post"]) == (None, None)
    assert (await workspace.api.get("/v1/posts")).json()["items"] == []


@pytest.mark.parametrize(("channel", "outcome"), [("community", "community"), ("voice", "agent"), ("social", "agent")])
async def test_a_rung_serves_only_its_channels(make: Make, channel: str, outcome: str) -> None:
    """A rung for other channels is passed over, and the reasons say so."""
    workspace = await make(ladders({"outcome": "community", "limit_s": 60, "channels": ["chat", "community"]}))
    contact = await workspace.post(HOW_TO, channel=channel)
    assert contact["route"]["outcome"] == outcome
    assert any(channel in reason for reason in contact["route"]["reasons"]) or outcome == "community"


async def test_automation_without_an_article_is_passed_over(make: Make) -> None:
    """Nothing to answer with: the next rung serves."""
    workspace = await make(ladders({"outcome": "automation", "limit_s": 60}, {"outcome": "community", "limit_s": 60}))
    assert (await workspace.post(HOW_TO, channel="community"))["route"]["outcome"] == "community"
    assert (await workspace.post(SIGN_IN, channel="community"))["route"]["outcome"] == "automation"


@pytest.mark.parametrize(
    "told",
    ["Write to Sam.Lee+home@mail.example.com", "Call +49 (30) 9018-20 or 030 901820", "My card is 4111111111111111"],
    ids=["mail", "numbers", "card"],
)
async def test_a_public_post_does_not_tell_who_asked(workspace: Workspace, told: str) -> None:
    """No e-mail address, phone number, card, name or id of customer or contact in it; title and text are the question."""
    contact = await workspace.post(
        f"How do I set up my voicemail? {told}",
        subject="voicemail of sam.lee@example.com",
        customer={"name": "Sam Leeson", "email": "sam.lee@example.com", "phone": "+49 30 901820"},
        topic="how_to",
        channel="community",
    )
    address = f"/v1/posts/{contact['route']['post']['id']}"
    shown = await workspace.api.get(address)
    listed = await workspace.api.get("/v1/posts")
    for public in (shown.text, listed.text):
        for secret in (
            "example.com",
            "9018",
            "4111",
            "Leeson",
            contact["customer_id"],
            contact["id"],
            contact["case_id"],
        ):
            assert secret not in public
    assert shown.json()["body"].startswith("How do I set up my voicemail?")


async def test_a_message_answers_and_ends_a_contact(make: Make) -> None:
    """The text of the rung is in the answer, the contact is over, and the journal says why; a sensitive one passes the
    rung by.
    """
    words = "We do not offer voicemail. What we offer stands on our website."
    workspace = await make(ladders({"outcome": "message_only", "message": words}))
    contact = await workspace.post(HOW_TO, topic="how_to")
    assert (contact["state"], contact["route"]["outcome"], contact["route"]["message"]) == (
        "resolved",
        "message_only",
        words,
    )
    await workspace.until_state(contact["id"], "resolved")

    async def ended() -> list[str]:
        return [
            event["data"]["why"]
            for event in await workspace.events(contact["id"])
            if event["type"] == "contact.resolved"
        ]

    assert await eventually(ended) == ["message_only"]
    assert (await workspace.post(FRAUD))["route"]["outcome"] == "agent"


@pytest.mark.parametrize(
    "rung",
    [
        {"outcome": "message_only"},
        {"outcome": "message_only", "message": " "},
        {"outcome": "message_only", "message": "Goodbye.", "limit_s": 5},
        {"outcome": "automation", "message": "Goodbye."},
    ],
)
async def test_a_message_belongs_to_its_own_rung_and_has_no_limit(shared: Workspace, rung: dict[str, Any]) -> None:
    """Any other combination would mean nothing, and is refused."""
    response = await shared.api.put("/v1/policies/low_volume_low_touch", json={"ladder": [rung, AGENT]})
    assert response.status_code == 422
