"""The tables, one noun a file.

Those that the service names in SQL alone are made when somebody asks for their classes, as migrations do: a process
starts without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

from mci_router.models.adapter import AdapterLink
from mci_router.models.adherence import AdherenceException, IntradayRound, MoveProposal
from mci_router.models.api_key import ApiKey
from mci_router.models.audit import AuditEntry
from mci_router.models.backfill import Backfill
from mci_router.models.base import Base
from mci_router.models.case import Case
from mci_router.models.coaching import AgentCertificate, CoachingAction, CoachingReview
from mci_router.models.community import BoardNews, Flag, Follower, Member
from mci_router.models.contact import Contact
from mci_router.models.correction import Correction
from mci_router.models.customer import Customer, CustomerAddress, CustomerMerge
from mci_router.models.customer_access import CustomerKey, SessionsEnded
from mci_router.models.decision import Decision
from mci_router.models.erasure import Erasure
from mci_router.models.escalation import Escalation
from mci_router.models.event import Event
from mci_router.models.holdout import TriageHoldout
from mci_router.models.idempotency import IdempotencyKey
from mci_router.models.incident import Incident, IncidentSubscription, IncidentUpdate
from mci_router.models.knowledge import (
    ArticleDraft,
    ArticleVersion,
    InsertedAnswer,
    KnowledgeEntry,
    KnowledgeGap,
    KnowledgeVector,
)
from mci_router.models.message import (
    Message,
    MessageKey,
    MessageRevision,
    OutboundMessage,
    ReadMark,
    UnannouncedMessage,
    UntoldChange,
)
from mci_router.models.modality_move import ModalityMove
from mci_router.models.monitor import Monitor, MonitorAlert
from mci_router.models.offer import Offer
from mci_router.models.participant import Participant
from mci_router.models.post import Post, Reply
from mci_router.models.replanning import ReplanningProgress
from mci_router.models.resource import Resource
from mci_router.models.results import ArticleRead, ContactRepetition, ContactResolution, ResultCheck
from mci_router.models.schedule import CalendarFeed, Schedule, ScheduleNews, Shift, ShiftSwap, TimeOff
from mci_router.models.segment import Segment
from mci_router.models.sensitivity_model import SensitivityModelRow
from mci_router.models.staffing import StaffingJob
from mci_router.models.summary_consent import SummaryConsent
from mci_router.models.survey import IntervalSurveys, SurveyAnswer, SurveyCandidate, SurveyInvitation
from mci_router.models.suspension import Suspension
from mci_router.models.trend import TrendDigest
from mci_router.models.triage_model import TriageModel
from mci_router.models.webhook import Webhook, WebhookDelivery
from mci_router.models.workflow import RunApproval, WorkflowCount, WorkflowLink, WorkflowRun
from mci_router.models.workspace import Workspace

if TYPE_CHECKING:
    from mci_router.models.attachment import Attachment, AttachmentAccount
    from mci_router.models.automatic_answer import AutomaticAnswer
    from mci_router.models.facts import (
        AgentState,
        DailyArrivals,
        DailyStays,
        IntervalArrivals,
        IntervalChange,
        IntervalPersonAsks,
        IntervalStays,
        ReportZone,
    )
    from mci_router.models.forecast import Forecast, ForecastProgress, IntervalDemand
    from mci_router.models.guide import GuideAnswer
    from mci_router.models.history import ImportedInterval
    from mci_router.models.reporting import ExportLease, ReportingRole, ReportMail
    from mci_router.models.result_facts import (
        DailyReads,
        DailyRepetitions,
        DailyResolutions,
        IntervalReads,
        IntervalRepetitions,
        IntervalResolutions,
    )
    from mci_router.models.retention import Retention

__all__ = [
    "AdapterLink",
    "AdherenceException",
    "AgentCertificate",
    "AgentState",
    "ApiKey",
    "ArticleDraft",
    "ArticleRead",
    "ArticleVersion",
    "Attachment",
    "AttachmentAccount",
    "AuditEntry",
    "AutomaticAnswer",
    "Backfill",
    "Base",
    "BoardNews",
    "CalendarFeed",
    "Case",
    "CoachingAction",
    "CoachingReview",
    "Contact",
    "ContactRepetition",
    "ContactResolution",
    "Correction",
    "Customer",
    "CustomerAddress",
    "CustomerKey",
    "CustomerMerge",
    "DailyArrivals",
    "DailyReads",
    "DailyRepetitions",
    "DailyResolutions",
    "DailyStays",
    "Decision",
    "Erasure",
    "Escalation",
    "Event",
    "ExportLease",
    "Flag",
    "Follower",
    "Forecast",
    "ForecastProgress",
    "GuideAnswer",
    "IdempotencyKey",
    "ImportedInterval",
    "Incident",
    "IncidentSubscription",
    "IncidentUpdate",
    "InsertedAnswer",
    "IntervalArrivals",
    "IntervalChange",
    "IntervalDemand",
    "IntervalPersonAsks",
    "IntervalReads",
    "IntervalRepetitions",
    "IntervalResolutions",
    "IntervalStays",
    "IntervalSurveys",
    "IntradayRound",
    "KnowledgeEntry",
    "KnowledgeGap",
    "KnowledgeVector",
    "Member",
    "Message",
    "MessageKey",
    "MessageRevision",
    "ModalityMove",
    "Monitor",
    "MonitorAlert",
    "MoveProposal",
    "Offer",
    "OutboundMessage",
    "Participant",
    "Post",
    "ReadMark",
    "ReplanningProgress",
    "Reply",
    "ReportMail",
    "ReportZone",
    "ReportingRole",
    "Resource",
    "ResultCheck",
    "Retention",
    "RunApproval",
    "Schedule",
    "ScheduleNews",
    "Segment",
    "SensitivityModelRow",
    "SessionsEnded",
    "Shift",
    "ShiftSwap",
    "StaffingJob",
    "SummaryConsent",
    "SurveyAnswer",
    "SurveyCandidate",
    "SurveyInvitation",
    "Suspension",
    "TimeOff",
    "TrendDigest",
    "TriageHoldout",
    "TriageModel",
    "UnannouncedMessage",
    "UntoldChange",
    "Webhook",
    "WebhookDelivery",
    "WorkflowCount",
    "WorkflowLink",
    "WorkflowRun",
    "Workspace",
]

_IN_SQL_ALONE = (
    *("attachment", "automatic_answer", "facts", "forecast", "guide", "history", "reporting", "result_facts"),
    "retention",
)


def __getattr__(name: str) -> Any:
    """Returns a table that is not made yet, and makes the others, too. Raises AttributeError."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    all_tables()
    return globals()[name]


def all_tables() -> MetaData:
    """Returns the description of every table."""
    for file in _IN_SQL_ALONE:
        made = vars(import_module(f"{__name__}.{file}"))
        globals().update({name: made[name] for name in made.keys() & set(__all__)})
    return Base.metadata
