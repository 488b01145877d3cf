"""Masking: what must never be stored or logged is replaced by a token before anything else sees the text. Pure.

What was masked is counted by kind, and never kept. The time is linear in the text, whatever it contains.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from types import MappingProxyType

from mci_router.intake.masking.accounts import IBAN_BEGINNINGS, iban_spans
from mci_router.intake.masking.answers import (
    ANSWER_WORDS,
    BACKUP_WORDS,
    PHRASE_WORDS,
    SECRET_WORDS,
    answer_spans,
    backup_code_spans,
    phrase_spans,
)
from mci_router.intake.masking.answers import secret_spans as named_secret_spans
from mci_router.intake.masking.cards import RUNS_OF_DIGITS, card_spans
from mci_router.intake.masking.codes import (
    CARD_CODE_WORDS,
    CODE_WORDS,
    NAMED_AFTER_WORDS,
    OWNED_CODE_WORDS,
    SENT_CODE_WORDS,
    card_code_spans,
    code_spans,
    named_after_spans,
    owned_code_spans,
    sent_code_spans,
)
from mci_router.intake.masking.disguised import LOOK_ALIKES, WORDS_BETWEEN, look_alike_spans, worded_card_spans
from mci_router.intake.masking.elsewhere import (
    CODE_WORDS_ELSEWHERE,
    PASSWORD_WORDS_ELSEWHERE,
    code_elsewhere_spans,
    password_elsewhere_spans,
)
from mci_router.intake.masking.halves import CARD_TOKEN, HALF_WORDS, begun_card, continued_card, half_spans
from mci_router.intake.masking.identities import IDENTITY_FORMS, IDENTITY_WORDS, identity_spans, named_identity_spans
from mci_router.intake.masking.keys import KEY_FORMS, KEY_WORDS, key_spans, named_key_spans
from mci_router.intake.masking.logins import LOGIN_FORMS, LOGIN_WORDS, login_form_spans, login_spans
from mci_router.intake.masking.markup import read_markup
from mci_router.intake.masking.passports import PASSPORT_WORDS, passport_spans
from mci_router.intake.masking.passwords import PASSWORD_WORDS, password_spans
from mci_router.intake.masking.patterns import Kinds
from mci_router.intake.masking.plain import TAKEN, plain
from mci_router.intake.masking.reach import email_spans, phone_spans
from mci_router.intake.masking.spoken import SPOKEN_WORDS, read_spoken, spoken_spans
from mci_router.patterns import lazy_pattern
from mci_router.storable import storable
from mci_router.values import value

CARD_MASK = CARD_TOKEN
EMAIL_MASK = "[e-mail removed]"
PHONE_MASK = "[phone number removed]"
PRIVATE_MASK = "[removed]"
MASKS: Mapping[str, str] = MappingProxyType(
    {
        "iban": "[IBAN removed]",
        "card": CARD_MASK,
        "ssn": "[identity number removed]",
        "card_code": "[card code removed]",
        "one_time_code": "[code removed]",
        "password": "[password removed]",
        "api_key": "[key removed]",
        "email": EMAIL_MASK,
        "phone": PHONE_MASK,
        "private": PRIVATE_MASK,
    }
)
"""The token that replaces each kind of secret."""
_MASKS = lazy_pattern("|".join(map(re.escape, MASKS.values())))

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]


@value
class MaskingPolicy:
    """The secrets that a workspace wants masked besides those that always are."""

    phone: bool = False
    email: bool = False


DEFAULT = MaskingPolicy()


@value
class Masked:
    """A text without its secrets, and the number of secrets of each kind."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def mask(text: str, policy: MaskingPolicy = DEFAULT) -> Masked:
    """Masks the secrets of a text.

    These are card numbers, IBANs, identity numbers, passwords, codes and keys; by policy telephone numbers and e-mail
    addresses.
    """
    text = storable(text)
    return replace_spans(text, secret_spans(text, policy))


def mask_reference(text: str) -> Masked:
    """Masks card numbers in another system's reference, which otherwise has to stay as it was sent: see `cards`."""
    text = storable(text)
    shown = read_markup(text) or plain(text)
    return replace_spans(text, [(*shown.origin(*span), "card") for span in card_spans(shown.text, reference=True)])


def mask_continued(before: Sequence[str], text: str, *, asked: bool = False) -> Masked:
    """Masks, in a message, the part of a card's number whose other parts are in the messages `before` it.

    `asked`: somebody has asked something just before it; see `continued_card`.
    """
    text = storable(text)
    span = continued_card(before, text, asked=asked)
    return replace_spans(text, [(*span, "card")] if span else [])


def mask_begun(before: Sequence[str], text: str, after: Sequence[tuple[str, bool]]) -> Masked:
    """Masks, in a message, the part of a card's number whose last part is in the messages `after` it.

    See `begun_card`.
    """
    text = storable(text)
    span = begun_card(before, text, after)
    return replace_spans(text, [(*span, "card")] if span else [])


def without_masks(text: str) -> str:
    """Returns a masked text without the tokens: their words are ours, and say nothing of what somebody wants."""
    return _MASKS.sub(" ", text)


def surely_harmless(texts: Iterable[str]) -> bool:
    """Returns whether none of the texts has a secret that is always masked; False where that is not sure.

    One pass over all of them: no pattern is tied to the end of a text, so what matches in one matches in the whole.
    """
    whole = "\n".join(texts)
    return storable(whole) == whole and not _MARKED.search(whole) and not _WORDS.within(plain(whole).text)


def secret_spans(
    text: str, policy: MaskingPolicy, *, reference: bool = False, said: int = 0
) -> list[tuple[int, int, str]]:
    """Returns every secret's span and kind, in the text as it is written, as a page shows it, and as it is said."""
    view, page = plain(text), read_markup(text)
    cards = partial(card_spans, reference=True, said=said) if reference else card_spans
    shown = page or view
    secrets = [(*shown.origin(start, end), kind) for start, end, kind in _seen(shown.text, policy, cards)]
    if page:  # text within a tag is seen in the source only
        words = [word for word in _WORDS.within(view.text) if word in _TOLD_BY_FORM]
        secrets += [
            (*view.origin(start, end), kind)
            for start, end, kind in _looked_for(view.text, _finders(words, DEFAULT, cards))
        ]
    return secrets


def _seen(text: str, policy: MaskingPolicy, cards: Finder) -> list[tuple[int, int, str]]:
    words = _WORDS.within(text)
    secrets = _looked_for(text, _finders(words, policy, cards))
    if "spoken" in words and (heard := read_spoken(text)):
        again = [word for word in _WORDS.within(heard.text) if word != "spoken"]
        said = _looked_for(heard.text, _finders(again, policy, cards))
        secrets += [(*heard.origin(start, end), kind) for start, end, kind in said]
    return secrets


def _looked_for(text: str, finders: Iterable[tuple[str, Finder]]) -> list[tuple[int, int, str]]:
    """Returns the secrets that the finders find; what one finder took, the next does not see."""
    secrets = []
    for kind, finder in finders:
        if spans := _merged(finder(text)):
            secrets += [(*span, kind) for span in spans]
            text = _without(text, spans)
    return secrets


def _finders(words: list[str], policy: MaskingPolicy, cards: Finder) -> Iterable[tuple[str, Finder]]:
    """Returns the finders that can find something in a text with these words; most texts need few."""
    yield from (("card", cards) if word == "card" else _NAMED[word] for word in words)
    if policy.email:
        yield "email", email_spans
    if policy.phone:
        yield "phone", phone_spans


_MARKED = lazy_pattern(r"[<&%]|\\u")  # there may be markup: see `read_markup`
_TOLD_BY_FORM = ("key", "login form", "iban", "card", "ssn")
_NAMED: dict[str, tuple[str, Finder]] = {
    "key": ("api_key", key_spans),
    "login form": ("password", login_form_spans),
    "iban": ("iban", iban_spans),
    "ssn": ("ssn", identity_spans),
    "named key": ("api_key", named_key_spans),
    "spoken": ("card", spoken_spans),
    "worded": ("card", worded_card_spans),
    "half": ("card", half_spans),
    "alike": ("card", look_alike_spans),
    "identity": ("ssn", named_identity_spans),
    "passport": ("ssn", passport_spans),
    "card code": ("card_code", card_code_spans),
    "backup code": ("one_time_code", backup_code_spans),
    "code": ("one_time_code", code_spans),
    "owned code": ("one_time_code", owned_code_spans),
    "named after": ("one_time_code", named_after_spans),
    "sent code": ("one_time_code", sent_code_spans),
    "code elsewhere": ("one_time_code", code_elsewhere_spans),
    "phrase": ("password", phrase_spans),
    "answer": ("password", answer_spans),
    "password": ("password", password_spans),
    "password elsewhere": ("password", password_elsewhere_spans),
    "login": ("password", login_spans),
    "secret": ("password", named_secret_spans),
}
_WORDS = Kinds(
    {
        "key": KEY_FORMS,
        "login form": LOGIN_FORMS,
        "iban": IBAN_BEGINNINGS,
        "card": RUNS_OF_DIGITS,
        "ssn": IDENTITY_FORMS,
        "named key": KEY_WORDS,
        "spoken": SPOKEN_WORDS,
        "worded": WORDS_BETWEEN,
        "half": HALF_WORDS,
        "alike": LOOK_ALIKES,
        "identity": IDENTITY_WORDS,
        "passport": PASSPORT_WORDS,
        "card code": CARD_CODE_WORDS,
        "backup code": BACKUP_WORDS,
        "code": CODE_WORDS,
        "owned code": OWNED_CODE_WORDS,
        "named after": NAMED_AFTER_WORDS,
        "sent code": SENT_CODE_WORDS,
        "code elsewhere": CODE_WORDS_ELSEWHERE,
        "phrase": PHRASE_WORDS,
        "answer": ANSWER_WORDS,
        "password": PASSWORD_WORDS,
        "password elsewhere": PASSWORD_WORDS_ELSEWHERE,
        "login": LOGIN_WORDS,
        "secret": SECRET_WORDS,
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


def replace_spans(text: str, secrets: list[tuple[int, int, str]]) -> Masked:
    """Returns the text with a token for each secret; two that overlap become one, of the first one's kind."""
    if not secrets:
        return Masked(text)
    parts, last, counts = [], 0, Counter[str]()
    for start, end, kind in sorted(secrets):
        if start >= last:
            parts += [text[last:start], MASKS[kind]]
            counts[kind] += 1
        last = max(last, end)
    return Masked("".join([*parts, text[last:]]), counts)
