"""Workflows as a whole: their parts, joined, and what starts a run by a person's or a system's wish."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import (
    CustomerMerged,
    IdempotencyKeyReused,
    InputRefused,
    NotFound,
    UnknownWorkflow,
    WorkflowRefused,
)
from mci_router.intake import customer_records as records
from mci_router.intake.masking import mask_counted
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.runs.approvals import Approvals
from mci_router.lifecycle.runs.run_outcomes import RunOutcomes
from mci_router.lifecycle.runs.run_talk import RunTalk
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.listening import Listening
from mci_router.models import Case, Contact, WorkflowRun
from mci_router.routing.engine import Engine
from mci_router.settings import Settings
from mci_router.specs.workflows import WorkflowSpec
from mci_router.values import value
from mci_router.vocabulary import RunState, Trust
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.targets import Resolve, resolve
from mci_router.workflows import results
from mci_router.workflows.calling import Calling
from mci_router.workflows.circuits import Circuits
from mci_router.workflows.creating import Concerns, new_run
from mci_router.workflows.runs import Runs
from mci_router.workflows.states import run_of

LONGEST_CALL_S = 60.0


def clean(value: Any) -> Any:
    """Returns JSON-like data without the secrets in its texts, as messages are kept."""
    return mask_counted(value)[0]


@value
class Start:
    """A run that somebody starts. `request` is the key of the request for it; `trust` what the starter may assert of a
    customer where there is no contact; `customer` whom it is for then, if anybody.
    """

    workflow: str
    input: Mapping[str, Any]
    contact: str | None
    by: str
    trust: Trust
    request: str | None = None
    customer: str | None = None


class Workflows:
    """Starts and reads runs, and takes their results."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        ladder: Ladder,
        ending: Endings,
        listening: Listening,
        conversations: Conversations,
        resolve: Resolve = resolve,
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self.circuits = Circuits(engine)
        sender = Sender(private=settings.webhook_private_targets, timeout_s=LONGEST_CALL_S, resolve=resolve)
        calling = Calling(
            database, snapshots, self.circuits, sender, public_url=settings.public_url or None, clean=clean
        )
        self.runs = Runs(database, engine, calling)
        talk = RunTalk(database, snapshots, self.runs, conversations.say)
        outcomes = RunOutcomes(
            database, snapshots, self.runs, ladder, ending, listening, talk, answer_s=settings.workflow_answer_s
        )
        self.runs.follow, self.runs.ask = outcomes.follow, talk.ask
        self._follow = outcomes.follow
        conversations.begin_run, conversations.answer_run = outcomes.first, talk.heard

    def approved_by(self, approvals: Approvals) -> None:
        """Has people asked where a run waits for approval, and what was asked withdrawn where it ends without."""

        async def follow(run: WorkflowRun) -> None:
            await approvals.ended(run)
            await self._follow(run)

        self.runs.approve, self.runs.follow = approvals.ask, follow

    async def start(self, workspace: str, start: Start, note: Note) -> WorkflowRun:
        """Starts a run, with the same rules as on a rung, and returns it at once. Idempotent by the request's key.

        Raises:
            UnknownWorkflow, NotFound: there is no such workflow, contact or customer.
            CustomerMerged, CustomerErased: the customer is another, or what is left of one who was erased.
            InputRefused: the input does not fit.
            WorkflowRefused: not for this contact, whose trust is too low, or which is sensitive.
            IdempotencyKeyReused: the key was another request's.
        """
        snapshot = await self._snapshots.get(workspace)
        spec = snapshot.of(WorkflowSpec).get(start.workflow)
        if spec is None:
            raise UnknownWorkflow(f"There is no workflow {start.workflow!r} in this workspace.")
        given = clean(dict(start.input))
        if found := spec.faults(given):
            errors = [{"where": f"body.input.{place}".rstrip("."), "problem": problem} for place, problem in found]
            raise InputRefused(f"{errors[0]['where']}: {errors[0]['problem']}.", errors=errors)
        whose = start.contact or start.customer
        body = hashlib.sha256(json.dumps([spec.name, whose, given], sort_keys=True).encode()).hexdigest()
        request = (start.request, body) if start.request else None
        async with self._database.transaction() as session:
            if request:  # one of two at once waits here for the other
                lock = func.pg_advisory_xact_lock(func.hashtext(f"run {workspace} {request[0]}"))
                await session.execute(select(lock))
            if request and (known := await _known(session, workspace, request)):
                return known
            concerns = await _concerns(session, workspace, spec, start)
            run = new_run(concerns, spec, given, started_by=start.by, request=request)
            session.add(run)
            await note.record(session, None, {"workflow": spec.name, "run": run.id, "contact": start.contact})
        self.runs.drive(workspace, run.id, run.workflow)
        return run

    async def read(self, workspace: str, run_id: str, *, sensitive: bool) -> WorkflowRun:
        """Returns a run; without `sensitive` not that of a sensitive contact. Raises NotFound."""
        async with self._database.transaction() as session:
            run = await run_of(session, workspace, run_id)
            contact = await session.get(Contact, run.contact_id) if run.contact_id else None
        if contact and contact.sensitive and not sensitive:
            raise NotFound(f"There is no run {run_id!r} in this workspace.")
        return run

    async def newest(
        self,
        workspace: str,
        *,
        contact: str | None,
        workflow: str | None,
        state: RunState | None,
        sensitive: bool,
        after: str | None,
        limit: int,
    ) -> Sequence[WorkflowRun]:
        """Returns runs, newest first: those older than the run `after`."""
        query = select(WorkflowRun).where(WorkflowRun.workspace_id == workspace)
        if not sensitive:
            query = query.outerjoin(Contact, Contact.id == WorkflowRun.contact_id)
            query = query.where(Contact.sensitive.is_not(True))
        for column, wanted in (
            (WorkflowRun.contact_id, contact),
            (WorkflowRun.workflow, workflow),
            (WorkflowRun.state, state),
        ):
            query = query.where(column == wanted) if wanted is not None else query
        query = query.where(WorkflowRun.id < after) if after else query
        async with self._database.transaction() as session:
            return (await session.scalars(query.order_by(WorkflowRun.id.desc()).limit(limit))).all()

    async def report(self, workspace: str, run_id: str, result: Mapping[str, Any]) -> WorkflowRun:
        """Takes the result of a run, and does what follows. Idempotent. Raises NotFound, WrongState, RunSettled."""
        async with self._database.transaction() as session:
            run, _ = await results.report(session, workspace, run_id, clean(dict(result)))
        return await self._ended(run)

    async def compensate(self, workspace: str, run_id: str, message: str | None, note: Note) -> WorkflowRun:
        """Takes that what a run has done is undone. Idempotent. Raises NotFound, WrongState."""
        async with self._database.transaction() as session:
            before = (await run_of(session, workspace, run_id)).state
            run = await results.compensate(session, workspace, run_id, clean(message) if message else None)
            if before is not run.state:
                await note.record(session, {"state": before}, {"state": run.state})
        return await self._ended(run)

    async def _ended(self, run: WorkflowRun) -> WorkflowRun:
        if run.state.final:
            await self.runs.ended(run)
        return run


async def _known(session: AsyncSession, workspace: str, request: tuple[str, str]) -> WorkflowRun | None:
    query = select(WorkflowRun).where(WorkflowRun.workspace_id == workspace, WorkflowRun.request_key == request[0])
    found = await session.scalar(query)
    if found and found.request_hash != request[1]:
        raise IdempotencyKeyReused
    return found


async def _concerns(session: AsyncSession, workspace: str, spec: WorkflowSpec, start: Start) -> Concerns:
    """Returns whom a run is about. Raises NotFound, CustomerMerged, CustomerErased, WorkflowRefused."""
    if start.contact is None:
        if spec.limits.per_customer_day is not None and start.customer is None:
            raise WorkflowRefused("The workflow is limited for each customer: name a contact.", why="no_contact")
        if start.trust.rank < spec.identity.rank:
            raise WorkflowRefused(
                f"Without a contact, a key must be allowed to assert {spec.identity} customers.", why="identity"
            )
        return Concerns(workspace, customer=await _customer(session, workspace, start.customer))
    query = select(Contact, Case).join(Case, Case.id == Contact.case_id)
    row = (await session.execute(query.where(Contact.workspace_id == workspace, Contact.id == start.contact))).first()
    if row is None:
        raise NotFound(f"There is no contact {start.contact!r} in this workspace.")
    contact, case = row
    customer = case.verified_as if case.verified_at and case.verified_as else contact.customer_id
    for one in sorted({contact.customer_id, customer}):
        await records.person(session, workspace, one, lock=True)  # nobody erases it meanwhile
    trust = Trust.VERIFIED if case.verified_at else contact.trust
    if trust.rank < spec.identity.rank:
        raise WorkflowRefused(
            f"The customer must be {spec.identity}, and is {trust}: verify the customer.", why="identity"
        )
    return Concerns(workspace, contact.id, customer)


async def _customer(session: AsyncSession, workspace: str, named: str | None) -> str | None:
    if named is None:
        return None
    customer = await records.person(session, workspace, named, lock=True)  # nobody erases it meanwhile
    if into := customer.merged_into:
        raise CustomerMerged(merged_into=into)
    return customer.id
