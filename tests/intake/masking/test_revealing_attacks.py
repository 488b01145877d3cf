"""Texts that try to slip what was said in private past the gate, in English and German; and plain ones that must pass."""

from mci_router.intake.masking.cardinals import counted
from mci_router.intake.masking.dates import days_of_year
from mci_router.intake.masking.revealing import revealed
from tests.support.growth import grows_as_the_text, of
from tests.support.rows import every

KNOWN = ["Kim Roe", "kim.roe@post.example", "crm-4711", "Ann Quill"]
PRIVATE = [
    "My order is 7714 92 and I live with my sister Rosalind Tamm at the old lighthouse in Greifswald",
    "I was born on 14 March 1987, my neighbour Mr Oduya has the spare key",
    "my iban is DE89 3704 0044 0532 0130 00 and my flat is Lindenstraße 12b, third floor",
    "Meine Kollegin Wiebke Jansen hat mir gesagt dass der Techniker schon am Dienstag da war",
    "we paid 310 dollars twice because my husband lost his job in spring",
    "I am born on 03.07.1991 and my code word was bluebird seven",
]
REVEALING = {
    "names": [
        *("then kim called us", "frau roe hatte angerufen", "It was Kims box", "roe's line is fixed", "Roe, Kim"),
        *("K1m R0e wrote", "then r03 wrote", "Кіm wrote", "K\u200bi\u200bm wrote", "Ｋｉｍ wrote", "𝐊𝐢𝐦 wrote"),
        *("Ⓚⓘⓜ wrote", "🇰🇮🇲 wrote", "K̶i̶m̶ wrote", "K.i.m wrote", "K\ni\nm wrote", "\u202emiK\u202c wrote"),
        *("K&#105;m wrote", "K%69m wrote", "&#x4b;im wrote"),
    ],
    "other people": [
        *("Rosalind said so", "Tamm was right", "the sister rosalind has it", "Mr Oduya has it", "oduya has the key"),
        *("Wiebke hat es gesagt", "wiebke jansen hat es gesagt", "It was Wiebkes idea"),
    ],
    "numbers": [
        *("it was seven seven one four nine two", "siebenundsiebzig vierzehn zweiundneunzig", "7 7 1 4 9 2"),
        *("we paid three hundred and ten back", "dreihundertzehn Euro zurück", "７７１４９２", "⁷⁷¹⁴⁹²", "⑦⑦①④⑨②"),
        *("7️⃣7️⃣1️⃣4️⃣9️⃣2️⃣", "77l4 9z", "it ends with 4 92", "it starts with 7714", "the account with 0130 00"),
        *("DE89 3704", "the card ending in 3000", "the last digits are 492", "the word BLUEBIRD"),
    ],
    "addresses": [
        *("at Linden Street twelve b, Lindenstraße 12", "Lindenstr. 12b", "lindenstraße 12", "12 Mill Road"),
        *("17489 Greifswald", "the lighthouse near Greifswald", "a house in greifswald"),
    ],
    "e-mail": [
        *("wiebke.j at gmx dot net", "wiebke.j(at)gmx.net", "wiebke.j at gmx.net", "wiebke.j ät gmx punkt net"),
        *("wiebke.j [ät] gmx [punkt] net", "w i e b k e . j @ g m x . n e t", "kim _at_ post _dot_ example"),
    ],
    "days": [
        *("born 1987-03-14", "am 14.3.1987 geboren", "on the fourteenth of March", "on 14 March", "March 14th"),
        *("on 14/3/87", "3 July 1991", "am dritten Juli", "dritter Juli neunzehnhunderteinundneunzig"),
    ],
    "quotes": [
        *("my husband lost his job", "because my husband lost his", "der Techniker schon am Dienstag da"),
        *("MY HUSBAND, LOST-HIS JOB", "my husbаnd lоst his jоb in sprіng"),
    ],
}
HARMLESS = [
    "Hold the 1 until it beeps, then speak. It works on every phone.",
    "A double charge like this one is paid back within three days.",
    "Restart your iPhone and open Settings. Wait 300 seconds, then press 2.",
    "The outage in Berlin was fixed on Monday. On 5 May the price changes.",
    "Please wait two hundred seconds. You can find it at example.com; look at settings.",
    "Bitte starten Sie den Router neu. Die Techniker kommen an Werktagen zwischen 8 und 17 Uhr.",
    "Your friend can set it up, and so can the manager of the shop. Die Kollegin im Laden hilft gern.",
    "Update to version 12.4 or later. May I ask you to restart it? You may. Es kostet hundert Euro.",
    "Press the blue button for seven seconds. 50% of lines are affected. Choose A&B, then C.",
]


@every("said", [one for kind in REVEALING.values() for one in kind])
def test_what_would_reveal_something_has_a_place(said: str) -> None:
    """Which lies within the text, and has words of it."""
    places = revealed(said, KNOWN, PRIVATE)
    assert places
    for place in places:
        assert 0 <= place.offset < place.offset + place.length <= len(said)
        assert said[place.offset : place.offset + place.length].strip()


@every("said", HARMLESS)
def test_what_an_agent_says_in_own_words_passes(said: str) -> None:
    """Else nobody would be answered in public at all."""
    assert revealed(said, KNOWN, PRIVATE) == []


def test_what_stands_in_public_may_be_said_again() -> None:
    """A day, a place and a name that the customer wrote in the thread."""
    public = ["Since 14 March nothing works in Greifswald, Oduya says"]
    assert revealed("What began on 14 March in Greifswald is over, as Oduya says.", [], PRIVATE, public) == []


def test_numbers_and_days_are_read_as_people_say_them() -> None:
    """In both languages, from a hundred on; a version is no day."""
    assert [
        number for *_, number in counted("two thousand and five, zweitausendfünfhundert, one hundred twenty three")
    ] == [
        "2005",
        "123",
        "2500",
    ]
    assert not list(counted("hundreds of, one two three, wunderhundertfach"))
    assert [(one.day, one.month) for one in days_of_year("the 3rd of July, 24.12.")] == [(3, 7), (24, 12)]
    assert not list(days_of_year("1.2.3 or 3.4.1 or 192.168.1.1"))


@every(
    "piece",
    ["one hundred ", "live in ", "Aaa Bbb ", "Mr Aaa ", "1 2 3 ", "a@", "a . ", "1.2.1999 ", "fünfundzwanzigtausend"],
)
def test_it_takes_no_more_for_hostile_texts(piece: str) -> None:
    """Linear in their length: a private part and a summary of a fiftieth of it, as the longest are, all of one piece."""
    assert grows_as_the_text(lambda text: revealed(of(piece, len(text) // 50), KNOWN, [text]), piece, 5_000)
