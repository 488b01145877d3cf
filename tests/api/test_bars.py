"""The bar rises with what a mistake costs, and holds at every door that chooses where a contact goes."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.api.test_queue_policies import built, queue_of
from tests.support.documents import closed_now, small
from tests.support.incidents import incident, with_services
from tests.support.rows import every
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

SIGN_IN = "I forgot my password and cannot log in"
HOW_TO = "how do I set up my voicemail greeting"
COMPLAINT = "a formal complaint, I demand a manager"
NEVER_IN_PUBLIC: dict[str, float] = {"agent": 0.4, "automation": 0.4, "community": 1.0}
"""What triage finds by itself is never quite certain."""


def barred(document: dict[str, Any] | None = None, **bars: float) -> dict[str, Any]:
    """The small workspace, or another, with bars of its own."""
    document = document or small()
    document["workspace"]["bars"] = bars or NEVER_IN_PUBLIC
    return document


async def in_public(workspace: Workspace, said: str, **contact: Any) -> dict[str, Any]:
    """Of a customer who wrote where all can read it."""
    return await workspace.post(said, channel="community", **contact)


async def history(workspace: Workspace, contact: dict[str, Any]) -> list[dict[str, Any]]:
    decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    return [step["route"] for step in decision["history"]]


async def test_what_is_not_sure_enough_for_the_public_is_for_a_person(make: Make) -> None:
    """The rung is passed over, with both numbers in the reason; the decision has the bars; a topic that the adapter
    names clears all.
    """
    workspace = await make(barred())
    guessed, named = await in_public(workspace, HOW_TO), await in_public(workspace, HOW_TO, topic="how_to")
    assert (guessed["triage"]["topic"], guessed["route"]["outcome"]) == ("how_to", "agent")
    assert any("is below 1.00 for a public post" in reason for reason in guessed["route"]["reasons"])
    assert guessed["triage"]["bars"] == NEVER_IN_PUBLIC
    assert (named["triage"]["confidence"], named["route"]["outcome"]) == (1.0, "community")


async def test_an_article_asks_for_less_than_a_post_and_for_more_than_a_person(make: Make) -> None:
    """One confidence, three bars: answered where only a post asks for more; with a person of the topic where an article
    does, too.
    """
    answered = await (await make(barred())).post(SIGN_IN)
    routed = await (await make(barred(agent=0.4, automation=1.0, community=1.0))).post(SIGN_IN)
    doubted = await (await make(barred(agent=1.0, automation=1.0, community=1.0))).post(SIGN_IN)
    assert [contact["route"]["outcome"] for contact in (answered, routed, doubted)] == ["automation", "agent", "agent"]
    assert [contact["triage"]["certainty"] for contact in (answered, routed, doubted)] == ["act", "act", "suggest"]
    assert any("for an article" in reason for reason in routed["route"]["reasons"])


async def test_the_bar_holds_for_the_next_rung(make: Make) -> None:
    """Answered by an article, which did not help: the community is passed over as it would have been at once."""
    workspace = await make(barred())
    contact = await in_public(workspace, SIGN_IN)
    back = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")).json()
    assert (contact["route"]["outcome"], back["route"]["outcome"]) == ("automation", "agent")
    assert any("rung 2, community, is passed over: confidence" in reason for reason in back["route"]["reasons"])


async def test_the_bar_holds_for_a_queue_that_overflows(make: Make) -> None:
    """Nobody signed in, so the rule would post: it does not, on arrival or later; a named topic goes."""
    document = barred()
    queue_of(document, "desk")["overflow"] = [
        {"staffed_below": 1, "to_community": True},
        {"wait_s": 0.2, "to_queue": "voice"},
    ]
    document["agents"][0]["capacity"]["channels"]["community"] = 1  # a rule sends nothing where nobody could serve it
    workspace = await make(document)
    await built(workspace)
    guessed, named = await in_public(workspace, COMPLAINT), await in_public(workspace, COMPLAINT, topic="complaint")
    assert (guessed["route"]["outcome"], named["route"]["outcome"]) == ("agent", "community")

    async def overflown() -> bool:
        return bool((await workspace.contact(guessed["id"]))["queue"] == "voice")

    await eventually(overflown)  # its rules were looked at
    assert [route["outcome"] for route in await history(workspace, guessed)] == ["agent", "agent"]


async def test_the_bar_holds_for_a_closed_queue(make: Make) -> None:
    """Its plan is the community: what is not sure enough waits until it opens."""
    document = barred()
    queue_of(document, "desk").update(hours=closed_now(), when_closed={"action": "community"})
    workspace = await make(document)
    guessed, named = await in_public(workspace, COMPLAINT), await in_public(workspace, COMPLAINT, topic="complaint")
    assert (guessed["state"], guessed["route"]["queue"]) == ("queued", "desk")
    assert named["state"] == "posted"


async def test_the_bar_holds_for_an_incidents_answer(make: Make) -> None:
    """An incident answers as an article does: what is not sure enough for one goes its way."""
    workspace = await make(barred(with_services(), agent=0.4, automation=1.0, community=1.0))
    await incident(workspace)
    guessed, named = await workspace.post(SIGN_IN), await workspace.post(SIGN_IN, topic="sign_in")
    assert (guessed["triage"]["topic"], guessed["route"]["outcome"]) == ("sign_in", "agent")
    assert named["route"]["outcome"] == "incident"


@every("text", ["why", "ok", "no", "voicemail"])
async def test_a_text_that_hardly_says_anything_is_for_a_person(workspace: Workspace, text: str) -> None:
    """Fewer than two known words that are no stop words, however sure the guess."""
    contact = await workspace.post(text)
    assert contact["route"]["outcome"] == "agent"
    assert contact["triage"]["certainty"] != "act"


async def test_a_model_tells_what_its_confidence_is_worth(workspace: Workspace) -> None:
    """Beside the curve of the examples stands that of what comes: bands with the number of texts and the share that is
    right.
    """
    report = (await workspace.api.get("/v1/triage/models")).json()["items"][0]["report"]
    assert set(report["curves"]) == {"examples", "what_comes"}
    for bands in report["curves"].values():
        assert all(band["low"] < band["high"] and band["texts"] > 0 and 0 <= band["right"] <= 1 for band in bands)
    assert sum(band["texts"] for band in report["curves"]["examples"]) == 20
    assert sum(band["texts"] for band in report["curves"]["what_comes"]) > 400
