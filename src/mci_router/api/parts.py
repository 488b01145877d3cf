"""Parts of the running service that routes use, and how a route names what it needs."""

from collections.abc import Iterable
from dataclasses import field
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from starlette.requests import HTTPConnection

from mci_router.access.customer_keys import CustomerKeyRing
from mci_router.access.customer_sessions import CustomerSessions
from mci_router.access.customer_tokens import CustomerIdentity, CustomerTokens
from mci_router.access.keys import Caller, KeyRing, Scope
from mci_router.access.rates import Rates
from mci_router.access.sessions import Sessions
from mci_router.access.survey_links import SurveyLinks
from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.api.costs import cost_of
from mci_router.api.customer.lobbies import Lobbies
from mci_router.api.desk.typing import DeskTyping
from mci_router.api.heavy_requests import HeavyRequests
from mci_router.api.sockets.admission import Admission
from mci_router.api.stream_bounds import Streams
from mci_router.attachments.uploads import Uploads
from mci_router.coaching.work import Coaching
from mci_router.community.choice import Boards
from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.lookup import Lookup
from mci_router.conversations.outbox import Outbox
from mci_router.conversations.read_marks import ReadMarks
from mci_router.conversations.receipts import Receipts
from mci_router.database import Database
from mci_router.errors import NotAuthenticated, ScopeMissing
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.insight.handling import Handling
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.reception import Reception
from mci_router.learning.completion import Corrections
from mci_router.learning.models import LiveModels
from mci_router.lifecycle.afterwards.replay import Replay
from mci_router.lifecycle.afterwards.retention import Retentions
from mci_router.lifecycle.agents import AgentActs
from mci_router.lifecycle.answers.beforehand import Beforehand
from mci_router.lifecycle.answers.written_answers import WrittenAnswers
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.dry_run import DryRun
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.guides import Guides
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.lines.places import Places
from mci_router.lifecycle.lines.replanning import Replanning
from mci_router.lifecycle.passing_on.callbacks import Callbacks
from mci_router.lifecycle.passing_on.consulting import Consulting
from mci_router.lifecycle.passing_on.escalations import Escalations
from mci_router.lifecycle.passing_on.hand_overs import HandOvers
from mci_router.lifecycle.passing_on.transfers import Transfers
from mci_router.lifecycle.publicity.consent import Consents
from mci_router.lifecycle.publicity.modalities import Modalities
from mci_router.lifecycle.publicity.replies import Replies
from mci_router.lifecycle.runs.approvals import Approvals
from mci_router.lifecycle.runs.workflows import Workflows
from mci_router.lifecycle.seen.screen_pop_look import ScreenPopLook
from mci_router.lifecycle.talking.conversation_end import ConversationEnds
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.message_changes import MessageChanges
from mci_router.lifecycle.talking.parking import Parking
from mci_router.lifecycle.verifying import Verifications
from mci_router.privacy.erasing import Erasures
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import Feed
from mci_router.settings import Settings
from mci_router.supervision.queues import QueueWatch
from mci_router.supervision.readings import Readings
from mci_router.supervision.status_board import StatusBoard
from mci_router.surveys.answers import Answers
from mci_router.values import value
from mci_router.volume.meter import VolumeMeter
from mci_router.workforce.work import Workforce


@value
class Parts:
    """The parts of the service, made once by `app` and used by every route."""

    settings: Settings
    database: Database
    engine: Engine
    snapshots: Snapshots
    meter: VolumeMeter
    handling: Handling
    models: LiveModels
    corrections: Corrections
    reception: Reception
    delivery: Delivery
    agents: AgentActs
    answers: WrittenAnswers
    escalations: Escalations
    guides: Guides
    ladder: Ladder
    ending: Endings
    consents: Consents
    conversations: Conversations
    modalities: Modalities
    lookup: Lookup
    pops: ScreenPopLook
    typing: DeskTyping
    outbox: Outbox
    changes: MessageChanges
    receipts: Receipts
    replies: Replies
    retentions: Retentions
    boards: Boards
    beforehand: Beforehand
    dry_run: DryRun
    replay: Replay
    transfers: Transfers
    hand_overs: HandOvers
    parking: Parking
    consulting: Consulting
    conversation_ends: ConversationEnds
    places: Places
    replanning: Replanning
    callbacks: Callbacks
    survey_answers: Answers
    survey_links: SurveyLinks
    verification: Verifications
    incidents: OpenIncidents
    fingerprints: Fingerprints
    feed: Feed
    watch: QueueWatch
    readings: Readings
    keys: KeyRing
    rates: Rates
    tokens: Tokens
    sessions: Sessions
    admission: Admission[AgentIdentity]
    customer_keys: CustomerKeyRing
    customer_sessions: CustomerSessions
    customer_admission: Admission[CustomerIdentity]
    customer_tokens: CustomerTokens
    lobbies: Lobbies
    read_marks: ReadMarks
    streams: Streams
    uploads: Uploads
    workflows: Workflows
    approvals: Approvals
    coaching: Coaching
    workforce: Workforce
    erasures: Erasures
    heavy: HeavyRequests = field(default_factory=HeavyRequests)
    status: StatusBoard = field(default_factory=StatusBoard)


async def _parts(connection: HTTPConnection) -> Parts:  # async: any other function would be given a thread
    parts: Parts = connection.app.state.parts
    return parts


Service = Annotated[Parts, Depends(_parts)]

_bearer = HTTPBearer(auto_error=False, scheme_name="api_key", description="An API key: `Authorization: Bearer mci_…`")


async def _caller(
    needed: SecurityScopes,
    request: Request,
    parts: Service,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    if credentials is None:
        raise NotAuthenticated
    return await authenticated(request, parts, credentials.credentials, needed.scopes)


async def authenticated(request: Request, parts: Parts, secret: str, scopes: Iterable[str]) -> Caller:
    """Returns the caller with this key, who has these scopes: the one door for every request with a key.

    Raises NotAuthenticated, ScopeMissing, TooManyRequests.
    """
    if "paid" not in request.scope:  # else the lean way has asked already
        found = await parts.keys.caller(secret)
        request.scope["paid"] = found, await parts.rates.spend(found, cost_of(request))
    caller: Caller
    caller, request.scope["rates"] = request.scope["paid"]
    if missing := sorted(set(scopes) - caller.scopes):
        raise ScopeMissing(f"This key lacks the scope {', '.join(missing)}.", scopes=missing)
    return caller


def needs(*scopes: str) -> Any:
    """Returns a dependency: a caller whose key has these scopes, `Annotated[Caller, needs(Scope.CONTACTS_READ)]`."""
    return Security(_caller, scopes=list(scopes))


def needs_one(*scopes: Scope) -> Any:
    """Returns a dependency: a caller whose key has one of these scopes; the API's description is told so beside it."""

    async def caller(request: Request, parts: Service) -> Caller:
        if (credentials := await _bearer(request)) is None:
            raise NotAuthenticated
        found = await authenticated(request, parts, credentials.credentials, ())
        if not any(map(found.may, scopes)):
            raise ScopeMissing(f"This key lacks the scope {' or '.join(scopes)}.", scopes=list(scopes))
        return found

    return Depends(caller)
