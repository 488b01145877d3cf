"""Follow-ups of surveys: each answer is journalled, and a low score becomes a task for a queue. A customer who writes
of danger beside any score is seen by a person: that becomes a task, too, where such a matter belongs.

A task has a case of its own, linked to that of the contact, and is made once for an answer. Where the customer raises
the score before anybody took the task, it is withdrawn, unless danger was written of; after that it is the agent's to
judge.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import EngineUnavailable, NotFound, Problem, WrongState
from mci_router.intake.arrival import Arrival, Joins
from mci_router.intake.reception import Reception
from mci_router.intake.tasks import Task
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.ending import Endings
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_row
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.surveys import FollowUp, SurveySpec
from mci_router.surveys.following import MOST_AT_ONCE, Following
from mci_router.triage.finding import find
from mci_router.vocabulary import Channel, ContactState, SurveyKind, Trust

log = logging.getLogger(__name__)

RAISED = "score_raised"
SUBJECT = "A low score in a survey"
IN_DANGER = "Words of danger in a survey"
NO_TOPIC = "none"  # named for words of which only the danger counts: no model is asked what they are about


class SurveyFollowUps:
    """Does what follows from answers."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        reception: Reception,
        delivery: Delivery,
        endings: Endings,
    ) -> None:
        self._following = Following(database, engine)
        self._snapshots = snapshots
        self._reception = reception
        self._delivery = delivery
        self._endings = endings

    async def turn(self) -> None:
        """Does what is undone, of each answer that it can be done for now. Raises as `each` does."""
        await each_row(self._following.untold, MOST_AT_ONCE, self._tell)

    async def _tell(self, row: Mapping[str, Any]) -> None:
        await self._following.journal(row)
        await self._following.done(row, await self._follow_up(row))

    async def _follow_up(self, row: Mapping[str, Any]) -> str | None:
        """Makes a task of danger or of a low score, or withdraws that of a raised score. Returns the task there is."""
        snapshot = await self._snapshots.get(row["workspace_id"])
        survey = snapshot.of(SurveySpec).get(row["survey"])
        plan, task = survey.follow_up if survey else None, row["follow_up"]
        low = plan is not None and row["score"] < plan.below
        danger = await self._in_danger(snapshot, row)
        if danger and not row["danger_followed"]:
            return await self._made(snapshot, row, None)
        if low and task is None:
            return await self._made(snapshot, row, plan)
        if task is not None and not low and not danger:
            return await self._withdrawn(row["workspace_id"], task)
        return task and str(task)

    async def _in_danger(self, snapshot: Snapshot, row: Mapping[str, Any]) -> bool:
        """Returns whether what the customer wrote is sensitive by its words."""
        if not row["comment"]:
            return False
        later = await self._reception.listen(snapshot, row["comment"], Channel(row["channel"]), NO_TOPIC)
        return find(snapshot, later.seen[0], named=None, measured=later.measured, customer={}).sensitive

    async def _made(self, snapshot: Snapshot, row: Mapping[str, Any], plan: FollowUp | None) -> str | None:
        try:
            answer = await self._delivery.accept(await self._arrival(snapshot, row, plan))
        except EngineUnavailable:
            raise
        except Problem as problem:
            log.warning("the survey of %s led to no follow-up: %s", row["contact_id"], problem.slug)
            return None
        return answer.contact if isinstance(answer, Joins) else str(answer["id"])

    async def _withdrawn(self, workspace: str, task: str) -> str | None:
        """Returns None once the task is withdrawn; the task, if somebody has it, or had."""
        try:
            only = ContactState.QUEUED
            await self._endings.end(workspace, task, ContactState.CANCELLED, RAISED, only_from=only)
        except (WrongState, NotFound):
            return task
        return None

    async def _arrival(self, snapshot: Snapshot, row: Mapping[str, Any], plan: FollowUp | None) -> Arrival:
        """Returns a task as it arrives: of a low score where its `plan` says, else of danger."""
        trust, key = Trust(row["trust"]), f"survey follow-up {row['contact_id']} {row['changes']}"
        sent = _sent(snapshot, row) if plan else {**_sent(snapshot, row), "subject": IN_DANGER, "topic": None}
        arrival = await self._reception.receive(row["workspace_id"], sent, key, trust)
        if plan:
            why = f"a score below {plan.below} in the survey {row['survey']}"
            task = Task(plan.queue, why, plan.owner, sensitive=row["sensitive"])
        else:
            task = Task(None, f"words of danger in the survey {row['survey']}", sensitive=True)
        return replace(arrival, task=task, branched_from=row["case_id"])


def _sent(snapshot: Snapshot, row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a task as an adapter would post it."""
    top = SurveyKind(row["kind"]).scale[-1]
    said = f"\n\nThe customer wrote:\n{row['comment']}" if row["comment"] else ""
    nobody = {"external_id": None, "name": None, "email": None, "phone": None, "attributes": {}, "trust": row["trust"]}
    return {
        "channel": Channel.TASK,
        "provider": None,
        "customer": {**nobody, "id": row["customer_id"]},
        "subject": SUBJECT,
        "text": f"The customer gave {row['score']} of {top} in the survey {row['survey']}.{said}",
        "topic": row["topic"] if row["topic"] in snapshot.topics else None,
        "language": row["language"],
        "priority": 0,
        "skills": [],
        "context": {"survey": row["survey"], "score": str(row["score"]), "contact": row["contact_id"]},
        "channel_ref": None,
        "call": None,
        "attachments": [],
        "headers": {},
        "visibility": "private",
        "can_ask": False,
    }
