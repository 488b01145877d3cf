"""The workspace at this moment, as a stream shows it."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.adherence import PlacedAgent
from mci_router.api.schemas.backlog import LiveBacklog
from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.incidents import IncidentOut
from mci_router.api.schemas.intraday import ProposalOut
from mci_router.api.schemas.matrix import TopicInMatrix
from mci_router.api.schemas.reports import ContactCount, QueueLevel
from mci_router.specs.resources import Rung
from mci_router.vocabulary import Alarm, Cell, Channel, ContactState, OutboundWay, PageState, QueueState, Severity


class LiveQueueOut(Answer):
    """A queue at this moment."""

    position: int
    catch_all: bool
    is_open: bool
    goal: float
    target_s: float
    state: Annotated[QueueState, Field(description="By what is seen now.")]
    alarms: Annotated[dict[Alarm, Moment], Field(description="Those that sound, since when: they begin and end late.")]
    waiting: Annotated[int, Field(description="In line, or held for an agent.")]
    waiting_late: Annotated[int, Field(description="Of those, past their due time.")]
    oldest_since: Annotated[Moment | None, Field(description="Since when the one waits that has waited longest.")]
    expected_wait_s: Annotated[float | None, Field(description="Behind those who wait; null where nobody does.")]
    level: Annotated[float | None, Field(description="The rolling service level, in [0, 1].")]
    counted: Annotated[int, Field(description="Contacts that it is of; older ones count for less.")]
    staffed: Annotated[int, Field(description="Agents who are signed in and could serve it.")]
    idle: Annotated[int, Field(description="Of those, who are available and serve nobody.")]
    unstaffed: Annotated[int, Field(description="Of those who wait: nobody signed in could serve them.")]
    unservable: Annotated[int, Field(description="Of those who wait: no agent could ever serve them.")]


class HeldContactOut(Answer):
    """A contact that an agent has, if the key may read it."""

    id: str
    state: Annotated[
        ContactState, Field(description="`offered`, to this agent; `assigned`; `waiting_for_customer`; `wrapping_up`.")
    ]
    since: Annotated[Moment | None, Field(description="Since when it is so; null while it is offered.")]
    queue: str | None
    channel: Channel
    topic: str | None
    urgent: bool
    transferring: Annotated[bool, Field(description="Another agent is asked to take it over.")]
    interrupted: bool


class LiveAgentOut(Answer):
    """An agent at this moment."""

    title: str
    presence: Annotated[
        str, Field(description="`unreachable`: signed in, and the desk is gone; or `suspended`, unless offline.")
    ]
    reason: str
    suspended: Annotated[bool, Field(description="Gets nothing new, by an operator's word.")]
    since: Annotated[Moment | None, Field(description="Since when the presence is so.")]
    idle_since: Annotated[Moment | None, Field(description="Serves nobody since then.")]
    aside_for: Annotated[
        str | None, Field(description="Set aside for a contact of this queue, which needs more room than anybody has.")
    ]
    aside_since: Moment | None
    used: Annotated[int, Field(description="Units in use.")]
    units: int
    holds: Annotated[int, Field(description="Contacts that the agent is offered, serves or wraps up.")]
    contacts: Annotated[list[HeldContactOut], Field(description="Those that the key may read.")]


class LiveTotals(Answer):
    """Figures of the workspace as a whole."""

    presence: Annotated[dict[str, int], Field(description="Agents by presence.")]
    agents_left_out: Annotated[int, Field(description="Agents beyond the first thousand.")]


class LiveLevel(QueueLevel):
    """A queue's service level over the period."""

    met: Annotated[
        bool | None,
        Field(
            description="The goal is reached, and at most 1 − goal of those who wait are late; null where too few "
            "contacts were counted, and not too many wait late."
        ),
    ]
    judged: Annotated[bool, Field(description="20 contacts or more were counted: fewer prove nothing.")]


class LiveContacts(Answer):
    """Contacts of the period, by who wrote, cell, outcome and state."""

    automated: float | None
    counts: list[ContactCount]


class LiveIncident(IncidentOut):
    """An incident that is proposed or open, and what it has spared."""

    subscribers: int
    contacts_spared: int
    agent_minutes_saved: float | None


class LiveAdapterOut(Answer):
    """A channel adapter to which messages are sent, at this moment."""

    title: str
    by: OutboundWay
    reachable: Annotated[bool, Field(description="It takes what is written to its customers.")]
    unreachable_since: Annotated[Moment | None, Field(description="Null while it is, and before it ever was.")]
    why: Annotated[str | None, Field(description="A word for why it is not.", examples=["timeout"])]
    waiting: Annotated[int, Field(description="Messages that wait for it.")]
    oldest_since: Annotated[Moment | None, Field(description="Since when the oldest of them waits.")]


class LiveEscalation(Answer):
    """An escalation that finds nobody at work: somebody is paged, or nobody has confirmed."""

    contact: str
    severity: Severity
    queue: Annotated[str, Field(description="The queue that the escalation matrix names.")]
    state: Annotated[PageState, Field(description="`paging`, or `unacknowledged`: nobody is left to page.")]
    paged: Annotated[str, Field(description="Who was paged last.")]
    paged_at: Moment
    next: Annotated[str | None, Field(description="Who is paged at `due_at`, if nobody confirms until then.")]
    due_at: Moment | None
    since: Moment


class LivePicture(Answer):
    """The picture as `snapshot` has it; `change` has the entries that differ, null for one that is gone.

    A section that the key may not see is empty. `stale` names the sections that cannot be read now, and why.
    """

    at: Moment
    timezone: Annotated[str, Field(description="The workspace's: a screen shows times by it. Of `snapshot` alone.")]
    queues: dict[str, LiveQueueOut]
    agents: dict[str, LiveAgentOut]
    totals: dict[str, LiveTotals]
    levels: Annotated[dict[str, LiveLevel], Field(description="Over the last `hours`.")]
    contacts: Annotated[dict[str, LiveContacts], Field(description="Over the last `hours`, as `all`.")]
    topics: dict[str, TopicInMatrix]
    ladders: dict[Cell, list[Rung]]
    incidents: Annotated[dict[str, LiveIncident], Field(description="Proposed and open.")]
    adapters: Annotated[dict[str, LiveAdapterOut], Field(description="Those that take messages.")]
    escalations: Annotated[
        dict[str, LiveEscalation],
        Field(description="For which somebody is paged: each until it is confirmed, or an agent has the contact."),
    ]
    adherence: Annotated[
        dict[str, PlacedAgent], Field(description="Agents whose shifts plan something for this moment.")
    ]
    moves: Annotated[dict[str, ProposalOut], Field(description="Those proposed that nobody has answered.")]
    backlog: Annotated[dict[str, LiveBacklog], Field(description="Who waits in each queue, by age.")]
    may: Annotated[dict[str, bool], Field(description="The scopes of the key.")]
    stale: dict[str, str]
