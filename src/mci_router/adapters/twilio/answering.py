"""What the customer hears at once, in the answer to Twilio's request. Pure."""

from collections.abc import Mapping
from typing import Any

from twilio.twiml.messaging_response import MessagingResponse

from mci_router.adapters.router import told_at_once
from mci_router.vocabulary import ContactKind

LONGEST = 1_600  # characters of a message


def said_at_once(contact: Mapping[str, Any]) -> list[str]:
    """Returns what the router's answer has for the customer: of a new contact, unless its customer has opted out."""
    if (
        not contact
        or contact.get("joined")
        or contact.get("opted_out_at")
        or contact.get("kind") != ContactKind.CUSTOMER
    ):
        return []
    return [part for text in told_at_once(contact["route"]) for part in parts_of(text)]


def parts_of(text: str) -> list[str]:
    """Returns a text in parts that a message can hold, cut between words where it has any."""
    parts = []
    while len(text) > LONGEST:
        at = text.rfind(" ", LONGEST // 2, LONGEST)
        at = at if at > 0 else LONGEST
        parts.append(text[:at])
        text = text[at:].lstrip()
    return [*parts, text] if text else parts


def written(texts: list[str]) -> str:
    """Returns the TwiML that writes these to the customer."""
    answer = MessagingResponse()
    for text in texts:
        answer.message(in_xml(text))
    return str(answer)


def in_xml(text: str) -> str:
    """Returns a text without the characters that no XML can hold; the others are escaped by who writes it."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
    )
