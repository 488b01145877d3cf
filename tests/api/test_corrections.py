"""What agents say contacts were about: screened, learnt from, reviewed, and never a way to make sensitive contacts look
harmless.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, TestDesk, Workspace

COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card and bought things, it is fraud"
VAGUE = "good morning, there is something about the gizmo that I would like to know"


async def completed(
    workspace: Workspace, desk: TestDesk, said: str, topic: str | None, **contact: Any
) -> tuple[str, dict[str, Any]]:
    """A contact that the desk takes and completes with a topic: its id, and what the ack says."""
    made = await workspace.post(said, **contact)
    offer = await desk.expect("offer.created")
    accepted = await desk.do("offer.accept", offer_id=offer["offer_id"])
    told = {"assignment_id": accepted["assignment_id"], "disposition": "solved"}
    ack = await desk.do("assignment.complete", **told, **({"topic": topic} if topic else {}))
    if "correction" in ack or not topic:
        await desk.do("wrap_up.done", assignment_id=accepted["assignment_id"])
    return made["id"], ack


async def corrections(workspace: Workspace, state: str = "") -> list[dict[str, Any]]:
    response = await workspace.api.get("/v1/triage/corrections", params={"state": state} if state else {})
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_a_topic_said_at_completion_is_a_correction(workspace: Workspace) -> None:
    """The ack says what becomes of it; it stands beside what triage found, with the model and its probability."""
    async with workspace.desk("ann") as ann:
        contact, ack = await completed(workspace, ann, COMPLAINT, "complaint")
    assert ack["correction"] == "accepted"
    (correction,) = await corrections(workspace)
    assert (correction["contact_id"], correction["agent"], correction["topic"]) == (contact, "ann", "complaint")
    assert (correction["found"], correction["state"], correction["why"]) == ("complaint", "accepted", None)
    assert correction["probability"] > 0.2
    assert correction["text"] == COMPLAINT


async def test_completion_without_a_topic_says_nothing(workspace: Workspace) -> None:
    """Agents need not say."""
    async with workspace.desk("ann") as ann:
        _, ack = await completed(workspace, ann, COMPLAINT, None)
    assert "correction" not in ack
    assert await corrections(workspace) == []


async def test_a_topic_that_is_not_there_completes_nothing(workspace: Workspace) -> None:
    """The desk hears which it is, and can complete with another."""
    async with workspace.desk("ann") as ann:
        _, error = await completed(workspace, ann, COMPLAINT, "nonsense")
        assert error["problem"]["type"] == "/problems/unknown_topic"
        assignment = await ann.expect("assignment.started")
        ack = await ann.do(
            "assignment.complete", assignment_id=assignment["assignment_id"], disposition="solved", topic="complaint"
        )
    assert ack["correction"] == "accepted"


async def test_the_last_word_counts_and_the_same_word_again_changes_nothing(workspace: Workspace) -> None:
    """Completing again is harmless, also for what a person has decided about the correction meanwhile."""
    async with workspace.desk("fred") as fred:
        _, ack = await completed(workspace, fred, FRAUD, "sign_in")
        assert ack["correction"] == "review"
        (before,) = await corrections(workspace)
        await workspace.api.post(f"/v1/triage/corrections/{before['id']}/reject")
        assignment = await fred.expect("assignment.started")
        again = {"assignment_id": assignment["assignment_id"], "disposition": "solved"}
        await fred.do("assignment.complete", **again, topic="sign_in")
        assert [correction["state"] for correction in await corrections(workspace)] == ["rejected"]


async def test_a_code_never_makes_a_sensitive_contact_harmless(workspace: Workspace) -> None:
    """It goes to review, whatever the model thinks, and the contact stays sensitive also when a person accepts it."""
    async with workspace.desk("fred") as fred:
        contact, ack = await completed(workspace, fred, FRAUD, "complaint")
    assert ack["correction"] == "review"
    (correction,) = await corrections(workspace, "review")
    assert correction["why"].startswith("lowering:")
    accepted = await workspace.api.post(f"/v1/triage/corrections/{correction['id']}/accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert (await workspace.contact(contact))["sensitive"] is True


async def test_an_accepted_correction_makes_a_new_model(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """It has learnt one text more. A correction that is rejected after all is unlearnt: back to the model before."""
    models = service[1].models
    async with workspace.desk("ann") as ann:
        await completed(workspace, ann, VAGUE, "how_to")
    (correction,) = await corrections(workspace)
    await workspace.api.post(f"/v1/triage/corrections/{correction['id']}/accept")
    await models.ready(workspace.id)
    listed = (await workspace.api.get("/v1/triage/models")).json()["items"]
    assert [(model["state"], model["report"]["examples"]) for model in listed] == [("live", 21), ("retired", 20)]
    await workspace.api.post(f"/v1/triage/corrections/{correction['id']}/reject")

    await models.ready(workspace.id)
    again = (await workspace.api.get("/v1/triage/models")).json()["items"]
    assert [(model["version"], model["state"]) for model in again] == [
        (listed[1]["version"], "live"),
        (listed[0]["version"], "retired"),
    ]


async def test_sensitive_corrections_are_for_keys_that_may_see_them(workspace: Workspace) -> None:
    """Without contacts:sensitive they are neither listed nor settled."""
    async with workspace.desk("fred") as fred:
        await completed(workspace, fred, FRAUD, "complaint")
    (correction,) = await corrections(workspace)
    async with workspace.ledger() as session:
        _, key = await make_key(session, workspace.id, "reviewer", [Scope.TRIAGE_READ, Scope.TRIAGE_WRITE])
    async with httpx.AsyncClient(
        base_url=workspace.url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        assert (await api.get("/v1/triage/corrections")).json()["items"] == []
        assert_problem(await api.post(f"/v1/triage/corrections/{correction['id']}/accept"), 404, "not_found")


async def test_corrections_come_in_pages(workspace: Workspace) -> None:
    """Newest first; the cursor goes on where the page ends."""
    async with workspace.desk("ann") as ann:
        contacts = [(await completed(workspace, ann, f"{COMPLAINT} {number}", "complaint"))[0] for number in range(3)]
    first = (await workspace.api.get("/v1/triage/corrections?limit=2")).json()
    rest = (await workspace.api.get(f"/v1/triage/corrections?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["contact_id"] for item in first["items"] + rest["items"]] == contacts[::-1]
    assert rest["next_cursor"] is None


async def test_another_workspaces_corrections_are_not_there(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Its key sees 404."""
    ours, theirs = await make(), await make()
    async with ours.desk("ann") as ann:
        await completed(ours, ann, COMPLAINT, "complaint")
    (correction,) = await corrections(ours)
    assert await corrections(theirs) == []
    for action in ("accept", "reject"):
        assert_problem(await theirs.api.post(f"/v1/triage/corrections/{correction['id']}/{action}"), 404, "not_found")


@pytest.mark.parametrize("search", ["", "voicemail"])
async def test_the_directory_lists_the_topics_that_a_desk_can_complete_with(workspace: Workspace, search: str) -> None:
    """By title, those that the search finds."""
    async with workspace.desk("ann") as ann:
        found = await ann.do("directory.list", search=search)
    titles = [topic["title"] for topic in found["topics"]]
    assert titles == (
        ["How to set up voicemail"]
        if search
        else ["Cannot sign in", "Card fraud", "Complaint", "How to set up voicemail"]
    )
    assert all(set(topic) == {"name", "title"} for topic in found["topics"])
