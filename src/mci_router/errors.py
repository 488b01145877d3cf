"""Every error a client can meet, as problem details (RFC 9457): a class, slug and status each.

`/problems/{slug}` serves the docstring.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

MOST_OF_CAUSE = 200  # characters


class Problem(Exception):
    """Something went wrong."""

    slug: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    retry_after_s: int | None = None

    def __init__(self, detail: str = "", **members: Any) -> None:
        """Takes what is special about this occurrence, and extra fields of the problem document."""
        self.detail, self.members = detail or self.meaning(), members
        super().__init__(self.detail)

    @classmethod
    def meaning(cls) -> str:
        return " ".join((cls.__doc__ or "").split())

    def document(self) -> dict[str, Any]:
        """Returns the body of an `application/problem+json` answer."""
        title = self.slug.replace("_", " ").capitalize()
        return {
            "type": f"/problems/{self.slug}",
            "title": title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


class InternalError(Problem):
    """The router failed in a way it does not know. The failure is in its log under the answer's `instance`."""


class InvalidRequest(Problem):
    """The request does not have the form this route takes: `errors` names each place and what it should be."""

    slug, status = "invalid_request", 422


class MalformedJson(Problem):
    """The body is not JSON. Send `Content-Type: application/json` and a JSON object."""

    slug, status = "malformed_json", 400


class BodyTooLarge(Problem):
    """The body is larger than this service takes (`MCI_MAX_BODY_BYTES`).

    Shorten the text, or send files by `POST /v1/attachments`.
    """

    slug, status = "body_too_large", 413


class HeadTooLarge(Problem):
    """The request line and the headers are larger than 64 KiB in all, or more than 128, or what follows a body is.

    Send fewer or shorter ones; what is long belongs in the body.
    """

    slug, status = "head_too_large", 431


class RequestTooSlow(Problem):
    """The request did not come whole in time: its head within `MCI_HEAD_TIMEOUT_S`, its body within
    `MCI_BODY_TIMEOUT_S`.

    Send it again, at once, with its Idempotency-Key.
    """

    slug, status = "request_too_slow", 408


class TooManyConnections(Problem):
    """There are as many open connections, in all or of your address, as this process takes.

    Use one connection for many requests, and close those that you do not need.
    """

    slug, status, retry_after_s = "too_many_connections", 503, 2


class MethodNotAllowed(Problem):
    """This path does not take that method. The `Allow` header lists those it takes."""

    slug, status = "method_not_allowed", 405


class SocketNeeded(Problem):
    """This path is a WebSocket, and the request did not ask for one.

    Connect to it with a WebSocket client. If you did, a proxy in between has kept the headers `Upgrade` and
    `Connection`: have it pass them on.
    """

    slug, status = "socket_needed", 426


class NotFound(Problem):
    """There is nothing here by that name or id in this workspace."""

    slug, status = "not_found", 404


class WorkspaceGone(NotFound):
    """The workspace was deleted while something was done in it: there is nothing left to do."""


class NotAuthenticated(Problem):
    """The request carries no valid key. Send `Authorization: Bearer <API key>`."""

    slug, status = "not_authenticated", 401


class TooManyStaffingJobs(Problem):
    """As many staffing jobs of this workspace as may be are waiting or being searched already.

    Wait until one is finished, or cancel one with `DELETE /v1/staffing/{id}`.
    """

    slug, status = "too_many_staffing_jobs", 409


class ScopeMissing(Problem):
    """The key is valid but lacks the scope this needs. Use or make a key that has it."""

    slug, status = "scope_missing", 403


class TrustMissing(Problem):
    """The key may not assert so much of an address.

    Send a lower `trust`, or use a key that may; `trust` says what this one may.
    """

    slug, status = "trust_missing", 403


class UnknownTopic(Problem):
    """No topic of this workspace has that name.

    `GET /v1/topics` lists them; leave it out to have the text classified.
    """

    slug, status = "unknown_topic", 422


class UnknownDisposition(Problem):
    """The workspace has dispositions of its own, and none of that name. `GET /v1/dispositions` lists them."""

    slug, status = "unknown_disposition", 422


class NotesNeeded(Problem):
    """This disposition is taken only with notes. Say in a sentence or two what the next person has to know."""

    slug, status = "notes_needed", 422


class UnknownSkill(Problem):
    """No skill of this workspace has that name. `GET /v1/skills` lists them."""

    slug, status = "unknown_skill", 422


class UnknownQueue(Problem):
    """No queue of this workspace has that name. `GET /v1/queues` lists them."""

    slug, status = "unknown_queue", 422


class UnknownAgent(Problem):
    """No agent of this workspace has that name. `GET /v1/agents` lists them."""

    slug, status = "unknown_agent", 422


class UnknownCustomer(Problem):
    """No customer of this workspace has that id. Send an external id, e-mail or phone to have one made."""

    slug, status = "unknown_customer", 422


class CustomerUnclear(Problem):
    """Several customers have the addresses that the contact claims. Say which one it is: `candidates` lists them."""

    slug, status = "customer_unclear", 409


class CustomerMerged(Problem):
    """The customer was merged into another, `merged_into`, and is that one now.

    Change that one, or split them first.
    """

    slug, status = "customer_merged", 409


class CustomerBusy(Problem):
    """The customer has contacts that are open, or runs of workflows under way: somebody may be at work for them.

    `contacts` and `runs` name the first ones. End them, or let them end; then erase the customer.
    """

    slug, status = "customer_busy", 409


class CustomerErased(Problem):
    """This is what an erased customer has left: it has the cases, and is nobody. Nothing is written to it.

    Who comes back is a new customer.
    """

    slug, status = "customer_erased", 409


class NotMerged(Problem):
    """The customer was not merged, or is split again: there is nothing to split."""

    slug, status = "not_merged", 409


class AddressTaken(Problem):
    """A customer has one external id, and an external id has one customer.

    Remove the other one, or merge the customers.
    """

    slug, status = "address_taken", 409


class UnknownSeverity(Problem):
    """The workspace's escalation matrix has no row of that severity. `PUT /v1/escalations/{severity}` adds one."""

    slug, status = "unknown_severity", 422


class UnknownPerson(Problem):
    """Nobody of that name was paged for the escalation. `GET /v1/escalation-pages/{id}` names those who were."""

    slug, status = "unknown_person", 422


class IdempotencyKeyReused(Problem):
    """This Idempotency-Key came before with another body. Use a fresh key for a new contact."""

    slug, status = "idempotency_key_reused", 422


class IdempotencyKeyInFlight(Problem):
    """A request with this Idempotency-Key is being served. Try again in a moment to get its answer."""

    slug, status, retry_after_s = "idempotency_key_in_flight", 409, 1


class MessageKeyReused(Problem):
    """This key came before with other words. Use a fresh `channel_message_id` or `client_id` for a new message."""

    slug, status = "message_key_reused", 422


class UnknownMessage(Problem):
    """The case of this contact has no such message: `in_reply_to` names one of the same case.

    `GET /v1/cases/{case_id}/messages` lists them; leave it out to answer none of them.
    """

    slug, status = "unknown_message", 422


class ConversationOver(Problem):
    """The conversation has ended: nothing more can be said in it. `POST /v1/messages` begins a new one in its case."""

    slug, status = "conversation_over", 409


class StaysPrivate(Problem):
    """What came in private, is sensitive, or was taken to a private chat is not answered in public. Leave `visibility`
    out, or say `private`; `POST /v1/contacts/{id}/modality` takes a conversation that began in public back there.
    """

    slug, status = "stays_private", 409


class RevealsPrivate(Problem):
    """A text for the public would reveal who the customer is, or what was said in private. `places` says where, in
    characters of the text, and of what kind each is: take it out, or say it in other words.
    """

    slug, status = "reveals_private", 422

    @classmethod
    def at(cls, places: Sequence[Mapping[str, Any]]) -> "RevealsPrivate":
        """Returns the problem with its places: `offset`, `length` and `kind`, never the words."""
        kinds = ", ".join(dict.fromkeys(str(place["kind"]) for place in places))
        where = ", ".join(str(place["offset"]) for place in places[:10])
        return cls(
            f"The text would reveal something ({kinds}) at {where}: take it out, or say it in other words.",
            places=[dict(place) for place in places],
        )


class UnsafeHtml(Problem):
    """The HTML of the message is too long, or nested too deep, to be read safely: send at most 256 kB and 64 levels."""

    slug, status = "unsafe_html", 422


class NotTheAuthor(Problem):
    """Only who wrote a message changes it, and for what customers wrote the adapter of their channel.

    An agent may also redact what the customer wrote; a key with `contacts:supervise` may redact any message.
    """

    slug, status = "not_the_author", 403


class MessageRedacted(Problem):
    """The message's words were taken away, so there is nothing left to change. Write another message."""

    slug, status = "message_redacted", 409


class EditedTooOften(Problem):
    """A message can be edited 100 times. Write another message."""

    slug, status = "edited_too_often", 409


class WrongState(Problem):
    """The contact's state does not allow this. `state` names it."""

    slug, status = "wrong_state", 409


class ApprovalSettled(Problem):
    """The run waits for nobody's approval: somebody has approved or declined it, or its time is over."""

    slug, status = "approval_settled", 409


class ProposalSettled(Problem):
    """The proposed move was accepted or dismissed already, or its time is over. `GET /v1/workforce/proposals` says
    which.
    """

    slug, status = "proposal_settled", 409


class ApprovalVoid(Problem):
    """The run is not what was looked at: its input has changed since. Read it again, and decide about what it is now.

    An approval is bound to `input_hash`.
    """

    slug, status = "approval_void", 409


class OtherEyes(Problem):
    """Somebody else has to decide about this: you have started the run, or written to the customer it is for."""

    slug, status = "other_eyes", 403


class RunSettled(Problem):
    """The run of the workflow has another result already. `state` says which.

    Read it with `GET /v1/runs/{id}`. What was done and is undone goes to `POST /v1/runs/{id}/compensated`.
    """

    slug, status = "run_settled", 409


class InputRefused(Problem):
    """The input does not fit the workflow's `input_schema`: `errors` names each field and what is wrong."""

    slug, status = "input_refused", 422


class UnknownWorkflow(Problem):
    """There is no such workflow in the workspace. `GET /v1/workflows` lists them."""

    slug, status = "unknown_workflow", 422


class WorkflowRefused(Problem):
    """The workflow cannot be run for this contact. `why` is a word for it, such as `identity` or `sensitive`."""

    slug, status = "workflow_refused", 409


class MayNotWrite(Problem):
    """The member may not write in this space of the community. `level` is the member's.

    A space's `write` says the lowest level; `PUT /v1/members/{id}/level` sets a member's by hand.
    """

    slug, status = "may_not_write", 403


class TooManyReplies(Problem):
    """The member has written, or flagged, as much as one of its `level` may within an hour. Try again later."""

    slug, status, retry_after_s = "too_many_replies", 429, 600


class AskOver(Problem):
    """The customer was asked whether a text may be posted, and the time to answer is over: the contact has moved on.

    Nothing was posted.
    """

    slug, status = "ask_over", 409


class InUse(Problem):
    """Something else still refers to this. Change or remove what `used_by` names first."""

    slug, status = "in_use", 409


class SkillWaitedFor(Problem):
    """`waiting` open contacts ask for this skill, and nobody could serve them.

    Send `replace_by` with the name of the skill that they ask for instead, or let them end first.
    """

    slug, status = "skill_waited_for", 409


class UnknownStep(Problem):
    """There is no such guide for this contact, or no such step in it. `guide.read` lists what there is."""

    slug, status = "unknown_step", 409


class GuideChanged(Problem):
    """The guide has changed since it was read: the step may ask something else now.

    Read it again: what was answered before is kept with the version that it answers.
    """

    slug, status = "guide_changed", 409


class NotDrawn(Problem):
    """The conversation was not drawn for that week of the agent: nobody can choose what is looked at.

    `GET /v1/coaching/agents/{name}/weeks/{week}` lists those that were.
    """

    slug, status = "not_drawn", 409


class AlreadyReviewed(Problem):
    """There is a review of this conversation by this form: `review` is its id.

    To correct it, send `corrects` with that id: the earlier one is kept.
    """

    slug, status = "already_reviewed", 409


class NotAnAnswer(Problem):
    """The step does not take this answer: it is one of its choices, `done`, or a short text, as the step says."""

    slug, status = "not_an_answer", 422


class NotForThisReader(Problem):
    """The readers of the message may not read this answer.

    One for agents goes into notes, one for customers into private replies, a public one anywhere.
    """

    slug, status = "not_for_this_reader", 409


class ValueMissing(Problem):
    """A variable of a canned answer stands in the message, because the router does not know its value.

    Write the value in its place, or take it out.
    """

    slug, status = "value_missing", 422


class InvalidConfiguration(Problem):
    """The change would leave the workspace inconsistent: `errors` names each place and how to mend it."""

    slug, status = "invalid_configuration", 422


class VersionMismatch(Problem):
    """The resource has changed since you read it (`If-Match`). Read it again and repeat your change."""

    slug, status = "version_mismatch", 412


class AlreadyThere(Problem):
    """There is one of that name already, and `If-None-Match` asks that there be none.

    Choose another name, or change that one.
    """

    slug, status = "already_there", 412


class OfferGone(Problem):
    """The offer is no longer yours to answer: it was taken back, has expired or was answered before."""

    slug, status = "offer_gone", 409


class AssignmentGone(Problem):
    """You have no such assignment in the state this needs."""

    slug, status = "assignment_gone", 409


class NotYourContact(Problem):
    """You do not have this contact: it has moved on or ended, or was never yours.

    A conversation is written in by the agent who serves its contact.
    """

    slug, status = "not_your_contact", 409


class SpokenChannel(Problem):
    """The contact's customer is on the line, and cannot be parked until the next message. Put the customer on hold."""

    slug, status = "spoken_channel", 409


class NoMoreTime(Problem):
    """The wrap-up is as long as its queue allows (`most_wrap_up_s`). Save the notes, and be done with it."""

    slug, status = "no_more_time", 409


class AlreadyTakesPart(Problem):
    """That agent serves the contact, or takes part in its conversation already."""

    slug, status = "already_takes_part", 409


class NoParticipant(Problem):
    """That agent takes no part in the conversation, or only reads it along. Ask the agent to join first."""

    slug, status = "no_participant", 409


class NobodyToConsult(Problem):
    """Nobody who serves that queue works and has room. Ask another queue, or a certain agent, or try again."""

    slug, status = "nobody_to_consult", 409


class MayNotInform(Problem):
    """The agent may not tell incidents' subscribers anything: `may_inform` of the agent says who may."""

    slug, status = "may_not_inform", 403


class MayNotReadAlong(Problem):
    """The agent may not read other agents' conversations along: `may_read_along` of the agent says who may."""

    slug, status = "may_not_read_along", 403


class ContactNotWaiting(Problem):
    """No such contact waits: another agent was offered it or has it, or it has ended.

    List those that wait, and choose another.
    """

    slug, status = "contact_not_waiting", 409


class AgentUnable(Problem):
    """The agent cannot serve this contact: it asks for a skill, a tier or a channel that the agent does not have."""

    slug, status = "agent_unable", 409


class AgentNotWorking(Problem):
    """The agent is not available, is suspended, or cannot be reached.

    Choose another, or wait until the agent is back. `POST /v1/agents/{name}/resume` ends a suspension.
    """

    slug, status = "agent_not_working", 409


class AgentNoRoom(Problem):
    """The agent has no room for this contact now: all units, or all contacts of its channel, are taken."""

    slug, status = "agent_no_room", 409


class NobodyCanServe(Problem):
    """No agent on the books could ever serve the contact there: `able` of `agents` can; `reasons` say what is asked.

    Choose another queue, change its skills or units, or send `force: true` to have the contact wait there all the same.
    """

    slug, status = "nobody_can_serve", 409


class QueueClosed(Problem):
    """The contact's queue is closed. Wait until it opens, or send `force: true` where the act takes it."""

    slug, status = "queue_closed", 409


class NobodyWorks(Problem):
    """The escalation's queue is closed, and nobody who could serve the contact works in another: `tried` names them.

    Keep the contact, choose a lower severity, or send `force: true` to have it wait in the escalation's queue.
    """

    slug, status = "nobody_works", 409


class InvalidFrame(Problem):
    """The frame is not one this socket takes: `errors` names each place and what it should be."""

    slug, status = "invalid_frame", 422


class TargetRefused(Problem):
    """The URL is not one that webhooks are sent to: https, without a user or password, and to public addresses only.

    The setting `MCI_WEBHOOK_PRIVATE_TARGETS` allows plain http and private addresses.
    """

    slug, status = "target_refused", 422


class TooManyExamples(Problem):
    """The workspace's topics would have more examples than it may teach (`MCI_TRIAGE_TOPICS_TIMES_EXAMPLES`).

    What counts is the number of topics with examples, times the number of examples of all of them.
    """

    slug, status = "too_many_examples", 422


class TooManyWebhooks(Problem):
    """The workspace has as many webhooks as it may have (`MCI_WEBHOOKS_MOST`).

    Delete one, or let one webhook take more events.
    """

    slug, status = "too_many_webhooks", 409


class WebhookInactive(Problem):
    """The webhook is not active, so nothing is sent to it. Set `active` to true first."""

    slug, status = "webhook_inactive", 409


class ChannelCannot(Problem):
    """The message needs what its channel cannot do: `cannot` says what, `can` what the channel's adapter can do.

    Shorten it, send it as plain text or without files, or write by another channel.
    """

    slug, status = "channel_cannot", 422


class WindowClosed(Problem):
    """The channel lets the company write for some hours after the customer's last message (`window_h`), and they are
    over.

    Write by another channel, or wait until the customer writes again.
    """

    slug, status = "window_closed", 409


class UnknownAdapter(Problem):
    """The workspace has no channel adapter of that name. `GET /v1/adapters` lists those it has."""

    slug, status = "unknown_adapter", 422


class AdapterTakesNothing(Problem):
    """The adapter does not get its messages this way: see `outbound` of `GET /v1/adapters/{name}`."""

    slug, status = "adapter_takes_nothing", 409


class NotThisAdapter(Problem):
    """The key is that of another adapter, or of none. Use a key that was made with this `adapter`."""

    slug, status = "not_this_adapter", 403


class AttachmentTooLarge(Problem):
    """The file has more bytes than an attachment may (`MCI_ATTACHMENT_MOST_BYTES`).

    Make it smaller, such as a picture of fewer pixels, or send a link to it.
    """

    slug, status = "attachment_too_large", 413


class AttachmentTypeMismatch(Problem):
    """The file is not of the type that `Content-Type` says: `says` and `is` name both.

    Send the type that it has, or `application/octet-stream` to have it found out.
    """

    slug, status = "attachment_type_mismatch", 415


class AttachmentsFull(Problem):
    """The attachments of this workspace have as many bytes as they may (`MCI_ATTACHMENTS_OF_WORKSPACE_BYTES`).

    Redact messages whose files are not needed, keep messages for a shorter time, or raise the limit.
    """

    slug, status = "attachments_full", 409


class TooManyUploads(Problem):
    """As many files of this sender are being received, or wait to be used, as may. Use them in messages first."""

    slug, status, retry_after_s = "too_many_uploads", 429, 2


class UnknownAttachment(Problem):
    """There is no such attachment that you may use: `attachment` names it.

    Upload the file by `POST /v1/attachments`, and use its id within a day.
    """

    slug, status = "unknown_attachment", 422


class AttachmentUsed(Problem):
    """The attachment is in a message already: `attachment` names it. Upload the file once more for another message."""

    slug, status = "attachment_used", 409


class AttachmentScanning(Problem):
    """The attachment has not been scanned yet: `attachment` names it. Send the message again in a moment."""

    slug, status, retry_after_s = "attachment_scanning", 409, 2


class AttachmentBlocked(Problem):
    """The scan found something harmful in the attachment: `attachment` names it. Send the message without it."""

    slug, status = "attachment_blocked", 409


class AttachmentLinkInvalid(Problem):
    """The link to an attachment is not valid, or not any longer. Read the message again: it has a new link."""

    slug, status = "attachment_link_invalid", 403


class AttachmentStoreUnavailable(Problem):
    """The store of attachments did not take the file, so nothing was kept. Send the same file again soon."""

    slug, status, retry_after_s = "attachment_store_unavailable", 503, 5


class IncidentMatchesEverything(Problem):
    """The incident would answer nearly every contact.

    Name the topics or services that are broken, or the regions in which they are.
    """

    slug, status = "incident_matches_everything", 422


class IncidentMatchesNothing(Problem):
    """No contact could match the incident.

    Name topics, or services that topics of this workspace have (`TopicSpec.services`).
    """

    slug, status = "incident_matches_nothing", 422


class TopicSensitive(Problem):
    """A sensitive topic cannot be an incident's: its contacts are private, and a person answers each.

    Leave the topic out.
    """

    slug, status = "topic_sensitive", 422


class StatusMissing(Problem):
    """There is nothing to tell customers. Send `status` texts by language, or set the workspace's `incident_status`."""

    slug, status = "status_missing", 422


class TooManyResources(Problem):
    """The workspace has as many resources of that kind, or keys, as it may have: `kind` and `most` say so.

    Delete some that nothing needs.
    """

    slug, status = "too_many_resources", 409


class TooManyMoves(Problem):
    """The contact was passed on (escalated, transferred, put back in line) as often as a contact may be: `most` times.

    Who has it now must serve it, or end it.
    """

    slug, status = "too_many_moves", 409


class TooManyIncidents(Problem):
    """The workspace has as many incidents proposed and open as it may have.

    Fix or dismiss some, or widen one of them.
    """

    slug, status = "too_many_incidents", 409


class TooManyMonitors(Problem):
    """The workspace has as many monitors as it may have. Delete one that sends nothing any more."""

    slug, status = "too_many_monitors", 409


class TooManyStreams(Problem):
    """As many screens watch this workspace, or adapters read their messages, through this process as may.

    Close some, or try again: another process may have room.
    """

    slug, status, retry_after_s = "too_many_streams", 503, 10


class TooManySockets(Problem):
    """As many desks are connected to this process as may be (MCI_SOCKETS_MOST).

    Try again: another process may have room.
    """

    slug, status, retry_after_s = "too_many_sockets", 503, 5


class TooManySocketsOfAgent(Problem):
    """The agent opens sockets faster than those before them are closed (MCI_SOCKETS_PER_AGENT).

    One desk is enough: wait before you connect again, each time for longer.
    """

    slug, status, retry_after_s = "too_many_sockets_of_agent", 429, 5


class TooManyCustomerSockets(Problem):
    """As many customers are connected to this process, in all or of their workspace, as may be.

    Try again after `Retry-After`: another process may have room.
    """

    slug, status, retry_after_s = "too_many_customer_sockets", 503, 5


class TooManySocketsOfCustomer(Problem):
    """The customer has as many sockets open as one may have (MCI_CUSTOMER_SOCKETS_PER_CUSTOMER).

    Share one between the tabs, or close those that you do not need; wait before you connect again, each time longer.
    """

    slug, status, retry_after_s = "too_many_sockets_of_customer", 429, 5


class OriginRefused(Problem):
    """The page that opens the socket is not one of the workspace's.

    Add its origin (scheme, host and port, such as `https://shop.example`) to the workspace's `chat_origins`.
    """

    slug, status = "origin_refused", 403


class CustomerUnproven(Problem):
    """The customer is known by claims alone, which anybody can make: there is nobody to open a session for.

    Give the customer an external id with `PATCH /v1/customers/{id}`, or have your site sign a token with its own id of
    the customer.
    """

    slug, status = "customer_unproven", 409


class PublicKeyRefused(Problem):
    """The public key is not one of the algorithm's: PEM, RSA of 2,048 to 8,192 bits, P-256, or Ed25519."""

    slug, status = "public_key_refused", 422


class SignatureRefused(Problem):
    """The alert is not signed as a known monitor signs: sign id, time and body with its secret (Standard Webhooks), and
    send it at once.
    """

    slug, status = "signature_refused", 401


class SurveyOver(Problem):
    """The survey can no longer be answered, nor its answer changed: its `expires_s` have passed, or its customer was
    erased. There is nothing to mend; a later contact may bring another survey.
    """

    slug, status = "survey_over", 409


class TooManyRequests(Problem):
    """The key or its workspace has spent its units: `violated-policies` names which. Send this again after
    `Retry-After`.

    `RateLimit` says what is left before it comes so far. A higher limit is an operator's to give: of a key when it is
    made, of a workspace in its file.
    """

    slug, status, retry_after_s = "too_many_requests", 429, 1

    @classmethod
    def of(cls, policy: str, per_s: float, wait_s: float, fields: list[tuple[bytes, bytes]]) -> "TooManyRequests":
        """Returns the problem of a policy, `workspace` or `key`, of so many units a second."""
        detail = f"The {policy} has spent its units; {per_s:,g} come back in a second."
        problem = cls(detail, **{"violated-policies": [policy]})
        problem.retry_after_s = max(1, int(wait_s + 0.999))
        problem.fields = fields
        return problem

    fields: Sequence[tuple[bytes, bytes]] = ()
    """The fields of the header that say the rates."""


class TooManyTries(Problem):
    """Too much was asked for from one place in the help pages.

    Wait for `Retry-After`, then try again. `MCI_PORTAL_POSTS_PER_H` and its like are the bounds.
    """

    slug, status, retry_after_s = "too_many_tries", 429, 1

    @classmethod
    def after(cls, wait_s: float) -> "TooManyTries":
        """Returns the problem of one who may try again after so many seconds."""
        problem = cls()
        problem.retry_after_s = max(1, int(wait_s + 0.999))
        return problem


class TooManyGuesses(Problem):
    """The key has asked for too many references that are none, or with addresses that are not theirs. Ask again after
    `Retry-After`, with what the customer has before them.
    """

    slug, status, retry_after_s = "too_many_guesses", 429, 1

    @classmethod
    def after(cls, wait_s: float) -> "TooManyGuesses":
        """Returns the problem of a key that may ask again after so many seconds."""
        problem = cls()
        problem.retry_after_s = max(1, int(wait_s + 0.999))
        return problem


class TooManyAtOnce(Problem):
    """As many heavy requests of this workspace (dry runs, reports, checks of examples) are being served, or wait, as
    may. Send them one after the other.
    """

    slug, status, retry_after_s = "too_many_at_once", 429, 1


class ExportRunning(Problem):
    """The key has an export under way, or the workspace as many as may be. Read one to its end, then ask for the next;
    one that was left is over after two minutes.
    """

    slug, status, retry_after_s = "export_running", 429, 10


class DatabaseUnavailable(Problem):
    """The ledger cannot be reached or refuses to work, so nothing was accepted.

    Send the same request again, with its Idempotency-Key.
    """

    slug, status, retry_after_s = "database_unavailable", 503, 2


class Overtaken(Problem):
    """Another request changed the same at that moment, so nothing was done. Send the same request again."""

    slug, status, retry_after_s = "overtaken", 503, 1


class EngineUnavailable(Problem):
    """The live queues cannot be reached or refuse to work.

    Contacts are still accepted and are queued once they can; try this again soon.
    """

    slug, status, retry_after_s = "engine_unavailable", 503, 2


class ServerRefuses(Exception):
    """A server is there, and refuses to do what it otherwise does: it is full, read-only, or knows us no longer.

    It is what a server that is away is, for who calls us; its own words, which quote no row, are for who reads the log.
    """

    def __init__(self, code: str, words: str) -> None:
        """Takes the word or number by which the server names the kind of refusal, and the rest of what it says."""
        self.code = code
        super().__init__(f"{code} {words}".partition("\n")[0].strip()[:MOST_OF_CAUSE])


def refusal_of(problem: BaseException) -> ServerRefuses | None:
    """Returns what the server has said that is behind a problem; None where it has said nothing, as when it is away."""
    cause = problem.__cause__
    return cause if isinstance(cause, ServerRefuses) else None


def in_the_log(error: Exception) -> str:
    """Returns what the log says of an error, in one line: its detail is for the client who asked.

    Of a server that is away it is said which, what it or the way to it has answered, and what goes on meanwhile.
    """
    meanwhile: dict[type[Exception], str] = {
        DatabaseUnavailable: "PostgreSQL {why}: nothing is accepted until it is back, and this is tried again",
        EngineUnavailable: "Redis {why}: contacts are accepted and wait until it is back; this is tried again",
    }
    said = meanwhile.get(type(error))
    if said is None or not isinstance(error, Problem) or error.detail != error.meaning():
        return str(error) or type(error).__name__
    return said.format(why=_why_away(error))


def _why_away(error: Exception) -> str:
    """Returns the innermost cause, with the address where it has one: what is around it is made by libraries."""
    cause = error.__cause__
    if isinstance(cause, ServerRefuses):
        return f"refuses to work ({cause})"
    if not isinstance(cause, Exception):
        return "cannot be reached"
    while isinstance(cause.__cause__, Exception):
        cause = cause.__cause__
    words = str(cause).partition("\n")[0][:MOST_OF_CAUSE]  # what follows may quote rows
    words = words or ("no answer in time" if isinstance(cause, TimeoutError) else "")
    return f"cannot be used ({': '.join(filter(None, (type(cause).__name__, words)))})"


def problems() -> dict[str, type[Problem]]:
    """Returns every kind of problem by its slug."""
    return {kind.slug: kind for kind in Problem.__subclasses__()}


class RulesBroken(Problem):
    """What binds agents keeps the rules of work: `breaches` names each that it would break, and what to change.

    Change that, or send `accept_breaches: true`: it is audited who has accepted it.
    """

    slug, status = "rules_broken", 409


class ScheduleNotReady(Problem):
    """The schedule, or the shift, is not in a state for this: it is still being made, or not published, or over.

    `GET /v1/workforce/schedules/{id}` says how it is.
    """

    slug, status = "schedule_not_ready", 409


class ScheduleBinds(Problem):
    """The schedule is published, or was: agents rely on it. Change its shifts, or withdraw it and make another."""

    slug, status = "schedule_binds", 409


class AlreadyDecided(Problem):
    """It was decided before, or is not at that step. Read it again: its `state` says how far it is."""

    slug, status = "already_decided", 409


class TooManyAsked(Problem):
    """As many requests of this agent for time off, or for swaps, as may be wait for a decision or were made in a day.

    `most` says how many. Decide or withdraw some of them first.
    """

    slug, status = "too_many_asked", 409


class TooManyWaiting(Problem):
    """As many schedules of this workspace wait to be made as may. Wait for one, or delete it."""

    slug, status = "too_many_waiting", 409
