"""Names: those of people we know, whole or in part, and those that a text gives itself, in six languages. Pure.

Only for texts that become public.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from mci_router.intake.masking.patterns import words
from mci_router.patterns import lazy_pattern

_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž](?:[^\W\d_]{1,30}|(?=['’]))(?:['’-][^\W\d_]{1,30}){0,3}"
_WORD = r"[^\W\d_](?:[^\W\d_]{1,30}|(?=['’]))(?:['’-][^\W\d_]{1,30}){0,3}"
_FULL = rf"{_CAP}(?:\s(?:(?:van|von|de|der|den|del|della|di|da|do|dos|la|le|du|zu)\s){{0,2}}(?:{_CAP}|[A-Z]\.)){{0,3}}"
_PARTICLES = words(
    """van von vom zu de der den del della di da do dos la le du el al bin ibn and und y mr mrs ms miss dr prof herr frau sr sra mme
    ltd gmbh inc the customer kunde kundin user"""
)
_ALSO_COMMON = words(
    """will may mark bill rob pat sue jack art grant chase drew dawn april june july august summer winter rose faith hope joy grace
    frank dean guy max miles nick page penny ray robin ruby sky star stone young old black white brown green gray grey long short
    small king price bank cash cook day field fox good house hill home love lane major mason moon park post power rice rich read
    snow street wood woods west north south east wise best case chip data phone card line bird baker fisher an am as at be by do
    go he if in is it me my no of oh on or so to up us we al ed ja er es im um un si se te tu va ma mi su en klein gross lang
    kurz jung alt neu weiss schwarz braun grun roth rot konig kaiser bach berg wald stein sommer herbst engel wolf vogel fuchs
    kraft mai ernst markt stark frei gut sonntag freitag montag rosa luz mar sol paz cruz flores blanco rubio campo costa reyes
    santos gracia dolores pilar petit blanc noir roi bois pierre bello luna stella viola villa rico leal"""
)
_NO_NAMES = words(
    """english british irish scottish welsh american german french spanish italian portuguese polish dutch indian chinese european
    premium vip ok android apple kunde kundin neukunde rentner rentnerin student mieter not wrong missing misspelled misspelt
    spelled spelt still now different incorrect falsch back so too already sorry happy sure looking trying a an the on in your my
    monday tuesday wednesday thursday friday"""
)
_GOES_ON = words(
    """and i but from with my und ich aber aus y pero con et mais je e ma sono mas eu por since of at the here calling writing tengo
    habe have"""
)
_NO_SIGNATURE = words(
    """a again advance all alot alle am an and answer anyone auf avance bien bis bye cordialement danke das dear der die en everyone
    fast for friend friends für fur help hilfe i ich im in ihr ihre ihren it jetzt kind liebe lot mate me mille much my nochmal
    not now of please por pour quick reply schon schonmal so soon sorry support sehr team the then there these this to very
    voraus vielmals vorab with you your yours zurück muchas since cheers thanks regards gracias merci"""
)

_STRONG = lazy_pattern(
    r"(?<![^\W_])(?:(?:my|the)\s(?:full\s)?name(?:\sis|['’]s)|i['’]?\s?a?m\scalled|(?:full\s|first\s|last\s|sur)?names?\s?:|mein\sname\s(?:ist|lautet)|ich\shei(?:ß|ss)e"
    r"|(?:vor|nach)?name\s?:|me\sllamo|mi\snombre\ses|nombre\s?:|apellidos?\s?:|je\sm['’]appelle|(?:mon|le)\snom\sest|(?:pr[ée])?nom\s?:|mi\schiamo|il\smio\snome\s(?:è|e['’])"
    r"|(?:cog)?nome\s?:|(?:eu\s)?me\schamo|chamo-me|(?:o\s)?meu\snome\s[ée])\s{1,3}(?P<name>[^\n,.;:!?()\"]{2,60})",
    re.IGNORECASE,
)
_WEAK = lazy_pattern(
    r"(?<![^\W_])(?:[Ii]\sam|[Ii]['’]m|[Tt]his\sis|[Ii]t['’]s|[Cc]all\sme|[Ss]oy|[Jj]e\ssuis|[Cc]['’]est|[Ss]ono|[Qq]ui\s(?:è|parla)|[Ss]ou(?:\s[oa])?|[Aa]qui\s(?:é|fala)(?:\s[oa])?"
    rf"|[Hh]ier\s(?:ist|spricht|schreibt)|[Ii]ch\sbin(?:\s(?:der|die))?)\s(?P<name>{_FULL})(?P<end>\s?(?:$|[\n,.;:!?()–-])|\s(?:and|und|y|et|e|from|of|aus|de|here|calling|writing)\s)?"
)
_OF_A_THING = lazy_pattern(
    r"(?:network|wi-?fi|wlan|user|host|domain|file|plan|product|device|router|model|server|company|netzwerk)[\s-]{0,2}\Z",
    re.IGNORECASE,
)
_CLOSING = (
    r"(?:kind(?:est)?|best|warm(?:est)?|with|many|yours)?\s?(?:regards|rgds|wishes|thanks|thank\syou|thx|ty|cheers|sincerely|truly|faithfully|all\sthe\sbest|best|love|greetings|kr|br)"
    r"|mit\sfreundlichen\sgr(?:ü|ue)(?:ß|ss)en|mfg|(?:viele|liebe|beste|sch(?:ö|oe)ne|herzliche|freundliche)\sgr(?:ü|ue)(?:ß|ss)e|vg|lg|bg|gru(?:ß|ss)|gr(?:ü|ue)(?:ß|ss)e|(?:vielen\s|besten\s)?dank|danke"
    r"|(?:un\s)?(?:cordial\s)?saludos?|atentamente|(?:muchas\s)?gracias|(?:bien\s)?cordialement|bien\s[àa]\svous|(?:sinc[èe]res\s)?salutations(?:\sdistingu[ée]es)?|merci(?:\sd['’]avance)?|cdt"
    r"|(?:cordiali|distinti)\ssaluti|saluti|grazie(?:\smille)?|(?:(?:com\s)?os\s)?(?:melhores\s)?cumprimentos|atenciosamente|att|obrigad[oa]|abra[cç]os?"
)
_SIGNED = lazy_pattern(
    rf"(?<![^\W_])(?:{_CLOSING})"
    rf"(?P<apart>\s?[,.!:–-]{{0,3}}\s{{0,3}}[–-]?\s?)(?P<name>{_WORD}\.?(?:[ ]{_WORD}\.?){{0,3}})[.!]?[ ]{{0,3}}(?=\n|\Z)",
    re.IGNORECASE,
)
_LAST_LINE = lazy_pattern(rf"\n[-–—~ ]{{0,4}}(?P<name>{_CAP}(?:[ ](?:{_CAP}|[A-Z]\.)){{0,2}})\.?\Z")
_AFTER_DASH = lazy_pattern(rf"\s[-–—~]{{1,2}}\s?(?P<name>{_CAP}(?:[ ]{_CAP}){{0,2}})\.?\Z")
_LONGEST_END = 140  # characters of a text's end that may be a name
_HERE = lazy_pattern(
    rf"(?:^|[\n.!?,]\s?|\b[Hh](?:i|ello|allo)\s)(?P<name>{_CAP}(?:[ ]{_CAP}){{0,2}})\s(?:here|hier)(?=\s?(?:[,.!:;–\n-]|\Z))"
)
_TITLED = lazy_pattern(
    r"(?<![^\W_])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Sr|Sra|Srta|Señora?|Don|Doña|M\.|Mme|Mlle|Monsieur|Madame|Sig|Sig\.ra|Signora?|Senhora?)\.?\s"
    rf"(?P<name>{_FULL})"
)
_SPLIT = lazy_pattern(_WORD)


def name_spans(text: str, known: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields the spans of names: those known and those that the text gives.

    A known name counts whole or by one word of it, a given one also wherever it is repeated.
    """
    given = list(_given(text))
    yield from given
    words = {word for name in [*known, *(text[slice(*span)] for span in given)] for word in _words_of(name)}
    if words:
        yield from _standing(text, words)


def _given(text: str) -> Iterator[tuple[int, int]]:
    for match in _STRONG.finditer(text):
        if not _OF_A_THING.search(text, max(0, match.start() - 16), match.start()):
            yield from _leading_words(text, match)
    for match in _WEAK.finditer(text):
        name = match["name"]
        several = " " in name
        german = match.group()[:7].lower() == "ich bin" and match.group()[8:11] not in ("der", "die")
        if name.split()[0].lower() not in _NO_NAMES and (
            several or (match["end"] is not None and not german and not name.isupper())
        ):
            yield match.span("name")
    for match in _SIGNED.finditer(text):
        words = [word.strip(".").lower() for word in match["name"].split()]
        written = match["name"][0].isupper() or (len(words) <= 2 and match["apart"].strip(" ") != "")
        if written and not _NO_SIGNATURE.intersection(words):
            yield match.span("name")
    written_to = len(text.rstrip())
    ends = (form.search(text, max(0, written_to - _LONGEST_END), written_to) for form in (_LAST_LINE, _AFTER_DASH))
    for match in (*filter(None, ends), *_HERE.finditer(text), *_TITLED.finditer(text)):
        if _bare(match["name"].split()[0]) not in _NO_SIGNATURE:
            yield match.span("name")


def _leading_words(text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yields the words after "my name is" that are a name.

    These are at most four, and in small letters none with which a sentence goes on.
    """
    start = end = match.start("name")
    for index, word in enumerate(re.finditer(r"\S+", text[slice(*match.span("name"))])):
        said = word.group()
        if index > 3 or said.lower() in _NO_NAMES or (index and _bare(said) in _GOES_ON):
            break
        if index and not said[0].isupper() and _bare(said) not in _PARTICLES and index > 1:
            break
        end = start + word.end()
    if end > start:
        yield start, end


def _words_of(name: str) -> Iterator[str]:
    for word in _SPLIT.findall(name):
        for part in {word, *re.split(r"['’-]", word)}:
            if len(part) > 1 and _bare(part) not in _PARTICLES:
                yield _bare(part)


def _standing(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields the spans of these words.

    A common word, or one as short, is a name only with a capital within a sentence.
    """
    bare = _bare(text)
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    for match in re.finditer(rf"(?<![^\W_])(?:{either})(?![^\W_])", bare):
        word, start = match.group(), match.start()
        if word in _ALSO_COMMON or len(word) < 3:
            before = text[max(0, start - 40) : start].rstrip(" ")
            begins = not before or before[-1] in ".!?\n:"
            if not text[start].isupper() or (begins and word in _ALSO_COMMON):
                continue
        yield match.span()


def _bare(word: str) -> str:
    """Returns the text in small letters without accents, one for one."""
    return word.translate(_BARE)


class _Bare(dict[int, str]):
    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        self[code] = bare = chr(code) if len(lower) > 1 else unicodedata.normalize("NFD", lower)[0]
        return bare


_BARE = _Bare()
