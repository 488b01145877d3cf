"""Opt-outs: customers who want no further messages. Pure.

Only a whole text opts out: one that also says something else is a customer's. `CANCEL` and `END`, which carriers take
for opt-outs, do not count here: to a telecom or a bank they more likely end a contract, so a person asks.
"""

import re
import unicodedata
from functools import cache

import re2

from mci_router.patterns import lazy_pattern
from mci_router.specs.rules import matching_options
from mci_router.triage.machines.opt_out_words import BACK, COURTESY, HINT, IN_OTHER_LETTERS, SENTENCES, WORDS
from mci_router.triage.machines.texts import folded

LONGEST = 300  # characters
LONGEST_WORD = 30

_POLITE = lazy_pattern(
    r"^(?:(?:please|pls|bitte|por favor|merci de|per favore|ok) )+"
    r"|(?: (?:please|pls|now|thanks|thank you|bitte|danke|gracias|merci|grazie))+$"
)
_NAME = lazy_pattern(r"[A-ZÀ-Þ][\w'’-]{0,20}(?: [A-ZÀ-Þ][\w'’-]{0,20}){0,2}")
_CLAUSE = lazy_pattern(r"[.!,;:\n]+")
_NO_WORD = lazy_pattern(r"[^\w]+")
_ANSWERED = lazy_pattern(r"\s*(?:(?:re|aw|antw|rv|res|fwd?|wg|tr|enc|rif|r|i)\s*:\s*)+", re.IGNORECASE)


@cache
def _hint() -> re2._Regexp:
    return re2.compile(HINT, matching_options())


@cache
def _sentence() -> re2._Regexp:
    return re2.compile("|".join(f"(?:{sentence})" for sentence in SENTENCES), matching_options())


@cache
def _courtesy() -> re2._Regexp:
    return re2.compile(COURTESY, matching_options())


def opts_out(subject: str, text: str, read: str) -> bool:
    """Returns whether the whole text asks for no further messages, or the subject does and the text says nothing else.

    `text` is as it came, so that names have their capitals; `subject` and `read` are folded.
    """
    if len(text) > LONGEST:
        return False
    text = unicodedata.normalize("NFKC", text)
    if text.strip(" \n。.!！").casefold() in IN_OTHER_LETTERS:
        return True
    if not (_hint().search(read) or _hint().search(subject)):
        return False
    clauses = [clause.strip() for clause in _CLAUSE.split(text) if _NO_WORD.sub("", clause)]
    rest = [clause for clause in clauses if not _asks(folded(clause))]
    if any(not _courteous(clause) for clause in rest):
        return False
    return len(rest) < len(clauses) or _asks(_ANSWERED.sub("", subject, count=1))


def opts_in(read: str) -> bool:
    """Returns whether the whole text, folded, takes an opt-out back."""
    return len(read) <= LONGEST_WORD and _words(read) in BACK


def _asks(clause: str) -> bool:
    words = _words(clause)
    bare = _POLITE.sub("", words)
    return bare in WORDS or _sentence().fullmatch(words) is not None or _sentence().fullmatch(bare) is not None


def _courteous(clause: str) -> bool:
    return _courtesy().fullmatch(_words(folded(clause))) is not None or _NAME.fullmatch(clause) is not None


def _words(read: str) -> str:
    return _NO_WORD.sub(" ", read).strip()
