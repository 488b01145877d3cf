"""Questions about summaries on their way to customers: an adapter with buttons shows them as buttons."""

from typing import Annotated

from pydantic import Field

from mci_router.lazy_schemas import LazyModel

CONSENT = """CASE WHEN m.kind = 'system' THEN (
        SELECT jsonb_build_object('summary_id', s.id, 'expires_at', s.expires_at)
        FROM summary_consents s
        JOIN message_keys y ON y.workspace_id = s.workspace_id AND y.owner = 'summary' AND y.key = s.id
        WHERE s.workspace_id = o.workspace_id AND s.contact_id = o.contact_id AND s.state = 'waiting'
          AND y.message_id = m.id)
      END"""
"""The question about a summary that a message is, in SQL; null for nearly all."""


class OutboundConsent(LazyModel):
    """The message asks whether the text in it may be shown in public. `POST /v1/contacts/{id}/summary` takes the
    answer; so does a message of the customer that says yes or no and nothing else.
    """

    summary_id: str
    expires_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
