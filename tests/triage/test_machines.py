"""Machines and opt-outs are recognised by headers and by words, and customers who only sound like either are not."""

import numpy as np
import pytest

from mci_router.classifier.guess import Guess, Topics
from mci_router.classifier.thresholds import Certainty
from mci_router.specs import SensitiveTopics, TopicSpec
from mci_router.triage.decision import Bounds, judge
from mci_router.triage.finding import with_kind
from mci_router.triage.machines import Recognised, recognise
from mci_router.triage.our_rules import OUR_RULES
from mci_router.triage.perception import FAILED, Opinion, Perception
from mci_router.triage.result import Measured, Triage
from mci_router.vocabulary import Channel, ContactKind
from tests.support.rows import every
from tests.triage import machine_texts as texts
from tests.triage.telecom import examples as telecom
from tests.triage.unseen_contacts import UNSEEN


def who(
    text: str,
    subject: str | None = None,
    headers: dict[str, str] | None = None,
    *,
    channel: Channel = Channel.EMAIL,
    sender: str | None = None,
) -> Recognised:
    return recognise(channel, subject, text, headers=headers or {}, sender=sender)


@every(("subject", "text"), texts.MACHINES)
def test_a_machine_is_known_by_its_words(subject: str | None, text: str) -> None:
    """Twelve languages; never certain, so that a person may still see it."""
    found = who(text, subject)
    assert (found.kind, found.by_channel) == (ContactKind.MACHINE, False)
    assert "by its words alone" in found.reason


@every("text", texts.OPT_OUTS)
def test_the_whole_text_of_an_opt_out_says_so(text: str) -> None:
    """By SMS and by e-mail; on a chat the same words are a customer's."""
    assert {who(text, channel=channel).kind for channel in (Channel.SMS, Channel.EMAIL)} == {ContactKind.OPT_OUT}
    assert who(text, channel=Channel.CHAT).kind is ContactKind.CUSTOMER


@pytest.mark.parametrize("text", texts.OPT_INS)
def test_start_takes_an_opt_out_back(text: str) -> None:
    """It is a customer's all the same: without an opt-out there is nothing to take back."""
    assert (who(text).kind, who(text).opts_in) == (ContactKind.CUSTOMER, True)


@every(("subject", "text"), texts.CUSTOMERS)
def test_a_customer_who_sounds_like_a_machine_is_none(subject: str | None, text: str) -> None:
    """Their own words about bounces, absences, invoices, phishing and contracts to end; texts of one word."""
    assert who(text, subject).kind is ContactKind.CUSTOMER


def test_no_example_of_a_customer_is_taken_for_a_machine() -> None:
    """What the example workspace learns from, and sentences it never saw."""
    said = [text for examples in telecom().values() for text in examples] + [
        text for contacts in UNSEEN.values() for text in contacts
    ]
    assert [text for text in said if who(text).kind is not ContactKind.CUSTOMER] == []


HEADERS: list[tuple[dict[str, str], str]] = [
    ({"Auto-Submitted": "auto-replied (vacation)"}, "an automatic reply"),
    ({"auto-submitted": "auto-generated; type=x"}, "an automatic message"),
    ({"X-Auto-Response-Suppress": "OOF, AutoReply"}, "an automatic reply"),
    ({"X-Autoreply": "yes"}, "an automatic reply"),
    ({"Precedence": "auto_reply"}, "an automatic reply"),
    ({"PRECEDENCE": "bulk"}, "bulk mail"),
    ({"List-Unsubscribe": "<mailto:leave@larch.example>"}, "bulk mail"),
    ({"List-Id": "Larch news <news.larch.example>", "Precedence": "list"}, "bulk mail"),
    ({"Return-Path": "<>"}, "an automatic message"),
    ({"Content-Type": "multipart/report;\r\n report-type=delivery-status; boundary=x"}, "a delivery report"),
    ({"Content-Type": "multipart/report; report-type=disposition-notification"}, "a read receipt"),
    ({"Content-Type": 'text/calendar; method=REPLY; charset="utf-8"'}, "a calendar reply"),
    ({"X-Failed-Recipients": "kim@larch.example"}, "a delivery report"),
    ({"From": "Mail Delivery System <MAILER-DAEMON@larch.example>"}, "a delivery report"),
]


@every(("headers", "what"), HEADERS)
def test_a_header_that_only_programs_send_is_certain(headers: dict[str, str], what: str) -> None:
    """Whatever the words, the case of the name and how the value is folded."""
    found = who("My line is dead", "Help", headers)
    assert (found.kind, found.by_channel) == (ContactKind.MACHINE, True)
    assert found.reason.startswith(what)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "no"},
        {"Content-Type": "multipart/mixed; boundary=x", "Return-Path": "<sam@larch.example>"},
        {
            "List-Id": "<help.acme.example>",
            "List-Post": "<mailto:help@acme.example>",
            "List-Unsubscribe": "<x>",
            "Precedence": "list",
        },
        {"Disposition-Notification-To": "sam@larch.example", "X-Priority": "1"},
        {"X-Auto-Response-Suppress": "None"},
    ],
)
def test_headers_of_a_customers_mail_say_nothing(headers: dict[str, str]) -> None:
    """Nor do those of a list to which everybody writes: a company's own address may be one."""
    assert who("My line is dead", None, headers).kind is ContactKind.CUSTOMER


def test_a_mail_from_a_daemon_is_a_report_and_a_topic_from_a_menu_is_a_customers() -> None:
    """The sender's address counts as a header; of a contact whose topic the adapter knows, the words do not make a
    machine.
    """
    assert who("hello", sender="Mailer-Daemon@larch.example").by_channel
    subject, text = texts.AUTOMATIC_REPLIES[1]
    assert recognise(Channel.EMAIL, subject, text, headers={}, sender=None, named=True).kind is ContactKind.CUSTOMER


TOPICS = {
    "billing": TopicSpec.model_validate({"name": "billing", "title": "Billing"}),
    "fraud": TopicSpec.model_validate({"name": "fraud", "title": "Fraud", "touch": "high", "sensitive": True}),
}
MACHINE = Recognised(ContactKind.MACHINE, by_channel=True, reason="an automatic reply, by its header Auto-Submitted")


def found_in(seen: Perception, recognised: Recognised) -> Triage:
    found = judge(
        seen,
        named=None,
        topics=TOPICS,
        measured=Measured(),
        bounds=Bounds(),
        sensitive=SensitiveTopics.of(TOPICS.values()),
        vulnerable=False,
    )
    return with_kind(found, seen, recognised)


def opinion(topic: str | None, confidence: float, *ranked: tuple[str, float]) -> Perception:
    shares = np.array([share for _, share in ranked])
    return Perception(Opinion(Guess(topic, confidence, ranked, shares, Topics(name for name, _ in ranked)), "m1"))


def test_a_machine_has_no_topic_and_says_why() -> None:
    """Whatever the model thinks of its words: nothing is counted, nothing is learnt."""
    found = found_in(opinion("billing", 0.99, ("billing", 0.99)), MACHINE)
    assert (found.kind, found.topic, found.sensitive, found.certainty) == (
        ContactKind.MACHINE,
        None,
        False,
        Certainty.ASK,
    )
    assert "Auto-Submitted" in found.reasons[0]


@pytest.mark.parametrize("kind", [ContactKind.MACHINE, ContactKind.OPT_OUT])
@pytest.mark.parametrize(
    "seen",
    [Perception(rules=(OUR_RULES["self_harm"],)), FAILED, opinion("fraud", 0.99, ("fraud", 0.99))],
    ids=["a rule", "unread", "a topic acted on"],
)
def test_nothing_sensitive_is_ever_a_machines(seen: Perception, kind: ContactKind) -> None:
    """Headers and all: somebody in danger may have an absence note switched on."""
    found = found_in(seen, Recognised(kind, by_channel=True, reason="an automatic reply"))
    assert (found.kind, found.sensitive) == (ContactKind.CUSTOMER, True)


def test_topics_that_only_add_up_make_no_machine_sensitive() -> None:
    """A model of four topics gives a quarter to each for words that are about none of them."""
    seen = opinion(None, 0.3, ("billing", 0.3), ("fraud", 0.3))
    assert found_in(seen, Recognised()).sensitive
    assert found_in(seen, MACHINE).kind is ContactKind.MACHINE
