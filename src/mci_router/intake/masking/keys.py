"""Keys of programs: those that their form alone reveals, and others after words that name them. Pure."""

import re
from collections.abc import Iterator

from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

KEY_FORMS = Patterns(
    r"\b[spr]k_(?:live|test)_[0-9a-z]{10,}|\bwhsec_[0-9a-z+/=_-]{16,}",  # Stripe; webhooks
    r"\bmci_[0-9a-z_-]{20,}",  # our own
    r"\bgh[pousr]_[0-9a-z]{20,}|\bgithub_pat_[0-9a-z_]{20,}|\bgl(?:pat|dt|rt)-[0-9a-z_-]{16,}",
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",  # Amazon
    r"\bxox[abeoprs]-[0-9a-z-]{10,}|\bxapp-[0-9a-z-]{10,}",  # Slack
    r"\bAIza[0-9a-z_-]{35}|\bya29\.[0-9a-z_-]{20,}|\bGOCSPX-[0-9a-z_-]{20,}",  # Google
    r"\bsk-[0-9a-z_-]{20,}",  # of language models
    r"\bSG\.[0-9a-z_-]{16,}\.[0-9a-z_-]{16,}|\bnpm_[0-9a-z]{30,}|\bpypi-[0-9a-z_-]{30,}|\bhf_[0-9a-z]{30,}|\bdop_v1_[0-9a-f]{40,}",
    r"\beyJ[0-9a-z_-]{8,}\.eyJ[0-9a-z_-]{8,}(?:\.[0-9a-z_-]*)?",  # a signed token
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*",
)
KEY_WORDS = Patterns(
    r"\bbearer\b|\b(?:x[\s_-])?(?:api|secret|access|auth|client|private|signing)[\s_-]?(?:key|token|secret|schl[uü]ssel)\b|\bapi-?schl[uü]ssel\b",
    r"\bclave\s(?:de\s)?api\b|\bcl[eé]\s(?:d['’])?api\b|\bchiave\s(?:di\s)?api\b|\bchave\s(?:de\s|da\s)?api\b",
)
_NAMED = lazy_pattern(
    rf"(?:{KEY_WORDS.either})(?:[\"']?\s?(?::|=|=>|->)\s?[\"']?|\s(?:is|was|ist|lautet|es|est|è|é)\s?:?\s[\"']?|\s)(?P<value>[0-9A-Za-z_\-.~+/=]{{16,600}})",
    re.IGNORECASE,
)


def key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of keys in a plain text that their form reveals."""
    for start, end in KEY_FORMS.spans(text):
        if any(map(str.isdigit, text[start:end])) or text[start] == "-":
            yield start, end


def named_key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of keys after their name: long, and with both letters and digits."""
    for at in KEY_WORDS.starts(text):
        match = _NAMED.match(text, at)
        if match and any(map(str.isdigit, match["value"])) and any(map(str.isalpha, match["value"])):
            yield match.start("value"), match.end("value") - (match["value"][-1] == ".")
