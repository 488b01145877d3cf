"""Signatures: which lines below a mail are its signature: names, titles, addresses, the device, the small print. Pure.

The beginning of a signature does not end the customer's words: each line below it is checked alone, and a sentence
stays. The signature is cut from the text that says the topic and from what may be shown in public, so a line that is no
sentence goes; rules and the sensitivity model read all of it but the small print.
"""

import re
from collections.abc import Iterator, Sequence

from mci_router.patterns import lazy_pattern

LINE = 300  # characters of a line that are looked at
_NAMED = 4  # words of a line that is a name
_LOOKS = "*_ "  # of a line in bold
_TAIL = 6  # lines of a signature without a beginning

_DELIMITER = lazy_pattern(r"\s*(?:-{2,40}|––|—|_{2,40}|~{2,40}|={2,40}|\*{3,40})\s*")
_DEVICE = lazy_pattern(
    r"\W*(?:sent\s(?:from|with|via)|get\soutlook|gesendet\s(?:von|mit)|von\smeinem\s.{1,30}\sgesendet|envoyé\s(?:de|depuis|à\spartir)|"
    r"enviado\s(?:desde|do|a\spartir)|inviato\s(?:da|dal)|verzonden\s(?:vanaf|met)|verstuurd\svanaf|wysłano\sz|skickat\sfrån|sendt\sfra)\b.{0,60}",
    re.IGNORECASE,
)
_SIGN_OFF = lazy_pattern(
    r"\W*(?:(?:with\s)?(?:best|kind(?:est)?|warm(?:est)?|many|yours)?\s?(?:regards|wishes)|best|cheers|sincerely|yours(?:\s(?:sincerely|faithfully|truly))?|"
    r"(?:many\s)?thanks(?:\s(?:again|in\sadvance|and\s.{1,20}))?|thank\syou(?:\s(?:very\smuch|in\sadvance))?|all\sthe\sbest|take\scare|respectfully|"
    r"(?:mit\s)?(?:den\s)?(?:freundliche[nr]?|besten?|viele[n]?|liebe[n]?|schöne[n]?|herzliche[n]?)\s(?:grüßen?|grüssen?|gruß|gruss|dank)|"
    r"(?:mfg|lg|vg|gruß|gruss|hochachtungsvoll|danke|vielen\sdank|besten\sdank)(?:\s(?:im\svoraus|und\s.{1,20}))?|"
    r"(?:bien\s)?(?:cordialement|amicalement)|(?:sincères\s)?salutations(?:\s(?:distinguées|cordiales))?|merci(?:\s(?:d['’]avance|beaucoup|et\s.{1,20}))?|"
    r"(?:un\s)?(?:cordial\s|afectuoso\s)?saludos?(?:\scordiales)?|atentamente|(?:muchas\s)?gracias(?:\spor\sadelantado)?|"
    r"(?:cordiali|distinti)\ssaluti|saluti|grazie(?:\s(?:mille|in\santicipo))?|(?:met\s)?(?:vriendelijke|hartelijke)\s(?:groet|groeten)|(?:mvg|groetjes?|groeten|"
    r"bedankt|alvast\sbedankt)|z\spoważaniem|pozdrawiam|pozdrowienia|dziękuję|(?:com\sos\smelhores\s)?cumprimentos|atenciosamente|obrigad[oa]|abraços|"
    r"saygılarım(?:la|ızla)|(?:iyi\sgünler|teşekkürler|teşekkür\sederim)|(?:s\s)?pozdrave?m|(?:med\s)?(?:vänliga|venlig|vennlig)\s(?:hälsningar|hilsen)|mvh|hälsningar)"
    r"(?:\s*[,.!–—-]?\s*(?:(?-i:[A-ZÀ-Þ])[\w.'’-]{0,20}\s?){0,3})?[\s,.!]*",
    re.IGNORECASE,
)
_DISCLAIMER = lazy_pattern(
    r"\W*(?:disclaimer|confidential(?:ity)?(?:\snotice)?\s?:|(?:this|the)\s(?:e-?mail|message|communication|information)\b.{0,150}\b"
    r"(?:confidential|intended|privileged)|diese\s(?:e-?mail|nachricht)\b.{0,150}\b(?:vertraulich|bestimmt)|ce\s(?:message|courriel)\b.{0,150}\bconfidentiel|"
    r"este\s(?:mensaje|correo)\b.{0,150}\bconfidencial|(?:questo|il\spresente)\smessaggio\b.{0,150}\briservat|dit\s(?:bericht|e-?mail)\b.{0,150}\bvertrouwelijk)",
    re.IGNORECASE,
)
# A sentence of the small print has one of these words, and no "I", "my" or "me": otherwise it is the customer's own.
_SMALL_PRINT = lazy_pattern(
    r"confidential|privileged|intended|recipient|addressee|sender|in\serror|delete\s(?:it|this)|unauthori[sz]ed|disclos|prohibited|unlawful|virus|liab|"
    r"registered\s(?:office|in\b|no)|before\s(?:you\s)?print|print(?:ing)?\sthis|vertraulich|adressat|empfänger|absender|bestimmt|vernichten|unbefugt|"
    r"confidentiel|destinataire|expéditeur|confidencial|destinatari|remitente|riservat|mittente|vertrouwelijk|geadresseerde",
    re.IGNORECASE,
)
_OWN = lazy_pattern(
    r"(?<![\w'’])(?:I|I['’]\w+|i|my|me|mine|myself|ich|mein\w*|mir|mich|je|j['’]\w*|mon|mes|moi|yo|mi|mis|io|mio|mia|eu|meu|minha)(?!\w)"
)
_PARTED = lazy_pattern(r"\s*[,;|]\s*|\s+[–—-]\s+")
_SENTENCE_END = lazy_pattern(r"(?<=[.!?])\s+")

_AFTERWARDS = lazy_pattern(
    r"\W*(?:p\.?\s?p?\.?\s?s|p\.?\s?d|n\.?\s?b|ps\d?)\b\.?\s*[:.,–—-]?\s*\S+\s+\S", re.IGNORECASE
)
_REACHED = lazy_pattern(
    r"\S@\S|\bwww\.|https?://|(?<![\w.])\+?[0-9][0-9 ()/.\-]{5,18}[0-9](?!\w)|\b\d{4,6}\s(?-i:[A-ZÀ-Þ])|"
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\b(?-i:[A-Z]{2})\s\d{5}\b|^\W*(?:tel|phone|fon|mobile?|cell|handy|fax)\b",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÀ-ÞŁŚŻÇĞŞİ][\w.'’-]*"
_PART = rf"(?:{_CAPITAL}|von|van|de|der|den|da|di|del|la|le|zu|am|an|bin|al|&)"
_NAME = lazy_pattern(rf"{_PART}(?:[\s,]+{_PART})*[\s,]*")
_ADDRESS = lazy_pattern(rf"(?:\d{{1,5}}\w?[\s,]+)?{_CAPITAL}(?:[\s,]+(?:{_PART}|\d{{1,6}}\w?))*[\s,]*")
_WORDS = lazy_pattern(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_LINKING = frozenset(
    re.findall(
        r"\S+",
        "i i'm i've i'd i'll my me mine myself you your he she they them we our is are were be been have has had do does did "
        "don't doesn't didn't can can't cannot could won't would should not never please this that these what why how when where who there "
        "want need help get got still "
        "ich mir mich mein meine meinen meinem meiner du sie wir uns ist sind war waren bin habe hat haben hatte kann können "
        "konnte will möchte nicht kein keine keinen bitte wie warum wann wer noch auch dass wurde wird "
        "yo mis usted está estoy eran fue han tengo tiene puedo quiero porque cuándo dónde cómo qué hay "
        "je j'ai mes moi vous est sont était suis ont peux veux ne pas pourquoi comment quand "
        "io sono ho hanno posso voglio non perché quando dove "
        "eu meu minha você são estou tenho posso quero não porque quando onde "
        "ik mijn mij heb heeft kan wil niet geen waarom hoe wanneer",
    )
)
"""Words that tie a sentence together and are in no name, title or address."""

_SIGN_OFFS = frozenset(
    re.findall(
        r"\S+",
        "with best kind kindest warm warmest many yours regards wishes cheers sincerely thanks thank all take respectfully mit den "
        "freundliche freundlichen freundlicher besten beste viele vielen liebe lieben schöne schönen herzliche herzlichen grüße grüßen "
        "mfg lg vg gruß gruss hochachtungsvoll danke bien cordialement amicalement sincères salutations merci un cordial afectuoso "
        "saludos saludo atentamente muchas gracias cordiali distinti saluti grazie met vriendelijke hartelijke mvg groet groetje groetjes "
        "groeten bedankt alvast z pozdrawiam pozdrowienia dziękuję com os cumprimentos atenciosamente obrigado obrigada abraços "
        "s pozdravem pozdravom saygılarımla saygılarımızla iyi teşekkürler teşekkür med vänliga venlig vennlig mvh hälsningar",
    )
)
"""The first words of sign-offs, of devices and of the small print."""

_DEVICES = frozenset(
    re.findall(r"\S+", "sent get gesendet von envoyé enviado inviato verzonden verstuurd wysłano skickat sendt")
)
_DISCLAIMERS = frozenset(
    re.findall(r"\S+", "disclaimer confidential confidentiality this the diese ce este questo il dit")
)

_NAMES_TOO = frozenset({"will", "mia", "bin"})
"""Those of them that a name may begin with."""


def without_signature(lines: Sequence[str], *, mail: bool) -> list[str]:
    """Returns the lines without the signature; empty where a signature is all there is.

    In a mail, a signature may have no beginning.
    """
    begin = next((at for at, line in enumerate(lines) if _begins(line)), len(lines))
    own = [line for line in lines[:begin] if not _is_device(line)]
    own[-1:] = [signed for line in own[-1:] if (signed := _unsigned(line))]
    if mail and begin == len(lines):
        own = own[: len(own) - _tail(own)]
    return [*own, *_sentences(lines[begin:])]


def without_small_print(lines: Sequence[str]) -> list[str]:
    """Returns the lines without the small print that some companies print below every mail, about misuse and the law."""
    begin = next((at for at, line in enumerate(lines) if _is_disclaimer(line)), len(lines))
    return [*lines[:begin], *filter(None, map(_own_sentences, lines[begin:]))]


def _begins(line: str) -> bool:
    return bool(_DELIMITER.fullmatch(line[:LINE])) or _is_disclaimer(line) or _is_sign_off(line)


def _first_word(line: str) -> str:
    """Returns the first word, which suffices to separate most lines from signatures.

    Matching whole lines costs ten times as much.
    """
    word = _WORDS.search(line[:LINE])
    return word[0].lower() if word else ""


def _is_disclaimer(line: str) -> bool:
    return _first_word(line) in _DISCLAIMERS and bool(_DISCLAIMER.match(line[:LINE]))


def _is_sign_off(line: str) -> bool:
    """Returns whether a line is a sign-off, perhaps with who signs and where that is."""
    if _first_word(line) not in _SIGN_OFFS:
        return False
    words, *signed = _PARTED.split(line[:LINE])
    if len(line) > LINE or len(words) > 60 or not _SIGN_OFF.fullmatch(words):
        return False
    return all(not part or _is_name(part) or _is_contact_data(part) for part in signed)


def _unsigned(line: str) -> str:
    """Returns a line without the sign-off that follows its last sentence."""
    for end in [match.end() for match in _SENTENCE_END.finditer(line[-LINE:])]:
        at = max(0, len(line) - LINE) + end
        if _is_sign_off(line[at:]):
            return line[:at].rstrip()
    return line


def _is_device(line: str) -> bool:
    return len(line) < 80 and _first_word(line) in _DEVICES and bool(_DEVICE.fullmatch(line))


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    """Yields what the customer still says below the beginning of a signature."""
    goes_on = False
    for line in without_small_print(lines):
        begun = goes_on and line[:1].islower()
        printed = _SMALL_PRINT.search(line) and not _OWN.search(line) and not _AFTERWARDS.match(line)
        if begun or (is_sentence(line) and not printed):
            yield line
            goes_on = not line.endswith((".", "!", "?"))
        else:
            goes_on = False


def is_sentence(line: str) -> bool:
    """Returns whether a line of a signature is a sentence."""
    head = line[:LINE]
    if _DELIMITER.fullmatch(head) or _is_sign_off(line) or _is_device(line):
        return False
    words = _WORDS.findall(head)
    if _AFTERWARDS.match(head) or (len(words) >= 2 and head.endswith("?")):
        return True
    if len(words) >= 3 and any(map(_links, [at == 0 for at in range(len(words))], words)):
        return True
    return len(words) >= 5 and sum(word.islower() for word in words) > 0.7 * len(words) and not _REACHED.search(head)


def _links(begins: bool, word: str) -> bool:
    plain = word.replace("’", "'").lower()
    if plain not in _LINKING:
        return False
    return word.islower() or word[0] == "I" or (begins and plain not in _NAMES_TOO and not word.isupper())


def _own_sentences(line: str) -> str:
    """Returns the part of a line that is not small print."""
    parts = _SENTENCE_END.split(line)
    return " ".join(part for part in parts if _OWN.search(part) or not _SMALL_PRINT.search(part))


def _tail(lines: Sequence[str]) -> int:
    """Returns how many lines at the end name the writer and their address.

    These are contact data with names between, or a name below a sentence.
    """
    length, reached = 0, 0
    for line in reversed(lines[1:][-_TAIL:]):
        if is_sentence(line) or not (_is_name(line) or _is_contact_data(line)):
            break
        length += 1
        if _REACHED.search(line[:LINE]) or (length > 1 and _is_contact_data(line)):
            reached = length
    named = length if 0 < length <= 2 and _ends_a_sentence(lines[-length - 1]) else 0
    reached += reached > 0 and length > reached and _is_name(lines[-reached - 1])
    return max(reached, named)


def _is_contact_data(line: str) -> bool:
    line = line[:LINE].strip(_LOOKS)
    return bool(_REACHED.search(line) or (any(map(str.isdigit, line)) and _ADDRESS.fullmatch(line)))


def _is_name(line: str) -> bool:
    line = line.strip(_LOOKS)
    return len(line) <= 60 and len(line.split()) <= _NAMED and bool(_NAME.fullmatch(line))


def _ends_a_sentence(line: str) -> bool:
    return is_sentence(line) or line.endswith((".", "!", "?"))
