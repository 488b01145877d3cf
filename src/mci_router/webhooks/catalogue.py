"""Catalogue of the events that a webhook may take: when each comes, and what its `data` says.

The OpenAPI document is made from it, and a test compares `docs/how-to/webhooks.md` with it.
"""

from collections.abc import Mapping

from mci_router.events import EventType
from mci_router.values import value
from mci_router.webhooks import conversation_payloads, message_payloads, payloads, survey_payloads
from mci_router.webhooks.board_events import BOARD
from mci_router.webhooks.customer_payloads import CUSTOMERS
from mci_router.webhooks.digest_payloads import DIGESTS
from mci_router.webhooks.escalation_payloads import EscalationPayload
from mci_router.webhooks.payloads import Payload
from mci_router.webhooks.record_payloads import CompletedPayload
from mci_router.webhooks.return_payloads import ReturnPayload
from mci_router.webhooks.run_payloads import RUNS
from mci_router.webhooks.schedule_payloads import SCHEDULES


@value
class EventDescription:
    """One type of event."""

    when: str
    payload: type[Payload]


EVENTS: Mapping[EventType, EventDescription] = {
    EventType.CONTACT_AUTOMATING: EventDescription("An article answers it.", payloads.ContactPayload),
    EventType.CONTACT_ASKED: EventDescription(
        "The customer is to be asked, until `limit_at`, whether it may be posted: `GET "
        "/v1/contacts/{id}/decision` has the draft in `route.ask`, and the answer goes to `POST "
        "…/consent`.",
        payloads.AskedPayload,
    ),
    EventType.CONTACT_INFORMED: EventDescription(
        "The customer is to get an update of the incident that answered it, over the contact's channel: see "
        "`incidents.md`.",
        payloads.InformedPayload,
    ),
    EventType.CONTACT_POSTED: EventDescription("It is a post in the community.", payloads.ContactPayload),
    EventType.REPLY_HIDDEN: EventDescription(
        "A reply to its post is sensitive: only moderators see it. The contact is sensitive now, too, so "
        "a webhook hears of it with `sensitive` `included` or `only`.",
        payloads.ReplyPayload,
    ),
    **{event: EventDescription(*said) for event, said in BOARD.items()},
    EventType.CONTACT_QUEUED: EventDescription(
        "It waits for an agent, for the first time or again.", payloads.ContactPayload
    ),
    EventType.CONTACT_QUEUE_CLOSED: EventDescription(
        "It was sent to a queue that is closed, or has come back to its line after closing time, and waits until "
        "`opens_at`; or the queue has closed to which its agent passes it on. "
        "`GET /v1/contacts/{id}/decision` has the `message` for the customer in `route`.",
        payloads.QueueClosedPayload,
    ),
    EventType.CONTACT_SENSITIVE: EventDescription(
        "It has become sensitive, and stays with the people who have it.", payloads.ContactPayload
    ),
    EventType.CONTACT_URGENT: EventDescription(
        "Somebody's life may be in danger: it is first in line, or its agent hears of it. Only webhooks with sensitive "
        "contacts hear of it.",
        payloads.ContactPayload,
    ),
    EventType.CONTACT_RELAXED: EventDescription(
        "It has waited, and asks less of an agent from now on.",
        payloads.RelaxedPayload,
    ),
    EventType.CONTACT_RELAXED_FULLY: EventDescription(
        "The same, and there is nothing left to relax.", payloads.RelaxedPayload
    ),
    EventType.CONTACT_REPLANNED: EventDescription(
        "The configuration has changed, and with it what it asks of an agent, when it is due, or until when the "
        "community has it: `changed` says what. It keeps its age.",
        payloads.ReplannedPayload,
    ),
    EventType.CONTACT_CALLBACK_OFFERED: EventDescription(
        "The customer may choose to be called back.", payloads.ContactPayload
    ),
    EventType.CONTACT_CALLBACK_REQUESTED: EventDescription(
        "The customer would rather be called back.", payloads.ContactPayload
    ),
    EventType.CONTACT_TRANSFERRING: EventDescription(
        "An agent hands it to another agent or queue.", payloads.TransferPayload
    ),
    EventType.CONTACT_TRANSFERRED: EventDescription("The other agent has it.", payloads.TransferPayload),
    EventType.CONTACT_TRANSFER_FAILED: EventDescription(
        "Nobody took it: it stays with its agent.", payloads.ContactPayload
    ),
    EventType.CONTACT_TRANSFER_CANCELLED: EventDescription(
        "The hand-over was called off (`called_off`), or need not be any more: it stays with its agent, or ends.",
        payloads.TransferPayload,
    ),
    EventType.CONTACT_INTERRUPTED: EventDescription("It is put aside for a more urgent one.", payloads.ContactPayload),
    EventType.CONTACT_RESUMED: EventDescription("Its agent goes on with it.", payloads.ContactPayload),
    EventType.CONTACT_PARKED: EventDescription(
        "Its agent waits for the customer, and serves others meanwhile.", conversation_payloads.ParkedPayload
    ),
    EventType.CONTACT_UNPARKED: EventDescription(
        "Its agent has it again: the customer has written (`customer_wrote`), or the agent or a supervisor took "
        "it back (`agent`, `supervisor`).",
        payloads.ContactPayload,
    ),
    EventType.CONTACT_PARTICIPANTS_CHANGED: EventDescription(
        "Somebody is asked to join the conversation, joins or leaves it: `participants` says who takes part now.",
        conversation_payloads.ParticipantsPayload,
    ),
    EventType.CONTACT_HANDED_OVER: EventDescription(
        "A participant serves it from now on: the assignment is another.", payloads.ContactPayload
    ),
    EventType.PARTICIPANT_INVITED: EventDescription(
        "An agent is asked to join a conversation that another serves.", conversation_payloads.ParticipantPayload
    ),
    EventType.PARTICIPANT_JOINED: EventDescription(
        "The agent takes part, or reads along (`role`).", conversation_payloads.ParticipantPayload
    ),
    EventType.PARTICIPANT_DECLINED: EventDescription(
        "The agent does not join.", conversation_payloads.ParticipantPayload
    ),
    EventType.PARTICIPANT_EXPIRED: EventDescription(
        "The agent did not answer in time.", conversation_payloads.ParticipantPayload
    ),
    EventType.PARTICIPANT_WITHDRAWN: EventDescription(
        "The agent is asked no longer.", conversation_payloads.ParticipantPayload
    ),
    EventType.PARTICIPANT_LEFT: EventDescription(
        "The agent takes part no longer.", conversation_payloads.ParticipantPayload
    ),
    EventType.CONTACT_HOLD_STARTED: EventDescription(
        "Its agent puts the customer on hold: the channel's adapter plays music.", payloads.ContactPayload
    ),
    EventType.CONTACT_HOLD_ENDED: EventDescription(
        "The customer is off hold: the agent goes on, or the contact moves or ends.", payloads.ContactPayload
    ),
    EventType.CONTACT_AGENT_LOST: EventDescription(
        "The agent who serves it cannot be reached, or went offline.", payloads.ContactPayload
    ),
    EventType.CONTACT_AGENT_RETURNED: EventDescription(
        "The agent who serves it is there again.", payloads.ContactPayload
    ),
    EventType.CONTACT_RESTORED: EventDescription(
        "The live state was rebuilt from the ledger: it is where it was.",
        payloads.ContactPayload,
    ),
    EventType.CONTACT_VERIFIED: EventDescription(
        "An agent or a system of the company (`by`) has made sure who its customer is.",
        payloads.VerifiedPayload,
    ),
    EventType.CONTACT_CONVERSATION_ENDED: EventDescription(
        "The customer, the channel's adapter or its agent (`by`) has ended the conversation with an agent.",
        conversation_payloads.ConversationEndedPayload,
    ),
    EventType.CONTACT_WRAPPING_UP: EventDescription(
        "The conversation is over, the agent's work on it is not.",
        payloads.DonePayload,
    ),
    EventType.CONTACT_WRAP_UP_EXTENDED: EventDescription("Its agent has more time for that.", payloads.DonePayload),
    EventType.CONTACT_COMPLETED: EventDescription(
        "The agent is done with it; a webhook with `in_full` gets its `record`, too.", CompletedPayload
    ),
    EventType.CONTACT_RESOLVED: EventDescription(
        "Automation, the community or an operator has settled it; or nothing had to serve it: `why` is "
        "`machine`, `opted_out` or `opted_in`.",
        payloads.ContactPayload,
    ),
    EventType.CONTACT_ABANDONED: EventDescription("The customer left.", payloads.ContactPayload),
    EventType.CONTACT_CANCELLED: EventDescription("An operator ended it.", payloads.ContactPayload),
    EventType.OFFER_CREATED: EventDescription("An agent is offered it.", payloads.OfferPayload),
    EventType.OFFER_ACCEPTED: EventDescription("The agent takes it.", payloads.OfferPayload),
    EventType.OFFER_DECLINED: EventDescription("The agent lets it go to somebody else.", payloads.OfferPayload),
    EventType.OFFER_EXPIRED: EventDescription("The agent did not answer in time.", payloads.OfferPayload),
    EventType.OFFER_REVOKED: EventDescription("The offer was taken back.", payloads.OfferPayload),
    EventType.AGENT_CONNECTED: EventDescription("A desk is connected.", payloads.AgentPayload),
    EventType.AGENT_PRESENCE_CHANGED: EventDescription(
        "The agent is available, away or offline.", payloads.PresencePayload
    ),
    EventType.AGENT_SUSPENDED: EventDescription(
        "An operator lets the agent finish, and gives the agent nothing new.", payloads.PresencePayload
    ),
    EventType.AGENT_RESUMED: EventDescription(
        "The suspension is over: the agent is offered contacts again.", payloads.PresencePayload
    ),
    EventType.AGENT_LOST: EventDescription("The desk was not heard of for too long.", payloads.AgentPayload),
    EventType.AGENT_REMOVED: EventDescription("The agent was removed from the workspace.", payloads.AgentPayload),
    EventType.AGENT_SET_ASIDE: EventDescription(
        "The agent is kept from taking other contacts until one of the `queue` fits, which has waited for too long.",
        payloads.AsidePayload,
    ),
    EventType.AGENT_SET_ASIDE_ENDED: EventDescription(
        "The agent takes contacts as usual again.", payloads.AsidePayload
    ),
    EventType.QUEUE_OPENED: EventDescription("The queue's hours begin.", payloads.QueuePayload),
    EventType.QUEUE_CLOSED: EventDescription("The queue's hours end.", payloads.QueuePayload),
    EventType.QUEUE_UNSTAFFED: EventDescription(
        "The queue is open, and nobody is signed in who could serve it, or some of those who wait there; with `active` "
        "false that is over.",
        payloads.AlarmPayload,
    ),
    EventType.QUEUE_NOBODY_CAN_SERVE: EventDescription(
        "Contacts wait there whom no agent of the workspace could ever serve; with `active` false that is over.",
        payloads.AlarmPayload,
    ),
    EventType.QUEUE_FULL: EventDescription(
        "As many contacts wait there as may, so more go to the catch-all queue; with `active` false there is room.",
        payloads.AlarmPayload,
    ),
    EventType.SERVICE_LEVEL_AT_RISK: EventDescription(
        "The queue's contacts are expected to wait longer than its target; with `active` false they are not any more.",
        payloads.AlarmPayload,
    ),
    EventType.SERVICE_LEVEL_BREACHED: EventDescription(
        "The queue's service level is below its goal, or too many of those who wait are late; with `active` false "
        "neither is so any more.",
        payloads.AlarmPayload,
    ),
    EventType.CUSTOMER_OPTED_OUT: EventDescription(
        "An address of the customer is opted out: that of the `channel` by which it was said, or the one of "
        "the kind `address_kind`, as the company noted it.",
        payloads.OptOutPayload,
    ),
    EventType.CUSTOMER_OPTED_IN: EventDescription("The customer has taken that back.", payloads.OptOutPayload),
    EventType.TOPIC_MOVED: EventDescription(
        "The topic is in another cell of the matrix, by its `volume` or by the `touch` that an operator set.",
        payloads.TopicPayload,
    ),
    EventType.INCIDENT_PROPOSED: EventDescription(
        "A person or a surge thinks that something is broken.",
        payloads.IncidentPayload,
    ),
    EventType.INCIDENT_DECLARED: EventDescription(
        "The incident is open: it answers contacts.", payloads.IncidentPayload
    ),
    EventType.INCIDENT_UPDATED: EventDescription(
        "It has a new status, or is described otherwise.", payloads.IncidentPayload
    ),
    EventType.INCIDENT_FIXED: EventDescription(
        "The incident is fixed: it stops answering contacts.", payloads.IncidentPayload
    ),
    EventType.INCIDENT_REOPENED: EventDescription(
        "Its monitor saw it again within ten minutes of the fix: it answers contacts again.", payloads.IncidentPayload
    ),
    EventType.INCIDENT_DISMISSED: EventDescription("It was none.", payloads.IncidentPayload),
    EventType.ESCALATION_PAGE: EventDescription(
        "Nobody works where a contact was escalated to: page `person`, who confirms with `POST "
        "/v1/escalations/{escalation}/acknowledge`. Until then `backup`, if there is one, is paged next.",
        EscalationPayload,
    ),
    EventType.ESCALATION_ACKNOWLEDGED: EventDescription("`person` has confirmed.", EscalationPayload),
    EventType.ESCALATION_UNACKNOWLEDGED: EventDescription(
        "Nobody has confirmed, and nobody is left to page: raise the alarm.", EscalationPayload
    ),
    **{event: EventDescription(*said) for event, said in CUSTOMERS.items()},
    EventType.RESOLUTION_RETURNED: EventDescription(
        "The customer came back, with the contact `returned`, about a matter that automation or the community had "
        "settled with the contact `resolved`: that is not counted as resolved any more.",
        ReturnPayload,
    ),
    EventType.LIVE_STATE_REBUILT: EventDescription(
        "The live state was lost, and has been rebuilt from the ledger.",
        payloads.RebuiltPayload,
    ),
    EventType.MESSAGE_CREATED: EventDescription(
        "Somebody has written in a conversation. It says who, not what.", payloads.MessagePayload
    ),
    EventType.MESSAGE_DELIVERY: EventDescription(
        "A message to a customer has come further, or has failed (`error` says why), or is to be sent again.",
        message_payloads.MessageDeliveryPayload,
    ),
    EventType.MESSAGE_EDITED: EventDescription(
        "A message says something else now.", message_payloads.MessageChangePayload
    ),
    EventType.MESSAGE_REDACTED: EventDescription(
        "A message's words were taken away: take them away, too, where you keep them.",
        message_payloads.MessageChangePayload,
    ),
    EventType.MESSAGE_READ: EventDescription(
        "A `party` of the conversation, the customer or an agent, has read it `up_to_seq`.",
        message_payloads.MessageReadPayload,
    ),
    **{event: EventDescription(*said) for event, said in RUNS.items()},
    EventType.SURVEY_ANSWERED: EventDescription(
        "A customer has answered a survey, or has changed the answer (`changes` counts how often). What they wrote "
        "beside the score stays in the service: `GET /v1/survey-answers` has it.",
        survey_payloads.SurveyAnsweredPayload,
    ),
    **{event: EventDescription(*said) for event, said in {**SCHEDULES, **DIGESTS}.items()},
    EventType.WEBHOOK_PAUSED: EventDescription(
        "The endpoint of the `webhook` stalls: what is due for it waits, and one message tries it again now and then.",
        payloads.PausePayload,
    ),
    EventType.WEBHOOK_RESUMED: EventDescription(
        "The endpoint has taken a message (`why` is `delivered`), an operator has resumed the `webhook` (`operator`), "
        "or it leads elsewhere (`changed`): what waited is sent.",
        payloads.PausePayload,
    ),
    EventType.WEBHOOK_TEST: EventDescription("You asked for it.", payloads.TestPayload),
}
"""In the order in which a reader of the page meets them."""
