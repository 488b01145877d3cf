"""The request of a call: signed, the same key in every attempt, and what the target has to know of the customer."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact, Customer, CustomerAddress, WorkflowRun
from mci_router.specs.workflows import WorkflowSpec
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Trust
from mci_router.webhooks.signing import signed

KEY = "Idempotency-Key"


@value
class Call:
    """A call that is committed, and may be sent once before `send_by` on this process's clock."""

    run: WorkflowRun
    spec: WorkflowSpec
    secrets: Sequence[str]
    about: Mapping[str, Any]
    send_by: float

    @property
    def word(self) -> str:
        """Names this very call."""
        return f"{self.run.id}:{self.run.attempts}"

    def body(self, public_url: str | None) -> bytes:
        """Returns the body, which is the same in every attempt but for its number."""
        run = self.run
        document = {
            "run": run.id,
            "workflow": run.workflow,
            "attempt": run.attempts,
            "input": run.input,
            **self.about,
            "result_url": f"{(public_url or '').rstrip('/')}/v1/runs/{run.id}/result",
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        """Returns the headers: those of Standard Webhooks, and the key of idempotency."""
        signature = signed(self.secrets, self.run.id, int(time.time()), body)
        return {"Content-Type": "application/json", KEY: self.run.id, "Connection": "close", **signature}


async def about(session: AsyncSession, run: WorkflowRun, contact: Contact | None) -> dict[str, Any]:
    """Returns what a target learns of the customer and the contact. A mere claim names no customer."""
    trust = contact.trust if contact else await _trust_in(session, run)
    if trust is None:
        return {"customer": None, "contact": None}
    proven = trust is not Trust.CLAIMED
    query = select(CustomerAddress.value).where(
        CustomerAddress.workspace_id == run.workspace_id,
        CustomerAddress.customer_id == run.customer_id,
        CustomerAddress.kind == AddressKind.EXTERNAL_ID,
    )
    ids = (await session.scalars(query.order_by(CustomerAddress.value).limit(10))).all() if proven else []
    return {
        "customer": {"id": run.customer_id, "external_ids": list(ids), "trust": trust},
        "contact": contact
        and {
            "id": contact.id,
            "case_id": contact.case_id,
            "channel": contact.channel,
            "language": contact.language,
            "topic": contact.topic,
        },
    }


async def _trust_in(session: AsyncSession, run: WorkflowRun) -> Trust | None:
    """Returns how sure it is who the customer is whom a run without a contact is for; None if it is for nobody."""
    mine = (Customer.workspace_id == run.workspace_id, Customer.id == run.customer_id)
    return await session.scalar(select(Customer.trust).where(*mine))
