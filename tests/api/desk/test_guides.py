"""Guides: what an agent answers, step by step, is kept with the contact and told to whoever serves it next."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]
STEPS: list[dict[str, Any]] = [
    {"name": "heard", "title": "What the customer wants", "phase": "acknowledge", "answer": "text"},
    {"name": "account", "title": "Account found", "phase": "validate"},
    {"name": "lamp", "title": "Lamp", "phase": "isolate", "answer": "choice", "choices": ["red", "green"]},
    {"name": "offer", "title": "Offered", "phase": "propose", "answer": "text"},
    {"name": "fee", "title": "Fee looked at", "handoff": "next_steps"},
]
GUIDE = {"name": "fees", "title": "A complaint about fees", "topics": ["complaint"], "steps": STEPS}
EVERYWHERE = {
    "name": "greet",
    "title": "Every contact",
    "kind": "checklist",
    "steps": [{"name": "hi", "title": "Hello"}],
}


def document() -> dict[str, Any]:
    made = small(guides=[EVERYWHERE, GUIDE])
    made["agents"][1]["skills"].append({"skill": "billing", "proficiency": 2})
    return made


async def served(workspace: Workspace, desk: TestDesk, **more: Any) -> tuple[str, str]:
    """A complaint that the desk's agent has accepted: its contact and its assignment."""
    contact = await workspace.post("these fees are wrong", **{"topic": "complaint", **more})
    offer = await desk.expect("offer.created")
    ack = await desk.do("offer.accept", offer_id=offer["offer_id"])
    return contact["id"], ack["assignment_id"]


def problem_of(answer: dict[str, Any]) -> str:
    return str(answer["problem"]["type"]).rpartition("/")[2]


async def test_a_guide_is_answered_step_by_step_and_kept_with_the_contact(make: Make) -> None:
    """Those of the topic first. Texts are masked, an answer may be changed and taken back; what is no answer, and whose
    contact it is not, is refused.
    """
    workspace = await make(document())
    async with workspace.desk("ann") as ann:
        contact, _ = await served(workspace, ann)
        seen = await ann.do("guide.read", contact_id=contact)
        assert [(one["name"], one["kind"], one["version"]) for one in seen["guides"]] == [
            ("fees", "steps", 1),
            ("greet", "checklist", 1),
        ]
        step = {"contact_id": contact, "guide": "fees", "version": 1}
        await ann.do("guide.answer", **step, step="heard", answer="the fee back, card 4111 1111 1111 1111")
        await ann.do("guide.answer", **step, step="account", answer="done")
        await ann.do("guide.answer", **step, step="lamp", answer="red")
        seen = await ann.do("guide.answer", **step, step="lamp", answer="green")
        answered = {one["name"]: one["answered"] and one["answered"]["answer"] for one in seen["guides"][0]["steps"]}
        assert answered == {
            "heard": "the fee back, card [card number removed]",
            "account": "done",
            "lamp": "green",
            "offer": None,
            "fee": None,
        }
        assert seen["handoff"] == {
            "expectation": "What the customer wants: the fee back, card [card number removed]",
            "tried": "Account found\nLamp: green",
            "next_steps": "",
        }
        seen = await ann.do("guide.answer", **step, step="lamp", answer=None)
        assert seen["handoff"]["tried"] == "Account found"
        assert problem_of(await ann.do("guide.answer", **step, step="lamp", answer="blue")) == "not_an_answer"
        assert problem_of(await ann.do("guide.answer", **step, step="nowhere", answer="done")) == "unknown_step"
        assert problem_of(await ann.do("guide.answer", **step, step="offer", answer="x" * 501)) == "invalid_frame"
        over_rest = (await workspace.api.get(f"/v1/contacts/{contact}/guides")).json()
        assert over_rest == seen
        async with workspace.desk("fred", available=False) as fred:
            assert problem_of(await fred.do("guide.read", contact_id=contact)) == "not_your_contact"
            assert problem_of(await fred.do("guide.answer", **step, step="fee", answer="done")) == "not_your_contact"
    assert_problem(await workspace.api.get("/v1/contacts/con_nothing/guides"), 404, "not_found")


async def test_a_changed_guide_keeps_what_was_answered_with_its_version(make: Make) -> None:
    """A step of the same name counts as answered until it is again; one that is gone is told as earlier. Who has read
    an older version is told to read again.
    """
    workspace = await make(document())
    async with workspace.desk("ann") as ann:
        contact, _ = await served(workspace, ann)
        step = {"contact_id": contact, "guide": "fees", "version": 1}
        await ann.do("guide.answer", **step, step="account", answer="done")
        await ann.do("guide.answer", **step, step="lamp", answer="red")
        changed = [{"name": "lamp", "title": "Colour", "answer": "choice", "choices": ["amber", "green"]}]
        assert (await workspace.api.patch("/v1/guides/fees", json={"steps": changed})).status_code == 200
        assert problem_of(await ann.do("guide.answer", **step, step="lamp", answer="red")) == "guide_changed"
        guide = (await ann.do("guide.read", contact_id=contact))["guides"][0]
        assert guide["version"] == 2
        assert [(one["title"], one["answered"]["answer"], one["answered"]["version"]) for one in guide["steps"]] == [
            ("Colour", "red", 1)
        ]
        assert [(one["title"], one["answer"], one["version"]) for one in guide["earlier"]] == [
            ("Account found", "done", 1),
            ("Lamp", "red", 1),
        ]
        seen = await ann.do("guide.answer", **{**step, "version": 2}, step="lamp", answer="amber")
        assert seen["handoff"]["tried"] == "Account found\nColour: amber"
        assert (await workspace.api.delete("/v1/guides/fees")).status_code == 204
        seen = await ann.do("guide.read", contact_id=contact)
        assert [one["name"] for one in seen["guides"]] == ["greet"]
        assert [one["answer"] for one in seen["earlier"]] == ["done", "red", "amber"]


async def test_the_next_agent_sees_what_was_found_out_before_accepting(make: Make) -> None:
    """The answers survive the transfer, and what they make of a handoff is taken as it is proposed."""
    workspace = await make(document() | {"escalations": [{"name": "P2", "queue": "fraud_desk"}]})
    async with workspace.desk("ann") as ann:
        contact, assignment = await served(workspace, ann)
        step = {"contact_id": contact, "guide": "fees", "version": 1}
        await ann.do("guide.answer", **step, step="heard", answer="the fee back")
        await ann.do("guide.answer", **step, step="lamp", answer="red")
        seen = await ann.do("guide.answer", **step, step="offer", answer="half of it")
        assert all(seen["handoff"].values())
        moved = await ann.do(
            "assignment.escalate", assignment_id=assignment, severity="P2", reason="more", handoff=seen["handoff"]
        )
        assert moved["state"] == "queued"
        async with workspace.desk("fred") as fred:
            offer = await fred.expect("offer.created")
            told = [(one["guide"], one["title"], one["answer"], one["agent"]) for one in offer["guided"]]
            assert told == [
                ("fees", "What the customer wants", "the fee back", "ann"),
                ("fees", "Lamp", "red", "ann"),
                ("fees", "Offered", "half of it", "ann"),
            ]
            assert offer["transfers"][0]["handoff"] == seen["handoff"]
            assert (await fred.do("guide.read", contact_id=contact))["handoff"] == seen["handoff"]


async def test_a_guide_that_cannot_be_worked_with_is_refused(make: Make) -> None:
    """Two steps of one name, choices without a choice, a topic that is not there; a topic that a guide is for stays."""
    workspace = await make(document())
    put = workspace.api.put
    for steps, where in (
        ([STEPS[1], STEPS[1]], "body"),
        ([{**STEPS[2], "choices": ["red"]}], "steps.0"),
        ([{**STEPS[1], "choices": ["red", "green"]}], "steps.0"),
        ([], "steps"),
    ):
        assert_problem(
            await put("/v1/guides/bad", json={"title": "Bad", "steps": steps}), 422, "invalid_request", where
        )
    wanted = {"title": "Bad", "topics": ["nothing"], "steps": STEPS}
    assert_problem(await put("/v1/guides/bad", json=wanted), 422, "invalid_configuration")
    assert_problem(await workspace.api.delete("/v1/topics/complaint"), 409, "in_use")
