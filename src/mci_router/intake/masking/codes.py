"""One-time codes, PINs and the codes of cards, where the words around them say that they are. Pure."""

import re
from collections.abc import Iterator

from mci_router.intake.masking.passwords import IS
from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

_OWNED = r"my|your|the|mein|ihr|dein|der|mi|su|tu|el|mon|votre|le|il|mio|mijn|de|meu|seu|o|m[oó]j|min|m[uů]j"
_ALONE = r"(?<![^\W_])"
_CODE = r"(?:pin[\s-]?)?codes?|c[oó]digo|codice|pin|otp|passcode|tan"

CODE_WORDS = Patterns(
    r"\b(?:otp|m?tan)\b|\bpin(?:[\s_-]?(?:code|number|nummer|no|kod(?:e|en|u|um)?|k[oó]d))?\b|passcode",
    r"\bpuk(?:[\s_-]?(?:code|number|nummer|no))?\b|\b(?:whats\s?app|telegram|google|apple|microsoft|facebook|paypal)[\s-]?code\b",
    r"one[\s-]?time[\s-]?(?:code|pass(?:word|code)|pin)|einmal(?:passwort|code|kennwort)",
    r"(?:sms|2fa|mfa|otp|verification|security|confirmation|auth(?:entication|orization)?|log[\s-]?in|sign[\s-]?in|access|activation|recovery)"
    r"[\s_-]?code",
    r"(?:best[aä]tigungs|sicherheits|verifizierungs|zugangs|anmelde|aktivierungs|freischalt|sms)-?code",
    r"c[oó]digo\s(?:de\s)?(?:verificaci[oó]n|seguridad|acceso|confirmaci[oó]n|verifica[cç][aã]o|seguran[cç]a|sms)",
    r"code\s(?:de\s)?(?:v[eé]rification|s[eé]curit[eé]|confirmation|validation|connexion|sms)|codice\s(?:di\s)?(?:verifica|sicurezza|conferma|accesso|sms)",
    r"(?:verificatie|beveiligings|bevestigings)code|kod\s(?:weryfikacyjny|sms|pin|dost[eę]pu)|(?:do[gğ]rulama|onay|g[uü]venlik)\skodu",
    r"\bcode\s(?:secret|confidentiel)\b|\bc[oó]digo\ssecreto\b|\bcodice\ssegreto\b|\bgeheim(?:zahl|nummer|code)\b|\bsecret\s(?:code|number)\b"
    r"|\bn[uú]mero\ssecreto\b|\b(?:clave|senha)\ssecreta\b",
    r"\btotp\b|\bauthenticator(?:[\s-]app)?\s(?:shows?|says?|displays?|gives?|gave|zeigt|sagt)(?:\s(?:me|mir))?\b",
    "暗証番号|認証(?:コード|番号)|確認コード",
)
OWNED_CODE_WORDS = Patterns(rf"\b(?:{_OWNED})\s(?:code|c[oó]digo|codice|kod)\b", r"\b(?:2fa|mfa)\b")
_TIED = (
    rf"(?:['’]s\s|\s?(?:->|=>|→)\s?|[\"']?\s?[:=#]\s?[\"']?|\s(?:{IS})\s?:?\s[\"']?|\s?\(|\s(?:no\.?|nr\.?|number)\s)"
)
_DIGITS = r"(?P<value>(?<![0-9])(?:[A-Za-z]-)?[0-9](?:[ -]?[0-9]){3,7}(?![ ,.-]?[0-9]))"
_CODES = lazy_pattern(rf"{_ALONE}(?:{CODE_WORDS.either})(?:{_TIED}|\s){_DIGITS}", re.IGNORECASE)
_JAPANESE = lazy_pattern(rf"(?:暗証番号|認証(?:コード|番号)|確認コード)\s?(?:は|が|:|=)?\s?{_DIGITS}")
_OWNED_CODES = lazy_pattern(rf"(?:{OWNED_CODE_WORDS.either}){_TIED}{_DIGITS}", re.IGNORECASE)
_AS = rf"(?:{IS}|as|als|como|comme|come)"
NAMED_AFTER_WORDS = Patterns(rf"[0-9]\s{_AS}\s(?:{_OWNED}|il|le|la|o)\s")
_NAMED_AFTER = lazy_pattern(
    rf"{_DIGITS}\s{_AS}\s(?:{_OWNED}|il|le|la|o)\s(?:(?!zip|post|area|error|promo|order|country)[^\s]{{1,20}}\s){{0,3}}"
    r"(?:[a-zäöü]{4,16}(?=code))?(?P<name>code|otp|pin|tan|passcode|c[oó]digo|codice)(?![^\W_])",
    re.IGNORECASE,
)

_SENT = (
    r"sen[dt]|text(?:ed)?|sms|messaged?|e?-?mailed|g[oe]t|gotten|received?|gave|given|(?:zu)?ge(?:schickt|sendet|simst|kommen)|schickt(?:e|en)?|erhalten|bekommen|kam"
    r"|envia\w{2,6}|enviei|mand\w{2,6}|recib\w{1,4}|receb\w{1,4}|lleg[oó]|chegou|envoy\w{1,3}|re[cç]u\w{0,2}|inviat\w{1,3}|ricevut\w|arriv\w{2,4}"
)
SENT_CODE_WORDS = Patterns(rf"\b(?:{_CODE})\b")
_CODE_SENT = lazy_pattern(
    rf"(?:{_CODE})(?![^\W_])(?P<clause>[^0-9\n:]{{1,60}}?)(?:\s(?:{IS}),?\s?:?\s|\s?[:=]\s?|,\s){_DIGITS}",
    re.IGNORECASE,
)
_CLAUSE = 80  # characters before a code's name in which it may say that it was sent
_CODE_IS = lazy_pattern(rf"(?:{_CODE})(?:\s(?:{IS}))?\s?:?\s?{_DIGITS}", re.IGNORECASE)
_SENT_BEFORE = lazy_pattern(rf"(?<![^\W_])(?:{_SENT})\s(?:[^\s0-9]{{1,10}}\s){{0,5}}\Z", re.IGNORECASE)
_CODE_THEN_SENT = lazy_pattern(
    rf"(?:{_CODE})\s{_DIGITS},?\s(?:[^\s0-9]{{1,10}}\s){{0,3}}(?:{_SENT})(?![^\W_])", re.IGNORECASE
)
_SENDING = lazy_pattern(rf"(?<![^\W_])(?:{_SENT})(?![^\W_])", re.IGNORECASE)
_CODE_WORD = lazy_pattern(rf"(?<![^\W_])(?:{_CODE})(?![^\W_])", re.IGNORECASE)
_OTHER_CODE = lazy_pattern(
    r"(?:error|promo\w{0,8}|zip|post(?:al)?|area|country|order|discount|voucher|coupon|gift|product|qr|bar|dial\w{0,3}|status|fehler|rabatt|gutschein|vorwahl|ussd|short"
    r"|descuento|postal|erreur|errore|erro|promoci[oó]n|r[eé]duction|sconto|desconto|tracking|booking)[\s-]{0,2}\Z",
    re.IGNORECASE,
)

CARD_CODE_WORDS = Patterns(
    r"\bc(?:v[vc]2?|v2|vn|sc)\b|\bcv[vc]は|セキュリティコード|card\s(?:security|verification)\s(?:code|number|value)|kartenpr[uü]f(?:nummer|ziffer|zahl)|\bpr[uü]f(?:ziffer|nummer|zahl)\b",
    r"(?:security|sicherheits|pr[uü]f)[\s-]?(?:code|number|nummer)|card\scode|karten-?code|c[oó]digo\s(?:de\s)?(?:seguridad|seguran[cç]a|verificaci[oó]n|verifica[cç][aã]o|cvv|cvc)",
    r"n[uú]mero\sde\s(?:seguridad|seguran[cç]a)|(?:code|num[eé]ro)\s(?:de\s)?(?:s[eé]curit[eé]|cvv|cvc)|cryptogramme(?:\svisuel)?|codice\s(?:di\s)?(?:sicurezza|cvv|cvc)",
    r"(?:three|3|last|four|4|drei|letzten|tres|trois|tre|tr[eê]s|[uú]ltim\w{2}|derniers|ultime)\s(?:(?:3|three|drei|tres|trois|tre|tr[eê]s)\s)?"
    r"(?:digits?|numbers?|ziffern|zahlen|cifras|d[ií]gitos|n[uú]meros|chiffres|cifre|numeri)\s(?:\w{1,8}\s){0,4}?(?:back|r[uü]ckseite|hinten|dorso|reverso|detr[aá]s|dos|retro|verso|tr[aá]s)",
)
_CARD_CODES = lazy_pattern(
    rf"(?:{CARD_CODE_WORDS.either})"
    r"(?:\s(?:of|on|f[uü]r|von|de|del|du|della|da|do|der)\s(?:[^\s0-9:=]{1,12}\s?){1,3}?)?"
    rf"(?:\skodu|\s?コード)?(?:{_TIED}|は|\s(?:are|sind|son|sont|sono|s[aã]o)\s?:?\s|\s)?"
    r"(?P<value>[0-9](?:\s?[0-9]){2,3})(?![ -]?[0-9]|(?![ぁ-ん])[^\W_])",
    re.IGNORECASE,
)


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of one-time codes and PINs in a plain text, after their name."""
    return (
        match.span("value")
        for at in CODE_WORDS.starts(text)
        if (match := _CODES.match(text, at) or _JAPANESE.match(text, at))
    )


def owned_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of codes after "my code is" and the like."""
    return (match.span("value") for at in OWNED_CODE_WORDS.starts(text) if (match := _OWNED_CODES.match(text, at)))


def named_after_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of codes before "is your code" and the like."""
    for match in _NAMED_AFTER.finditer(text):
        if not _OTHER_CODE.search(text, max(0, match.start("name") - 16), match.start("name")):
            yield match.span("value")


def sent_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of codes that were sent.

    The text says "the code you sent is", "you sent me the code" or "the code 123456 you sent".
    """
    for word in _CODE_WORD.finditer(text):
        if _OTHER_CODE.search(text, max(0, word.start() - 16), word.start()):
            continue
        sent = _CODE_SENT.match(text, word.start())
        if sent and not _SENDING.search(sent["clause"]):
            sent = None
        if match := sent or _CODE_THEN_SENT.match(text, word.start()) or _code_after(text, word.start()):
            yield match.span("value")


def _code_after(text: str, at: int) -> re.Match[str] | None:
    """Returns the code that is named here, after words that say that it was sent."""
    return _CODE_IS.match(text, at) if _SENT_BEFORE.search(text, max(0, at - _CLAUSE), at) else None


def card_code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of the three or four digits beside a card's number in a plain text."""
    yield from (match.span("value") for at in CARD_CODE_WORDS.starts(text) if (match := _CARD_CODES.match(text, at)))
