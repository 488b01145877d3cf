"""Numbers that are said in words, as a voice channel writes them: "four one one one", "double four", "vierzig elf".

Pure.

In fourteen languages. What is said is also read as digits, so that every finder of numbers finds it.
"""

import itertools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from mci_router.intake.masking.patterns import Patterns, words
from mci_router.intake.masking.plain import Builder, Plain
from mci_router.patterns import lazy_pattern

_DIGITS = (  # from nought on; a dot where the word means something else in another language
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto "
    "diciannove",
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove",
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
    "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec",
    "noll ett tva tre fyra fem sex sju atta nio tio elva tolv",
    "nul een . tre fire fem seks syv otte ni . elleve tolv",
    "nula jedna dva tri ctyri pet sest sedm osm devet deset",
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать "
    "семнадцать восемнадцать девятнадцать",
    "nolla yksi kaksi kolme nelja viisi kuusi seitseman kahdeksan yhdeksan kymmenen",
    "sifir bir iki uc dort bes alti yedi sekiz dokuz",
)
_TENS = (
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "vingt trente quarante cinquante soixante septante huitante nonante",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
)
_OTHERS = {
    "0": "oh o nought naught nul нуль",
    "1": "ein eine una une uma одна",
    "2": "zwo duas две",
    "3": "trois",
    "5": "fuenf",
    "6": "meia",
    "12": "zwoelf",
    "14": "quatorze",
    "15": "fuenfzehn",
    "16": "dezasseis",
    "17": "dezassete",
    "19": "dezanove",
    "30": "dreißig",
    "50": "fuenfzig",
}
_MISHEARD = {"for": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "en": "1"}  # only between numbers
_TIMES = dict.fromkeys(words("double doppel doppelt doppelte doble doppio doppia duplo dobro zweimal"), 2)
_TIMES |= dict.fromkeys(words("triple treble dreifach dreimal triplo tripla"), 3)
_BETWEEN = words(
    """and then und dann y luego et puis e poi depois dash hyphen minus space strich bindestrich leerzeichen tiret espace guion
    espacio trattino spazio traco espaco comma komma virgule coma virgola virgula next uh er ehm ahm aehm ah euh again"""
)
_FEW = 2  # words between two numbers at most
_LONG = 13  # digits: nobody says as many but for a number that identifies
_MOST_BETWEEN = 6  # characters
_TOKEN = lazy_pattern(r"[^\W_]+")
_OTHER_LETTERS = str.maketrans("ıø", "io")


def _words() -> dict[str, str]:
    digits_of = {word: str(number) for words in _DIGITS for number, word in enumerate(words.split())}
    digits_of |= {word: f"{ten}0" for words in _TENS for ten, word in enumerate(words.split(), 2)}
    digits_of |= {word: digits for digits, words in _OTHERS.items() for word in words.split()}
    german = dict(enumerate(["ein", *_DIGITS[1].split()[2:10]], 1))
    digits_of |= {
        f"{unit}und{ten}": f"{index}{one}"
        for index, ten in enumerate(_TENS[1].split(), 2)
        for one, unit in german.items()
    }
    dutch = dict(enumerate(_DIGITS[6].split()[1:10], 1))
    digits_of |= {
        f"{unit}en{ten}": f"{index}{one}"
        for index, ten in enumerate(_TENS[6].split(), 2)
        for one, unit in dutch.items()
    }
    digits_of |= {f"veinti{unit}": f"2{one}" for one, unit in enumerate(_DIGITS[2].split()[:10]) if one}
    for index, ten in enumerate(_TENS[4].split(), 2):
        digits_of |= {
            (ten[:-1] if unit[0] in "uo" else ten) + unit: f"{index}{one}"
            for one, unit in enumerate(_DIGITS[4].split()[:10])
            if one
        }
    return digits_of


_VALUES = _words()
_PLAIN_WORDS = sorted((word for word in _VALUES if len(word) > 1), key=len, reverse=True)
_ACCENTED = str.maketrans(
    {
        "u": "[uüúů]",
        "o": "[oöóôø]",
        "e": "[eéêèęě]",
        "i": "[iíı]",
        "a": "[aáàąåä]",
        "c": "[cćç]",
        "s": "[sśşš]",
        "z": "[zźżž]",
        "r": "[rř]",
        "t": "[tť]",
        "d": "[dď]",
    }
)
_ANY = "|".join(word.translate(_ACCENTED) for word in [*_PLAIN_WORDS, *sorted(_TIMES), "o"])
# RE2's `\b` knows the letters of English alone
SPOKEN_WORDS = Patterns(rf"(?:^|[^\pL])(?:{_ANY})[\s,.-]{{1,4}}(?:{_ANY})(?:$|[^\pL])")


@dataclass(slots=True)
class _SpokenRun:
    """Numbers said in a row: the span of each, its digits, and whether it was said in words."""

    tokens: list[tuple[int, int, str, bool]]

    @property
    def said(self) -> int:
        return sum(in_words for *_, in_words in self.tokens)

    @property
    def counts(self) -> bool:
        """Whether somebody counts: one, two, three."""
        numbers = [int(digits) for _, _, digits, _ in self.tokens]
        return {later - one for one, later in itertools.pairwise(numbers)} in ({1}, {-1})

    @property
    def digits_said(self) -> int:
        return sum(len(digits) for _, _, digits, in_words in self.tokens if in_words)


def read_spoken(text: str) -> Plain | None:
    """Returns a plain text with the numbers that are said in it as digits; None: there are none. Linear."""
    builder, last = Builder(), 0
    for run in _runs(text):
        builder.add(text[last : run.tokens[0][0]], last)
        for index, (start, end, digits, in_words) in enumerate(run.tokens):
            if index and not (in_words and run.tokens[index - 1][3] and text[last:start].isspace()):
                builder.add(" ", last, start - last)
            builder.add(digits, start, end - start)
            last = end
    if not last:
        return None
    builder.add(text[last:], last)
    return builder.plain()


def spoken_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of as many digits in a row as a card or an account has.

    The number may be valid or misheard.
    """
    for run in _runs(text):
        if run.digits_said >= _LONG and run.said > _LONG // 2 and not run.counts:
            yield run.tokens[0][0], run.tokens[-1][1]


def _runs(text: str) -> Iterator[_SpokenRun]:
    """Yields three digits and more in a row, of which two and more are said in words."""
    run, waiting, times, since = _SpokenRun([]), 0, 1, 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        parted = start - (since or start) > _MOST_BETWEEN
        word = _bare(match.group())
        digits = (
            word if word.isdigit() else _VALUES.get(word, _MISHEARD.get(word, "") if run.tokens and not parted else "")
        )
        since_was, since = since, end
        if parted or not (digits or word in _BETWEEN or word in _TIMES) or waiting > _FEW:
            yield from _finished(run)
            run, waiting, times = _SpokenRun([]), 0, 1
        if word in _TIMES:
            times = _TIMES[word]
        elif digits:
            _say(run, start if times == 1 else min(start, since_was), end, digits * times, not word.isdigit())
            waiting, times = 0, 1
        else:
            waiting += 1
    yield from _finished(run)


def _say(run: _SpokenRun, start: int, end: int, digits: str, in_words: bool) -> None:
    """Adds a number; "forty" and "one" become one."""
    if run.tokens:
        begins, _, before, said = run.tokens[-1]
        if (
            said
            and in_words
            and len(before) == 2
            and before[1] == "0"
            and before[0] > "1"
            and len(digits) == 1
            and digits != "0"
        ):
            run.tokens[-1] = begins, end, before[0] + digits, True
            return
    run.tokens.append((start, end, digits, in_words))


def _finished(run: _SpokenRun) -> Iterator[_SpokenRun]:
    if run.said >= 2 and sum(len(digits) for _, _, digits, _ in run.tokens) >= 3:
        yield run


def _bare(word: str) -> str:
    """Returns the text in small letters without accents."""
    word = word.lower()
    if word.isascii():
        return word
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", word))).translate(_OTHER_LETTERS)
