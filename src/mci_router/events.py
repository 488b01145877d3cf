"""Events: every type of journal entry and of webhook event, in one list. All but `webhook.test` are journalled."""

from difflib import get_close_matches
from enum import StrEnum

EVERY = "*"
FAMILY = ".*"


class EventType(StrEnum):
    """What has happened. `webhooks/catalogue.py` says when, and what comes with it."""

    CONTACT_AUTOMATING = "contact.automating"
    CONTACT_ASKED = "contact.asked"
    CONTACT_INFORMED = "contact.informed"
    CONTACT_POSTED = "contact.posted"
    REPLY_HIDDEN = "reply.hidden"
    REPLY_CREATED = "reply.created"
    REPLY_ACCEPTED = "reply.accepted"
    REPLY_UNACCEPTED = "reply.unaccepted"
    POST_NEWS = "post.news"
    POST_FLAGGED = "post.flagged"
    POST_HIDDEN = "post.hidden"
    POST_SHOWN = "post.shown"
    CONTACT_QUEUED = "contact.queued"
    CONTACT_QUEUE_CLOSED = "contact.queue_closed"
    CONTACT_SENSITIVE = "contact.sensitive"
    CONTACT_URGENT = "contact.urgent"
    CONTACT_RELAXED = "contact.relaxed"
    CONTACT_RELAXED_FULLY = "contact.relaxed_fully"
    CONTACT_REPLANNED = "contact.replanned"
    CONTACT_CALLBACK_OFFERED = "contact.callback_offered"
    CONTACT_CALLBACK_REQUESTED = "contact.callback_requested"
    CONTACT_TRANSFERRING = "contact.transferring"
    CONTACT_TRANSFERRED = "contact.transferred"
    CONTACT_TRANSFER_FAILED = "contact.transfer_failed"
    CONTACT_TRANSFER_CANCELLED = "contact.transfer_cancelled"
    CONTACT_INTERRUPTED = "contact.interrupted"
    CONTACT_RESUMED = "contact.resumed"
    CONTACT_PARKED = "contact.parked"
    CONTACT_UNPARKED = "contact.unparked"
    CONTACT_PARTICIPANTS_CHANGED = "contact.participants_changed"
    CONTACT_HANDED_OVER = "contact.handed_over"
    PARTICIPANT_INVITED = "participant.invited"
    PARTICIPANT_JOINED = "participant.joined"
    PARTICIPANT_DECLINED = "participant.declined"
    PARTICIPANT_EXPIRED = "participant.expired"
    PARTICIPANT_WITHDRAWN = "participant.withdrawn"
    PARTICIPANT_LEFT = "participant.left"
    CONTACT_HOLD_STARTED = "contact.hold_started"
    CONTACT_HOLD_ENDED = "contact.hold_ended"
    CONTACT_AGENT_LOST = "contact.agent_lost"
    CONTACT_AGENT_RETURNED = "contact.agent_returned"
    CONTACT_RESTORED = "contact.restored"
    CONTACT_VERIFIED = "contact.verified"
    CONTACT_CONVERSATION_ENDED = "contact.conversation_ended"
    CONTACT_WRAPPING_UP = "contact.wrapping_up"
    CONTACT_WRAP_UP_EXTENDED = "contact.wrap_up_extended"
    CONTACT_COMPLETED = "contact.completed"
    CONTACT_RESOLVED = "contact.resolved"
    CONTACT_ABANDONED = "contact.abandoned"
    CONTACT_CANCELLED = "contact.cancelled"
    OFFER_CREATED = "offer.created"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_EXPIRED = "offer.expired"
    OFFER_REVOKED = "offer.revoked"
    AGENT_CONNECTED = "agent.connected"
    AGENT_PRESENCE_CHANGED = "agent.presence_changed"
    AGENT_SUSPENDED = "agent.suspended"
    AGENT_RESUMED = "agent.resumed"
    AGENT_LOST = "agent.lost"
    AGENT_REMOVED = "agent.removed"
    AGENT_SET_ASIDE = "agent.set_aside"
    AGENT_SET_ASIDE_ENDED = "agent.set_aside_ended"
    QUEUE_OPENED = "queue.opened"
    QUEUE_CLOSED = "queue.closed"
    QUEUE_UNSTAFFED = "queue.unstaffed"
    QUEUE_NOBODY_CAN_SERVE = "queue.nobody_can_serve"
    QUEUE_FULL = "queue.full"
    SERVICE_LEVEL_AT_RISK = "service_level.at_risk"
    SERVICE_LEVEL_BREACHED = "service_level.breached"
    CUSTOMER_OPTED_OUT = "customer.opted_out"
    CUSTOMER_OPTED_IN = "customer.opted_in"
    TOPIC_MOVED = "topic.moved"
    INCIDENT_PROPOSED = "incident.proposed"
    INCIDENT_DECLARED = "incident.declared"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_FIXED = "incident.fixed"
    INCIDENT_REOPENED = "incident.reopened"
    INCIDENT_DISMISSED = "incident.dismissed"
    ESCALATION_PAGE = "escalation.page"
    ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
    ESCALATION_UNACKNOWLEDGED = "escalation.unacknowledged"
    CUSTOMER_MERGED = "customer.merged"
    CUSTOMER_SPLIT = "customer.split"
    CUSTOMER_ERASED = "customer.erased"
    RESOLUTION_RETURNED = "resolution.returned"
    LIVE_STATE_REBUILT = "live_state.rebuilt"
    MESSAGE_CREATED = "message.created"
    MESSAGE_DELIVERY = "message.delivery"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_REDACTED = "message.redacted"
    MESSAGE_READ = "message.read"
    RUN_WAITING_INPUT = "run.waiting_input"
    RUN_WAITING_APPROVAL = "run.waiting_approval"
    RUN_RUNNING = "run.running"
    RUN_SUCCEEDED = "run.succeeded"
    RUN_FAILED = "run.failed"
    RUN_UNKNOWN = "run.unknown"
    RUN_COMPENSATED = "run.compensated"
    SURVEY_ANSWERED = "survey.answered"
    SCHEDULE_PUBLISHED = "schedule.published"
    SCHEDULE_WITHDRAWN = "schedule.withdrawn"
    SHIFT_CHANGED = "shift.changed"
    DIGEST_MADE = "digest.made"
    WEBHOOK_PAUSED = "webhook.paused"
    WEBHOOK_RESUMED = "webhook.resumed"
    WEBHOOK_TEST = "webhook.test"

    @property
    def family(self) -> str:
        """Returns the part before the dot: what the event is about."""
        return self.partition(".")[0]

    @property
    def what(self) -> str:
        """Returns the part behind the dot: what has happened to it."""
        return self.partition(".")[2]


PATTERNS = (EVERY, *dict.fromkeys(event.family + FAMILY for event in EventType), *EventType)
"""What a subscriber may name: everything, a family, or a type."""


def event_type(word: str) -> EventType | str:
    """Returns the type that a word names, or the word itself: during an update a newer router may journal others."""
    try:
        return EventType(word)
    except ValueError:
        return word


def fits(pattern: str, word: str) -> bool:
    """Returns whether a type is the pattern's, or of its family."""
    return pattern in (EVERY, word) or (pattern.endswith(FAMILY) and word.startswith(pattern[:-1]))


def known_pattern(pattern: str) -> str:
    """Returns the pattern. Raises ValueError, with the nearest name there is, if no event fits it."""
    if pattern in PATTERNS:
        return pattern
    nearest = get_close_matches(pattern, PATTERNS, n=1)
    hint = f" Did you mean '{nearest[0]}'?" if nearest else " `docs/how-to/webhooks.md` lists them."
    raise ValueError(f"There is no event {pattern!r}.{hint}")
