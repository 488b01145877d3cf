"""What is shown is what was judged, and what came in privately is never shown without consent, whatever happens."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

HOW_TO = "how do I set up my voicemail greeting"
SIGNATURE = "Best regards\nSam Leeson\nLarkwave Ltd\n4 Mill Road, Springfield"
YES: dict[str, Any] = {"to": "post_publicly"}


async def shown(workspace: Workspace, **contact: Any) -> dict[str, Any]:
    """The draft or the post of a contact."""
    made = await workspace.post(**contact)
    if made["route"]["post"]:
        post: dict[str, Any] = (await workspace.api.get(f"/v1/posts/{made['route']['post']['id']}")).json()
        return {"title": post["title"], "body": post["body"], "judged": made["triage"]["text"]}
    return {**made["route"]["ask"]["draft"], "judged": made["triage"]["text"]}


@pytest.mark.parametrize(
    "contact", [{"channel": "email", "can_ask": True}, {"channel": "community"}, {"channel": "chat", "can_ask": True}]
)
async def test_the_signature_and_what_cannot_be_seen_are_not_shown(
    workspace: Workspace, contact: dict[str, Any]
) -> None:
    """One text is judged, kept in the decision and shown: its lines stay lines."""
    text = f"{HOW_TO}?\nI tried \u200b*86  and\n\n\x07nothing happened.\n\n{SIGNATURE}"
    told = await shown(workspace, text=text, **contact)
    assert told["judged"] == told["body"] == f"{HOW_TO}?\nI tried *86 and\nnothing happened."
    assert told["title"] == f"{HOW_TO}?"


async def test_the_title_is_the_subject_as_it_was_judged(workspace: Workspace) -> None:
    """Without its "Re:"; without a subject it is the first line."""
    told = await shown(
        workspace,
        text=f"{HOW_TO}\nplease tell me\n{SIGNATURE}",
        subject="Re: voicemail\u200b greeting",
        channel="community",
    )
    assert (told["title"], told["body"]) == ("voicemail greeting", f"{HOW_TO}\nplease tell me")
    assert told["judged"] == f"{told['title']}\n{told['body']}"


async def test_quoted_mail_is_not_shown(workspace: Workspace) -> None:
    """Neither what is answered, nor a mail of nothing else: about that nobody is asked."""
    quoted = (
        "On 3 March 2026, Larkwave wrote:\n> how do I set up my voicemail greeting, asked Sam Leeson\n> of 4 Mill Road"
    )
    told = await shown(workspace, text=f"{HOW_TO}\n\n{quoted}", channel="email", can_ask=True)
    assert told["judged"] == told["body"] == HOW_TO
    nothing_else = await workspace.post(quoted, channel="email", can_ask=True)
    assert nothing_else["route"]["outcome"] == "agent"


async def test_no_more_is_shown_than_was_judged(workspace: Workspace) -> None:
    """Models read the first 2,000 characters of a text, and those are the post."""
    told = await shown(
        workspace, text=f"{HOW_TO}\n" + "and then I press one\n" * 400, topic="how_to", channel="community"
    )
    assert told["judged"] == told["body"]
    assert 1_900 < len(told["body"]) <= 2_000


@pytest.mark.parametrize(
    "below",
    [
        "Thanks\n\nOh and my boyfriend is going to kill me",
        "Kind regards\nSam\n\nPS: somebody has cloned my bank card",
        "-- \nSam Leeson\nI took all my pills, I want to die",
        "Sent from my phone\n\nsomebody hacked my account and locked me out",
    ],
)
@pytest.mark.parametrize("channel", ["email", "community"])
async def test_what_stands_below_a_signature_may_be_sensitive(shared: Workspace, below: str, channel: str) -> None:
    """Whatever the rest is about: a person has it, nobody is asked, and nothing is posted."""
    contact = await shared.post(f"{HOW_TO}\n{below}", channel=channel, can_ask=True)
    assert (contact["triage"]["sensitive"], contact["route"]["outcome"], contact["route"]["ask"]) == (
        True,
        "agent",
        None,
    )
    assert (await shared.api.get("/v1/posts")).json()["items"] == []


async def test_nothing_private_is_public_without_consent_whatever_happens(make: Make) -> None:
    """Canaries in private contacts, on every channel and every way to the community, while customers say yes, no and
    nothing, and agents and clocks do what they do: what is on the board was written in public or agreed to.
    """
    dice, workspace = Random(20_260_301), await make(_every_way())  # noqa: S311
    number = itertools.count()
    allowed, private = set[str](), dict[str, str]()

    async def live() -> None:
        for _ in range(7):
            word = f"canary{next(number):03d}"
            channel = dice.choice(["email", "chat", "sms", "social", "product", "community", "voice"])
            visibility = dice.choice([None, "private", "public"]) if channel in ("social", "community") else None
            text = f"{dice.choice([HOW_TO, 'I forgot my password', 'a formal complaint'])} {word}"
            contact = await workspace.post(text, channel=channel, visibility=visibility, can_ask=dice.random() < 0.6)
            if contact["triage"]["visibility"] == "public":
                allowed.add(word)
            else:
                private[contact["id"]] = word
            await _happens(dice, workspace, contact, allowed, word)

    await asyncio.gather(*(live() for _ in range(4)))
    for contact_id in private:  # whatever was asked at last, the limits pass or the customer says that it did not help
        await workspace.api.post(f"/v1/contacts/{contact_id}/unresolved")
    reader = (await workspace.api.post("/v1/api-keys", json={"name": "visitor", "scopes": ["community:read"]})).json()[
        "key"
    ]
    items = (
        await workspace.api.get("/v1/posts", params={"limit": 200}, headers={"Authorization": f"Bearer {reader}"})
    ).json()["items"]
    public = {
        word for item in items for word in (item["title"] + " " + item["body"]).split() if word.startswith("canary")
    }
    assert public <= allowed
    assert public
    assert len(private) > 8


async def _happens(dice: Random, workspace: Workspace, contact: dict[str, Any], allowed: set[str], word: str) -> None:
    """What customers and their adapters may say next, in any order, sensible or not."""
    for _ in range(dice.randint(1, 4)):
        path = f"/v1/contacts/{contact['id']}/"
        match dice.choice(["yes", "edited", "no", "unresolved", "still_broken", "wait", "end"]):
            case "yes":
                if (await workspace.api.post(f"{path}consent", json=YES)).status_code == 200:
                    allowed.add(word)
            case "edited":
                fresh = f"{word}edited"
                if (
                    await workspace.api.post(f"{path}consent", json={**YES, "text": f"{HOW_TO} {fresh}"})
                ).status_code == 200:
                    allowed.add(fresh)
            case "no":
                if (await workspace.api.post(f"{path}consent", json={**YES, "agree": False})).status_code == 200:
                    allowed -= {word, f"{word}edited"}
                    return
            case "wait":
                await asyncio.sleep(0.1)  # time for limits and overflow rules
            case "end":
                await workspace.api.post(f"{path}abandon")
            case step:
                await workspace.api.post(path + step)


def _every_way() -> dict[str, Any]:
    """The community as a rung, as what a full queue overflows to, and with little time to agree."""
    community = [
        {"outcome": "automation", "limit_s": 0.2},
        {"outcome": "community", "limit_s": 0.3},
        {"outcome": "agent"},
    ]
    document = small(
        policies=[{"name": cell, "ladder": community} for cell in ("high_volume_low_touch", "low_volume_low_touch")]
    )
    document["workspace"]["ask_limit_s"] = {"chat": 0.2, "email": 0.3}
    for queue in document["queues"]:
        queue["overflow"] = [{"wait_s": 0.2, "to_community": True}]
    return document
