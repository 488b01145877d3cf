"""Capabilities: what a channel cannot do is refused before it is sent, with what it can do. Pure."""

from datetime import datetime, timedelta
from typing import Any

from mci_router.clock import utc_now
from mci_router.errors import ChannelCannot, WindowClosed
from mci_router.specs.adapters import AdapterSpec
from mci_router.values import value


@value
class Draft:
    """A message to a customer before it is written. `html` is what is shown in place of the text, if anything.

    `edits`: it takes the place of one that was sent. `asks`: it is a question whose answer the channel is to send back.
    `customer_wrote_at` is when the customer last wrote by this adapter; None: never, or not known.
    """

    text: str
    html: str | None = None
    edits: bool = False
    asks: bool = False
    attachments: int = 0
    customer_wrote_at: datetime | None = None


def refuse_what_it_cannot(adapter: AdapterSpec, draft: Draft, now: datetime | None = None) -> None:
    """Checks that the adapter's channel can carry a message. Raises ChannelCannot, WindowClosed."""
    can = adapter.capabilities
    if draft.html is not None and not can.html:
        raise refused(adapter, "html", "shows no formatted messages: send the text alone")
    if draft.edits and not can.edit:
        raise refused(adapter, "edit", "cannot change what was sent: send another message")
    if draft.asks and not can.can_ask:
        raise refused(adapter, "ask", "cannot ask a question whose answer comes back: leave `can_ask` out")
    if draft.attachments and not can.attachments:
        raise refused(adapter, "attachments", "takes no files")
    if can.max_chars is not None and len(draft.text) > can.max_chars:
        raise refused(
            adapter, "max_chars", f"takes {can.max_chars:,} characters at most; the message has {len(draft.text):,}"
        )
    _refuse_closed_window(adapter, draft, now or utc_now())


def shows_typing(adapter: AdapterSpec | None) -> bool:
    """Returns whether a customer of the adapter is shown that somebody is typing."""
    return adapter is not None and adapter.takes_messages and adapter.capabilities.typing


def _refuse_closed_window(adapter: AdapterSpec, draft: Draft, now: datetime) -> None:
    hours = adapter.capabilities.window_h
    if hours is None:
        return
    wrote = draft.customer_wrote_at
    closed_at = wrote + timedelta(hours=hours) if wrote else None
    if closed_at is None or closed_at <= now:
        said = (
            f"was closed at {closed_at:%Y-%m-%d %H:%M} UTC" if closed_at else "opens with the customer's next message"
        )
        raise WindowClosed(
            f"{adapter.title} takes messages for {hours:g} hours after the customer's last one; the window {said}.",
            adapter=adapter.name,
            closed_at=closed_at.isoformat() if closed_at else None,
            can=_can(adapter),
        )


def refused(adapter: AdapterSpec, what: str, said: str) -> ChannelCannot:
    """Returns the problem of what an adapter cannot do."""
    return ChannelCannot(f"{adapter.title} {said}.", adapter=adapter.name, cannot=what, can=_can(adapter))


def _can(adapter: AdapterSpec) -> dict[str, Any]:
    return adapter.capabilities.model_dump(mode="json")
