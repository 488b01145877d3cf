"""An agent's week and month: figures beside the cohort, what was drawn, reviews of it, and what was agreed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from mci_router.coaching.calendar import week_of
from mci_router.configuration import workspace_file
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust
from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

FORM = {
    "name": "chat_quality",
    "title": "Quality of chats",
    "sections": [
        {
            "title": "Beginning",
            "questions": [
                {"name": "greeting", "title": "Greets by name"},
                {"name": "verified", "title": "Verifies before anything is said", "fatal": True, "weight": 2},
            ],
        },
        {
            "title": "Talk",
            "questions": [
                {"name": "empathy", "title": "Hears what is meant", "kind": "scale", "steps": 5, "weight": 3},
                {"name": "hold", "title": "Says why the customer holds", "may_be_left_out": True},
                {"name": "why", "title": "Why", "kind": "text"},
            ],
        },
    ],
}
ANSWERS = {"greeting": True, "verified": True, "empathy": 4, "hold": None, "why": "listens; card 4111 1111 1111 1111"}
ACTION = {"text": "Say the next step in each chat", "due_on": "2199-01-01", "agreed_by": ["Ann", "Ben, team lead"]}


def coached(**workspace: Any) -> dict[str, Any]:
    """The small workspace: ann and fred are in a team, and a quality form."""
    document = small()
    document["workspace"] |= workspace
    for agent in document["agents"]:
        agent["team"] = "floor"
    document["quality_forms"] = [FORM]
    return document


@pytest.fixture
async def coaching(make: Make) -> Workspace:
    """A workspace whose agents are coached."""
    return await make(coached())


def this_week() -> str:
    return week_of(datetime.now(UTC).date()).name


async def served(workspace: Workspace, agent: str, *contacts: dict[str, Any]) -> list[str]:
    """Contacts that an agent has completed."""
    done = []
    async with workspace.desk(agent) as desk:
        for contact in contacts:
            posted = (await workspace.post(**contact))["id"]
            assignment = await accepted(desk, posted)
            await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
            await desk.do("wrap_up.done", assignment_id=assignment)
            await workspace.until_state(posted, "completed")
            done.append(str(posted))
    return done


COMPLAINT = {"text": "I want to complain", "topic": "complaint"}
FRAUD = {"text": "my card was stolen", "topic": "card_fraud"}


@pytest.fixture
async def drawn(coaching: Workspace) -> str:
    """A contact of ann's that is to be reviewed."""
    (contact,) = await served(coaching, "ann", COMPLAINT)
    return contact


async def read(workspace: Workspace, path: str, key: str | None = None, **query: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = await workspace.api.get(f"/v1/coaching/{path}", params=query, headers=headers)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def key_with(workspace: Workspace, *scopes: Scope) -> str:
    async with workspace.database.transaction() as session:
        return (await make_key(session, workspace.id, "team lead", list(scopes), Trust.CLAIMED))[1]


def review_of(contact: str, agent: str = "ann", **body: Any) -> dict[str, Any]:
    answers = {**ANSWERS, **body.pop("answers", {})}
    known = {"agent": agent, "week": this_week(), "contact_id": contact, "form": "chat_quality"}
    return {**known, "answers": answers, "comment": "call me at 4111 1111 1111 1111", **body}


async def test_an_agents_week_stands_beside_the_cohort(make: Make) -> None:
    """The figures of the week, those of the whole team, and by which cohort is the caller's choice."""
    workspace = await make(coached())
    await served(workspace, "ann", *(COMPLAINT,) * 3)
    await served(workspace, "fred", FRAUD)
    week = await read(workspace, f"agents/ann/weeks/{this_week()}")
    assert (week["handled"], week["figures"]["aht_s"]["n"]) == (3, 3)
    (floor,) = week["cohorts"]
    assert (floor["name"], floor["agents"], floor["handled"]) == ("floor", 2, 4)
    assert floor["figures"]["transferred"] | {"high": None} == {
        "value": 0.0,
        "low": 0.0,
        "high": None,
        "n": 4,
        "measured": False,
    }
    by_skill = await read(workspace, f"agents/ann/weeks/{this_week()}", by="skill")
    assert [(one["name"], one["agents"]) for one in by_skill["cohorts"]] == [("billing", 1)]
    by_tenure = await read(workspace, f"agents/ann/weeks/{this_week()}", by="tenure")
    assert [(one["name"], one["agents"]) for one in by_tenure["cohorts"]] == [(None, 2)]


async def test_everybody_gets_the_same_sample_each_time(make: Make, service: tuple[str, Parts]) -> None:
    """Nobody chooses: not by asking again, not with another key; a larger sample has all of the smaller one."""
    workspace = await make(coached(coaching_sample=2))
    done = await served(workspace, "ann", *(COMPLAINT,) * 5)
    path = f"agents/ann/weeks/{this_week()}"
    other = await key_with(workspace, Scope.COACHING_READ)
    samples = [(await read(workspace, path, key))["sample"] for key in (None, None, other)]
    drawn = [[one["contact_id"] for one in sample["items"]] for sample in samples]
    assert drawn[0] == drawn[1] == drawn[2]
    assert len(drawn[0]) == 2
    assert set(drawn[0]) < set(done)
    assert samples[0]["provisional"]
    await _resized(workspace, service[1], 4)
    more = [one["contact_id"] for one in (await read(workspace, path))["sample"]["items"]]
    assert more[:2] == drawn[0]
    assert len(more) == 4
    before = week_of(datetime.now(UTC).date() - timedelta(days=7)).name
    assert (await read(workspace, f"agents/ann/weeks/{before}"))["sample"] == {
        "items": [],
        "hidden": 0,
        "provisional": False,
    }


async def _resized(workspace: Workspace, parts: Parts, size: int) -> None:
    """Changes the workspace's own specification, as `apply` does."""
    document = coached(coaching_sample=size)
    document["workspace"]["name"] = workspace.name
    async with workspace.database.transaction() as session:
        await workspace_file.apply(session, WorkspaceFile.model_validate(document))
    await parts.snapshots.changed(workspace.id)


async def test_sensitive_conversations_are_for_those_who_may_see_them(make: Make) -> None:
    """They are drawn like others, and hidden: counted, not replaced. They cannot be reviewed blindly, either."""
    workspace = await make(coached())
    (contact,) = await served(workspace, "fred", FRAUD)
    key = await key_with(workspace, Scope.COACHING_READ, Scope.COACHING_WRITE)
    path = f"agents/fred/weeks/{this_week()}"
    hidden = (await read(workspace, path, key))["sample"]
    assert (hidden["items"], hidden["hidden"]) == ([], 1)
    (shown,) = (await read(workspace, path))["sample"]["items"]
    assert (shown["contact_id"], shown["sensitive"]) == (contact, True)
    body, headers = review_of(contact, "fred"), {"Authorization": f"Bearer {key}"}
    refused = await workspace.api.post("/v1/coaching/reviews", json=body, headers=headers)
    assert_problem(refused, 409, "not_drawn")
    made = await workspace.api.post("/v1/coaching/reviews", json=body)
    assert made.status_code == 201, made.text
    assert (await read(workspace, path, key))["reviews"] == []
    unseen = await workspace.api.get(f"/v1/coaching/reviews/{made.json()['id']}", headers=headers)
    assert_problem(unseen, 404, "not_found")
    assert len((await read(workspace, path))["reviews"]) == 1


async def test_a_review_is_scored_masked_and_kept_when_it_is_corrected(make: Make) -> None:
    """The score follows from the form as it was; the correction names what it corrects; the trail has both."""
    workspace = await make(coached())
    (contact,) = await served(workspace, "ann", COMPLAINT)
    made = await workspace.api.post("/v1/coaching/reviews", json=review_of(contact))
    assert made.status_code == 201, made.text
    first = made.json()
    assert first["score"] == pytest.approx((1 + 2 + 3 * 0.75) / 6, abs=1e-4)
    assert "4111" not in made.text
    assert (first["version"], first["corrects"], first["failed"]) == (1, None, [])
    twice = await workspace.api.post("/v1/coaching/reviews", json=review_of(contact))
    assert assert_problem(twice, 409, "already_reviewed")["review"] == first["id"]
    form = await workspace.api.patch("/v1/quality_forms/chat_quality", json={"title": "Chats"})
    assert form.status_code == 200, form.text
    again = review_of(contact, corrects=first["id"], answers={"verified": False}, reviewer="Ben")
    corrected = (await workspace.api.post("/v1/coaching/reviews", json=again)).json()
    assert (corrected["score"], corrected["failed"], corrected["version"]) == (0, ["verified"], 2)
    whole = await read(workspace, f"reviews/{corrected['id']}")
    assert (whole["reviewer"], whole["corrects"]) == ("Ben", first["id"])
    (earlier,) = whole["earlier"]
    assert (earlier["id"], earlier["corrected_by"], earlier["title"]) == (first["id"], whole["id"], FORM["title"])
    week = await read(workspace, f"agents/ann/weeks/{this_week()}")
    assert [one["id"] for one in week["reviews"]] == [corrected["id"]]
    late = await workspace.api.post("/v1/coaching/reviews", json=review_of(contact, corrects=first["id"]))
    assert_problem(late, 409, "already_reviewed")
    entries = (await workspace.api.get("/v1/audit", params={"action": "review.*"})).json()["items"]
    assert [one["action"] for one in entries] == ["review.corrected", "review.written"]
    assert entries[0]["target"] == "ann"


@every(
    ("body", "where"),
    [
        ({"answers": {"empathy": 6}}, "body.answers.empathy"),
        ({"answers": {"empathy": True}}, "body.answers.empathy"),
        ({"answers": {"greeting": 1}}, "body.answers.greeting"),
        ({"answers": {"greeting": None}}, "body.answers.greeting"),
        ({"answers": {"other": True}}, "body.answers.other"),
        ({"answers": {"why": "x" * 1_001}}, "body.answers"),
        ({"form": "nothing"}, "body.form"),
        ({"week": "2026-W60"}, "body.week"),
        ({"corrects": "rvw_" + "0" * 32}, "body.corrects"),
    ],
)
async def test_answers_that_do_not_fit_are_refused(
    coaching: Workspace, drawn: str, body: dict[str, Any], where: str
) -> None:
    """Each with its place, and nothing is kept."""
    answer = await coaching.api.post("/v1/coaching/reviews", json=review_of(drawn, **body))
    assert_problem(answer, 422, "invalid_request", where)
    assert (await read(coaching, f"agents/ann/weeks/{this_week()}"))["reviews"] == []


async def test_what_was_not_drawn_cannot_be_reviewed(make: Make) -> None:
    """Not a conversation of somebody else, and not one beyond the sample."""
    workspace = await make(coached(coaching_sample=1))
    done = await served(workspace, "ann", COMPLAINT, COMPLAINT)
    week = await read(workspace, f"agents/ann/weeks/{this_week()}")
    (drawn,) = (one["contact_id"] for one in week["sample"]["items"])
    (other,) = set(done) - {drawn}
    assert_problem(await workspace.api.post("/v1/coaching/reviews", json=review_of(other)), 409, "not_drawn")
    of_fred = review_of(drawn, "fred")
    assert_problem(await workspace.api.post("/v1/coaching/reviews", json=of_fred), 409, "not_drawn")


async def test_an_action_is_agreed_and_settled(make: Make) -> None:
    """With a date and who agreed; what is open stays in later weeks, what is done stays in its own."""
    workspace = await make(coached())
    before = week_of(datetime.now(UTC).date() - timedelta(days=7)).name
    made = await workspace.api.post(f"/v1/coaching/agents/ann/weeks/{before}/actions", json=ACTION)
    assert made.status_code == 201, made.text
    action = made.json()
    assert (action["state"], action["due_on"], action["agreed_by"]) == ("open", "2199-01-01", ACTION["agreed_by"])
    path = f"agents/ann/weeks/{this_week()}"
    assert [one["id"] for one in (await read(workspace, path))["actions"]] == [action["id"]]
    settled = {"state": "done", "outcome": "in five of five"}
    for _ in range(2):
        answer = await workspace.api.post(f"/v1/coaching/actions/{action['id']}/settle", json=settled)
        assert answer.status_code == 200, answer.text
    assert (answer.json()["agent"], answer.json()["outcome"]) == ("ann", "in five of five")
    assert answer.json()["settled_at"]
    assert (await read(workspace, path))["actions"] == []
    assert [one["state"] for one in (await read(workspace, f"agents/ann/weeks/{before}"))["actions"]] == ["done"]
    entries = (await workspace.api.get("/v1/audit", params={"action": "action.*"})).json()["items"]
    assert [one["action"] for one in entries] == ["action.settled", "action.agreed"]
    early = await workspace.api.post(
        f"/v1/coaching/agents/ann/weeks/{before}/actions", json=ACTION | {"due_on": "2020-01-01"}
    )
    assert_problem(early, 422, "invalid_request", "body.due_on")
    gone = await workspace.api.post("/v1/coaching/actions/act_1/settle", json=settled)
    assert_problem(gone, 404, "not_found")


async def test_a_month_gathers_its_weeks(make: Make) -> None:
    """Figures of the month's days, each of its weeks with the score of its reviews, and what was agreed."""
    workspace = await make(coached())
    contacts = await served(workspace, "ann", COMPLAINT, COMPLAINT)
    for contact, answers in zip(contacts, ({}, {"empathy": 1}), strict=True):
        made = await workspace.api.post("/v1/coaching/reviews", json=review_of(contact, answers=answers))
        assert made.status_code == 201, made.text
    await workspace.api.post(f"/v1/coaching/agents/ann/weeks/{this_week()}/actions", json=ACTION)
    thursday = week_of(datetime.now(UTC).date()).first + timedelta(days=3)
    month = await read(workspace, f"agents/ann/months/{thursday:%Y-%m}")
    mine = next(one for one in month["weeks"] if one["week"] == this_week())
    assert (mine["handled"], mine["score"]["n"]) == (2, 2)
    assert mine["score"]["value"] == pytest.approx((0.875 + 0.5) / 2, abs=1e-4)
    assert month["score"] == mine["score"]
    assert len(month["reviews"]) == 2
    assert [one["text"] for one in month["actions"]] == [ACTION["text"]]
    assert [one["week"] for one in month["weeks"]] == sorted(one["week"] for one in month["weeks"])


@every(
    "path",
    ["weeks/2026-W00", "weeks/2026-W54", "weeks/2025-W53", "weeks/26-W01", "weeks/9999-W01", "months/2026-13"],
)
async def test_a_period_that_there_is_not_is_refused(coaching: Workspace, path: str) -> None:
    """With what a week and a month look like."""
    answer = await coaching.api.get(f"/v1/coaching/agents/ann/{path}")
    assert_problem(answer, 422, "invalid_request", f"path.{path.partition('s/')[0]}")
    nobody = await coaching.api.get("/v1/coaching/agents/nobody/weeks/2026-W01")
    assert_problem(nobody, 404, "not_found")
