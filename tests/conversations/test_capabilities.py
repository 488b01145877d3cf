"""What a channel cannot do is refused before it is sent, and the refusal says what it can."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mci_router.conversations.capabilities import Draft, refuse_what_it_cannot, shows_typing
from mci_router.errors import ChannelCannot, Problem, WindowClosed
from mci_router.specs import AdapterSpec

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def adapter(by: str = "stream", **can: Any) -> AdapterSpec:
    spec = {"name": "text", "title": "Text messages", "channels": ["sms"], "outbound": {"by": by}, "capabilities": can}
    return AdapterSpec.model_validate(spec)


@pytest.mark.parametrize(
    ("draft", "cannot"),
    [
        (Draft("hi", html="<b>hi</b>"), "html"),
        (Draft("hi", edits=True), "edit"),
        (Draft("may we?", asks=True), "ask"),
        (Draft("see the file", attachments=1), "attachments"),
        (Draft("x" * 161), "max_chars"),
    ],
)
def test_each_thing_that_a_channel_lacks_is_refused_by_name(draft: Draft, cannot: str) -> None:
    """The problem has what the channel can, so that a client can do otherwise; one that can do it all takes it."""
    limited = adapter(max_chars=160)
    with pytest.raises(ChannelCannot) as refused:
        refuse_what_it_cannot(limited, draft, NOW)
    assert refused.value.members["cannot"] == cannot
    assert refused.value.members["can"] == limited.capabilities.model_dump(mode="json")
    assert "Text messages" in refused.value.detail
    able = adapter(html=True, edit=True, can_ask=True, attachments=True)
    refuse_what_it_cannot(able, draft, NOW)


def test_what_a_channel_can_is_taken() -> None:
    """The longest text of plain words is."""
    refuse_what_it_cannot(adapter(max_chars=160), Draft("x" * 160), NOW)


@pytest.mark.parametrize(("wrote", "closed"), [(timedelta(hours=23), False), (timedelta(hours=24), True), (None, True)])
def test_a_window_closes_some_hours_after_the_customer_wrote(wrote: timedelta | None, closed: bool) -> None:
    """And is closed for a customer who never did."""
    draft = Draft("hi", customer_wrote_at=None if wrote is None else NOW - wrote)
    problem: Problem | None = None
    try:
        refuse_what_it_cannot(adapter(window_h=24), draft, NOW)
    except WindowClosed as refused:
        problem = refused
    assert (problem is not None) is closed
    refuse_what_it_cannot(adapter(), draft, NOW)


def test_typing_goes_only_where_it_is_shown() -> None:
    """Not to a channel without it, nor to an adapter that takes nothing, nor where there is none."""
    assert shows_typing(adapter(typing=True))
    assert not shows_typing(adapter())
    assert not shows_typing(adapter(by="none", typing=True))
    assert not shows_typing(None)
