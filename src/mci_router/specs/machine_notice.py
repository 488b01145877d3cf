"""What a machine says first: that it is one. A workspace may say it in its own words, and never leave it out."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from mci_router.specs.base import Language

MACHINE = "{machine}"
DEFAULT = "en"
TEXTS: Mapping[str, str] = {
    "en": "This is an automatic message.",
    "de": "Dies ist eine automatische Nachricht.",
    "fr": "Ceci est un message automatique.",
    "es": "Este es un mensaje automático.",
    "it": "Questo è un messaggio automatico.",
    "pt": "Esta é uma mensagem automática.",
    "nl": "Dit is een automatisch bericht.",
    "pl": "To jest wiadomość automatyczna.",
    "sv": "Det här är ett automatiskt meddelande.",
    "da": "Dette er en automatisk besked.",
    "cs": "Toto je automatická zpráva.",
    "tr": "Bu otomatik bir mesajdır.",
    "ja": "これは自動メッセージです。",
}
"""Our sentence, in each language of our own texts: it stands where a workspace's text has `{machine}`."""


def says_so(value: str) -> str:
    """Returns the text. Raises ValueError for one in which a machine does not say that it is one."""
    if MACHINE not in value:
        raise ValueError(f"lacks {MACHINE}: there stands our sentence that a machine is speaking")
    return value


Notice = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(says_so)]
MachineNotice = Annotated[
    dict[Language, Notice],
    Field(
        max_length=100,
        description="What a machine says first, by language, around `{machine}`, our sentence that it is one. "
        "Where there is none: that sentence alone.",
        examples=[{"en": "{machine} Say “a person, please” at any time."}],
    ),
]


def notice_of(own: Mapping[str, str], language: str | None) -> str:
    """Returns what a machine says first to a customer, in the customer's language, else in English."""
    spoken = language if language in own or language in TEXTS else DEFAULT
    ours = TEXTS.get(spoken or DEFAULT, TEXTS[DEFAULT])
    return own.get(spoken or DEFAULT, MACHINE).replace(MACHINE, ours)
