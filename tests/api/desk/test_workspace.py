"""What a desk knows of its workspace: titles, dispositions, links into the CRM, and what a customer was told before."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs import WorkspaceSpec
from tests.support.conversations import COMPLAINT, slug, taken
from tests.support.documents import small, with_queue
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]
OWN = [
    {"name": "refunded", "title": "Refunded", "titles": {"de": "Erstattet"}, "position": 2, "resolved": True},
    {"name": "to_legal", "title": "Goes to legal", "position": 1, "notes_needed": True},
]
CRM = "https://crm.example.com/people/{external_id}?case={case_id}&by={agent}"


async def complete(desk: TestDesk, assignment: str, disposition: str, **more: str) -> dict[str, Any]:
    return await desk.do("assignment.complete", assignment_id=assignment, disposition=disposition, **more)


async def test_a_workspace_without_dispositions_has_six_and_takes_any_other_words(workspace: Workspace) -> None:
    """As before there were any: what desks and records have stays valid."""
    async with workspace.desk("ann") as ann:
        words = await ann.do("workspace.read")
        assert [one["name"] for one in words["dispositions"]] == [
            "solved",
            "information_given",
            "callback_agreed",
            "passed_on",
            "not_solved",
            "spam",
        ]
        assert (words["own_dispositions"], words["dispositions"][4]["titles"]) == (False, {"de": "Nicht gelöst"})
        contact, assignment = await taken(workspace, ann)
        assert (await complete(ann, assignment, "went for tea"))["state"] in ("wrapping_up", "completed")
        assert (await workspace.contact(contact))["disposition"] == "went for tea"


async def test_dispositions_of_the_workspace_are_the_only_ones(make: Make) -> None:
    """Listed in their order, each with its titles; another word is refused with the names, and one may need notes."""
    workspace = await make(small(dispositions=OWN))
    async with workspace.desk("ann") as ann:
        words = await ann.do("workspace.read")
        assert [(one["name"], one["notes_needed"], one["resolved"]) for one in words["dispositions"]] == [
            ("to_legal", True, False),
            ("refunded", False, True),
        ]
        assert (words["own_dispositions"], words["dispositions"][1]["titles"]) == (True, {"de": "Erstattet"})
        _, assignment = await taken(workspace, ann)
        refused = await complete(ann, assignment, "solved")
        assert (slug(refused), refused["problem"]["dispositions"]) == ("unknown_disposition", ["to_legal", "refunded"])
        assert slug(await complete(ann, assignment, "to_legal", notes=" ")) == "notes_needed"
        assert (await complete(ann, assignment, "to_legal", notes="The letter came on Monday."))["contact_id"]


async def test_a_desk_reads_titles_instead_of_names(make: Make) -> None:
    """Of queues, topics and agents; a queue without a title has its name as words."""
    workspace = await make(with_queue("desk", title="Front desk"))
    async with workspace.desk("ann") as ann:
        words = await ann.do("workspace.read")
        assert words["queues"]["desk"] == "Front desk"
        assert words["queues"]["fraud_desk"] == "Fraud desk"
        assert words["agent"] == {
            "name": "ann",
            "title": words["agents"]["ann"],
            "may_read_along": False,
            "may_inform": False,
        }
        assert words["topics"]["card_fraud"] != "card_fraud"
        assert words["crm"] is False
        directory = await ann.do("directory.list", search="front")
        assert [one["title"] for one in directory["queues"]] == ["Front desk"]


async def test_the_desk_leads_into_the_crm(make: Make) -> None:
    """Every value is escaped; for a customer who is only claimed there is no link, as there is no history."""
    document = small()
    document["workspace"]["crm_url"] = CRM
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        posted = await workspace.post(COMPLAINT, customer={"external_id": "a/b?c&d", "trust": "verified"})
        offer = await ann.expect("offer.created")
        assert offer["crm_url"] == f"https://crm.example.com/people/a%2Fb%3Fc%26d?case={posted['case_id']}&by=ann"
        await ann.do("offer.decline", offer_id=offer["offer_id"])
        await workspace.post(COMPLAINT, customer={"email": "who@example.com", "trust": "claimed"})
        assert (await ann.expect("offer.created"))["crm_url"] is None


@pytest.mark.parametrize(
    "template",
    [
        "http://crm.example.com/{case_id}",
        "javascript:alert(1)",
        "https://{external_id}.example.com/",
        "https://crm.example.com/{password}",
        "https://crm.example.com/{case_id",
        "https://user:secret@crm.example.com/",
        "https://crm.example.com/{case_id} ",
        "https://[crm",
    ],
)
def test_a_link_that_a_desk_must_not_open_is_refused(template: str) -> None:
    """Only https, to a host that no customer decides, with values that are known."""
    with pytest.raises(ValidationError):
        WorkspaceSpec(name="acme", title="Acme", crm_url=template)


async def test_an_offer_says_what_automation_has_told_already(workspace: Workspace) -> None:
    """The agent need not tell it again."""
    answered = await workspace.post("I forgot my password", topic="sign_in")
    assert answered["route"]["outcome"] == "automation"
    async with workspace.desk("ann") as ann:
        while (await workspace.contact(answered["id"]))["outcome"] != "agent":
            await workspace.api.post(f"/v1/contacts/{answered['id']}/unresolved")
        offer = await ann.expect("offer.created")
        (first, *_) = offer["told"]
        assert (first["by"], first["title"]) == ("automation", answered["route"]["answer"]["title"])
        assert first["text"] == answered["route"]["answer"]["body"]


async def test_a_queue_may_have_its_offers_accepted(make: Make) -> None:
    """After the time it says, which the offer tells; a desk that is gone is not given the contact so."""
    workspace = await make(with_queue("desk", auto_accept_s=0.2, offer_timeout_s=20))
    async with workspace.desk("ann") as ann:
        contact = (await workspace.post(COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        assert offer["accepts_at"] < offer["expires_at"]
        assert (await ann.expect("assignment.started"))["contact"]["id"] == contact
        assert (await workspace.contact(contact))["agent"] == "ann"


async def test_an_offer_by_hand_says_that_it_waits_for_the_agent(workspace: Workspace) -> None:
    """`accepts_at` is null."""
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT)
        assert (await ann.expect("offer.created"))["accepts_at"] is None


async def test_who_waits_is_shown_with_whether_there_is_room(make: Make) -> None:
    """A desk shows "Take" only where it can be."""
    document = with_queue("desk", wrap_up_s=0)
    for agent in document["agents"]:
        agent["capacity"] = {"units": 2, "channels": {"chat": 1}}
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        _, assignment = await taken(workspace, ann)
        await workspace.post(COMPLAINT)
        assert [one["room"] for one in (await ann.do("line.list"))["waiting"]] == [False]
        await ann.do("presence.set", state="away")
        await complete(ann, assignment, "solved")
        assert [one["room"] for one in (await ann.do("line.list"))["waiting"]] == [True]
        await ann.do("presence.set", state="offline")
        assert [one["room"] for one in (await ann.do("line.list"))["waiting"]] == [False]
