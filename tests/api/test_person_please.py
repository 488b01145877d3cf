"""A person, please: in each language of the house, on each rung, a customer who asks for a person gets one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any
from uuid import uuid4

import pytest

from tests.support.documents import small
from tests.support.incidents import incident
from tests.support.service import Workspace, eventually
from tests.support.target import running_target
from tests.workflows.test_serving import REFUND

Make = Callable[..., Awaitable[Workspace]]
WISHES = {
    "en": "A person, please",
    "de": "Ich möchte mit einem Menschen sprechen",
    "fr": "Je voudrais parler à quelqu'un",
    "es": "Una persona, por favor",
    "it": "Vorrei parlare con un operatore",
    "pt": "Quero falar com um atendente",
    "nl": "Ik wil met een medewerker spreken",
    "pl": "Człowieka, proszę",
    "sv": "En människa, tack",
    "da": "Kan jeg tale med et rigtigt menneske",
    "cs": "Přepojte mě, chci mluvit s operátorem",
    "tr": "Müşteri temsilcisiyle görüşmek istiyorum",
    "ja": "担当者につないでください",
}
AGENT: dict[str, Any] = {"outcome": "agent"}
ONLY_A_MESSAGE = {"outcome": "message_only", "message": "We do not sell this."}
LADDERS = {
    "high_volume_low_touch": {"outcome": "automation"},
    "low_volume_low_touch": {"outcome": "community"},
    "high_volume_high_touch": ONLY_A_MESSAGE,
}
UNSOLD = {"name": "unsold", "title": "Not sold", "touch": "high", "expected_volume": "high"}
SOME = ("en", "de", "tr", "ja")
"""That each wish is understood, each rung shows; what else becomes of one asks for no language."""

SAID = "it is number 42"


def document() -> dict[str, Any]:
    """A workspace with a machine or the public on the first rung of three cells."""
    policies = [{"name": cell, "ladder": [rung, AGENT]} for cell, rung in LADDERS.items()]
    made = small(policies=policies)
    made["topics"] = [*made["topics"], UNSOLD]
    return made


async def says(workspace: Workspace, contact: str, text: str) -> dict[str, Any]:
    """What the customer says later, and what became of the contact."""
    answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": text})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def in_languages(
    asked: Callable[[str, str], Coroutine[Any, Any, None]], languages: Collection[str] = WISHES.keys()
) -> None:
    """Tries the wishes side by side, each with customers of its own."""
    async with asyncio.TaskGroup() as group:
        for language in languages:
            group.create_task(asked(language, WISHES[language]))


RUNGS: dict[str, tuple[str, dict[str, Any]]] = {
    "automation": ("automating", {"topic": "sign_in"}),
    "community": ("posted", {"topic": "how_to", "channel": "community"}),
    "ask": ("automating", {"topic": "how_to", "can_ask": True}),
}


@pytest.mark.parametrize("rung", RUNGS)
async def test_a_wish_for_a_person_leaves_every_rung(make: Make, rung: str) -> None:
    """An article, a post, the question whether it may be posted: each ends, and the contact waits for an agent of its
    topic. Who asked once is not sent back to a machine.
    """
    workspace = await make(document())
    state, said = RUNGS[rung]

    async def asked(language: str, wish: str) -> None:
        contact = await workspace.post(SAID, **said)
        assert (contact["state"], contact["route"]["outcome"] == "agent") == (state, False), (language, contact)
        spoken = await says(workspace, contact["id"], wish)
        now = await workspace.contact(contact["id"])
        assert (spoken["contact"]["moved"], now["state"], now["outcome"]) == (True, "queued", "agent"), language
        assert (now["topic"], bool(now["person_asked_at"])) == (said["topic"], True), language
        reasons = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()["route"]["reasons"]
        assert now["sensitive"] or "the customer asks for a person" in reasons, language

    await in_languages(asked, WISHES if rung == "automation" else SOME)
    posts = (await workspace.api.get("/v1/posts")).json()["items"]
    assert {post["status"] for post in posts} <= {"closed"}


async def test_a_wish_for_a_person_that_comes_first_passes_every_rung_over(make: Make) -> None:
    """It is not answered by a machine at all, also where the ladder of a high-touch cell begins with one."""
    workspace = await make(document())

    async def asked(language: str, wish: str) -> None:
        for topic in ("sign_in", "unsold"):
            contact = await workspace.post(wish, topic=topic)
            assert contact["route"]["outcome"] == "agent", (language, contact["route"])
            now = await workspace.contact(contact["id"])
            assert now["person_asked_at"] == now["accepted_at"], language

    await in_languages(asked)


async def test_a_wish_for_a_person_ends_the_status_of_an_incident(make: Make) -> None:
    """In high touch, too, where the incident answers as well."""
    workspace = await make(document())
    await incident(workspace, topics=["sign_in", "complaint"])

    async def asked(language: str, wish: str) -> None:
        for topic in ("sign_in", "complaint"):
            contact = await workspace.post(SAID, topic=topic)
            assert contact["route"]["outcome"] == "incident"
            await says(workspace, contact["id"], wish)
            now = await workspace.contact(contact["id"])
            assert (now["state"], now["outcome"]) == ("queued", "agent"), (language, topic)

    await in_languages(asked, SOME)


async def test_a_wish_for_a_person_after_a_message_that_ended_the_contact(make: Make) -> None:
    """The next contact of the conversation is of the same case, and waits for an agent."""
    workspace = await make(document())

    async def asked(language: str, wish: str) -> None:
        reference = {"topic": "unsold", "channel_ref": uuid4().hex, "customer": {"external_id": f"u-{language}"}}
        ended = await workspace.post(SAID, **reference)
        assert (ended["state"], ended["route"]["outcome"]) == ("resolved", "message_only")
        await workspace.until_state(ended["id"], "resolved")
        contact = await workspace.post(wish, **reference)
        assert (contact["case_id"], contact["route"]["outcome"]) == (ended["case_id"], "agent"), language

    await in_languages(asked, SOME)


async def test_a_wish_for_a_person_in_line_keeps_the_place_and_the_callback(make: Make) -> None:
    """Who waits for an agent already is not moved; who is to be called back still is."""
    workspace = await make(document())

    async def asked(language: str, wish: str) -> None:
        contact = await workspace.post(SAID, topic="complaint", customer={"phone": "+4930901820"})
        before = await workspace.contact(contact["id"])
        called = await workspace.api.post(f"/v1/contacts/{contact['id']}/callback", json={})
        assert called.status_code == 200, called.text
        moved = (await says(workspace, contact["id"], wish))["contact"]["moved"]
        now = await workspace.contact(contact["id"])
        assert moved is now["sensitive"], (
            language
        )  # a machine that takes the words for danger leaves them to people, too
        assert (now["queue"], now["enqueued_at"]) == (before["queue"], before["enqueued_at"]), language
        assert now["callback_at"], language
        assert now["person_asked_at"], language

    await in_languages(asked, SOME)


async def test_how_soon_a_person_answered_is_a_figure(make: Make) -> None:
    """By channel and language, of those who asked in the interval: reached, ended without one, waiting."""
    workspace = await make(document())
    async with workspace.desk("ann") as ann:
        first = await workspace.post(SAID, topic="sign_in", language="en")
        await says(workspace, first["id"], WISHES["en"])
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await ann.do("presence.set", state="away", reason="lunch")
        gone = await workspace.post(WISHES["de"], topic="sign_in", language="de")
        await workspace.until_state(gone["id"], "queued")
        await workspace.api.post(f"/v1/contacts/{gone['id']}/abandon")
        await workspace.post(WISHES["de"], topic="sign_in", language="de")
        await workspace.post(SAID, topic="complaint", language="de")  # asks for nobody

    async def counted() -> list[dict[str, Any]]:
        rows = (await workspace.api.get("/v1/reports/person-asked", params={"group_by": "language"})).json()["rows"]
        settled = {row["language"]: (row["asked"], row["unreached"] + row["reached"]) for row in rows}
        return rows if settled == {"de": (2, 1), "en": (1, 1)} else []

    german, english = await eventually(counted)
    figures = ("asked", "reached", "unreached", "waiting")
    assert [[row[name] for name in figures] for row in (german, english)] == [[2, 0, 1, 1], [1, 1, 0, 0]]
    now = await workspace.contact(first["id"])
    assert now["person_asked_at"] <= now["person_reached_at"]
    assert english["person_reached_s"]["p50"] == pytest.approx(english["mean_s"], rel=0.06, abs=0.01)
    assert german["person_reached_s"] == {"p50": None, "p90": None, "p99": None}
    (whole,) = (await workspace.api.get("/v1/reports/person-asked", params={"group_by": ""})).json()["rows"]
    assert (whole["asked"], whole["reached"]) == (3, 1)
    written = await workspace.api.get("/v1/reports/person-asked", params={"format": "csv"})
    assert "person_reached_s_p90" in written.text.splitlines()[0]


async def test_a_wish_for_a_person_is_no_answer_to_a_workflows_question(make: Make) -> None:
    """The run ends without a call, and the contact waits for an agent."""
    async with running_target() as target:
        workspace = await make(document() | {"workflows": [{**REFUND, "url": target.url}]})
        assert (await workspace.api.post("/v1/workflows/refund/rotate-secret")).status_code == 200

        async def asked(language: str, wish: str) -> None:
            contact = await workspace.post(SAID, topic="sign_in", customer={"external_id": f"w-{language}"})
            run = contact["route"]["workflow"]
            assert run["state"] == "waiting_input", language
            await says(workspace, contact["id"], wish)
            now = await workspace.contact(contact["id"])
            assert (now["state"], now["outcome"], bool(now["person_asked_at"])) == ("queued", "agent", True), language
            assert (await workspace.api.get(f"/v1/runs/{run['run']}")).json()["state"] == "failed", language

        await in_languages(asked, SOME)
    assert not target.called
