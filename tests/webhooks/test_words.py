"""The parts that compute: filters, ids, envelopes, signatures, and what an attempt comes to."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from mci_router.clock import utc_now
from mci_router.events import fits
from mci_router.routing.entries import JournalEntry, entry_id
from mci_router.vocabulary import DeliveryState, SensitiveContacts
from mci_router.webhooks.envelope import Message, cloud_event, first_message_id, message_id, public, subject_of
from mci_router.webhooks.filters import Filter
from mci_router.webhooks.signing import new_secret, signed
from mci_router.webhooks.verdicts import EndpointAnswer, retry_after, verdict
from tests.support.rows import every

MOMENTS = st.tuples(st.integers(0, 4_000_000_000_000), st.integers(0, 99_999))


@pytest.mark.parametrize(
    ("pattern", "kind", "fit"),
    [
        ("*", "contact.queued", True),
        ("contact.*", "contact.queued", True),
        ("contact.*", "contacts.queued", False),
        ("contact.*", "contact", False),
        ("contact.queued", "contact.queued", True),
        ("contact.queued", "contact.queued_again", False),
        ("offer.*", "contact.queued", False),
    ],
)
def test_a_pattern_is_a_type_or_a_family(pattern: str, kind: str, fit: bool) -> None:
    """A family ends with its dot: no other word that begins alike belongs to it."""
    assert fits(pattern, kind) is fit


def test_an_event_of_no_contact_is_not_sensitive() -> None:
    """Only `only` keeps it out."""
    lost = JournalEntry.of("1-0", {"type": "agent.lost", "at": 1, "agent": "ann"})
    takes = [Filter(["*"], sensitive=wish).takes(lost, sensitive=False) for wish in SensitiveContacts]
    assert takes == [True, True, False]


@given(st.lists(MOMENTS, min_size=2, max_size=20, unique=True))
def test_message_ids_sort_as_events_do(moments: list[tuple[int, int]]) -> None:
    """As text; the first possible id of an event lies above all ids of earlier ones."""
    events = [entry_id(f"{ms}-{sequence}") for ms, sequence in sorted(moments)]
    ids = [message_id("wsp_a", event) for event in events]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    for before, event, its in zip(ids, events[1:], ids[1:], strict=False):
        assert before < first_message_id(event) <= its


def test_a_message_id_is_made_of_the_event_alone() -> None:
    """The same in every process, another in another workspace, and of the form that all ids have."""
    event = entry_id("1760000000000-3")
    assert message_id("wsp_a", event) == message_id("wsp_a", event) != message_id("wsp_b", event)
    noun, digits = message_id("wsp_a", event).split("_")
    assert (noun, len(digits), digits[12], digits[16] in "89ab") == ("msg", 32, "7", True)
    assert int(digits[:12], 16) == 1_760_000_000_000


@every(
    ("entry", "shown"),
    [
        ({"type": "x", "at": 1, "seq": 2, "session": "s", "notes": "solved"}, {}),
        ({"why": "agent_away"}, {"why": "agent_away"}),
        ({"why": "she said that her card 4111 is gone"}, {}),
        ({"why": "sam@example.com"}, {}),
        ({"disposition": "solved"}, {"disposition": "solved"}),
        ({"why": ""}, {}),
        (
            {"ended_at": 0, "rung": 0, "again": False},
            {"ended_at": "1970-01-01T00:00:00.000Z", "rung": 0, "again": False},
        ),
        ({"skills": [{"skill": "fraud", "min": 2, "notes": "of a kind"}]}, {"skills": [{"skill": "fraud", "min": 2}]}),
        ({"tags": ["one", "and two"]}, {"tags": ["one"]}),
    ],
)
def test_no_text_leaves_the_house(entry: dict[str, Any], shown: dict[str, Any]) -> None:
    """Words and numbers do, whatever an entry comes to hold; times as everywhere."""
    assert public(entry) == shown


def test_an_event_is_about_its_contact_or_else_its_agent_or_queue() -> None:
    """The first of them that it names."""
    whole = {"contact": "con_1", "agent": "ann", "queue": "desk"}
    assert [subject_of(dict(list(whole.items())[left:])) for left in range(4)] == ["con_1", "ann", "desk", ""]


def test_an_envelope_without_a_subject_leaves_it_out() -> None:
    """An empty one is not allowed."""
    message = Message("msg_1", "queue.closed", datetime(2026, 1, 1, tzinfo=UTC), "", {}, 1)
    assert "subject" not in json.loads(cloud_event(message, "acme"))


def test_a_signature_is_one_that_the_standards_own_library_accepts() -> None:
    """For the body as it is; for each of two secrets; and not for another secret or another body."""
    old, new, other = new_secret(), new_secret(), new_secret()
    body = '{"text": "grüße"}'.encode()
    headers = signed((new, old), "msg_1", int(utc_now().timestamp()), body)
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret, sent in ((other, body), (new, body + b" ")):
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(secret).verify(sent, headers)


def test_a_secret_is_long_and_random() -> None:
    """32 bytes, in the form of Standard Webhooks."""
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(secret.startswith("whsec_") and len(base64.b64decode(secret[6:])) == 32 for secret in secrets)


def test_what_an_attempt_comes_to() -> None:
    """2xx is delivered; anything else waits the next delay, give or take a fifth, and is dead after the last."""
    delays = (5.0, 300.0)
    for status in (200, 202, 204, 299):
        assert verdict(EndpointAnswer(status), 1, delays).state is DeliveryState.DELIVERED
    for reply in (
        EndpointAnswer(500),
        EndpointAnswer(404),
        EndpointAnswer(302),
        EndpointAnswer(101),
        EndpointAnswer(error="timeout"),
    ):
        for attempt, delay in enumerate(delays, 1):
            found = verdict(reply, attempt, delays)
            assert found.state is DeliveryState.PENDING
            assert 0.8 * delay <= found.delay_s <= 1.2 * delay
        assert verdict(reply, 3, delays).state is DeliveryState.DEAD
    assert verdict(EndpointAnswer(410), 1, delays) == verdict(EndpointAnswer(410), 3, delays)
    assert verdict(EndpointAnswer(410), 1, delays).gone
    assert len({verdict(EndpointAnswer(500), 2, delays).delay_s for _ in range(20)}) > 1
    assert verdict(EndpointAnswer(503, retry_after_s=3600), 1, delays).delay_s == 3600
    assert verdict(EndpointAnswer(503, retry_after_s=1), 2, delays).delay_s >= 240


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@every(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        ("-5", 0),
        ("1e9", 0),
        ("nan", 0),
        ("²", 0),
        ("9" * 400, 86_400),
        ("soon", 0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 11:01:00 GMT", 0),
        ("Thu, 01 Jan 2026 12:01:00 -0000", 0),
        ("Fri, 01 Jan 2100 12:01:00 GMT", 86_400),
    ],
)
def test_a_request_to_wait_is_seconds_or_a_date_and_a_day_at_most(header: str | None, seconds: float) -> None:
    """What makes no sense is no request."""
    assert retry_after(header, NOW) == timedelta(seconds=seconds).total_seconds()
