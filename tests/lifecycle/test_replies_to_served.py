"""A sensitive reply to the post of a contact that people have, after a private chat and the way back: it is decided
about as for a sensitive message of its customer's.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.lifecycle.test_replies import posted, reply
from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import TestDesk, Workspace, eventually

FRAUD = "somebody stole my card and bought things with it"
DIE = "to be honest I no longer want to live"
FOR_THE_HIGHEST = {
    "name": "delicate",
    "position": 5,
    "cells": ["low_volume_high_touch"],
    "channels": ["community"],
    "service_level": {"goal": 0.9, "target_s": 20},
    "skills": [{"skill": "fraud", "min": 3}],
}
SUMMARY = {"text": "Press and hold 1 on the handset for voicemail."}

Make = Callable[..., Awaitable[Workspace]]


async def in_public_again(workspace: Workspace, ann: TestDesk) -> tuple[dict[str, Any], str, str]:
    """A contact that ann has taken to a private chat and back, the path of its post, and the assignment."""
    contact, post = await posted(workspace)
    move = {"reason": "an order number was needed"}
    private = {**move, "to": "one_to_one", "queue": "desk"}
    taken = await workspace.api.post(f"/v1/contacts/{contact['id']}/modality", json=private)
    assert taken.status_code == 200, taken.text
    assignment = await accepted(ann, contact["id"])
    back = await ann.do("contact.modality", contact_id=contact["id"], **move, to="many_to_many", summary=SUMMARY)
    assert back["modality"] == "many_to_many"
    return contact, post, assignment


async def with_ann(make: Make, *, minds_fraud: bool) -> Workspace:
    """Where ann serves the desk's part of the community, and what is delicate goes to who minds fraud."""
    document = small()
    document["queues"] = [FOR_THE_HIGHEST, *document["queues"]]
    document["workspace"]["summaries"] = {"consent": "own_words"}
    for agent in document["agents"]:
        agent["capacity"]["channels"]["community"] = 3
    if minds_fraud:
        skills = document["agents"][0]["skills"]
        document["agents"][0]["skills"] = [*skills, {"skill": "fraud", "proficiency": 4}]
    return await make(document)


async def journalled(workspace: Workspace, contact: str, kind: str, times: int = 1) -> list[str]:
    """What happened to a contact, once this has happened so often."""

    async def told() -> list[str] | None:
        found = [event["type"] for event in await workspace.events(contact)]
        return found if found.count(kind) >= times else None

    kinds: list[str] = await eventually(told)
    return kinds


@every("said", [FRAUD, DIE])
async def test_who_may_keep_it_hears_that_it_is_sensitive(make: Make, said: str) -> None:
    """Once, at the desk and in the journal, and that it is urgent where somebody may die; the post is gone for all."""
    workspace = await with_ann(make, minds_fraud=True)
    async with workspace.desk("ann") as ann:
        contact, post, _ = await in_public_again(workspace, ann)
        assert (await reply(workspace, post, said))["hidden"]
        heard = await ann.expect("contact.updated", contact_id=contact["id"], event="sensitive")
        assert (heard["state"], heard["assignment_ended"]) == ("assigned", False)
        now = await workspace.contact(contact["id"])
        facts = (now["sensitive"], now["state"], now["agent"], now["modality"], now["urgent"])
        assert facts == (True, "assigned", "ann", "one_to_one", said == DIE)
        assert (await workspace.api.get(post)).json()["hidden"]
        told = await journalled(workspace, contact["id"], "contact.sensitive")
        assert (told.count("contact.sensitive"), told.count("contact.urgent")) == (1, said == DIE)


async def test_who_may_not_have_it_loses_it_to_who_may(make: Make) -> None:
    """It waits for somebody who minds what is sensitive, and is told to nobody as kept."""
    workspace = await with_ann(make, minds_fraud=False)
    async with workspace.desk("ann") as ann:
        contact, post, _ = await in_public_again(workspace, ann)
        assert (await reply(workspace, post, FRAUD))["hidden"]
        gone = await ann.expect("contact.updated", contact_id=contact["id"], assignment_ended=True)
        assert gone["state"] == "queued"
        now = await workspace.contact(contact["id"])
        assert (now["sensitive"], now["queue"], now["agent"], now["modality"]) == (True, "delicate", None, "one_to_one")
        decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
        assert "a reply to its post is sensitive: the contact is taken private" in decision["route"]["reasons"]
        assert "contact.sensitive" not in await journalled(workspace, contact["id"], "contact.queued", 2)


@pytest.mark.parametrize("minds_fraud", [True, False])
async def test_in_wrap_up_it_stays_and_its_desk_hears(make: Make, minds_fraud: bool) -> None:
    """The conversation is over: nobody else is asked, and the agent knows what not to note."""
    workspace = await with_ann(make, minds_fraud=minds_fraud)
    async with workspace.desk("ann") as ann:
        contact, post, assignment = await in_public_again(workspace, ann)
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert done["state"] == "wrapping_up"
        assert (await reply(workspace, post, FRAUD))["hidden"]
        told = await ann.expect("contact.updated", contact_id=contact["id"], event="sensitive")
        assert (told["state"], told["assignment_ended"]) == ("wrapping_up", False)
        assert (await workspace.contact(contact["id"]))["sensitive"]
