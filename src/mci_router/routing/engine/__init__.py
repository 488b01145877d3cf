"""The live state: one Redis function library, and one typed method for each of its functions.

Every function touches one workspace and journals what it did in the same atomic step (see `routing/engine/lua/`).
"""

from mci_router.routing.engine.agents import AgentFunctions
from mci_router.routing.engine.building import BuildFunctions
from mci_router.routing.engine.connection import ResponseError, prefix, reachable
from mci_router.routing.engine.contacts import ContactFunctions, contact_of
from mci_router.routing.engine.conversations import ConversationFunctions
from mci_router.routing.engine.customers import CustomerFunctions
from mci_router.routing.engine.digests import DigestFunctions
from mci_router.routing.engine.escalations import EscalationFunctions
from mci_router.routing.engine.incidents import IncidentFunctions
from mci_router.routing.engine.messages import MessageFunctions
from mci_router.routing.engine.parking import ParkingFunctions
from mci_router.routing.engine.participants import ParticipantFunctions
from mci_router.routing.engine.processes import ProcessFunctions
from mci_router.routing.engine.queues import QueueFunctions
from mci_router.routing.engine.rates import RateFunctions
from mci_router.routing.engine.schedules import ScheduleFunctions
from mci_router.routing.engine.supervision import SupervisionFunctions
from mci_router.routing.engine.surveys import SurveyFunctions
from mci_router.routing.engine.topics import TopicFunctions
from mci_router.routing.engine.typing import TypingFunctions
from mci_router.routing.engine.webhooks import WebhookFunctions
from mci_router.routing.engine.workflows import WorkflowFunctions

__all__ = ["Engine", "ResponseError", "contact_of", "prefix", "reachable"]


class Engine(
    ContactFunctions,
    ParkingFunctions,
    ParticipantFunctions,
    ConversationFunctions,
    AgentFunctions,
    QueueFunctions,
    IncidentFunctions,
    EscalationFunctions,
    CustomerFunctions,
    TopicFunctions,
    SupervisionFunctions,
    WebhookFunctions,
    WorkflowFunctions,
    MessageFunctions,
    SurveyFunctions,
    ScheduleFunctions,
    DigestFunctions,
    RateFunctions,
    TypingFunctions,
    BuildFunctions,
    ProcessFunctions,
):
    """The functions of the live state."""
