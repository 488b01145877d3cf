"""What triage reads of a contact: the subject and the customer's own words, not the mail they answer nor the signature below. Pure.

Quoted mail and signatures are found line by line, by how a line begins and ends, so the work is linear in the text whatever it holds.
(`mail-parser-reply` was tried: 20,000 hostile characters cost it more than a second, and all that follows a line which begins with
"Thanks," is a signature to it.) In doubt a line stays: better a signature read than a fraud overlooked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mci_router.vocabulary import Channel

LONGEST_READ = 50_000  # characters: rules read all that a contact may have; the models take what they need from its beginning
_LINE = 300  # characters of a line that say what it is
_SIGNATURE_LINES, _SIGNATURE_LENGTH = 20, 1_500  # lines and characters that a signature has at most

UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_ANSWERED = re.compile(
    r"(?:\s*(?:re|aw|wg|fwd?|antw|antwort|rv|res|enc|tr|rif|i|r|odp|pd|sv|vs|vb|ynt|ilt)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE
)

_MARKS = re.compile(r"^(?:[>|]\s?)+")
_QUOTED = re.compile(r"\s*(?:>|\|\s)")
# "On 3 March Sam wrote:" has a date, a beginning and a verb, each looked for by itself; or it is all in one form.
_BEGINS = re.compile(r"\W*(?:on|am|le|el|il|op|em|a|w\sdniu|dnia|den|dne|på|pe)\b", re.IGNORECASE)
_WROTE = re.compile(
    r"\b(?:wrote|schrieb|écrit|ecrit|escribió|escribio|scritto|schreef|escreveu|napisała?|skrev|napsala?|scris)\b", re.IGNORECASE
)
_DATED = re.compile(r"\W*\d{4}[-/.]\d\d?[-/.]\d\d?\b.*[>\]]\s?:|.{0,200}?\btarihinde\b.{0,80}:", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(
    r"\W*[-_=*]{2,}\s*(?:begin\s)?(?:original(?:\smessage|nachricht)?|forwarded\smessage|reply\s(?:message|above)|ursprüngliche\snachricht|"
    r"weitergeleitete\snachricht|message\s(?:d['’]origine|original|transféré)|mensaje\s(?:original|reenviado)|messaggio\s(?:originale|inoltrato)|"
    r"(?:oorspronkelijk|doorgestuurd)\sbericht|mensagem\s(?:original|encaminhada)|(?:oryginalna\s)?wiadomość(?:\soryginalna)?|"
    r"(?:orijinal|iletilen)\s(?:mesaj|ileti)|ursprungligt\smeddelande)\b.{0,40}",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[\s>*]*(?:(?P<sender>from|von|de|da|van|od|från|fra|kimden)|to|an|à|a|para|aan|do|till|til|kime|sent|gesendet|envoyé|enviado(?:\sel)?|inviato|"
    r"verzonden|wysłano|skickat|sendt|gönderildi|gönderme\starihi|date|datum|fecha|data|dato|tarih|subject|betreff|objet|asunto|oggetto|onderwerp|"
    r"temat|assunto|ämne|emne|konu|cc|bcc|kopie|kopia|reply-to)\s?:\s?\*?\s?\S.*",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"\s*(?:--|––|—|_{2,10})\s*")
_DEVICE = re.compile(
    r"\W*(?:sent\s(?:from|with|via)|get\soutlook|gesendet\s(?:von|mit)|von\smeinem\s.{1,30}\sgesendet|envoyé\s(?:de|depuis|à\spartir)|"
    r"enviado\s(?:desde|do|a\spartir)|inviato\s(?:da|dal)|verzonden\s(?:vanaf|met)|verstuurd\svanaf|wysłano\sz|skickat\sfrån|sendt\sfra)\b.{0,60}",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"\W*(?:(?:with\s)?(?:best|kind(?:est)?|warm(?:est)?|many|yours)?\s?(?:regards|wishes)|best|cheers|sincerely|yours(?:\s(?:sincerely|faithfully|truly))?|"
    r"(?:many\s)?thanks(?:\s(?:again|in\sadvance|and\s.{1,20}))?|thank\syou(?:\s(?:very\smuch|in\sadvance))?|all\sthe\sbest|take\scare|respectfully|"
    r"(?:mit\s)?(?:den\s)?(?:freundliche[nr]?|besten?|viele[n]?|liebe[n]?|schöne[n]?|herzliche[n]?)\s(?:grüßen?|grüssen?|gruß|gruss|dank)|"
    r"(?:mfg|lg|vg|gruß|gruss|hochachtungsvoll|danke|vielen\sdank|besten\sdank)(?:\s(?:im\svoraus|und\s.{1,20}))?|"
    r"(?:bien\s)?(?:cordialement|amicalement)|(?:sincères\s)?salutations(?:\s(?:distinguées|cordiales))?|merci(?:\s(?:d['’]avance|beaucoup|et\s.{1,20}))?|"
    r"(?:un\s)?(?:cordial\s|afectuoso\s)?saludos?(?:\scordiales)?|atentamente|(?:muchas\s)?gracias(?:\spor\sadelantado)?|"
    r"(?:cordiali|distinti)\ssaluti|saluti|grazie(?:\s(?:mille|in\santicipo))?|(?:met\s)?(?:vriendelijke|hartelijke)\s(?:groet|groeten)|(?:mvg|groetjes?|groeten|"
    r"bedankt|alvast\sbedankt)|z\spoważaniem|pozdrawiam|pozdrowienia|dziękuję|(?:com\sos\smelhores\s)?cumprimentos|atenciosamente|obrigad[oa]|abraços|"
    r"saygılarım(?:la|ızla)|(?:iyi\sgünler|teşekkürler|teşekkür\sederim)|(?:med\s)?(?:vänliga|venlig|vennlig)\s(?:hälsningar|hilsen)|mvh|hälsningar)"
    r"(?:\s*[,.!–—-]?\s*(?:(?-i:[A-ZÀ-Þ])[\w.'’-]{0,20}\s?){0,3})?[\s,.!]*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\W*(?:disclaimer|confidential(?:ity)?(?:\snotice)?\s?:|(?:this|the)\s(?:e-?mail|message|communication|information)\b.{0,150}\b"
    r"(?:confidential|intended|privileged)|diese\s(?:e-?mail|nachricht)\b.{0,150}\b(?:vertraulich|bestimmt)|ce\s(?:message|courriel)\b.{0,150}\bconfidentiel|"
    r"este\s(?:mensaje|correo)\b.{0,150}\bconfidencial|(?:questo|il\spresente)\smessaggio\b.{0,150}\briservat|dit\s(?:bericht|e-?mail)\b.{0,150}\bvertrouwelijk)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What triage reads of a contact.

    `topic` tells what it is about: this one text is judged, kept in the decision and, if it comes to that, shown in public. `everything`
    is all that the customer wrote, the signature included, for whatever must not miss a sensitive matter: rules and its model.
    """

    topic: str
    everything: str

    @staticmethod
    def of(text: "str | Words") -> "Words":
        """A text that is all there is."""
        return Words(text, text) if isinstance(text, str) else text


def hear(subject: str | None, text: str, channel: Channel) -> Words:
    """Both texts of a contact."""
    lines = _visible(text[:LONGEST_READ])
    own = _unquoted(lines) if channel is Channel.EMAIL else lines
    everything = "\n".join([*_subject_lines(subject), *(own or lines)])
    return Words(read(subject, text, channel), everything[:LONGEST_READ].strip())


def read(subject: str | None, text: str, channel: Channel) -> str:
    """The subject, and then the text line by line, at most 50,000 characters; empty only if nothing can be seen in either."""
    words = _own_words(text[:LONGEST_READ]) if channel is Channel.EMAIL else _visible(text[:LONGEST_READ])
    lines = [*_subject_lines(subject), *(words or _visible(text))]
    return "\n".join(lines)[:LONGEST_READ].strip()


def _subject_lines(subject: str | None) -> list[str]:
    return _visible(_ANSWERED.sub("", subject[:_LINE], count=1) if subject else "")


def _visible(text: str) -> list[str]:
    """Its lines without what cannot be seen, every white space one space, and none of them blank."""
    return [folded for line in UNSEEN.sub("", text).splitlines() if (folded := " ".join(line.split()))]


def _own_words(text: str) -> list[str]:
    """A mail's lines without quoted mail and signature; where nothing is left, with what was quoted, and at last all of them."""
    lines = _visible(text)
    return _without_signature(_unquoted(lines)) or _without_signature(_bared(lines)) or lines


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Without the mail that this one answers: from its head on, or, where each of its lines is marked, between the answers."""
    own, place = [], 0
    while place < len(lines):
        head = _history_head(lines, place)
        after = place + head
        if head and not (after < len(lines) and _QUOTED.match(lines[after])):
            break
        if not head and not _QUOTED.match(lines[place]):
            own.append(lines[place])
        place = after if head else place + 1
    return own


def _history_head(lines: Sequence[str], place: int) -> int:
    """How many lines say that another mail follows; 0: none."""
    line = lines[place][:_LINE]
    if _is_attribution(line) or _SEPARATOR.fullmatch(line):
        return 1
    if _BEGINS.match(line) and place + 1 < len(lines) and _is_attribution(f"{line} {lines[place + 1][:_LINE]}"):
        return 2  # mail programs wrap it
    header = _HEADER.fullmatch(line)
    if header and header["sender"] and sum(bool(_HEADER.fullmatch(each[:_LINE])) for each in lines[place : place + 6]) >= 3:
        return 1
    return 0


def _is_attribution(line: str) -> bool:
    if not line.endswith(":") or not _DIGIT.search(line):
        return False
    return bool(_BEGINS.match(line) and _WROTE.search(line)) or bool(_DATED.fullmatch(line))


def _bared(lines: Sequence[str]) -> list[str]:
    """All that was said, by whomever, without the marks of quoting and the heads between."""
    bare = [words for line in lines if (words := _MARKS.sub("", line))]
    return [line for place, line in enumerate(bare) if not _history_head(bare, place) and not _HEADER.fullmatch(line[:_LINE])]


def _without_signature(lines: list[str]) -> list[str]:
    end = min([*_ends(lines), len(lines)])
    return [line for line in lines[:end] if not (len(line) < 80 and _DEVICE.fullmatch(line))]


def _ends(lines: Sequence[str]) -> Iterator[int]:
    """Where a signature may begin: never with the first line, and only if no more follows than a signature has."""
    first = max(1, len(lines) - _SIGNATURE_LINES)
    for place in range(first, len(lines)):
        line = lines[place][:_LINE]
        begins = _DELIMITER.fullmatch(line) or _DISCLAIMER.match(line) or (len(line) <= 60 and _SIGN_OFF.fullmatch(line))
        if begins and sum(map(len, lines[place:])) <= _SIGNATURE_LENGTH:
            yield place
