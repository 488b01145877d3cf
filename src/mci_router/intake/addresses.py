"""Addresses as they come: every form is taken, and two spellings of one address become the same. Pure.

Texts that name nobody (`anonymous`, an extension, a stopgap, nothing at all) are no addresses, and one that can be
read in two ways is marked unclear: one customer too many is better than one who is taken for another.
"""

import re
import unicodedata
from typing import Any

import idna

from mci_router.intake.numbers import read_number
from mci_router.intake.stopgaps import is_stopgap_mail, is_stopgap_number
from mci_router.patterns import lazy_pattern
from mci_router.values import value
from mci_router.vocabulary import AddressKind, AddressStatus, Trust

LONGEST = 254  # characters
NOBODY = frozenset(
    {
        "",
        "n a",
        "na",
        "no",
        "id",
        "no id",
        "id withheld",
        "id unavailable",
        "id blocked",
        "not available",
        "not provided",
        "out of area",
    }
    | {
        "anonymous",
        "unknown",
        "private",
        "restricted",
        "withheld",
        "unavailable",
        "blocked",
        "hidden",
        "nobody",
        "guest",
    }
    | {"none", "null", "nil", "undefined", "nan", "object object"}
    | {"anonym", "unbekannt", "privat", "unterdrückt", "anonyme", "inconnu"}
    | {"anónimo", "anonimo", "anônimo", "desconocido", "sconosciuto", "desconhecido"}
)
"""Texts that come instead of an address and name nobody; `caller` and `number` may come with them."""
BESIDE = lazy_pattern(r"\b(?:caller|number|call|nummer)\b")
SPELT_ON_KEYS = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE in digits of a keypad: some carriers send these."""
NOBODYS_ID = lazy_pattern(r"-1|0[0-]*")  # what programs send for none: nought, minus one, an empty UUID
NOWHERE = (".invalid",)  # as of sip:anonymous@anonymous.invalid

BRACKETED = lazy_pattern(r"<([^<>]*)>\s*$")
SCHEME = lazy_pattern(
    r"^(?:mailto|sips?|tel|callto|sms|whatsapp|signal|messenger|telegram|skype|xmpp)\s*:\s*(?://)?", re.I
)
COMMENT = lazy_pattern(r"\s*\([^()]*\)$")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # letters and signs of Japanese keyboards
EXTENSION = lazy_pattern(r"^(?:ext(?:ension)?|dw|durchwahl|nst|poste|int|ramal|x|#)?[.:\s]*[\d\s/-]*$", re.I)
LEAST_DIGITS = 5
STOPGAP = "it is a stopgap, which is many people's"


@value
class Reading:
    """An address as it was read: its value in the form that is compared, or why there is none, or what is unclear.

    `answered_at`: a stopgap tells nobody apart, but who has written from there is answered there.
    """

    status: AddressStatus
    value: str | None = None
    why: str | None = None
    answered_at: str | None = None


@value
class GivenAddress:
    """An address that came with a contact, and the trust that it is the customer's."""

    kind: AddressKind
    trust: Trust
    reading: Reading

    @property
    def value(self) -> str | None:
        return self.reading.value

    @property
    def proven(self) -> bool:
        """Whether it is more than a claim."""
        return self.value is not None and self.trust is not Trust.CLAIMED

    def data(self) -> dict[str, Any]:
        """Returns the address as answers and the ledger have it."""
        reading = self.reading
        known = {
            "kind": self.kind,
            "status": reading.status,
            "value": reading.value,
            "trust": self.trust,
            "why": reading.why,
        }
        return {**known, "answered_at": reading.answered_at} if reading.answered_at else known


def read_address(kind: AddressKind, sent: str, *, country: str | None = None, same_plus: bool = False) -> Reading:
    """Reads an address of a kind. Numbers of `country` need no country code; `same_plus`: `sam+shop@…` is `sam@…`."""
    text = sent.strip() if kind is AddressKind.EXTERNAL_ID else _folded(sent)
    if len(text) > LONGEST:
        return _none(f"it is longer than {LONGEST} characters")
    if names_nobody(text):
        return _none("it names nobody")
    match kind:
        case AddressKind.EXTERNAL_ID:
            if NOBODYS_ID.fullmatch(text):
                return _none("it names nobody")
            return Reading(AddressStatus.KEPT, text)
        case AddressKind.EMAIL:
            return _email(text, same_plus=same_plus)
        case AddressKind.PHONE:
            return _phone(text, country)


def names_nobody(text: str) -> bool:
    """Returns whether a text only says that there is no address."""
    if "@" in text or any(map(str.isdecimal, text)):
        return False
    words = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return words in NOBODY or " ".join(BESIDE.sub(" ", words).split()) in NOBODY


def _none(why: str, answered_at: str | None = None) -> Reading:
    return Reading(AddressStatus.NONE, None, why, answered_at)


def _folded(text: str) -> str:
    """Returns the text without invisible characters, and with single blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = "".join(
        character for character in unicodedata.normalize("NFC", text) if unicodedata.category(character) != "Cf"
    )
    return " ".join(visible.split())


def _bare(text: str) -> str:
    """Returns the address itself, without brackets and scheme."""
    inside = BRACKETED.search(text)
    return SCHEME.sub("", inside[1] if inside else text).strip()


def _email(text: str, *, same_plus: bool) -> Reading:
    bare = _without_more(_bare(text.translate(_NARROW))).lower()
    local, _, domain = bare.rpartition("@")
    if not local:
        return _none("it names nobody") if names_nobody(bare) else Reading(AddressStatus.KEPT, bare)
    if _nowhere(local, domain):
        return _none("it names nobody")
    if is_stopgap_mail(local, domain):
        return _none(STOPGAP, f"{local}@{_domain(domain)}")
    name, plus, _ = local.partition("+")
    return Reading(AddressStatus.KEPT, f"{name if same_plus and plus and name else local}@{_domain(domain)}")


def _without_more(bare: str) -> str:
    """Returns an e-mail address without what may stand behind it: a comment, and what a link adds.

    Before the at sign a question mark is a part of the address.
    """
    address, _, _ = bare.partition("?")
    if "@" in address or not address:
        bare = address
    name, _, domain = bare.rpartition("@")
    return f"{name}@{COMMENT.sub('', domain)}" if name else bare


def _nowhere(local: str, domain: str) -> bool:
    return domain.endswith(NOWHERE) and names_nobody(local)


def _domain(domain: str) -> str:
    """Returns one form of an internationalised domain; any other text as it is."""
    domain = domain.rstrip(".")
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return idna.decode(idna.encode(domain, uts46=True).decode())
    except (idna.IDNAError, UnicodeError):
        return domain


def _phone(text: str, country: str | None) -> Reading:
    bare = _bare(text)
    user = bare.partition("@")[0]
    digits = "".join(filter(str.isdecimal, user))
    if names_nobody(user) or digits in SPELT_ON_KEYS or (digits and not digits.strip("0")):
        return _none("it names nobody")
    if number := read_number(user, country):
        as_written = f"+{digits}" if user.startswith("+") else digits  # E.164 leaves out noughts
        if is_stopgap_number(number.value) or is_stopgap_number(as_written):
            return _none(STOPGAP, number.value)
        return Reading(AddressStatus.UNCLEAR if number.why else AddressStatus.KEPT, number.value, number.why)
    if EXTENSION.match(bare) and len(digits) < LEAST_DIGITS:
        return _none("it is an extension, which is many people's")
    if digits or "@" in bare or SCHEME.match(text):
        return Reading(AddressStatus.KEPT, bare.lower())
    return Reading(AddressStatus.UNCLEAR, bare.lower(), "it has no digit, so it may be many people's")
