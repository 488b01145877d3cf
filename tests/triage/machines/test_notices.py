"""Notices, tricks and offers are known by their words, on every written channel, and a customer who writes of them is one."""

from typing import Any

import pytest

from mci_router.triage.machines import recognise
from mci_router.vocabulary import Channel, ContactKind
from tests.support.rows import every
from tests.triage.machines.notice_texts import BY_WORDS, CUSTOMERS_OF_THE_SAME, CUSTOMERS_WHO_TELL


def kind(channel: str, subject: str | None, text: str, sender: str | None = None) -> Any:
    found = recognise(Channel(channel), subject, text, headers={}, sender=sender)
    assert not found.by_channel
    return found.kind


@every(("channel", "subject", "text"), BY_WORDS)
def test_a_notice_is_a_machines(channel: str, subject: str | None, text: str) -> None:
    """Parcels, codes, absences, bounces, newsletters, phishing and offers, in six languages; never certain."""
    assert kind(channel, subject, text) is ContactKind.MACHINE


@every(("channel", "subject", "text"), CUSTOMERS_OF_THE_SAME)
def test_who_writes_of_a_notice_is_a_customer(channel: str, subject: str | None, text: str) -> None:
    """Each would be missed behind all others."""
    assert kind(channel, subject, text) is ContactKind.CUSTOMER


@every("text", CUSTOMERS_WHO_TELL)
def test_who_tells_of_one_without_a_question_is_a_customer(text: str) -> None:
    """In words that no notice has: a link that does not open, a trick in the company's name, an offer that did not hold."""
    assert kind("email", None, text) is ContactKind.CUSTOMER


@pytest.mark.parametrize("sender", ["noreply@shop.example", "Shop <orders-noreply@shop.example>"])
def test_an_address_that_hears_nobody_is_one_sign_among_others(sender: str) -> None:
    """A form of the company's own may send a customer's words from it."""
    shipped = "Your order 44-1283 has shipped"
    assert kind("email", None, shipped) is ContactKind.CUSTOMER
    assert kind("email", None, shipped, sender) is ContactKind.MACHINE
    assert kind("email", None, "The line is dead since Tuesday", sender) is ContactKind.CUSTOMER
    assert kind("email", None, "my order has shipped but it never came", sender) is ContactKind.CUSTOMER


def test_a_trick_that_greets_a_parent_is_no_customer_whatever_else_it_says() -> None:
    """Nobody greets a company so; a victim who tells of it is one."""
    trick = "Hallo Mama, mein Handy ist kaputt, das ist meine neue Nummer. Schreib mir auf WhatsApp"
    assert kind("sms", None, trick) is ContactKind.MACHINE
    assert kind("sms", None, f"ich habe das bekommen: {trick}") is ContactKind.CUSTOMER
    assert kind("sms", None, "hallo mama neue nummer - ich hab überwiesen") is ContactKind.CUSTOMER


def test_nobody_opts_out_on_a_social_network() -> None:
    """There the company does not write first, so a comment of one word is a customer's."""
    assert kind("social", None, "STOP") is ContactKind.CUSTOMER
    assert kind("sms", None, "STOP") is ContactKind.OPT_OUT
