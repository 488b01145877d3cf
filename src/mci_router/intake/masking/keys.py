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
    r"\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}|\bsq0(?:atp|csp)-[0-9a-z_-]{22,}|\bxkeysib-[0-9a-f]{32,}|\bPMAK-[0-9a-f-]{24,}|\bATATT3[0-9a-z_=-]{20,}",
    r"\bSK[0-9a-f]{32}\b|\bkey-[0-9a-f]{32}\b|\bdapi[0-9a-f]{32}|\bglsa_[0-9a-z_]{30,}|\bhvs\.[0-9a-z_-]{20,}",
    r"\b[0-9]{8,10}:AA[0-9a-z_-]{33}\b|hooks\.slack\.com/services/T[0-9a-z]+/B[0-9a-z]+/[0-9a-z]{16,}",  # Telegram
    r"\bdckr_(?:pat|oat)_[0-9a-z_-]{20,}|\blin_(?:api|oauth)_[0-9a-z]{32,}|\bfig[duo]_[0-9a-z_-]{30,}|\bntn_[0-9a-z]{30,}|\bsecret_[0-9a-z]{40,}",
    r"\brzp_(?:live|test)_[0-9a-z]{14,}|\b(?:gsk|sbp|fly|fo1|rnd|vcp|nfp|pul|xai|pplx|tvly|phx|r8|doo_v1|dor_v1|sntry[su]|CCIPAT|NRAK)[_-][0-9a-z_-]{20,}",
    r"\btskey-[a-z]+-[0-9a-z-]{16,}|\bsk\.eyJ[0-9a-z_-]{20,}\.[0-9a-z_-]{16,}|\bEAA[0-9a-z]{60,}|\bpat[0-9a-z]{14}\.[0-9a-f]{64}|\bAGE-SECRET-KEY-1[0-9a-z]{50,}",
    r"discord(?:app)?\.com/api/webhooks/[0-9]+/[0-9a-z_-]{40,}",
    r"[?&;]sig=[0-9a-z+/%]{30,}={0,2}|\bAccountKey=[0-9a-z+/]{40,}={0,2}",  # Azure
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*",
)
KEY_WORDS = Patterns(
    r"\bbearer\b|(?:\b|_)(?:x[\s_-])?(?:(?:api|secret|access|auth|client|private|signing|webhook|deploy|session|refresh|personal|bot|app)[\s_-]?){1,3}(?:key|token|secret|schl[uü]ssel)\b|\bapi-?schl[uü]ssel\b",
    r"\bclave\s(?:(?:de\s)?(?:la\s)?)api\b|\bcl[eé]\s(?:d['’]|de\sl['’])?api\b|\bchiave\s(?:di\s)?api\b|\bchave\s(?:de\s|da\s)?api\b",
    r"(?:\b|_)(?:tokens?|jeton|hmac|csrf)\b",
)
_SAID = r"(?:[\"']?\s?(?::|=|=>|->)\s?[\"']?|\s(?:is|was|ist|war|lautet|es|era|est|è|é)\s?:?\s[\"']?)"
_NAMED = lazy_pattern(
    rf"(?:{KEY_WORDS.either})(?P<tie>{_SAID})?\s?(?P<value>[0-9A-Za-z_\-.~+/=]{{6,600}})", re.IGNORECASE
)
_QUOTED = lazy_pattern(rf"(?:{KEY_WORDS.either}){_SAID}(?<=[\"'])(?P<value>[^\s\"'\x00]{{6,600}})[\"']", re.IGNORECASE)
_ALSO_A_COIN = lazy_pattern(r"tokens?(?![^\W_])|jeton", re.IGNORECASE)
_FEWEST_UNTIED = 10  # characters of a key right after its name


def key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of keys in a plain text that their form reveals."""
    for start, end in KEY_FORMS.spans(text):
        if any(map(str.isdigit, text[start:end])) or text[start] == "-":
            yield start, end


def named_key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of keys after their name: with both letters and digits, and long where nothing ties them."""
    for at in KEY_WORDS.starts(text):
        match = _QUOTED.match(text, at) or _NAMED.match(text, at)
        if match and _is_key(match["value"]) and (_tied(text, match) or len(match["value"]) >= _FEWEST_UNTIED):
            yield match.start("value"), match.end("value") - (match["value"][-1] == ".")


def _tied(text: str, match: re.Match[str]) -> bool:
    """Returns whether a name says that a short text is the key: tokens are also for washing, parking and buses."""
    return match.re is _QUOTED or (match["tie"] is not None and not _ALSO_A_COIN.match(text, match.start()))


def _is_key(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
