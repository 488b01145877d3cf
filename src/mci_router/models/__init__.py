"""The tables, one noun a file."""

from mci_router.models.api_key import ApiKey
from mci_router.models.audit import AuditEntry
from mci_router.models.base import Base
from mci_router.models.case import Case
from mci_router.models.contact import Contact
from mci_router.models.correction import Correction
from mci_router.models.customer import Customer, CustomerAddress, CustomerMerge
from mci_router.models.decision import Decision
from mci_router.models.event import Event
from mci_router.models.holdout import TriageHoldout
from mci_router.models.idempotency import IdempotencyKey
from mci_router.models.incident import Incident, IncidentSubscription, IncidentUpdate
from mci_router.models.monitor import Monitor
from mci_router.models.offer import Offer
from mci_router.models.post import Post, Reply
from mci_router.models.replanning import ReplanningProgress
from mci_router.models.resource import Resource
from mci_router.models.segment import Segment
from mci_router.models.sensitivity_model import SensitivityModelRow
from mci_router.models.triage_model import TriageModel
from mci_router.models.webhook import Webhook, WebhookDelivery
from mci_router.models.workspace import Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Base",
    "Case",
    "Contact",
    "Correction",
    "Customer",
    "CustomerAddress",
    "CustomerMerge",
    "Decision",
    "Event",
    "IdempotencyKey",
    "Incident",
    "IncidentSubscription",
    "IncidentUpdate",
    "Monitor",
    "Offer",
    "Post",
    "ReplanningProgress",
    "Reply",
    "Resource",
    "Segment",
    "SensitivityModelRow",
    "TriageHoldout",
    "TriageModel",
    "Webhook",
    "WebhookDelivery",
    "Workspace",
]
