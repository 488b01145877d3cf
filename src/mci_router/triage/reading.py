"""Reading: what triage reads of a contact. Pure.

It reads the subject and the customer's own words, not the mail that they answer nor the signature below. Quoted mail
and signatures are found line by line, by how a line begins and ends, so the work is linear in the text, whatever it
contains. (`mail-parser-reply` was tried: 20,000 hostile characters cost it more than a second, and it takes everything
after a line that begins with "Thanks," for a signature.) What is judged is also what is shown, so it has no signature;
what must not miss a fraud reads everything.
"""

import re
import unicodedata
from collections.abc import Sequence

from mci_router.classifier.characters import LONGEST_READ, UNSEEN
from mci_router.classifier.stop_words import written_in
from mci_router.patterns import lazy_pattern
from mci_router.triage import quote_heads
from mci_router.triage.signatures import LINE, without_signature, without_small_print
from mci_router.values import value
from mci_router.vocabulary import Channel

LONGEST_JUDGED = 2_000  # characters that the topic's model reads: a contact says at its beginning what it is about

_ANSWERED = lazy_pattern(
    r"(?:\s*(?:re|aw|wg|fwd?|antw|antwort|rv|res|enc|tr|rif|i|r|odp|pd|sv|vs|vb|ynt|ilt)\s*(?:\[\d+\])?\s*:)+\s*",
    re.IGNORECASE,
)

_MARKS = lazy_pattern(r"^(?:[>|]\s?)+")
_QUOTED = lazy_pattern(r"\s*(?:>|\|\s)")
# "On 3 March Sam wrote:" has a date, a beginning and a verb, each searched for alone; or one pattern matches it all.
_BEGINS = lazy_pattern(r"\W*(?:on|am|le|el|il|op|em|a|w\sdniu|dnia|den|dne|på|pe)\b", re.IGNORECASE)
_WROTE = lazy_pattern(
    r"\b(?:wrote|schrieb|écrit|ecrit|escribió|escribio|scritto|schreef|escreveu|napisała?|skrev|napsala?|scris)\b",
    re.IGNORECASE,
)
_DATED = lazy_pattern(r"\W*\d{4}[-/.]\d\d?[-/.]\d\d?\b.*[>\]]\s?:|.{0,200}?\btarihinde\b.{0,80}:", re.IGNORECASE)
_DIGIT = lazy_pattern(r"\d")
_SEPARATOR = lazy_pattern(
    r"\W*[-_=*]{2,}\s*(?:begin\s)?(?:original(?:\smessage|nachricht)?|forwarded\smessage|reply\s(?:message|above)|ursprüngliche\snachricht|"
    r"weitergeleitete\snachricht|message\s(?:d['’]origine|original|transféré)|mensaje\s(?:original|reenviado)|messaggio\s(?:originale|inoltrato)|"
    r"(?:oorspronkelijk|doorgestuurd)\sbericht|mensagem\s(?:original|encaminhada)|(?:oryginalna\s)?wiadomość(?:\soryginalna)?|"
    r"(?:orijinal|iletilen)\s(?:mesaj|ileti)|ursprungligt\smeddelande)\b.{0,40}",
    re.IGNORECASE,
)
_HEADER = lazy_pattern(
    r"[\s>*]*(?:(?P<sender>from|von|de|da|van|od|från|fra|kimden)|to|an|à|a|para|aan|do|till|til|kime|sent|gesendet|envoyé|enviado(?:\sel)?|inviato|"
    r"verzonden|wysłano|skickat|sendt|gönderildi|gönderme\starihi|date|datum|fecha|data|dato|tarih|subject|betreff|objet|asunto|oggetto|onderwerp|"
    r"temat|assunto|ämne|emne|konu|cc|bcc|kopie|kopia|reply-to)\s?:\s?\*?\s?\S.*",
    re.IGNORECASE,
)


@value
class Words:
    """The words of a contact that triage reads.

    `topic` says what the contact is about: this one text is judged, kept in the decision and, if it comes to that,
    shown in public. `everything` is all that the customer wrote, the signature included, for the rules and the model
    that must not miss a sensitive matter. `own`: the topic's text is the customer's own, and not, for lack of any, what
    they quote or sign with. `language`: what the adapter says, where the words show that it is right.
    """

    topic: str
    everything: str
    own: bool = True
    language: str | None = None

    @staticmethod
    def of(text: "str | Words") -> "Words":
        """Returns the words of a text that is all there is."""
        return Words(text, text) if isinstance(text, str) else text


def hear(subject: str | None, text: str, channel: Channel, language: str | None = None) -> Words:
    """Returns both texts of a contact: the subject, and then the text line by line.

    `language`: what the adapter says that it is in, to be tried.

    They are empty only if nothing can be seen in either. The topic's text has at most 2,000 characters, the other
    60,000.
    """
    title, lines, mail = subject_lines(subject), _visible(text[:LONGEST_READ]), channel is Channel.EMAIL
    written = _unquoted(lines) if mail else lines
    own = without_signature(written, mail=mail)
    borrowed = [] if own else _bared(lines) if mail and not written else [] if title else written or _visible(text)
    everything = [*_visible(subject or ""), *(without_small_print(written) or own or borrowed)]
    topic = judged("\n".join([*title, *own, *borrowed]))
    believed = language if language and written_in(topic, language) else None
    return Words(topic, "\n".join(everything)[:LONGEST_READ], own=not borrowed, language=believed)


def read(subject: str | None, text: str, channel: Channel) -> str:
    """Returns the text that says what the contact is about."""
    return hear(subject, text, channel).topic


def pieces(text: str) -> list[str]:
    """Splits a text of any length into pieces, each of which is judged to its end."""
    rest, parts = unicodedata.normalize("NFKC", text), list[str]()
    while rest:
        parts.append(judged(rest) or rest[:LONGEST_JUDGED])
        rest = rest[len(parts[-1]) :].lstrip()
    return parts


def public_words(text: str) -> str:
    """Returns what can be seen of a text that is meant for the public, of any length, without the signature."""
    lines = _visible(text)
    return "\n".join(without_signature(lines, mail=False) or lines)


def without_unseen(text: str) -> str:
    """Returns a line without what cannot be seen."""
    return " ".join(UNSEEN.sub("", text).split())


def judged(text: str) -> str:
    """Returns as much of a text as the models read, to the last whole word: only that much may be shown."""
    if len(text) <= LONGEST_JUDGED and (text.isascii() or len(unicodedata.normalize("NFKC", text)) <= LONGEST_JUDGED):
        return text
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST_JUDGED])
    if len(plain) <= LONGEST_JUDGED:
        return plain
    head, following = plain[:LONGEST_JUDGED], plain[LONGEST_JUDGED]
    cut = max(head.rfind(" "), head.rfind("\n"))
    return head.rstrip() if following.isspace() or cut < LONGEST_JUDGED // 2 else head[:cut].rstrip()


def subject_lines(subject: str | None) -> list[str]:
    """Returns the subject as it begins the topic's text: without its "Re:", and mostly one line."""
    return _visible(_ANSWERED.sub("", subject[:LINE], count=1) if subject else "")


def _visible(text: str) -> list[str]:
    """Returns the lines of a text without what cannot be seen, every white space one space, and no blank lines."""
    return [folded for line in UNSEEN.sub("", text).splitlines() if (folded := " ".join(line.split()))]


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Leaves out the mail that this one answers.

    Such mail is everything from its head on, or, where each of its lines is marked, the lines between the answers.
    """
    own, at = [], 0
    while at < len(lines):
        head = _history_head(lines, at)
        after = at + head
        if head and not (after < len(lines) and _QUOTED.match(lines[after])):
            break
        if not head and not _QUOTED.match(lines[at]):
            own.append(lines[at])
        at = after if head else at + 1
    return own


def _history_head(lines: Sequence[str], at: int) -> int:
    """Returns how many lines from `at` on say that another mail follows; 0 where none does."""
    line = lines[at][:LINE]
    if _is_attribution(line) or _SEPARATOR.fullmatch(line) or quote_heads.parts(line):
        return 1
    if (
        (_BEGINS.match(line) or quote_heads.begins(line))
        and at + 1 < len(lines)
        and _is_attribution(f"{line} {lines[at + 1][:LINE]}")
    ):
        return 2  # mail programs wrap the line
    header = _HEADER.fullmatch(line)
    begins = (header and header["sender"]) or quote_heads.names_sender(line)
    return 1 if begins and sum(_is_header(each[:LINE]) for each in lines[at : at + 6]) >= 3 else 0


def _is_header(line: str) -> bool:
    return bool(_HEADER.fullmatch(line)) or quote_heads.is_header(line)


def _is_attribution(line: str) -> bool:
    if quote_heads.attributes(line):
        return True
    if not line.endswith(":") or not _DIGIT.search(line):
        return False
    return bool(_BEGINS.match(line) and _WROTE.search(line)) or bool(_DATED.fullmatch(line))


def _bared(lines: Sequence[str]) -> list[str]:
    """Returns all that was said, by anybody, without the marks of quoting and the heads between."""
    bare = [words for line in lines if (words := _MARKS.sub("", line))]
    return [line for at, line in enumerate(bare) if not _history_head(bare, at) and not _is_header(line[:LINE])]
