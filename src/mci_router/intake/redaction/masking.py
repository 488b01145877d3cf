"""Masking: what must never be stored or logged is replaced by a token before anything else sees the text. Pure.

What was masked is counted by kind, and never kept. Linear in the text, whatever it holds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mci_router.intake.redaction.accounts import iban_spans
from mci_router.intake.redaction.cards import card_spans, split_card
from mci_router.intake.redaction.codes import (
    CARD_CODE_WORDS,
    CODE_WORDS,
    NAMED_AFTER_WORDS,
    OWNED_CODE_WORDS,
    PASSWORD_WORDS,
    card_code_spans,
    code_spans,
    named_after_spans,
    owned_code_spans,
    password_spans,
)
from mci_router.intake.redaction.identities import IDENTITY_WORDS, identity_spans, named_identity_spans
from mci_router.intake.redaction.patterns import Kinds
from mci_router.intake.redaction.plain import TAKEN, decoded, plain
from mci_router.intake.redaction.reach import email_spans, phone_spans
from mci_router.storable import storable

CARD_MASK = "[card number removed]"
EMAIL_MASK = "[e-mail removed]"
PHONE_MASK = "[phone number removed]"
MASKS: Mapping[str, str] = MappingProxyType(
    {
        "iban": "[IBAN removed]",
        "card": CARD_MASK,
        "ssn": "[identity number removed]",
        "card_code": "[card code removed]",
        "one_time_code": "[code removed]",
        "password": "[password removed]",
        "email": EMAIL_MASK,
        "phone": PHONE_MASK,
    }
)
"""The token that stands in the place of each kind of secret."""

_DIGIT = re.compile(r"[0-9]")
_WORDS_OF_A_NAME = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]


@dataclass(frozen=True, slots=True)
class MaskingPolicy:
    """What a workspace wants masked besides what always is."""

    phone: bool = False
    email: bool = False


DEFAULT = MaskingPolicy()


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and how many of each kind were taken out."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def mask(text: str, policy: MaskingPolicy = DEFAULT) -> Masked:
    """Takes out card numbers, IBANs, numbers of identity, passwords and codes, and by policy telephone numbers and e-mail addresses."""
    text = storable(text)
    return _replace(text, _found(text, policy))


def mask_counted(value: Any, policy: MaskingPolicy = DEFAULT) -> tuple[Any, Counter[str]]:
    """Masks every text, number and name inside JSON-like data; returns the data and how many secrets of each kind were taken out.

    A name says what its value is as words beside it would: `{"pin": 4711}` loses the number.
    """
    counts: Counter[str] = Counter()
    masked = _masked(value, "", policy, counts)
    return masked, +counts


def _masked(value: Any, name: str, policy: MaskingPolicy, counts: Counter[str]) -> Any:
    if isinstance(value, dict):
        inner = _all_masked([(str(key), each) for key, each in value.items()], policy, counts)
        return {_tallied(mask(str(key), policy), counts): each for key, each in zip(value, inner, strict=True)}
    if isinstance(value, list | tuple):
        return _all_masked([(name, each) for each in value], policy, counts)
    if isinstance(value, str):
        return _tallied(_mask_under(name, value, policy), counts)
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        masked = _mask_under(name, written, policy)
        return _tallied(masked, counts) if masked.counts else value
    return value


def _all_masked(named: list[tuple[str, Any]], policy: MaskingPolicy, counts: Counter[str]) -> list[Any]:
    """Each value by itself, and those that are parts of one card's number together."""
    parts = split_card([value for _, value in named])
    counts["card"] += len(parts) > 0
    return [CARD_MASK if place in parts else _masked(value, name, policy, counts) for place, (name, value) in enumerate(named)]


def _tallied(masked: Masked, counts: Counter[str]) -> str:
    counts.update(masked.counts)
    return masked.text


def _mask_under(name: str, value: str, policy: MaskingPolicy) -> Masked:
    """The value without its secrets, read after the name it stands under."""
    said = f"{_WORDS_OF_A_NAME.sub(' ', storable(name))}: " if name else ""
    value = storable(value)
    spans = [(max(0, start - len(said)), end - len(said), kind) for start, end, kind in _found(said + value, policy) if end > len(said)]
    return _replace(value, spans)


def _found(text: str, policy: MaskingPolicy) -> list[tuple[int, int, str]]:
    """Every secret's place and kind. What one finder took, the next does not see."""
    view, found = plain(text), []
    searched = view.text
    for kind, finder in _finders(searched, policy):
        if spans := _merged(finder(searched)):
            found += [(*view.origin(*span), kind) for span in spans]
            searched = _without(searched, spans)
    if ("%" in text or "&" in text) and (other := decoded(text)):
        found += [(*other.origin(*span), "card") for span in card_spans(other.text)]
    return found


def _finders(text: str, policy: MaskingPolicy) -> Iterable[tuple[str, Finder]]:
    """Those that can find something in a text with these digits and words; most texts need few."""
    if _DIGIT.search(text):
        yield from _NUMBERS
    yield from (_NAMED[name] for name in _WORDS.within(text))
    if policy.email:
        yield "email", email_spans
    if policy.phone:
        yield "phone", phone_spans


_NUMBERS: tuple[tuple[str, Finder], ...] = (("iban", iban_spans), ("card", card_spans), ("ssn", identity_spans))
_NAMED: dict[str, tuple[str, Finder]] = {
    "identity": ("ssn", named_identity_spans),
    "card code": ("card_code", card_code_spans),
    "code": ("one_time_code", code_spans),
    "owned code": ("one_time_code", owned_code_spans),
    "named after": ("one_time_code", named_after_spans),
    "password": ("password", password_spans),
}
_WORDS = Kinds(
    {
        "identity": IDENTITY_WORDS,
        "card code": CARD_CODE_WORDS,
        "code": CODE_WORDS,
        "owned code": OWNED_CODE_WORDS,
        "named after": NAMED_AFTER_WORDS,
        "password": PASSWORD_WORDS,
    }
)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _without(text: str, spans: list[Span]) -> str:
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], TAKEN * (end - start)]
        last = end
    return "".join([*parts, text[last:]])


def _replace(text: str, found: list[tuple[int, int, str]]) -> Masked:
    """The text with a token for each secret; two that overlap are one, of the first one's kind."""
    if not found:
        return Masked(text)
    parts, last, counts = [], 0, Counter[str]()
    for start, end, kind in sorted(found):
        if start >= last:
            parts += [text[last:start], MASKS[kind]]
            counts[kind] += 1
        last = max(last, end)
    return Masked("".join([*parts, text[last:]]), counts)
