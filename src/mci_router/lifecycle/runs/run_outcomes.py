"""Runs and the contacts that they serve: what the answer says, what the customer is told, and where the contact goes.

What could not be done, and what nobody knows to be done, goes to a person. A workflow that may not be called now is
passed over as at the beginning: the contact goes on to its next rung.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import EngineUnavailable, NotFound, WrongState
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Arrival
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.runs.run_talk import RunTalk
from mci_router.lifecycle.talking.listening import Listening
from mci_router.models import Contact, WorkflowRun
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.vocabulary import WORKFLOW_SUCCEEDED, ContactState, RunState
from mci_router.workflows import words
from mci_router.workflows.calling import CIRCUIT_OPEN, GONE, LEFT, NO_SECRET
from mci_router.workflows.limits import OVER_CUSTOMER, OVER_WORKSPACE
from mci_router.workflows.runs import Runs

log = logging.getLogger(__name__)

PASSED_OVER = frozenset({CIRCUIT_OPEN, GONE, NO_SECRET, OVER_CUSTOMER, OVER_WORKSPACE})
"""Why a run was not called at all: its rung is passed over."""

NOTE = text(
    """
    UPDATE decisions SET route = jsonb_set(route, '{workflow}', (route -> 'workflow') || CAST(:workflow AS jsonb))
    WHERE workspace_id = :workspace AND contact_id = :contact AND rung = :rung AND route ? 'workflow'
    RETURNING route ->> 'at_limit' = 'resolve' AND (SELECT c.rung_limit_at IS NOT NULL FROM contacts c
      WHERE c.id = contact_id)
    """
)


class RunOutcomes:
    """Does what follows from runs for contacts and customers."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        runs: Runs,
        ladder: Ladder,
        ending: Endings,
        listening: Listening,
        talk: RunTalk,
        *,
        answer_s: float,
    ) -> None:
        """Takes its parts; `answer_s` is how long an answer waits for a `sync` workflow, from when the contact came."""
        self._database = database
        self._snapshots = snapshots
        self._runs = runs
        self._ladder = ladder
        self._ending = ending
        self._listening = listening
        self._talk = talk
        self._answer_s = answer_s
        self._asking: set[asyncio.Task[None]] = set()

    async def first(self, arrival: Arrival, answer: Answer) -> Answer:
        """Has the run go on that serves a contact which was just accepted. Returns the contact's answer: with what came
        of the run, where it is `sync` and has ended in time.
        """
        serves = answer["route"].get("workflow")
        if not serves or serves["run"] is None:
            return answer
        workspace, spec = arrival.workspace_id, arrival.snapshot.of(WorkflowSpec).get(serves["name"])
        if serves["state"] == RunState.WAITING_INPUT:
            self._ask_beside(workspace, serves["run"])
            return answer
        driving = self._runs.drive(workspace, serves["run"], serves["name"])
        left_s = self._answer_s - (utc_now() - arrival.received_at).total_seconds()
        if driving is None or spec is None or spec.mode != "sync" or left_s <= 0:
            return answer
        done, _ = await asyncio.wait({driving}, timeout=left_s)
        if not done:
            return answer
        try:
            return {**answer, **await self._listening.answer(workspace, answer["id"])}
        except EngineUnavailable:
            return answer

    async def follow(self, run: WorkflowRun) -> None:
        """Does what follows from the end of a run: the customer is told, and the contact ends or goes on. Idempotent.

        Raises EngineUnavailable, DatabaseUnavailable.
        """
        if run.contact_id is None or run.rung is None:
            return
        snapshot = await self._snapshots.get(run.workspace_id)
        async with self._database.transaction() as session:
            stays = await _note(session, run)
            if run.why == LEFT and not await _still_there(session, run):
                return
        if run.why not in PASSED_OVER:
            await self._talk.tell(snapshot, run, _told(snapshot, run))
        try:
            if run.state is not RunState.SUCCEEDED:
                await self._pass_on(run)
            elif not stays:  # else until its limit the customer may say that it did not help
                await self._resolve(run)
        except (NotFound, WrongState) as gone:
            log.info("run %s has ended, and its contact has gone on: %s", run.id, gone.detail)

    async def _resolve(self, run: WorkflowRun) -> None:
        contact = run.contact_id or ""
        await self._ending.end(
            run.workspace_id, contact, ContactState.RESOLVED, WORKFLOW_SUCCEEDED, only_from=ContactState.AUTOMATING
        )

    async def _pass_on(self, run: WorkflowRun) -> None:
        """Moves the contact on: to a person, unless the workflow was only passed over."""
        person = run.why not in PASSED_OVER
        why = f"the workflow {run.workflow} ({run.id}) is {run.state}" + (f": {run.why}" if run.why else "")
        await self._ladder.advance(run.workspace_id, run.contact_id or "", why, rung=run.rung, person=person)

    def _ask_beside(self, workspace: str, run: str) -> None:
        task = asyncio.create_task(self._talk.begin(workspace, run), name=f"question of {run}")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)


async def _note(session: AsyncSession, run: WorkflowRun) -> bool:
    """Writes into the contact's decision what came of the run. Returns whether the contact stays until its limit."""
    noted: Mapping[str, Any] = {"state": run.state, "message": run.message}
    values = {"workspace": run.workspace_id, "contact": run.contact_id, "rung": run.rung}
    return bool(await session.scalar(NOTE, {**values, "workflow": json.dumps(noted)}))


async def _still_there(session: AsyncSession, run: WorkflowRun) -> bool:
    """Returns whether a contact that its run has left waits for what follows: one that has become sensitive."""
    contact = await session.get(Contact, run.contact_id)
    return contact is not None and contact.sensitive and contact.rung == run.rung and contact.ended_at is None


def _told(snapshot: Snapshot, run: WorkflowRun) -> dict[str, str] | str:
    """Returns what the customer is told: the target's words, or ours by language."""
    if run.message:
        return run.message
    if run.state is RunState.UNKNOWN:
        return dict(words.NOT_KNOWN)
    if run.state is not RunState.SUCCEEDED:
        return dict(words.TO_A_PERSON)
    spec = snapshot.of(WorkflowSpec).get(run.workflow)
    title = spec.title if spec else run.workflow
    return {language: said.format(title=title) for language, said in words.DONE.items()}
