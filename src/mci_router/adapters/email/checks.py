"""Checks of a mail: a list of small pure functions. The first that finds something wins, and its name is kept.

What is found out by words alone never keeps a mail away: people write such words, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import re2

from mci_router.adapters.email.ids import Ids, is_ours
from mci_router.adapters.email.mail import Mail

Check: TypeAlias = "Callable[[Arrived], Finding | None]"


class Deed(StrEnum):
    """What is done with a mail that no customer wrote."""

    DROP = "drop"
    """Nothing: it is our own, or says nothing that matters."""
    FAILED = "failed"
    """The message that it speaks of has not reached its customer."""
    MACHINE = "machine"
    """Its case gets a note if it answers a mail of ours; else it is a contact of its own, which nobody answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found: a slug, and what is done."""

    name: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it came: `sender` is who the mail server says it is from, '' for nobody, None where it says nothing."""

    mail: Mail
    sender: str | None
    ids: Ids
    ours: frozenset[str]

    def header(self, name: str) -> str:
        """Returns a header, folded; empty where there is none."""
        return self.mail.headers.get(name, "").strip().lower()


_DENIALS = ("", "no", "none", "false", "0")
_AUTOREPLIES = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation")
_SUPPRESS = re2.compile(r"\b(?:all|oof|autoreply)\b")
_AWAY = re2.compile(
    r"(?i)out[ -]of[ -](?:the[ -])?office|auto(?:matic|mated)?[ -]?(?:reply|response)|on (?:vacation|holiday|leave)|"
    r"abwesen|automatische antwort|r[eé]ponse automatique|absence|fuera de (?:la )?oficina|respuesta autom|"
    r"risposta automatica|fuori (?:sede|ufficio)|resposta autom|fora do escrit|afwezig|automatisch antwoord|autosvar|"
    r"frånvaro|自動応答|不在|自动回复|自動回覆|автоответ|вне офиса|otomatik yan|automatyczna odpowied|poza biurem"
)


def own_loop(arrived: Arrived) -> Finding | None:
    """Finds a mail that we sent: by the mark that it carries."""
    return Finding("own_loop", Deed.DROP) if arrived.ids.read(arrived.mail.headers.get("x-mci-router", "")) else None


def own_message_id(arrived: Arrived) -> Finding | None:
    """Finds a mail that we sent: by the form and domain of its Message-ID."""
    return Finding("own_message_id", Deed.DROP) if arrived.ids.loops(arrived.mail.message_id) else None


def from_ourselves(arrived: Arrived) -> Finding | None:
    """Finds a mail that says it is from one of our addresses, which only send by us."""
    return Finding("from_ourselves", Deed.DROP) if is_ours(arrived.mail.sender, arrived.ours) else None


def bounce(arrived: Arrived) -> Finding | None:
    """Finds the report that a mail has not been delivered. It comes from nobody, or is about a mail of ours: a person
    may have a daemon's name, and quote one.
    """
    reports = arrived.mail.failed and (not arrived.sender or arrived.ids.read(arrived.mail.seen))
    return Finding("bounce", Deed.FAILED) if reports else None


def delayed(arrived: Arrived) -> Finding | None:
    """Finds the report that a mail is late: its server goes on trying."""
    reports = arrived.mail.delayed and (not arrived.sender or arrived.ids.read(arrived.mail.seen))
    return Finding("delivery_delayed", Deed.DROP) if reports else None


def out_of_office(arrived: Arrived) -> Finding | None:
    """Finds the answer of somebody who is away: by its words and, since people write these too, by a header."""
    automatic = (
        null_return_path(arrived) or auto_submitted(arrived) or suppresses_answers(arrived) or precedence(arrived)
    )
    said = f"{arrived.mail.subject}\n{arrived.mail.text[:500]}"
    return Finding("out_of_office", Deed.MACHINE) if automatic and _AWAY.search(said) else None


def null_return_path(arrived: Arrived) -> Finding | None:
    """Finds what comes from nobody: reports, and answers that want none."""
    path = arrived.header("return-path").replace(" ", "")
    return Finding("null_return_path", Deed.MACHINE) if arrived.sender == "" or path == "<>" else None


def auto_submitted(arrived: Arrived) -> Finding | None:
    """Finds what says itself that no person sent it (RFC 3834), and reports, such as that a mail was read."""
    said = arrived.header("auto-submitted").partition(";")[0].strip()
    vacation = any(arrived.header(name) not in _DENIALS for name in _AUTOREPLIES)
    report = arrived.header("content-type").startswith("multipart/report")
    return Finding("auto_submitted", Deed.MACHINE) if said not in _DENIALS or vacation or report else None


def suppresses_answers(arrived: Arrived) -> Finding | None:
    """Finds what asks for no automatic answer, as Exchange does in its own."""
    suppresses = _SUPPRESS.search(arrived.header("x-auto-response-suppress"))
    return Finding("auto_response_suppress", Deed.MACHINE) if suppresses else None


def precedence(arrived: Arrived) -> Finding | None:
    """Finds bulk mail of the old kind."""
    bulk = arrived.header("precedence").replace("-", "_") in ("bulk", "junk", "auto_reply")
    return Finding("precedence", Deed.MACHINE) if bulk else None


def mailing_list(arrived: Arrived) -> Finding | None:
    """Finds what a list sends that only its owner writes to; customers do write by lists that are open to all.

    A Feedback-ID is no sign of one: Amazon SES and others put it on whatever they carry, people's mails included.
    """
    headers = arrived.mail.headers
    is_open = "mailing-list" in headers or arrived.header("list-post") not in ("", "no")
    listed = any(name in headers for name in ("list-id", "list-unsubscribe"))
    return Finding("mailing_list", Deed.MACHINE) if listed and not is_open else None


CHECKS: Sequence[Check] = (
    *(own_loop, own_message_id, from_ourselves, bounce, delayed, out_of_office),
    *(null_return_path, auto_submitted, suppresses_answers, precedence, mailing_list),
)


def first_finding(arrived: Arrived) -> Finding | None:
    """Returns what the first check finds that finds anything."""
    return next((found for check in CHECKS if (found := check(arrived))), None)
