"""Schemas of webhooks and their deliveries."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Instant, Moment
from mci_router.events import known_pattern
from mci_router.specs.base import Name
from mci_router.vocabulary import Channel, DeliveryState, SensitiveContacts
from mci_router.webhooks.filters import EVENT_PATTERN
from mci_router.webhooks.targets import LONGEST_URL

MOST_FILTERS = 50
LONGEST_OVERLAP_S = 604_800  # a week

EventPattern = Annotated[str, StringConstraints(pattern=EVENT_PATTERN, max_length=100), AfterValidator(known_pattern)]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_URL),
    Field(description="The endpoint: https, public addresses only.", examples=["https://crm.example.com/hooks/mci"]),
]


class WebhookSpec(Body):
    """The endpoint of a webhook, and its filters. All filters must let an event through."""

    url: Url
    events: Annotated[
        list[EventPattern],
        Field(
            min_length=1,
            max_length=MOST_FILTERS,
            description="Types without `mci.`; `contact.*` is a family, `*` is all.",
            examples=[["contact.*"]],
        ),
    ] = ["*"]
    queues: Annotated[
        list[Name], Field(max_length=MOST_FILTERS, description="Only events that name one of these queues.")
    ] = []
    channels: Annotated[
        list[Channel], Field(max_length=MOST_FILTERS, description="Only events of contacts over these channels.")
    ] = []
    sensitive: Annotated[
        SensitiveContacts,
        Field(
            description="Whether it gets events of sensitive contacts. More than `excluded` needs the scope "
            "`contacts:sensitive`."
        ),
    ] = SensitiveContacts.EXCLUDED
    active: Annotated[
        bool, Field(description="False: pending deliveries become dead, and later events are not sent.")
    ] = True
    in_full: Annotated[
        bool,
        Field(
            description="Whether `contact.completed` carries `record`: times, disposition, notes and handoffs, for a "
            "CRM. Needs the scopes `contacts:read` and `customers:read`."
        ),
    ] = False


class WebhookIn(WebhookSpec):
    """A webhook to create or replace."""

    name: Annotated[str | None, Field(description="The name that is in the path, or nothing.")] = None


class WebhookPatch(Body):
    """A merge patch: what is left out stays as it is, null brings the default back."""

    name: Annotated[str | None, Field(description="The name that it has, or nothing: it never changes.")] = None
    url: Url | None = None
    events: Annotated[list[EventPattern] | None, Field(min_length=1, max_length=MOST_FILTERS)] = None
    queues: Annotated[list[Name] | None, Field(max_length=MOST_FILTERS)] = None
    channels: Annotated[list[Channel] | None, Field(max_length=MOST_FILTERS)] = None
    sensitive: SensitiveContacts | None = None
    active: bool | None = None
    in_full: bool | None = None


class WebhookOut(Answer):
    """A webhook, without its secrets."""

    id: str
    name: str
    url: str
    events: list[str]
    queues: list[str]
    channels: list[str]
    sensitive: SensitiveContacts
    active: bool
    in_full: bool
    inactive_why: Annotated[str | None, Field(description="`gone`: the endpoint answered 410.")]
    paused_since: Annotated[Moment | None, Field(description="Since when its endpoint stalls: see `webhooks.md`.")]
    paused_why: Annotated[
        str | None,
        Field(description="What the last attempt came to: a word as in `last_error`, or `status_503`."),
    ]
    paused_until: Annotated[Moment | None, Field(description="Then, or at the next event after it, it is tried again.")]
    previous_secret_until: Annotated[Moment | None, Field(description="Until then the previous secret signs as well.")]
    version: Annotated[int, Field(description="Rises with every change; the `ETag`.")]
    created_at: Moment
    updated_at: Moment


class WebhookWritten(WebhookOut):
    """A webhook as it is now."""

    secret: Annotated[
        str | None, Field(description="The secret of a new webhook, shown only this once; null for one that existed.")
    ] = None


class WebhookPage(Answer):
    """All webhooks, by name."""

    items: list[WebhookOut]


class RotationIn(Body):
    """The time for which the previous secret signs as well."""

    overlap_s: Annotated[
        int | None,
        Field(ge=0, le=LONGEST_OVERLAP_S, description="Seconds. 0 if others know the secret; left out: a day."),
    ] = None


class SecretOut(Answer):
    """A new secret, shown only this once."""

    secret: str
    previous_secret_until: Moment | None


class DeliveryOut(Answer):
    """One event for one webhook."""

    id: Annotated[str, Field(description="The message id: `webhook-id`, and the event's `id`.")]
    type: Annotated[str, Field(description="Without `mci.`.")]
    at: Annotated[Moment, Field(description="When it happened. RFC 3339, UTC.")]
    subject: Annotated[str, Field(description="The contact, or else the agent or the queue, it is about.")]
    state: DeliveryState
    attempts: Annotated[int, Field(description="Attempts since it was made or redelivered.")]
    next_attempt_at: Annotated[Moment | None, Field(description="While it is pending. RFC 3339, UTC.")]
    last_status: Annotated[int | None, Field(description="The HTTP status of the last attempt, if it was answered.")]
    last_error: Annotated[str | None, Field(description="A word for why there was no answer.", examples=["timeout"])]
    created_at: Moment
    ended_at: Annotated[Moment | None, Field(description="When it was delivered or given up. RFC 3339, UTC.")]


class DeliveryPage(Answer):
    """Deliveries, newest event first."""

    items: list[DeliveryOut]
    next_cursor: str | None


class RedeliveryIn(Body):
    """The dead deliveries to make again."""

    since: Annotated[Instant, Field(description="Those of events since then. RFC 3339 with an offset.")]


class Redelivered(Answer):
    """The number of deliveries that are pending again."""

    redelivered: Annotated[int, Field(description="At most 10 000 at once: ask again until it is 0.")]
