"""The words of the field, each with one spelling, shared by every room."""

from enum import StrEnum
from functools import cached_property
from typing import Any


class Channel(StrEnum):
    """How a contact reaches the company."""

    VOICE = "voice"
    """A telephone call."""
    EMAIL = "email"
    """An e-mail."""
    CHAT = "chat"
    """A chat on a web page, with the customer waiting."""
    SMS = "sms"
    """A text message."""
    MESSAGING = "messaging"
    """A messenger, such as WhatsApp."""
    SOCIAL = "social"
    """A social network."""
    COMMUNITY = "community"
    """A forum in which customers help each other."""
    PRODUCT = "product"
    """The company's own product or app."""
    WEB = "web"
    """A form on the company's help pages; the customer hears at the address that the form names."""
    TASK = "task"
    """Work that the service itself gives to an agent; no customer reads along."""


SPOKEN = frozenset({Channel.VOICE})
"""The channels on which customers speak; on the others they write."""


class Visibility(StrEnum):
    """Where the customer wrote: to the company alone, or for everybody to read."""

    PRIVATE = "private"
    """To the company alone."""
    PUBLIC = "public"
    """For everybody to read."""

    @classmethod
    def of(cls, channel: Channel) -> "Visibility":
        """Returns what a channel is unless its adapter says otherwise."""
        return cls.PUBLIC if channel is Channel.COMMUNITY else cls.PRIVATE


MAY_BE_PUBLIC = frozenset({Channel.COMMUNITY, Channel.SOCIAL})
"""The channels on which a customer can write for everybody to read."""


class AskKind(StrEnum):
    """What a customer is asked for."""

    POST_PUBLICLY = "post_publicly"
    """Whether the contact may be posted in the community."""


class Trust(StrEnum):
    """How far an address is known to be the customer's: a form said so, the channel proved it, the company asked."""

    CLAIMED = "claimed"
    """A form, or somebody on the phone, said so."""
    AUTHENTICATED = "authenticated"
    """The channel proved it: an aligned mail, the sender of an SMS, a signed-in session."""
    VERIFIED = "verified"
    """The company's own system knows it, or an agent has asked the agreed questions."""

    @cached_property
    def rank(self) -> int:
        """The rank of the trust: a higher one is trusted further."""
        return list(Trust).index(self)


class KeyAlgorithm(StrEnum):
    """How a host's site signs its customers' tokens."""

    HS256 = "HS256"
    """With a secret that both sides have."""
    RS256 = "RS256"
    """With an RSA key, of which the router has the public part."""
    ES256 = "ES256"
    """With a key on the curve P-256, of which the router has the public part."""
    EDDSA = "EdDSA"
    """With an Ed25519 key, of which the router has the public part."""


class AddressKind(StrEnum):
    """Kinds of address, the strongest first. If two addresses lead to different customers, the stronger one decides."""

    EXTERNAL_ID = "external_id"
    """The customer's id in another system of the company."""
    EMAIL = "email"
    """An e-mail address."""
    PHONE = "phone"
    """A telephone number."""


class AddressStatus(StrEnum):
    """What becomes of an address that came with a contact. An `unclear` one is stored, and counts as claimed."""

    KEPT = "kept"
    """It identifies a customer."""
    UNCLEAR = "unclear"
    """It can be read in two ways, or lacks its area."""
    NONE = "none"
    """It names nobody: empty, withheld, an extension, a stopgap."""


class PlusAddresses(StrEnum):
    """Whether a suffix after a plus sign makes a different e-mail address."""

    SAME = "same"
    """`sam+shop@example.com` is `sam@example.com`."""
    DIFFERENT = "different"
    """They are two addresses."""


class ContactKind(StrEnum):
    """Who wrote: a customer, a machine, or somebody who opts out."""

    CUSTOMER = "customer"
    """A customer wrote."""
    MACHINE = "machine"
    """A program sent it: a bounce, an absence note, a newsletter."""
    OPT_OUT = "opt_out"
    """Somebody says only that they want no further messages."""


class SensitiveKind(StrEnum):
    """Why a person has to see a contact, in private."""

    FRAUD = "fraud"
    """Money or a card was taken, or somebody tries to take it."""
    ACCOUNT_TAKEOVER = "account_takeover"
    """Somebody else is in the account or on the number."""
    ABUSE_OR_STALKING = "abuse_or_stalking"
    """Threats, stalking, harassment, or control by somebody close."""
    DANGER_TO_LIFE = "danger_to_life"
    """Somebody may die. Urgent."""
    SELF_HARM = "self_harm"
    """The customer is a danger to themselves. Urgent."""
    MINORS = "minors"
    """A child writes, or is in danger."""
    BEREAVEMENT_OR_HARDSHIP = "bereavement_or_hardship"
    """A death, an illness, poverty."""
    LEGAL = "legal"
    """Lawyers, courts, regulators."""


class Volume(StrEnum):
    """How much of a topic there is."""

    LOW = "low"
    """Fewer contacts than the high-volume topics."""
    HIGH = "high"
    """One of the fewest topics that together make up most contacts."""


class Touch(StrEnum):
    """How much of a person's care a contact needs."""

    LOW = "low"
    """An article or the community may answer."""
    HIGH = "high"
    """A person has to see it."""


class Cell(StrEnum):
    """A cell of the volume × touch matrix."""

    HIGH_VOLUME_LOW_TOUCH = "high_volume_low_touch"
    """Many, and easy: automation first."""
    LOW_VOLUME_LOW_TOUCH = "low_volume_low_touch"
    """Few, and easy: the community first."""
    HIGH_VOLUME_HIGH_TOUCH = "high_volume_high_touch"
    """Many, and in need of care: agents, or an incident's broadcast."""
    LOW_VOLUME_HIGH_TOUCH = "low_volume_high_touch"
    """Few, and in need of care: specialists."""


class Modality(StrEnum):
    """Who can read along: only the customer and an agent, everyone at once, or a community."""

    ONE_TO_ONE = "one_to_one"
    """The customer and an agent."""
    ONE_TO_MANY = "one_to_many"
    """One answer to everybody who asks the same, such as an incident's status."""
    MANY_TO_MANY = "many_to_many"
    """The community."""

    @classmethod
    def of_answers(cls, contact: Any) -> "Modality":
        """Returns who reads what is answered to a contact, of its columns."""
        public = contact.visibility == Visibility.PUBLIC and not contact.sensitive and not contact.taken_private_at
        return cls.MANY_TO_MANY if public else cls.ONE_TO_ONE


class Outcome(StrEnum):
    """What serves a contact."""

    AUTOMATION = "automation"
    """An article answers."""
    COMMUNITY = "community"
    """It is posted, and other customers answer."""
    AGENT = "agent"
    """A person, or a bot that works as one, serves it."""
    INCIDENT = "incident"
    """An open incident's status answers."""
    MESSAGE_ONLY = "message_only"
    """One text of the rung answers and ends it."""
    NONE = "none"
    """It ends as it comes: a machine sent it, or it only opts out."""


class ServedBy(StrEnum):
    """The kind of thing that serves a contact where no person does."""

    ARTICLE = "article"
    """An article, by its name; with the version then."""
    WORKFLOW = "workflow"
    """A workflow, by its name."""
    POST = "post"
    """A post, by its id."""
    INCIDENT = "incident"
    """An incident, by its id."""


class Resolution(StrEnum):
    """What became of a contact with automation, or with the community, in the end."""

    CONFIRMED = "confirmed"
    """It ended there, and its customer said that the matter is settled."""
    UNCONFIRMED = "unconfirmed"
    """It ended there, and its customer said nothing: pending, then silent."""
    RETURNED = "returned"
    """It ended there, and its customer came back with the matter in time, over any channel."""
    MOVED_ON = "moved_on"
    """It went on to another rung."""
    GAVE_UP = "gave_up"
    """Its customer left, or an operator cancelled it."""
    UNRECOGNISED = "unrecognised"
    """It ended there, and nobody would know its customer again: it came without an address."""


class Reading(StrEnum):
    """What became of an article that somebody read without a contact."""

    HELPED = "helped"
    """The reader said so."""
    NOT_HELPED = "not_helped"
    """The reader said so."""
    FOLLOWED = "followed"
    """The reader wrote afterwards."""
    SILENT = "silent"
    """Neither."""


NO_OBJECTION, INCIDENT_FIXED = "no_objection", "incident_fixed"
UNCONFIRMED, WORKFLOW_SUCCEEDED = "unconfirmed", "workflow_succeeded"
SILENCES = (NO_OBJECTION, INCIDENT_FIXED, UNCONFIRMED, WORKFLOW_SUCCEEDED)
"""How the reasons begin for which contacts are resolved whose customers have said nothing."""


class Repetition(StrEnum):
    """The place of a contact among those of its customer about the same matter."""

    FIRST = "first"
    """The first that was served in seven days."""
    REPEAT = "repeat"
    """Another was served, or is, that came in the seven days before."""
    ABANDONED = "abandoned"
    """Its customer left before it was served."""
    CANCELLED = "cancelled"
    """An operator ended it."""
    INCIDENT = "incident"
    """An incident's status answered it."""
    MACHINE = "machine"
    """A machine sent it."""
    OPT_OUT = "opt_out"
    """It only opts out, or in."""
    UNMATCHED = "unmatched"
    """It has no topic, or came without an address: nobody would know a repeat."""


class Severity(StrEnum):
    """How grave an escalated contact is; P1 is the gravest."""

    P1 = "P1"
    """The gravest: a response within 4 hours unless the workspace says otherwise."""
    P2 = "P2"
    """Within 24 hours."""
    P3 = "P3"
    """Within 72 hours."""


class PageState(StrEnum):
    """What has become of an escalation for which somebody is paged."""

    PAGING = "paging"
    """Somebody is paged and has not confirmed yet; a backup follows."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody who was paged has confirmed."""
    UNACKNOWLEDGED = "unacknowledged"
    """Nobody has confirmed, and nobody is left to page: it is alarmed."""
    OVER = "over"
    """An agent took the contact, it ended, or it was escalated again, before anybody confirmed."""


class ContactState(StrEnum):
    """The state of a contact. The last four are final."""

    ACCEPTED = "accepted"
    """Committed to the ledger, and not in the live state yet."""
    AUTOMATING = "automating"
    """Automation or an incident answers, or the customer is asked whether it may be posted."""
    POSTED = "posted"
    """The community has it."""
    QUEUED = "queued"
    """It waits in line for an agent."""
    OFFERED = "offered"
    """An agent is asked to take it."""
    ASSIGNED = "assigned"
    """An agent serves it."""
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    """Its agent has parked it until its customer writes again."""
    WRAPPING_UP = "wrapping_up"
    """The conversation is over, the agent's work on it is not."""
    COMPLETED = "completed"
    """An agent has finished it."""
    ABANDONED = "abandoned"
    """The customer left."""
    CANCELLED = "cancelled"
    """An operator ended it."""
    RESOLVED = "resolved"
    """Automation, the community, an incident or an operator settled it."""

    @property
    def final(self) -> bool:
        return self in FINAL_STATES


FINAL_STATES = frozenset(
    {ContactState.COMPLETED, ContactState.ABANDONED, ContactState.CANCELLED, ContactState.RESOLVED}
)


class CaseStatus(StrEnum):
    """Where a case stands, as its customer may hear it."""

    WAITING = "waiting"
    """An agent will answer."""
    IN_PROGRESS = "in_progress"
    """An agent works on it."""
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    """The customer was answered or asked, and may write again."""
    WAITING_FOR_FIX = "waiting_for_fix"
    """A known problem is being fixed; the customer hears of it."""
    WITH_COMMUNITY = "with_community"
    """The community has it."""
    CLOSED = "closed"
    """All its contacts have ended."""


class WaitsFor(StrEnum):
    """Who has to do something next about a case."""

    AGENT = "agent"
    """An agent, to answer."""
    CUSTOMER = "customer"
    """The customer, to say more or that it helped."""
    COMMUNITY = "community"
    """Somebody of the community, to answer."""
    FIX = "fix"
    """Those who fix the known problem that it is about."""


class OfferState(StrEnum):
    """The state of an offer. All but `pending` are final."""

    PENDING = "pending"
    """The agent has not answered yet."""
    ACCEPTED = "accepted"
    """The agent took the contact."""
    DECLINED = "declined"
    """The agent let it go."""
    EXPIRED = "expired"
    """The agent did not answer in time."""
    REVOKED = "revoked"
    """It was taken back: the agent left, or the contact moved or ended."""


class LeftAs(StrEnum):
    """How a segment, a contact's stay in a queue, ended. A segment counts as answered if an agent answered in it."""

    ANSWERED = "answered"
    """An agent answered and finished it there."""
    ABANDONED = "abandoned"
    """The customer left the line."""
    SHORT_ABANDONED = "short_abandoned"
    """The customer left within the short threshold."""
    OVERFLOWED = "overflowed"
    """An overflow rule moved it."""
    TRANSFERRED = "transferred"
    """A person passed it on, or put it back in line."""
    ESCALATED = "escalated"
    """A person passed it up the escalation matrix."""
    AGENT_LOST = "agent_lost"
    """Its agent was lost, and it waits again."""
    CALLBACK = "callback"
    """Its customer is called back instead."""
    RETURNED = "returned"
    """It was parked, its customer wrote again, and its agent was not free: it waits again."""
    RESOLVED = "resolved"
    """It was settled otherwise."""
    CANCELLED = "cancelled"
    """An operator ended it."""


class ParticipantRole(StrEnum):
    """What an agent does in a conversation that another agent serves."""

    CONSULT = "consult"
    """Reads and writes, and takes room for it."""
    READ_ALONG = "read_along"
    """Reads, and may write to the agent alone; takes no room."""


class EndedBy(StrEnum):
    """Who ended a conversation."""

    CUSTOMER = "customer"
    """The customer hung up, or closed the window."""
    ADAPTER = "adapter"
    """The channel did: the line broke, or a session has lapsed."""
    AGENT = "agent"
    """The agent who served it."""


class Presence(StrEnum):
    """What an agent wants. Whether the agent can be reached is a separate fact."""

    OFFLINE = "offline"
    """Signed out."""
    AVAILABLE = "available"
    """Ready for offers."""
    AWAY = "away"
    """Signed in, but not ready for offers."""


class AgentChoice(StrEnum):
    """How a queue chooses among able agents with room."""

    SERVICE_LEVEL = "service_level"
    """The agent who is missed least elsewhere, and is fast."""
    LONGEST_IDLE = "longest_idle"
    """The agent who has been idle for longest."""
    BEST_SKILL = "best_skill"
    """The agent who is most proficient in what is wanted."""
    ROUND_ROBIN = "round_robin"
    """The agent who was offered something least recently."""
    EVENLY = "evenly"
    """Who serves nobody, in turn, before who serves somebody; of these who has most room."""


class LineChoice(StrEnum):
    """How a workspace chooses the line that an agent with room takes from."""

    SERVICE_LEVEL = "service_level"
    """The line whose service level gains most."""
    OLDEST = "oldest"
    """The line with the oldest contact."""
    STRICT_PRIORITY = "strict_priority"
    """The line of the queue with the lowest `position`."""


class PreferredAgent(StrEnum):
    """Who is offered a customer's contact first."""

    NOBODY = "nobody"
    """No agent comes first."""
    LAST_AGENT = "last_agent"
    """The agent who answered the customer's latest contact."""
    CASE_OWNER = "case_owner"
    """The agent who answered the case's latest contact."""


class QueueState(StrEnum):
    """How a queue does at this moment, by its service level and by those who wait."""

    MET = "met"
    """The level is at its goal, and at most 1 − goal of those who wait are late."""
    AT_RISK = "at_risk"
    """The next contact is expected to wait longer than the target."""
    BREACHED = "breached"
    """The level is below its goal, or more than 1 − goal of those who wait are late."""
    TOO_FEW = "too_few"
    """Too few contacts were counted to judge."""


class Alarm(StrEnum):
    """What is wrong with a queue. An alarm begins once that is so for a while, and ends once it is not for a while."""

    AT_RISK = "at_risk"
    """Its contacts are expected to wait longer than the target."""
    BREACHED = "breached"
    """Its goal is missed, or more than 1 − goal of those who wait are late."""
    UNSTAFFED = "unstaffed"
    """It is open, and nobody who could serve it, or one who waits there, is signed in."""
    NOBODY_CAN_SERVE = "nobody_can_serve"
    """Somebody waits there whom no agent of the workspace could ever serve."""
    FULL = "full"
    """As many wait there as may: more go to the catch-all queue."""


class VolumeWeight(StrEnum):
    """What a topic's share of the volume is counted in."""

    CONTACTS = "contacts"
    """Each contact counts as one."""
    HANDLE_TIME = "handle_time"
    """Each contact counts by the time that it costs agents."""


class ActorKind(StrEnum):
    """The kind of actor of an act in the audit trail."""

    API_KEY = "api_key"
    """A caller of the API, by its key."""
    AGENT = "agent"
    """An agent at the desk."""
    CLI = "cli"
    """Somebody who runs commands on the machine."""
    SYSTEM = "system"
    """Another system of the company, such as a monitor."""


class IncidentState(StrEnum):
    """The state of an incident. Only an `open` one answers contacts; `fixed` and `dismissed` are final."""

    PROPOSED = "proposed"
    """Somebody thinks that something is broken; nobody is answered yet."""
    OPEN = "open"
    """It answers the contacts that it matches."""
    FIXED = "fixed"
    """It is over: subscribers hear of it, new contacts are not answered by it."""
    DISMISSED = "dismissed"
    """It was none."""


class IncidentSource(StrEnum):
    """Who saw the incident first."""

    OPERATOR = "operator"
    """A person."""
    MONITORING = "monitoring"
    """A monitoring system, by a signed alert."""
    SURGE = "surge"
    """The detector of surges."""


class ModelState(StrEnum):
    """The state of a triage model. One is `live`; a `shadow` one is asked beside it and decides nothing."""

    TRAINING = "training"
    """It is being made, or judged."""
    LIVE = "live"
    """Its word counts."""
    SHADOW = "shadow"
    """On trial: asked beside the live one, without effect."""
    RETIRED = "retired"
    """It was live once."""
    REJECTED = "rejected"
    """It was judged not to be better."""


class CorrectionState(StrEnum):
    """What becomes of the topic an agent gave a contact: only an accepted one is learnt from."""

    ACCEPTED = "accepted"
    """The next model learns from it."""
    REVIEW = "review"
    """A person has to look at it first."""
    REJECTED = "rejected"
    """Nothing is learnt from it."""


class MessageKind(StrEnum):
    """Who wrote a message; a `note` is for colleagues, and nothing can send it to a customer."""

    CUSTOMER = "customer"
    """The customer."""
    AGENT = "agent"
    """The agent who serves the contact, or a participant."""
    BOT = "bot"
    """A program that answers customers."""
    SYSTEM = "system"
    """The service itself, as when it ends a conversation in which nobody writes."""
    NOTE = "note"
    """An agent or a service, for colleagues alone."""


class AttachmentState(StrEnum):
    """How far a file beside a message has come, and whether it may be used and read."""

    UPLOADING = "uploading"
    """Its bytes are not all in the store."""
    SCANNING = "scanning"
    """The workspace's scan has not answered."""
    STORED = "stored"
    """It may be used and read; nothing scans it."""
    CLEAN = "clean"
    """The scan found nothing."""
    BLOCKED = "blocked"
    """The scan found something harmful: its bytes are removed."""
    REMOVING = "removing"
    """Nothing shows it any longer: its bytes go, and then its row."""


class MessageDelivery(StrEnum):
    """How far a message has come to its customer. It only moves on; a second try or an edit begins a new delivery."""

    QUEUED = "queued"
    """Its adapter does not have it yet."""
    FAILED = "failed"
    """It could not be sent."""
    SENT = "sent"
    """Its adapter has it."""
    DELIVERED = "delivered"
    """The customer's device has it."""
    READ = "read"
    """The customer has seen it."""


class AnswersWay(StrEnum):
    """How an adapter hears what the router itself answers its customers."""

    RESPONSE = "response"
    """In the response to what it posts, and by webhooks: it shows them in its own way."""
    MESSAGES = "messages"
    """As messages of the conversation, which come to it like those that agents write."""


class OutboundState(StrEnum):
    """What becomes of a message on its way to an adapter."""

    QUEUED = "queued"
    """To be sent, or to be tried again."""
    SENT = "sent"
    """The adapter took it."""
    FAILED = "failed"
    """It will not be sent by itself."""


class DeliveryState(StrEnum):
    """The state of a webhook's delivery."""

    PENDING = "pending"
    """To be sent, or to be tried again."""
    DELIVERED = "delivered"
    """The endpoint took it."""
    DEAD = "dead"
    """Every attempt failed."""


class OutboundWay(StrEnum):
    """The way by which a channel's adapter gets what is written to its customers."""

    WEBHOOK = "webhook"
    """Each message is a signed POST to the adapter."""
    STREAM = "stream"
    """The adapter reads them from the router, as from behind a firewall."""
    NONE = "none"
    """It takes none: its customers are answered elsewhere."""


class SensitiveContacts(StrEnum):
    """Whether a webhook gets events of sensitive contacts."""

    EXCLUDED = "excluded"
    """It gets no events of sensitive contacts."""
    INCLUDED = "included"
    """It gets them among the others."""
    ONLY = "only"
    """It gets no other events of contacts."""


class ArticleState(StrEnum):
    """Whether an article is finished."""

    DRAFT = "draft"
    """Being written: it answers nobody, and nobody finds it."""
    PUBLISHED = "published"
    """In force while it is valid."""


class Audience(StrEnum):
    """Who may read an answer."""

    PUBLIC = "public"
    """Everybody."""
    CUSTOMERS = "customers"
    """The company's customers, in private."""
    AGENTS = "agents"
    """The company's agents alone."""

    def includes(self, audience: "Audience") -> bool:
        """Returns whether these readers may read what is meant for an audience."""
        order = list(Audience)
        return order.index(audience) <= order.index(self)


class TopicValue(StrEnum):
    """What a topic's contacts are worth, beside being served."""

    RETENTION = "retention"
    """Their customers may leave: agents make them offers, and save some."""


class AnswerKind(StrEnum):
    """What an agent can insert into a message."""

    ARTICLE = "article"
    """An article."""
    POST = "post"
    """The accepted answer of a community post."""
    CANNED = "canned"
    """A canned answer."""


class AnswerUse(StrEnum):
    """What became of an answer that an agent inserted into a message."""

    INSERTED = "inserted"
    """It stands in a message that is not sent yet."""
    HELPED = "helped"
    """It was sent as it is."""
    EDITED = "edited"
    """It was sent, and the agent had changed it."""
    DISCARDED = "discarded"
    """The message was sent without it."""


class GuideKind(StrEnum):
    """How a guide is worked through."""

    STEPS = "steps"
    """One step after the other."""
    CHECKLIST = "checklist"
    """In any order."""


class GuidePhase(StrEnum):
    """What a step of a guide is for."""

    ACKNOWLEDGE = "acknowledge"
    """The customer hears that the matter is understood."""
    VALIDATE = "validate"
    """What the customer says is compared with what is known."""
    ISOLATE = "isolate"
    """The cause is narrowed down."""
    PROPOSE = "propose"
    """The customer is offered a way."""
    CONFIRM = "confirm"
    """The customer says whether it is settled."""


class StepAnswer(StrEnum):
    """How an agent answers a step of a guide."""

    DONE = "done"
    """It is done."""
    CHOICE = "choice"
    """One of the step's choices."""
    TEXT = "text"
    """A short text."""


class CertificateState(StrEnum):
    """Whether an agent has a skill that asks for a certificate, and why."""

    HOLDS = "holds"
    """A certificate holds, with a score that is enough."""
    NOT_NEEDED_YET = "not_needed_yet"
    """The agent has come to no gate yet, and has the skill without a certificate."""
    MISSING = "missing"
    """A certificate is needed, and none was granted: the agent is without the skill."""
    SCORE_TOO_LOW = "score_too_low"
    """The latest certificate's score is not enough at this gate: the agent is without the skill."""
    EXPIRED = "expired"
    """The latest certificate has expired: the agent is without the skill."""

    @property
    def has(self) -> bool:
        """Whether the agent has the skill."""
        return self in (CertificateState.HOLDS, CertificateState.NOT_NEEDED_YET)


class QuestionKind(StrEnum):
    """How a question of a quality form is answered."""

    YES_NO = "yes_no"
    """Yes or no."""
    SCALE = "scale"
    """A step from 1 to the question's `steps`."""
    TEXT = "text"
    """A short text, which counts for nothing."""


class ActionState(StrEnum):
    """What has become of an action that was agreed in coaching."""

    OPEN = "open"
    """It is still to be done."""
    DONE = "done"
    """It was done."""
    NOT_DONE = "not_done"
    """It was not done, and is no longer wanted or is agreed again."""


class CohortKind(StrEnum):
    """What makes agents comparable."""

    TEAM = "team"
    """They are in the same team."""
    TENURE = "tenure"
    """They began about as long ago."""
    SKILL = "skill"
    """They have the same skill."""


class RunState(StrEnum):
    """How far a run of a workflow has come. `succeeded`, `failed`, `unknown` and `compensated` are its ends."""

    PENDING = "pending"
    """It is to be called, or called again because the target cannot have acted."""
    WAITING_INPUT = "waiting_input"
    """The customer is asked for what it needs."""
    WAITING_APPROVAL = "waiting_approval"
    """A person has to agree."""
    RUNNING = "running"
    """Its call is under way, or the target has taken it and gives its result later."""
    SUCCEEDED = "succeeded"
    """The target has done it."""
    FAILED = "failed"
    """It is not done."""
    UNKNOWN = "unknown"
    """Nobody knows whether it is done: the target may have acted, and has not said so."""
    COMPENSATED = "compensated"
    """What was done is undone."""

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self in FINAL_RUN_STATES


FINAL_RUN_STATES = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.UNKNOWN, RunState.COMPENSATED})


class ApprovalState(StrEnum):
    """Whether a person has agreed to a run of a workflow."""

    WAITING = "waiting"
    """Nobody has said yet."""
    APPROVED = "approved"
    """A person has agreed: it is called."""
    DECLINED = "declined"
    """A person has refused: it has failed."""
    OVER = "over"
    """The run has ended without a word: nobody said in time, or it was left."""


class ReportMailState(StrEnum):
    """How far the daily report to a recipient has come."""

    CLAIMED = "claimed"
    """A router sends it."""
    SENT = "sent"
    """The mail server has taken it."""
    FAILED = "failed"
    """It is not sent: the mail server refused it, or could not be reached for too long."""


class SurveyKind(StrEnum):
    """What a survey measures, and on which scale."""

    CSAT = "csat"
    """Satisfaction, from 1 to 5."""
    CES = "ces"
    """Effort: whether it was made easy, from 1 to 7."""
    NPS = "nps"
    """Recommendation, from 0 to 10."""

    @property
    def scale(self) -> range:
        """Its scores."""
        return {SurveyKind.CSAT: range(1, 6), SurveyKind.CES: range(1, 8), SurveyKind.NPS: range(11)}[self]

    @property
    def top(self) -> int:
        """The lowest score that counts as a good one: of a promoter, where it is about recommending."""
        return {SurveyKind.CSAT: 4, SurveyKind.CES: 5, SurveyKind.NPS: 9}[self]


class SurveyAfter(StrEnum):
    """What ended a contact whose customer is surveyed."""

    AGENT = "agent"
    """An agent completed it."""
    AUTOMATION = "automation"
    """Automation resolved it."""
    COMMUNITY = "community"
    """The community resolved it."""


class SurveyState(StrEnum):
    """Whether a customer has been sent a survey."""

    DUE = "due"
    """To be sent, once its time has come."""
    SENT = "sent"
    """It was sent."""
    SKIPPED = "skipped"
    """It is not sent; a word says why."""


class SummaryConsentRule(StrEnum):
    """Whether a customer is asked before a conversation that was private is summed up in public."""

    ASKED = "asked"
    """Always, with the exact text; without a yes nothing is shown."""
    OWN_WORDS = "own_words"
    """Not where the gate finds nothing of the private part in it: then the agent has said it in own words."""


class SummaryState(StrEnum):
    """What has become of a summary about which a customer was asked."""

    WAITING = "waiting"
    """The customer may answer still."""
    AGREED = "agreed"
    """The customer has said yes, and it is shown."""
    DECLINED = "declined"
    """The customer has said no, or has taken the yes back."""
    EXPIRED = "expired"
    """The customer has not answered in time."""
    WITHHELD = "withheld"
    """The customer has said yes, but by what was said since, it would reveal something: it is not shown."""


class StaffingState(StrEnum):
    """How far the search for the staff of a day is."""

    QUEUED = "queued"
    """It waits for a process to play its days."""
    RUNNING = "running"
    """A process plays its days."""
    FINISHED = "finished"
    """What was found is there."""
    FAILED = "failed"
    """It could not be done; a sentence says why."""
    CANCELLED = "cancelled"
    """Somebody has ended it; the best found until then stays."""


class SurveyWay(StrEnum):
    """By which way a survey was answered."""

    PAGE = "page"
    """On its page."""
    CHAT = "chat"
    """In the chat."""
    ADAPTER = "adapter"
    """On the channel, whose adapter says so."""


class MemberLevel(StrEnum):
    """How far a member of the community is relied on. All but `blocked` follow from what the member has done."""

    BLOCKED = "blocked"
    """May not write. Only moderators set it."""
    NEW = "new"
    """Has hardly written yet: replies with links are held until a moderator has seen them."""
    BASIC = "basic"
    """Has written on several days: its flags count."""
    REGULAR = "regular"
    """Several of its replies were accepted as answers."""
    TRUSTED = "trusted"
    """Many were: one flag of it hides what it flags, until a moderator decides."""

    @property
    def rank(self) -> int:
        """The rank of the level: a higher one may do more."""
        return list(MemberLevel).index(self)


class HiddenWhy(StrEnum):
    """Why a post or a reply is hidden."""

    PRIVATE = "private"
    """It is sensitive, or the contact behind it is private: it stays hidden."""
    HELD = "held"
    """A new member wrote it, with a link: a moderator has to see it first."""
    FLAGGED = "flagged"
    """Members have flagged it, and no moderator has decided yet; or one has upheld that."""
    MODERATED = "moderated"
    """A moderator hid it."""


class FlagReason(StrEnum):
    """What is wrong with a post or a reply, as a member says."""

    SPAM = "spam"
    """It advertises something."""
    ABUSE = "abuse"
    """It attacks somebody."""
    PERSONAL_DATA = "personal_data"
    """It says who somebody is, or how to reach them."""
    WRONG = "wrong"
    """What it advises is wrong, or does harm."""
    OTHER = "other"
    """Something else, which the note says."""


class FlagState(StrEnum):
    """What has become of a flag."""

    OPEN = "open"
    """No moderator has decided yet."""
    UPHELD = "upheld"
    """A moderator agrees: what it flags is hidden."""
    DISMISSED = "dismissed"
    """A moderator disagrees: what it flags is shown."""


class ScheduleState(StrEnum):
    """Whom a schedule binds."""

    DRAFT = "draft"
    """Nobody: only those who plan see it."""
    PUBLISHED = "published"
    """Its agents: it stands in their calendars."""
    WITHDRAWN = "withdrawn"
    """Nobody any longer: its shifts are cancelled."""


class SolvingState(StrEnum):
    """How far the making of a schedule is."""

    WAITING = "waiting"
    """A process will take it up."""
    SOLVING = "solving"
    """A process is at it."""
    SOLVED = "solved"
    """Its shifts are there, and its figures say how well they cover the requirement."""
    FAILED = "failed"
    """It could not be made; its problem says why."""
    CANCELLED = "cancelled"
    """Somebody has ended its making."""


class Counts(StrEnum):
    """What an activity means for the cover of the requirement."""

    AVAILABLE = "available"
    """Who does it takes contacts."""
    AWAY = "away"
    """Who does it takes none: a break, a training, a meeting."""


class ShiftChange(StrEnum):
    """What has become of a shift that binds its agent."""

    ADDED = "added"
    """The agent has it from now on."""
    CHANGED = "changed"
    """It has other times or pieces, or is for another group."""
    CANCELLED = "cancelled"
    """The agent has it no longer."""


class SwapState(StrEnum):
    """How far a swap of shifts is."""

    ASKED = "asked"
    """One agent has asked another."""
    ACCEPTED = "accepted"
    """The other agrees: a supervisor decides."""
    APPROVED = "approved"
    """It is done: the shifts have changed hands."""
    DECLINED = "declined"
    """The other agent or the supervisor does not agree."""
    WITHDRAWN = "withdrawn"
    """Who asked has thought better of it."""
    LAPSED = "lapsed"
    """Nobody had decided when a shift of it began, or was there no longer."""


class TimeOffState(StrEnum):
    """What has become of a request for time off."""

    ASKED = "asked"
    """Nobody has decided yet."""
    APPROVED = "approved"
    """Schedules are made around it."""
    DECLINED = "declined"
    """It was refused: the agent may be planned in."""
    WITHDRAWN = "withdrawn"
    """The agent does not want it any longer."""
    LAPSED = "lapsed"
    """Nobody had decided when it was over."""


class ErasureState(StrEnum):
    """How far a customer is erased."""

    ERASING = "erasing"
    """Nothing leads to the person any longer; words and files are being removed."""
    ERASED = "erased"
    """All is gone. What was on its way meanwhile is looked for once more, a quarter of an hour later."""


class NoPerson(StrEnum):
    """Why a customer's row is no person."""

    GOING = "going"
    """The person was erased. Nobody comes in as this one any longer; the row goes when its cases have moved."""
    LEFT = "left"
    """It has the cases of somebody who was erased, and is nobody: nothing is written to it."""


class MoveKind(StrEnum):
    """A move that is proposed while a day runs."""

    HOLD_BACK = "hold_back"
    """Work that can wait, such as e-mail, begins later, so that agents are free for customers who are present."""
    OVERTIME = "overtime"
    """An agent is asked to stay after the end of the shift."""
    EARLY_RELEASE = "early_release"
    """An agent may go home before the end of the shift."""


class TriedBy(StrEnum):
    """Whose rules a rest of a day was tried out by."""

    ENGINE = "engine"
    """The engine's own, in virtual time."""
    MODEL = "model"
    """A model's, which follows them in outline: the engine could not be had, or the day is too large for it."""


class ProposalState(StrEnum):
    """What has become of a proposed move."""

    PROPOSED = "proposed"
    """Nobody has decided yet."""
    ACCEPTED = "accepted"
    """A supervisor will do it: nothing is done by itself."""
    DISMISSED = "dismissed"
    """A supervisor does not want it; it is not proposed again on that day."""
    OVER = "over"
    """A newer look at the day does not propose it, or its time has come."""


class WorkRule(StrEnum):
    """What a shift of an agent may be against."""

    OVERLAP = "overlap"
    """Nobody works two shifts at once."""
    SKILLS = "skills"
    """Who takes the shift of a group has its skills on that day."""
    TIME_OFF = "time_off"
    """Approved time off is kept free."""
    AVAILABLE = "available"
    """Agents work when they are available."""
    EARLIEST_START = "earliest_start"
    """No shift begins before the agent's earliest start."""
    HOURS_A_DAY = "hours_a_day"
    """The most paid hours of a day."""
    HOURS_A_WEEK = "hours_a_week"
    """The most paid hours from Monday to Sunday."""
    REST = "rest"
    """The least time from the end of a shift to the next start."""
    DAYS_IN_A_ROW = "days_in_a_row"
    """The most days with a shift, one after the other."""
