"""A card number is found in every form in which people, pages, mails and machines write it down."""

import random

from stdnum import luhn

from mci_router.intake.masking import mask
from mci_router.intake.masking.issuers import is_issued
from tests.support.rows import every

FORMS = {
    "alone": "{0}{1}{2}{3}",
    "spaces": "{0} {1} {2} {3}",
    "dashes": "{0}-{1}-{2}-{3}",
    "en dashes": "{0}\u2013{1}\u2013{2}\u2013{3}",
    "dots": "{0}.{1}.{2}.{3}",
    "commas": "{0}, {1}, {2}, {3}",
    "slashes": "{0}/{1}/{2}/{3}",
    "underscores": "{0}_{1}_{2}_{3}",
    "bars": "{0} | {1} | {2} | {3}",
    "brackets": "({0}) ({1}) ({2}) ({3})",
    "colons": "{0}:{1}:{2}:{3}",
    "spaces that do not break": "{0}\u00a0{1}\u00a0{2}\u00a0{3}",
    "thin spaces": "{0}\u2009{1}\u2009{2}\u2009{3}",
    "tabs": "{0}\t{1}\t{2}\t{3}",
    "nothing that is seen": "{0}\u200b{1}\u2060{2}\u00ad{3}",
    "a line each": "{0}\n{1}\r\n{2}\n{3}",
    "a bullet each": "* {0}\n* {1}\n* {2}\n* {3}",
    "a quoted mail": ">> {0} {1}\n>> {2} {3}",
    "six and ten": "{0}{1[0]}{1[1]} {1[2]}{1[3]}{2}{3}",
    "a table": "<tr><td>{0}</td>\n  <td>{1}</td><td>{2}</td><td>{3}</td></tr>",
    "bold on a page": "<b>{0}</b> <i>{1}</i> {2} <strong>{3}</strong>",
    "spaces of a page": "{0}&nbsp;{1}&nbsp;{2}&#160;{3}",
    "encoded": "{0}%20{1}%20{2}%20{3}",
    "in an address": "https://pay.example/x?number={0}{1}{2}{3}&go=1",
    "in Markdown": "**{0}** *{1}* `{2}` __{3}__",
    "in JSON": '{{"n": "{0}{1}{2}{3}"}}',
    "a year before": "2024 {0} {1} {2} {3}",
    "an expiry before": "11/28 {0} {1} {2} {3}",
    "expiry and code behind": "{0} {1} {2} {3} 11/28 987",
    "expiry and code behind, as keyed in": "{0}{1}{2}{3}1128987",
    "letters glued to it": "no{0}{1}{2}{3}ok",
    "a letter between": "{0}x{1}x{2}x{3}",
    "words between": "{0} and {1} and {2} and then {3}",
    "words between, in Spanish": "{0} luego {1} luego {2} luego {3}",
    "words between, and more of them": "{0} and after that {1} followed by {2} and {3}",
    "the dash said": "{0} dash {1} dash {2} dash {3}",
    "words between, in German": "{0} danach {1} dann {2} und zum Schluss {3}",
    "each group named": "first {0}, second {1}, third {2} and the last four {3}",
    "the lines of a list": "1. {0}\n2. {1}\n3. {2}\n4. {3}",
    "a comment between on a page": "{0}<!-- a -->{1}<!-- b -->{2}<!-- c -->{3}",
}
SCRIPTS = {
    "full width": "０１２３４５６７８９",
    "Arabic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "Devanagari": "०१२३४५६७८९",
    "Thai": "๐๑๒๓๔๕๖๗๘๙",
    "mathematical": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "Han": "〇一二三四五六七八九",
    "look-alikes": "olZ3456789",
}
WORDS = {
    "English": "zero one two three four five six seven eight nine",
    "English, as said": "oh one two three four five six seven eight nine",
    "German": "null eins zwei drei vier fünf sechs sieben acht neun",
    "Spanish": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "French": "zéro un deux trois quatre cinq six sept huit neuf",
    "Italian": "zero uno due tre quattro cinque sei sette otto nove",
    "Portuguese": "zero um dois três quatro cinco meia sete oito nove",
    "Dutch": "nul een twee drie vier vijf zes zeven acht negen",
    "Polish": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "Swedish": "noll ett två tre fyra fem sex sju åtta nio",
    "Danish": "nul en to tre fire fem seks syv otte ni",
    "Czech": "nula jedna dva tři čtyři pět šest sedm osm devět",
    "Turkish": "sıfır bir iki üç dört beş altı yedi sekiz dokuz",
}
ISSUED = {"4": 16, "51": 16, "55": 16, "2223": 16, "6011": 16, "3530": 16, "5018": 16}


def cards(how_many: int) -> list[str]:
    """Numbers as issuers make them, the same in every run; each with a nought and a one, which letters can stand for."""
    chance = random.Random(18)  # noqa: S311 - the same in every run
    made: list[str] = []
    while len(made) < how_many:
        beginning = chance.choice(sorted(ISSUED))
        body = beginning + "".join(chance.choices("0123456789", k=ISSUED[beginning] - 1 - len(beginning)))
        card = body + str(luhn.calc_check_digit(body))
        if "0" in card and "1" in card[:14]:
            made.append(card)
    return made


def written(card: str) -> dict[str, str]:
    """The number in every form."""
    groups = [card[place : place + 4] for place in range(0, 16, 4)]
    forms = {name: form.format(*groups) for name, form in FORMS.items()}
    forms["single digits"] = " ".join(card)
    forms["keycaps"] = "".join(f"{digit}\ufe0f\u20e3" for digit in card)
    forms["entities"] = "".join(f"&#{ord(digit)};" for digit in card)
    forms["every character escaped in JSON"] = "".join(f"\\u{ord(digit):04x}" for digit in card)
    forms["every character encoded"] = "".join(f"%{ord(digit):02X}" for digit in card)
    for script, digits in SCRIPTS.items():
        forms[script] = " ".join("".join(digits[int(digit)] for digit in group) for group in groups)
    for language, said in WORDS.items():
        words = said.split()
        forms[f"said in {language}"] = " ".join(words[int(digit)] for digit in card)
        if language == "Danish":  # "to" alone is no number in most languages
            continue
        forms[f"half said in {language}"] = (
            " ".join(words[int(digit)] for digit in groups[0]) + f" {groups[1]} {groups[2]} {groups[3]}"
        )
    return forms


NAMES = list(written("4539578763621486"))


@every("name", NAMES)
@every("beside", ["my card is {} please help", "it says {} please help", "{}"])
def test_a_card_number_is_found_in_every_form(name: str, beside: str) -> None:
    """With a word for cards beside it, with another one, and alone: it goes, and is counted as a card."""
    for card in cards(12):
        text = beside.format(written(card)[name])
        masked = mask(text)
        assert masked.counts.get("card") == 1, text
        assert card[4:12] not in "".join(filter(str.isdigit, masked.text)), text


@every(
    "text",
    [
        "3714 496353 98431",
        "371449635398431",
        "3852 000002 3237",
        "6304 0000 0000 0000 00",
        "thirty-seven fourteen forty-nine sixty-three fifty-three ninety-eight four three one",
        "the number: einundfünfzig null fünf zehn einundfünfzig null fünf zehn einundfünfzig null null",
        "five one oh five, one oh five one, then oh five one oh, then five one oh oh",
        "I paid with 5105 1051 0510 5100 for order 77",
        "my order failed, please charge 5105105105105100",
        "order 77: 5105105105105100",
        "order 5105 1051 0510 5100",
        "primero 5105, luego 1051, después 0510 y por fin 5100",
        "först 5105, sedan 1051, därefter 0510 och till sist 5100",
        "nejdřív 5105, pak 1051, potom 0510 a nakonec 5100",
    ],
)
def test_cards_of_other_lengths_and_in_other_company(text: str) -> None:
    """Fewer and more digits, said in pairs, beside orders that they pay for."""
    assert mask(text).counts == {"card": 1}, mask(text)


def test_the_cards_of_these_tests_are_issued() -> None:
    """They would prove nothing otherwise."""
    assert all(map(is_issued, cards(50)))


def test_a_card_in_pairs_is_no_date() -> None:
    """Its last three pairs may read as one; a date that stands by itself stays."""
    for apart in "-/.":
        assert (
            apart.join(["41", *["11"] * 7])
            not in mask(f"a formal complaint {apart.join(['41', *['11'] * 7])} today").text
        )
        dated = f"from 12{apart}11{apart}25 until 14{apart}11{apart}25"
        assert mask(dated).text == dated
