"""The touch that a topic turns out to need: from the work its contacts take, against that of all; and what an operator
is told.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.insight.handling import Handling
from mci_router.insight.touch import TopicFigures, effort, measured, of_all, suggestion
from mci_router.vocabulary import Touch
from tests.support.service import Workspace, eventually

USUAL = TopicFigures(handled=1_000, handle_time_s=300, transferred=0.05, reopened=0.1, escalated=0.02)


def test_the_average_topic_takes_the_average_work() -> None:
    """An effort of 1 is low touch, and nobody is told anything."""
    assert effort(replace(USUAL, handled=100), USUAL) == pytest.approx(1)
    assert measured(USUAL, USUAL) is Touch.LOW
    assert suggestion(USUAL, USUAL, configured=Touch.LOW, sensitive=False) is None


@pytest.mark.parametrize(
    "changes",
    [{"handle_time_s": 450}, {"transferred": 0.6}, {"reopened": 0.6}, {"escalated": 0.3}],
    ids=lambda changes: next(iter(changes)),
)
def test_each_sign_of_work_speaks_for_high_touch(changes: dict[str, float]) -> None:
    """Long handling, transfers, returns and escalations; the suggestion says which, in numbers."""
    heavy = replace(USUAL, handled=200, **changes)
    assert measured(heavy, USUAL) is Touch.HIGH
    told = suggestion(heavy, USUAL, configured=Touch.LOW, sensitive=False)
    assert told is not None
    assert told.startswith("Consider high touch: a contact takes 1.")
    assert suggestion(heavy, USUAL, configured=Touch.HIGH, sensitive=False) is None


def test_an_escalation_weighs_as_much_as_two_transfers() -> None:
    """It takes somebody with experience."""
    without = replace(USUAL, handled=10_000, transferred=0, reopened=0, escalated=0)
    escalated = effort(replace(without, escalated=0.1), without)
    assert escalated == pytest.approx(effort(replace(without, transferred=0.2), without), rel=1e-3)


def test_few_contacts_prove_nothing() -> None:
    """Below thirty there is no suggestion, and three bad ones do not make a topic high touch."""
    bad = TopicFigures(handled=3, handle_time_s=400, transferred=0.3, reopened=0.3, escalated=0)
    assert measured(bad, USUAL) is Touch.LOW
    assert measured(replace(bad, handled=300), USUAL) is Touch.HIGH
    assert suggestion(replace(bad, handled=29, handle_time_s=900), USUAL, configured=Touch.LOW, sensitive=False) is None
    assert suggestion(replace(bad, handled=30, handle_time_s=900), USUAL, configured=Touch.LOW, sensitive=False)


def test_nobody_is_told_to_lower_what_is_sensitive() -> None:
    """A topic that is easy work may be suggested for low touch; card fraud never is."""
    easy = replace(USUAL, handled=500, handle_time_s=120)
    assert (suggestion(easy, USUAL, configured=Touch.HIGH, sensitive=False) or "").startswith("Consider low touch")
    assert suggestion(easy, USUAL, configured=Touch.HIGH, sensitive=True) is None


def test_of_all_weighs_topics_by_their_contacts() -> None:
    """Nine short contacts and one long one."""
    whole = of_all([TopicFigures(9, 100, 0, 0, 0), TopicFigures(1, 1_000, 1, 0, 0)])
    assert (whole.handled, whole.handle_time_s, whole.transferred) == (10, 190, 0.1)
    assert of_all([]) == TopicFigures(0, 0, 0, 0, 0)
    assert effort(TopicFigures(0, 0, 0, 0, 0), of_all([])) == 1


share = st.floats(0, 1)
figures = st.builds(TopicFigures, st.integers(0, 10_000), st.floats(0, 1e5), share, share, share)


@given(st.lists(figures, min_size=1, max_size=6))
def test_any_figures_have_a_finite_effort_around_that_of_all(topics: list[TopicFigures]) -> None:
    """Not all topics can take more than the average, nor all less."""
    whole = of_all(topics)
    efforts = [effort(one, whole) for one in topics if one.handled]
    assert all(0 <= one < 1e6 for one in efforts)


COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card and bought things"


async def served(workspace: Workspace, said: str, agent: str, **contact: Any) -> str:
    """One contact that an agent has taken and completed."""
    async with workspace.desk(agent) as desk:
        posted = await workspace.post(said, **contact)
        offer = await desk.expect("offer.created")
        taken = await desk.do("offer.accept", offer_id=offer["offer_id"])
        await desk.do("assignment.complete", assignment_id=taken["assignment_id"], disposition="solved")
        await desk.do("wrap_up.done", assignment_id=taken["assignment_id"])

    async def in_the_ledger() -> bool:
        async with workspace.ledger() as session:
            return bool(
                await session.scalar(
                    text("SELECT state = 'completed' FROM contacts WHERE id = :id"), {"id": posted["id"]}
                )
            )

    await eventually(in_the_ledger)
    return str(posted["id"])


async def test_the_figures_come_from_the_ledger(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Handled contacts by topic, their time, and who transferred, escalated or came back; of the last 30 days, read
    once a minute.
    """
    customer = {"customer": {"external_id": "eve"}}
    first = await served(workspace, COMPLAINT, "ann", topic="complaint", **customer)
    await served(workspace, COMPLAINT, "ann", topic="complaint", **customer)
    third = await served(workspace, FRAUD, "fred", topic="card_fraud")
    await served(workspace, FRAUD, "fred", topic="card_fraud")
    parts, clock = service[1], iter([0.0, 0.0, 59.0, 61.0, 61.0])
    record = '{"transfers": [{"queue": "desk", "severity": null}, {"queue": "desk", "severity": "P1"}]}'
    async with parts.database.transaction() as session:
        await session.execute(
            text("UPDATE contacts SET answered_at = ended_at - interval '90 seconds' WHERE workspace_id = :id"),
            {"id": workspace.id},
        )
        await session.execute(
            text("UPDATE decisions SET route = route || CAST(:record AS jsonb) WHERE contact_id = :id"),
            {"record": record, "id": third},
        )
    handling = Handling(parts.database, lambda: next(clock))
    found = dict(await handling.figures(workspace.id))
    assert found["complaint"] == TopicFigures(handled=2, handle_time_s=90, transferred=0, reopened=0.5, escalated=0)
    assert found["card_fraud"] == TopicFigures(handled=2, handle_time_s=90, transferred=0.5, reopened=0, escalated=0.5)
    async with parts.database.transaction() as session:
        await session.execute(text("UPDATE contacts SET topic = 'how_to' WHERE id = :id"), {"id": first})
    assert set(await handling.figures(workspace.id)) == {"complaint", "card_fraud"}
    assert set(await handling.figures(workspace.id)) == {"complaint", "card_fraud", "how_to"}


async def test_another_workspaces_contacts_do_not_count(make: Callable[..., Any], service: tuple[str, Parts]) -> None:
    """The figures are a workspace's own."""
    one, other = await make(), await make()
    await served(one, COMPLAINT, "ann", topic="complaint")
    handling = Handling(service[1].database)
    assert set(await handling.figures(one.id)) == {"complaint"}
    assert await handling.figures(other.id) == {}
