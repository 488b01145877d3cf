"""Public texts: they reveal neither secrets nor who wrote them, where the author lives or how to reach the author.

Pure.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator

from mci_router.intake.masking.mask import MASKS, MaskingPolicy, replace_spans, secret_spans
from mci_router.intake.masking.names import name_spans
from mci_router.intake.masking.patterns import words
from mci_router.intake.masking.plain import folded
from mci_router.intake.masking.postal_addresses import postal_address_spans
from mci_router.patterns import lazy_pattern
from mci_router.storable import storable

SHORTEST_PRIVATE = 3  # a shorter id is a part of too many words and numbers

_OFFICES = words("info mail email office contact support admin hello kontakt service team sales post test")
_WHERE_TO_REACH = MaskingPolicy(phone=True, email=True)
# Rather a date too many than a telephone number too few.
_PHONE = lazy_pattern(r"(?<![\w.])\+?[0-9][0-9 ()/.\-]{6,18}[0-9](?!\w)")
_SIGNATURE = lazy_pattern(r"(?:^|\n)-- ?\n(?s:.*)")
_TOKEN = lazy_pattern(r"\[(?:[\w -]{1,30} )?removed\]")
_WHAT = (
    r"(?:(?:customer|client|account|contract|order|invoice|ticket|case|reference|ref|booking|policy|meter|member(?:ship)?|serial|tracking|parcel|imei|iccid|sim|user|log[\s-]?in)"
    r"|kunden|vertrags?|auftrags?|bestell|rechnungs?|vorgangs?|z[aä]hler|konto|mitglieds?|sendungs?|serien|referenz|ticket"
    r"|(?:n[uú]mero\s(?:de\s|do\s|da\s)?)?(?:cliente|pedido|contrato|factura|fatura|cuenta|conta|encomenda|referencia|refer[eê]ncia)"
    r"|(?:num[eé]ro\s(?:de\s)?)?(?:client|commande|contrat|facture|compte|r[eé]f[eé]rence|suivi)|(?:numero\s(?:di\s)?)?(?:ordine|contratto|fattura|conto|pratica))"
)
_NUMBERED = lazy_pattern(
    rf"(?<![^\W_]){_WHAT}[\s-]?(?:numbers?|no\.?|nr\.?|ids?|num\.?|nummern?|n[°o]?\.?o?|#)?\s?(?:is|was|ist|lautet|es|est|è|é)?\s?[:#=]?\s?"
    r"(?P<value>[A-Za-z]{0,5}[-_/]?[0-9](?:[ ./_-]?[0-9A-Za-z]){4,30})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_FIVE_DIGITS = lazy_pattern(r"(?:[^0-9]*[0-9]){5}")


def mask_public(text: str, *known: str | None) -> str:
    """Masks a public text, including what reveals its author.

    That is the signature, names, streets, e-mail addresses, and numbers by which somebody is known. `known` are the
    facts we have of the author, in any order: name, external id, e-mail addresses, telephone numbers.
    """
    text = storable(text)
    spans = public_spans(text, *known)
    return replace_spans(text, [(start, end, kind if kind in MASKS else "private") for start, end, kind in spans]).text


def public_spans(text: str, *known: str | None) -> list[tuple[int, int, str]]:
    """Returns where a public text would reveal something: each place with its kind, one of `MASKS`, or `signature`,
    `customer`, `name`, `address` or `number`.
    """
    secrets = secret_spans(text, _WHERE_TO_REACH)
    tokens = [token.span() for token in _TOKEN.finditer(text)]
    facts = [fact for fact in known if fact]
    private = sorted(one for one in _private_spans(folded(text), facts) if not _within(one[:2], tokens))
    places = [one[:2] for one in private]
    phones = [span for span in (match.span() for match in _PHONE.finditer(text)) if not _within(span, places)]
    return [*secrets, *((*span, "phone") for span in phones), *private]


def _private_spans(text: str, known: list[str]) -> Iterator[tuple[int, int, str]]:
    if signature := _SIGNATURE.search(text):
        yield signature.start() + (text[signature.start()] == "\n"), signature.end(), "signature"
    for fact in known:
        if len(fact) >= SHORTEST_PRIVATE:
            written = r"\s+".join(map(re.escape, folded(fact).split()))
            found = re.finditer(rf"(?<!\w){written}(?!\w)", text, re.IGNORECASE)
            yield from ((*match.span(), "customer") for match in found)
    yield from ((*span, "name") for span in name_spans(text, map(_name_in, known)))
    yield from ((*span, "address") for span in postal_address_spans(text))
    for match in _NUMBERED.finditer(text):
        if _FIVE_DIGITS.match(match["value"]):
            yield *match.span("value"), "number"


def _name_in(fact: str) -> str:
    """Returns what of a fact could be a person's name: nothing of an id; of an e-mail address what precedes the @."""
    written, at, _ = fact.partition("@")
    if any(map(str.isdigit, written)) or (not at and "_" in written):
        return ""
    return (
        " ".join(
            word for word in re.split(r"[._+-]", written) if len(word) >= SHORTEST_PRIVATE and word not in _OFFICES
        )
        if at
        else fact
    )


def _within(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    index = bisect_right(others, (span[0], sys.maxsize)) - 1
    return index >= 0 and span[1] <= others[index][1]
