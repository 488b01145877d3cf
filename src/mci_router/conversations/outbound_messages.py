"""Outbound messages as an adapter gets them, by a webhook as by its stream: the one event that carries text."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.survey_links import SurveyLinks
from mci_router.attachments.links import SENT_S, shown
from mci_router.clock import moment
from mci_router.conversations import outbound
from mci_router.conversations.outbound_consents import CONSENT, OutboundConsent
from mci_router.conversations.outbound_surveys import SURVEY, OutboundSurvey, survey_of, with_link
from mci_router.lazy_schemas import LazyModel
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Channel, MessageDelivery, MessageKind, Modality, Visibility
from mci_router.webhooks.envelope import Message

EVENT: Final = "message.outbound"

REACHED_BY: Mapping[str, tuple[AddressKind, ...]] = {
    Channel.EMAIL: (AddressKind.EMAIL,),
    Channel.SMS: (AddressKind.PHONE,),
    Channel.VOICE: (AddressKind.PHONE,),
    Channel.MESSAGING: (AddressKind.PHONE, AddressKind.EXTERNAL_ID),
}
"""The kinds of address at which a channel reaches a customer; other channels know their customers by external ids."""

FINGERPRINT = "hmac:"
"""What an address begins with that is kept as a hash."""

READ = text(
    f"""
    SELECT o.id AS row, o.adapter, m.id, m.seq, m.case_id, m.contact_id, m.kind, m.author, m.text, m.html,
      m.in_reply_to, m.ai, m.occurred_at, m.received_at, m.edited_at, m.redacted_at, m.revision, m.delivery,
      CASE WHEN d.direct AND NOT n.notice THEN 'private' ELSE m.visibility END AS visibility, n.notice,
      c.visibility = 'public' AND (d.direct OR m.visibility = 'private') AND NOT n.notice AS private_thread,
      CASE WHEN d.direct THEN 'one_to_one' ELSE 'many_to_many' END AS modality, m.attachments, c.channel,
      c.channel_ref, c.customer_id, c.identity, k.reference AS case_reference,
      {SURVEY} AS survey, {CONSENT} AS consent, c.subject, CASE WHEN c.channel = 'email' THEN (
        SELECT jsonb_agg(jsonb_build_array(t.name, t.subject) ORDER BY t.seq) FROM (
          SELECT e.seq, COALESCE(w.headers ->> 'id', CASE WHEN e.kind <> 'customer' THEN e.id END) AS name,
            w.headers ->> 'subject' AS subject
          FROM messages e JOIN contacts t ON t.id = e.contact_id AND t.channel_ref IS NOT DISTINCT FROM c.channel_ref
            LEFT JOIN message_keys w ON w.received_at = e.received_at AND w.message_id = e.id
          WHERE e.case_id = m.case_id AND e.seq < m.seq AND e.kind <> 'note' AND e.channel = 'email'
          ORDER BY e.seq DESC LIMIT 40) AS t) END AS thread,
      (SELECT r.spec -> 'channels' FROM resources r
        WHERE r.workspace_id = o.workspace_id AND r.kind = 'adapter' AND r.name = o.adapter) AS serves
    FROM outbound_messages o JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
      JOIN contacts c ON c.id = o.contact_id AND c.workspace_id = o.workspace_id
      JOIN cases k ON k.id = m.case_id
      CROSS JOIN LATERAL (
        SELECT c.visibility = 'private' OR c.sensitive OR c.taken_private_at IS NOT NULL AS direct) AS d
      CROSS JOIN LATERAL (SELECT m.visibility = 'public' AND m.kind = 'system' AND EXISTS (
        SELECT FROM message_keys y WHERE y.workspace_id = o.workspace_id AND y.owner = 'notice' AND y.key = o.contact_id
          AND y.message_id = m.id) AS notice) AS n
    WHERE o.id = ANY(:rows) AND m.kind IN ('agent', 'bot', 'system')
      AND (m.redacted_at IS NULL OR EXISTS (SELECT FROM resources r
        WHERE r.workspace_id = o.workspace_id AND r.kind = 'adapter' AND r.name = o.adapter
          AND r.spec -> 'capabilities' ->> 'edit' = 'true'))
    """  # noqa: S608 — an expression of ours
)


class OutboundAddress(LazyModel):
    """An address at which the channel reaches the customer."""

    kind: AddressKind
    value: str


class OutboundCustomer(LazyModel):
    """The customer to whom a message goes."""

    id: str
    addresses: Annotated[
        list[OutboundAddress], Field(description="Those that came with the contact and that the channel reaches.")
    ]


class OutboundAttachment(LazyModel):
    """A file that goes with a message."""

    id: str
    name: str
    content_type: str
    bytes: int
    url: Annotated[
        str | None,
        Field(description="Where its bytes are, for a day: without a key. Null: the scan has blocked the file since."),
    ] = None


class OutboundMessage(LazyModel):
    """A message to a customer: what `message.outbound` has in `data`, and the stream in `message`.

    What does not apply is left out. Later versions may add members.
    """

    model_config = ConfigDict(title="OutboundMessage")

    id: Annotated[str, Field(description="The message: receipts name it. The same each time that it is sent.")]
    revision: Annotated[int, Field(description="0, and more for each time that it was edited.")]
    adapter: str
    channel: Channel
    channel_ref: Annotated[
        str | None, Field(description="The channel's own name of the conversation, as the adapter posted it.")
    ] = None
    subject: Annotated[str | None, Field(description="For e-mail: that of the customer's last mail.")] = None
    thread: Annotated[
        list[str] | None,
        Field(
            description="For e-mail: the messages before it, the oldest first: the customer's by their "
            "`channel_message_id`, as far as it is known, the others by their ids here."
        ),
    ] = None
    contact: str
    case_id: str
    case_reference: Annotated[
        str, Field(description="What the customer names the case by, to anybody.", examples=["K7Q2-9XMD"])
    ]
    seq: Annotated[int, Field(description="Its place in the case: a conversation's messages come in this order.")]
    customer: OutboundCustomer
    kind: Annotated[MessageKind, Field(description="`agent`, `bot` or `system`.")]
    author: str
    text: str
    html: Annotated[str | None, Field(description="The same with its looks, where the channel shows them.")] = None
    in_reply_to: str | None = None
    ai: Annotated[
        dict[str, Any] | None, Field(description="The machine that wrote it: `{name, version, disclosed}`.")
    ] = None
    attachments: Annotated[
        list[OutboundAttachment] | None, Field(description="The files beside it, where the channel takes files.")
    ] = None
    visibility: Annotated[
        Visibility, Field(description="Where to say it. What was meant for the public may have become private.")
    ]
    modality: Annotated[
        Modality, Field(description="Of the conversation. In `one_to_one` nothing but a `notice` is said in public.")
    ]
    notice: Annotated[
        bool | None, Field(description="True: all that it says is that the customer is answered directly.")
    ] = None
    private_thread: Annotated[
        bool | None,
        Field(
            description="True: the customer wrote in public, and this is for the customer alone. Say it directly, in a "
            "private conversation that you open if there is none."
        ),
    ] = None
    survey: Annotated[
        OutboundSurvey | None,
        Field(description="The message asks how it was: show the options as buttons, if the channel has any."),
    ] = None
    consent: Annotated[
        OutboundConsent | None,
        Field(description="The message asks for a yes or no: show both as buttons, if the channel has any."),
    ] = None
    occurred_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    edited_at: Annotated[str | None, Field(json_schema_extra={"format": "date-time"})] = None
    redacted_at: Annotated[
        str | None,
        Field(
            description="It was taken back: `text` is empty. Take it away where you showed it.",
            json_schema_extra={"format": "date-time"},
        ),
    ] = None


@value
class Outgoing(Message):
    """A message on its way, by the row of the queue."""

    row: int = 0


async def outgoing(
    session: AsyncSession, claimed: Mapping[int, int], surveys: SurveyLinks, base: str = ""
) -> list[Outgoing]:
    """Returns what rows of the queue say, in their order, and settles those that are not to be sent: a receipt has said
    that the adapter has it, it was taken back, or was never for a customer. `claimed` has their attempts; links to
    files begin with `base`, those to surveys are made by `surveys`.
    """
    if not claimed:
        return []
    rows = {row["row"]: dict(row) for row in (await session.execute(READ, {"rows": list(claimed)})).mappings()}
    has = [row for row, found in rows.items() if found["delivery"] != MessageDelivery.QUEUED]
    settled = [outbound.received(row, claimed[row]) for row in has]
    settled += [outbound.withdrawn(row, claimed[row]) for row in claimed.keys() - rows.keys()]
    await outbound.settle(session, settled)
    return [_outgoing(rows[row], claimed[row], surveys, base) for row in sorted(rows) if row not in has]


def _outgoing(row: Mapping[str, Any], attempt: int, surveys: SurveyLinks, base: str) -> Outgoing:
    revision = "redacted" if row["redacted_at"] else row["revision"]
    key = f"{row['id']}.{revision}" if revision else row["id"]
    data = json.loads(_shown(row, surveys, base).model_dump_json(exclude_none=True))
    return Outgoing(key, EVENT, row["received_at"], row["contact_id"], data, attempt, row["row"])


def _shown(row: Mapping[str, Any], surveys: SurveyLinks, base: str) -> OutboundMessage:
    survey = survey_of(row["survey"], surveys) if row["survey"] and not row["redacted_at"] else None
    edited, redacted = row["edited_at"], row["redacted_at"]
    as_they_are = ("id", "revision", "adapter", "channel", "channel_ref", "case_id", "case_reference", "seq", "kind")
    more = ("author", "html", "in_reply_to", "ai", "visibility", "modality")
    return OutboundMessage(
        **{name: row[name] for name in (*as_they_are, *more)},
        text=with_link(row["text"], survey, surveys),
        survey=survey,
        consent=OutboundConsent.model_validate(row["consent"]) if row["consent"] and not redacted else None,
        contact=row["contact_id"],
        **_mail(row),
        notice=row["notice"] or None,
        private_thread=row["private_thread"] or None,
        customer=OutboundCustomer(id=row["customer_id"], addresses=list(addresses_of(row))),
        attachments=[
            OutboundAttachment.model_validate(one) for one in shown(row["attachments"], lasts_s=SENT_S, base=base)
        ]
        or None,
        occurred_at=moment(row["occurred_at"]),
        edited_at=moment(edited) if edited else None,
        redacted_at=moment(redacted) if redacted else None,
    )


def _mail(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what threads an answer by mail at the customer's; nothing for other channels."""
    if row["channel"] != Channel.EMAIL:
        return {}
    before = row["thread"] or []
    subject = next((subject for _, subject in reversed(before) if subject), row["subject"])
    return {"subject": subject, "thread": [name for name, _ in before if name]}


def addresses_of(row: Mapping[str, Any]) -> Iterable[OutboundAddress]:
    """Yields the addresses that came with the contact and that its channel reaches; a fingerprint reaches nobody.

    What came by the help pages is answered on another channel: at the addresses that this one reaches. A stopgap that
    was only written into a field there is somebody else's.
    """
    channels = (row["serves"] or []) if row["channel"] == Channel.WEB else [row["channel"]]
    kinds = {kind for channel in channels for kind in REACHED_BY.get(channel, (AddressKind.EXTERNAL_ID,))}
    for one in row["identity"].get("addresses", []):
        at = one["value"] or (one.get("answered_at") if row["channel"] in REACHED_BY else None)
        if one["kind"] in kinds and at and not at.startswith(FINGERPRINT):
            yield OutboundAddress(kind=one["kind"], value=at)
