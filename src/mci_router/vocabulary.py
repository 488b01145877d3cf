"""The words of the field, each with one spelling, shared by every room."""

from enum import StrEnum


class Channel(StrEnum):
    """How a contact reaches the company."""

    VOICE = "voice"
    EMAIL = "email"
    CHAT = "chat"
    SMS = "sms"
    MESSAGING = "messaging"
    SOCIAL = "social"
    COMMUNITY = "community"
    PRODUCT = "product"


class Visibility(StrEnum):
    """Where the customer wrote: to the company alone, or for everybody to read."""

    PRIVATE = "private"
    PUBLIC = "public"

    @classmethod
    def of(cls, channel: Channel) -> "Visibility":
        """What a channel is unless its adapter says otherwise."""
        return cls.PUBLIC if channel is Channel.COMMUNITY else cls.PRIVATE


MAY_BE_PUBLIC = frozenset({Channel.COMMUNITY, Channel.SOCIAL})
"""The channels on which a customer can write for everybody to read."""


class AskKind(StrEnum):
    """What a customer is asked for."""

    POST_PUBLICLY = "post_publicly"


class Trust(StrEnum):
    """How far an address is known to be the customer's: a form said so, the channel proved it, the company asked."""

    CLAIMED = "claimed"
    AUTHENTICATED = "authenticated"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        """Higher is more."""
        return list(Trust).index(self)


class AddressKind(StrEnum):
    """Kinds of address, the strongest first: it decides when two addresses lead to different customers."""

    EXTERNAL_ID = "external_id"
    EMAIL = "email"
    PHONE = "phone"


class AddressStatus(StrEnum):
    """What becomes of an address that came with a contact. An `unclear` one is kept, and counts as claimed."""

    KEPT = "kept"
    UNCLEAR = "unclear"
    NONE = "none"


class PlusAddresses(StrEnum):
    """Whether what stands behind a plus makes another e-mail address."""

    SAME = "same"
    DIFFERENT = "different"


class ContactKind(StrEnum):
    """Who wrote: a customer, a machine, or somebody who wants to hear no more."""

    CUSTOMER = "customer"
    MACHINE = "machine"
    OPT_OUT = "opt_out"


class SensitiveKind(StrEnum):
    """Why a person has to see a contact, in private."""

    FRAUD = "fraud"
    ACCOUNT_TAKEOVER = "account_takeover"
    ABUSE_OR_STALKING = "abuse_or_stalking"
    DANGER_TO_LIFE = "danger_to_life"
    SELF_HARM = "self_harm"
    MINORS = "minors"
    BEREAVEMENT_OR_HARDSHIP = "bereavement_or_hardship"
    LEGAL = "legal"


class Volume(StrEnum):
    """How much of a topic there is."""

    LOW = "low"
    HIGH = "high"


class Touch(StrEnum):
    """How much of a person's care a contact needs."""

    LOW = "low"
    HIGH = "high"


class Cell(StrEnum):
    """A cell of the volume × touch matrix."""

    HIGH_VOLUME_LOW_TOUCH = "high_volume_low_touch"
    LOW_VOLUME_LOW_TOUCH = "low_volume_low_touch"
    HIGH_VOLUME_HIGH_TOUCH = "high_volume_high_touch"
    LOW_VOLUME_HIGH_TOUCH = "low_volume_high_touch"


class Modality(StrEnum):
    """Who can read along: only the customer and an agent, everyone at once, or a community."""

    ONE_TO_ONE = "one_to_one"
    ONE_TO_MANY = "one_to_many"
    MANY_TO_MANY = "many_to_many"


class Outcome(StrEnum):
    """What serves a contact. `none`: nothing does, for it ends as it comes, as what a machine sent; `message_only`: one text does."""

    AUTOMATION = "automation"
    COMMUNITY = "community"
    AGENT = "agent"
    INCIDENT = "incident"
    MESSAGE_ONLY = "message_only"
    NONE = "none"


class Severity(StrEnum):
    """How grave an escalated contact is; P1 is the gravest."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class ContactState(StrEnum):
    """Where a contact stands. The last four are final."""

    ACCEPTED = "accepted"
    AUTOMATING = "automating"
    POSTED = "posted"
    QUEUED = "queued"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    WRAPPING_UP = "wrapping_up"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    RESOLVED = "resolved"

    @property
    def final(self) -> bool:
        return self in FINAL_STATES


FINAL_STATES = frozenset({ContactState.COMPLETED, ContactState.ABANDONED, ContactState.CANCELLED, ContactState.RESOLVED})


class OfferState(StrEnum):
    """The fate of an offer."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Presence(StrEnum):
    """What an agent wants; whether the agent can be reached is kept apart."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    AWAY = "away"


class AgentChoice(StrEnum):
    """How a queue chooses among able agents with room."""

    SERVICE_LEVEL = "service_level"
    LONGEST_IDLE = "longest_idle"
    BEST_SKILL = "best_skill"
    ROUND_ROBIN = "round_robin"


class LineChoice(StrEnum):
    """How a workspace chooses the line an agent with room takes from."""

    SERVICE_LEVEL = "service_level"
    OLDEST = "oldest"
    STRICT_PRIORITY = "strict_priority"


class PreferredAgent(StrEnum):
    """Who is offered a customer's contact first."""

    NOBODY = "nobody"
    LAST_AGENT = "last_agent"
    CASE_OWNER = "case_owner"


class VolumeWeight(StrEnum):
    """What a topic's share of the volume is counted in."""

    CONTACTS = "contacts"
    HANDLE_TIME = "handle_time"


class IncidentState(StrEnum):
    """Where an incident stands. Only an `open` one answers contacts; `fixed` and `dismissed` are final."""

    PROPOSED = "proposed"
    OPEN = "open"
    FIXED = "fixed"
    DISMISSED = "dismissed"


class IncidentSource(StrEnum):
    """Who saw the incident first."""

    OPERATOR = "operator"
    MONITORING = "monitoring"
    SURGE = "surge"


class ModelState(StrEnum):
    """Where a triage model stands. One is `live`; a `shadow` one is asked beside it and decides nothing."""

    TRAINING = "training"
    LIVE = "live"
    SHADOW = "shadow"
    RETIRED = "retired"
    REJECTED = "rejected"


class CorrectionState(StrEnum):
    """What becomes of the topic an agent gave a contact: only an accepted one is learnt from."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class DeliveryState(StrEnum):
    """Where a webhook's delivery stands. `dead`: every attempt failed."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class SensitiveContacts(StrEnum):
    """Whether a webhook is told of sensitive contacts."""

    EXCLUDED = "excluded"
    INCLUDED = "included"
    ONLY = "only"
