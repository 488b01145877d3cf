"""What Twilio says of a message, as the router takes it. Pure."""

import re
from dataclasses import dataclass
from typing import Any, Self

from mci_router.adapters.twilio.door import Form
from mci_router.vocabulary import Channel, Trust

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164: what Twilio sends of a person's telephone
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What Twilio writes for callers who are anonymous, restricted, blocked, unknown or unavailable: the words' digits."""
MOST_FILES = 10  # that Twilio sends, and takes, with a message
NO_TEXT = "(no text)"
BETWEEN = " to "  # the router takes two numbers beside each other for a card's now and then
STOP, START = "STOP", "START"
STOPS = frozenset({"stop", "stopall", "stop all", "unsubscribe", "quit", "optout", "revoke"})
STARTS = frozenset({"start", "unstop"})
"""Words that mean nothing else. CANCEL, END and YES count where Twilio says what it took them for."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as Twilio writes it: a number, a short code, a name, or one of a messenger."""

    channel: Channel
    provider: str
    value: str

    @classmethod
    def read(cls, sent: str) -> Self:
        """Reads `+49…`, `12345`, `ACME` or `whatsapp:+49…`."""
        provider, colon, value = sent.strip().partition(":")
        return cls(Channel.MESSAGING, provider.lower(), value) if colon else cls(Channel.SMS, "twilio", sent.strip())

    @property
    def customer(self) -> dict[str, Any]:
        """The customer who has it: proven by the channel where it is a whole number, or a messenger's own id."""
        if whole_number(self.value):
            return {"phone": self.value, "trust": Trust.AUTHENTICATED}
        if self.channel is Channel.MESSAGING and self.value:
            return {"external_id": f"{self.provider}:{self.value}"}
        return {"phone": self.value, "trust": Trust.CLAIMED} if self.value else {}


def whole_number(sent: str) -> bool:
    """Returns whether an address is a number by which somebody can be reached."""
    return NUMBER.fullmatch(sent) is not None and sent not in WITHHELD


def conversation(ours: str, theirs: str) -> str:
    """Returns the name of a conversation: the two addresses, with a word between them, or they look like one number."""
    return f"{ours.strip()}{BETWEEN}{theirs.strip()}"


def parties(conversation: str | None) -> tuple[str, str] | None:
    """Returns our address and the customer's; None for a name that is not ours."""
    ours, between, theirs = (conversation or "").partition(BETWEEN)
    return (ours, theirs) if between and ours and theirs else None


def contact_of(form: Form) -> dict[str, Any]:
    """Returns the contact that a message is, or that it joins."""
    ours, theirs = form.get("To", ""), form.get("From", "")
    address = Address.read(theirs)
    name = _shown(form.get("ProfileName", ""))[:200]
    return {
        "channel": address.channel,
        "provider": address.provider,
        "channel_ref": conversation(ours, theirs),
        "customer": address.customer | ({"name": name} if name else {}),
        "text": text_of(form),
        "context": {"twilio": _context(form)},
    }


def text_of(form: Form) -> str:
    """Returns what the customer wrote. A word that Twilio takes for an opt-out of any language is the router's own."""
    if (said := form.get("OptOutType", "")) in (STOP, START):
        return said
    where = [form[name] for name in ("Address", "Label") if form.get(name)]
    if form.get("Latitude") and form.get("Longitude"):
        where.append(f"{form['Latitude']}, {form['Longitude']}")
    lines = [line for line in (form.get("Body", ""), *where) if _shown(line)]
    return "\n".join(lines) if lines or files_of(form) else NO_TEXT


def opts(form: Form) -> bool | None:
    """Returns whether the customer opts out (True) or in again (False); None for any other message."""
    said, word = form.get("OptOutType", ""), form.get("Body", "").strip().strip(".!").lower()
    if said == STOP or word in STOPS:
        return True
    return False if said == START or word in STARTS else None


def files_of(form: Form) -> int:
    """Returns how many files a message has."""
    sent = form.get("NumMedia", "")
    return min(int(sent), MOST_FILES) if sent.isdecimal() and len(sent) <= 3 else 0


def _shown(text: str) -> str:
    return text.strip() if any(one.isprintable() and not one.isspace() for one in text) else ""


def _context(form: Form) -> dict[str, str]:
    said = {"message": form.get("MessageSid", ""), "country": form.get("FromCountry", ""), "said": ""}
    if form.get("OptOutType"):
        said |= {"opt_out_type": form["OptOutType"], "said": form.get("Body", "")[:200]}
    return {name: value for name, value in said.items() if value}
