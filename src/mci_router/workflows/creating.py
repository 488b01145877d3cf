"""Making of runs: the row, before anything is asked or called."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mci_router.clock import utc_now
from mci_router.ids import new_id
from mci_router.models import WorkflowRun
from mci_router.specs.workflows import WorkflowSpec
from mci_router.values import value
from mci_router.vocabulary import RunState
from mci_router.workflows.states import FOLLOW_S

BY_RUNG = "rung"


@value
class Concerns:
    """Who and what a run is about. `rung`: the one on which it serves the contact; None where it was started."""

    workspace: str
    contact: str | None = None
    customer: str | None = None
    rung: int | None = None


def input_hash(workflow: str, given: Mapping[str, Any]) -> str:
    """Returns what an approval of a run is bound to: the workflow and its whole input."""
    return hashlib.sha256(json.dumps([workflow, given], sort_keys=True).encode()).hexdigest()


def new_run(
    concerns: Concerns,
    spec: WorkflowSpec,
    given: Mapping[str, Any],
    *,
    started_by: str = BY_RUNG,
    asking: str | None = None,
    now: datetime | None = None,
    request: tuple[str, str] | None = None,
) -> WorkflowRun:
    """Returns the row of a run, with each of its columns; `asking` is the field that the customer is asked for first.

    `request` is the key of the request that starts it, and a hash of what it says.
    """
    key, body = request or (None, None)
    amount = spec.amount_of(given)
    return WorkflowRun(
        id=new_id("run"),
        workspace_id=concerns.workspace,
        workflow=spec.name,
        contact_id=concerns.contact,
        customer_id=concerns.customer,
        rung=concerns.rung,
        started_by=started_by,
        request_key=key,
        request_hash=body,
        state=RunState.WAITING_INPUT if asking else RunState.PENDING,
        input=dict(given),
        input_hash=input_hash(spec.name, given),
        amount=amount,
        currency=spec.approval.currency if spec.approval and amount is not None else None,
        asking=asking,
        tries=1 if asking else 0,
        said=0,
        attempts=0,
        due_at=(now or utc_now()) + timedelta(seconds=FOLLOW_S),
        steps=[],
        followed=False,
        untold=[str(RunState.WAITING_INPUT)] if asking else [],
    )
