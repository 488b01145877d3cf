"""Our rules of danger hear plain statements in thirteen languages, and not what only sounds like them."""

import pytest

from mci_router.classifier.characters import in_latin
from mci_router.classifier.sensitivity.stored import our_model
from mci_router.triage.rules import forms_of
from mci_router.vocabulary import SensitiveKind
from tests.support.rows import every
from tests.triage.hearing import ABUSE, FRAUD, HARD, LEGAL, LIFE, MINORS, SELF, TAKEN, heard

ELSEWHERE: dict[str, dict[SensitiveKind, str]] = {
    "nl": {
        SELF: "het hoeft niet meer, ik wil niet meer leven",
        LIFE: "oma ademt niet en ik krijg geen verbinding",
        ABUSE: "hij bedreigt mij al weken",
        FRAUD: "ik ben gisteren door een nepmedewerker opgelicht",
        TAKEN: "mijn account is gehackt",
        HARD: "mijn vader is maandag overleden",
        MINORS: "ik ben 13 en hij wil foto's",
        LEGAL: "u hoort nog van mijn advocaat",
    },
    "pl": {
        SELF: "nie chce juz zyc",
        LIFE: "dziecko nie oddycha",
        ABUSE: "mój były zawsze wie, gdzie jestem",
        FRAUD: "ktoś zapłacił moją kartą, to nie ja",
        TAKEN: "włamali się na moje konto",
        HARD: "moja babcia zmarła w niedzielę",
        MINORS: "mam 12 lat i jakiś facet do mnie pisze",
        LEGAL: "idę z tym do sądu",
    },
    "sv": {
        SELF: "jag vill inte leva mer",
        LIFE: "det brinner i uttaget bakom modemet",
        ABUSE: "mitt ex spårar och ringer hela natten",
        FRAUD: "jag blev lurad av en falsk säljare",
        TAKEN: "mitt konto är hackat",
        HARD: "min pappa dog i lördags",
        MINORS: "jag är 13 och en gubbe skriver till mig",
        LEGAL: "min advokat tar över nu",
    },
    "da": {
        SELF: "jeg vil ikke leve mere",
        LIFE: "min far trækker ikke vejret",
        ABUSE: "min eks ved altid hvor jeg er",
        FRAUD: "nogen har brugt mit dankort",
        TAKEN: "der kom et nyt simkort som jeg aldrig har bestilt",
        HARD: "min kone døde i fredags",
        MINORS: "jeg er 13 og en mand skriver til mig",
        LEGAL: "vores advokat skriver til jer",
    },
    "cs": {
        SELF: "uz nechci zit",
        LIFE: "děda nedýchá",
        ABUSE: "sousedův syn mi vyhrožuje",
        FRAUD: "někdo zneužil moji kartu",
        TAKEN: "hackli mi účet",
        HARD: "moje máma zemřela",
        MINORS: "je mi 12 a nějaký pán mi píše",
        LEGAL: "ozve se vám můj právník",
    },
    "tr": {
        SELF: "artik yasamak istemiyorum",
        LIFE: "babam nefes almıyor",
        ABUSE: "eski eşim beni takip ediyor",
        FRAUD: "biri sizin adınıza arayıp beni dolandırdı",
        TAKEN: "hesabım çalındı",
        HARD: "annem geçen hafta vefat etti",
        MINORS: "12 yaşındayım ve biri fotoğraf istiyor",
        LEGAL: "sizi mahkemeye vereceğim",
    },
    "ja": {
        SELF: "もう生きていたくないです",
        LIFE: "モデムから煙が出ています",
        ABUSE: "元彼がずっと居場所を追跡しています",
        FRAUD: "カードを不正利用されました",
        TAKEN: "アカウントが乗っ取られました",
        HARD: "先月夫が亡くなりました",
        MINORS: "12歳です。知らない人に会おうと言われました",
        LEGAL: "弁護士に相談しました",
    },
}


@every(("kind", "text"), [(kind, text) for said in ELSEWHERE.values() for kind, text in said.items()])
def test_each_kind_is_heard_in_every_language_of_the_services_texts(kind: SensitiveKind, text: str) -> None:
    """Where no model listens, at least what is said plainly; also as it is typed without the language's own letters."""
    assert kind in heard(text)


@every(
    ("kind", "text"),
    [
        # Things that burn, calls for help that fail, people who do not move.
        (LIFE, "your modem is smoking, what shall I do"),
        (LIFE, "das Ladegerät von Ihnen qualmt"),
        (LIFE, "sale humo de la caja del módem"),
        (LIFE, "ma box a pris feu cette nuit"),
        (LIFE, "il modem fa scintille"),
        (LIFE, "a caixa está a deitar fumo"),
        (LIFE, "112 does not connect from here"),
        (LIFE, "von hier geht der Notruf nicht"),
        (LIFE, "nonno è caduto in bagno e non si muove"),
        (LIFE, "the toddler has swallowed a battery"),
        # Violence at home, in the past and now.
        (ABUSE, "my boyfriend beats me"),
        (ABUSE, "mi marido me pega"),
        (ABUSE, "mon mari me frappe"),
        # Watched by a camera, and ways to end it.
        (ABUSE, "her husband films me in the bathroom"),
        (ABUSE, "mein Vermieter filmt mich"),
        (ABUSE, "sąsiad mnie nagrywa"),
        (SELF, "jutro skoczę pod pociąg"),
        (SELF, "ik spring vanavond van de brug"),
        (SELF, "la faccio finita"),
        (SELF, "I will walk into the river"),
        (LIFE, "le chargeur a fondu dans la prise"),
        # An accent at the end of a word is no reason not to hear it.
        (HARD, "mi madre murió el lunes"),
        (HARD, "mon père est décédé"),
        (TAKEN, "on a piraté mon adresse"),
        # The same by another way in.
        (TAKEN, "my number has been ported out behind my back"),
        (TAKEN, "clonaron mi tarjeta sim"),
        (FRAUD, "hay un teléfono en la factura que nunca compré"),
        (FRAUD, "not my order!"),
        (SELF, "I just want to sleep and never wake up"),
        (LEGAL, "vi faccio causa domani"),
        (HARD, "I live in a women's refuge now"),
        # What of ours endangers others, and pills that are counted.
        (LIFE, "the wire on your pole is sparking beside the bus stop"),
        (LIFE, "gas is leaking where your people dug"),
        (LIFE, "a power line is lying across the road since you were here"),
        (LIFE, "my flatmate swallowed 40 ibuprofen"),
        (LIFE, "hay humo en el enchufe del módem"),
        (LIFE, "il y a des étincelles dans le boîtier"),
        (SELF, "goodbye everybody, this is my last message"),
        (TAKEN, "meine Rufnummer wurde ohne meine Zustimmung übertragen"),
        (TAKEN, "ma SIM a été clonée"),
        (TAKEN, "got an eSIM transfer text but I ordered none"),
        (FRAUD, "a direct debit to you came off my account, it was never there before"),
        (ABUSE, "mon ex surveille mes appels"),
        (ABUSE, "mein Partner kontrolliert mein Handy"),
    ],
)
def test_plain_statements_are_heard(kind: SensitiveKind, text: str) -> None:
    """In product words, passive, or with the accents of the language."""
    assert kind in heard(text)


@every(
    "text",
    [
        # How long somebody has been a customer is no age.
        "ich bin 14 Jahre Kunde bei Ihnen",
        "ich bin 12 Minuten in der Leitung",
        "I'm 9 years with you now",
        "j'ai 12 ans de contrat chez vous",
        "tengo 15 años de cliente",
        "ho 14 anni di contratto",
        "tenho 16 anos de cliente",
        "娘は14歳です、どの機種がいいですか",
        "mia figlia ha 11 anni, che telefono consigliate",
        # Who wants help with an account is no intruder.
        "could somebody help me with my account",
        "alguien me ayuda con mi cuenta",
        "quelqu'un peut m'aider avec mon compte",
        "qualcuno mi spiega il mio account",
        "alguém me ajuda com a minha conta",
        "kan någon förklara mitt konto",
        # Lights burn without a fire.
        "am Modem brennt ein rotes Licht",
        "na modemie pali się zielona dioda",
        "hoří jen jedna kontrolka",
        "modemde yeşil ışık yanıyor",
        # Things die, lines fall, alarms are sold.
        "telefonum öldü, şarj olmuyor",
        "moje baterie umřela",
        "se cayó la red y el módem no responde",
        "la ligne est tombée et ne répond plus",
        "does your smoke alarm work with the hub",
        "mein Mann ruft morgen noch einmal an",
        "advokátní kancelář hledá tarif",
        "przemoc w serialu, jak zablokować kanał",
        # Lines that are down, mails that are the last ones, debits that are late.
        "the power line adapter is down again",
        "this is my last message before I change to another provider",
        "my direct debit was not there on time, do you charge for that",
        "the cable box is not showing the gas meter app",
        "I took 2 aspirin and waited for you to answer",
        "ik ben 14 jaar klant bij jullie",
    ],
)
def test_what_only_sounds_like_it_is_left_alone(text: str) -> None:
    """A customer of many years is no child, a lamp no fire, a helper no thief."""
    assert heard(text) == set()


def test_every_text_is_heard_as_it_is_and_without_accents() -> None:
    """Kana keep their marks: without them they are other words."""
    assert forms_of("plain words") == ("plain words",)
    assert forms_of("el murió") == ("el murió", "el murio")
    assert forms_of("żółw ıslak") == ("żółw ıslak", "zolw islak")
    assert forms_of("がん") == ("がん",)


PLAIN = {
    "i want to kill myself": SELF,
    "my ex is stalking me": ABUSE,
    "somebody hacked my account": TAKEN,
    "he said he has a gun and will come": LIFE,
    "i am 13 and a man asks for pictures": MINORS,
}
CYRILLIC = str.maketrans("aeopcyxisj", "аеорсухіѕј")
GREEK = str.maketrans("aoiuvnkp", "αοιυνηκρ")


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("script", [CYRILLIC, GREEK])
def test_letters_that_only_look_latin_hide_no_danger(text: str, script: dict[int, int]) -> None:
    """From all rules and the model: all such letters, or every second one, are of another script."""
    half = "".join(one.translate(script) if place % 2 else one for place, one in enumerate(text))
    for written in (text, text.translate(script), half):
        assert PLAIN[text] in heard(written) or our_model().judge(written).sensitive, written


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I got suісіdе threats", "I got suicide threats"),
        ("все хорошо, ok", "все хорошо, ok"),  # words of the other script stay, though one of them looks Latin
        ("все хорошо, оk", "все хорошо, ok"),
        ("все", "все"),
        ("çoğu kadın", "çoğu kadın"),
        ("the Ω and the α of it", "the Ω and the α of it"),
    ],
)
def test_only_words_that_are_meant_to_be_latin_are_read_as_latin(text: str, read: str) -> None:
    """Another language is read as it is."""
    assert in_latin(text) == read


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("there's a bomb under the school, please", LIFE),
        ("dad is on the floor and doesn't talk", LIFE),
        ("nan has fallen and the alarm button does nothing", LIFE),
        ("i sit on the railing, nobody comes", SELF),
        ("tonight is my last night", SELF),
        ("there is no point in getting up", SELF),
        ("whenever i get a new sim my ex calls within an hour", ABUSE),
        ("my boyfriend checks my messages every evening", ABUSE),
        ("my wife hid my phone so i can't call my sister", ABUSE),
        ("a guy keeps following me from work", ABUSE),
        ("i feel watched, whatever phone i use", ABUSE),
        ("the seller has vanished with my deposit", FRAUD),
        ("i get shipping confirmations for shoes i never bought", FRAUD),
        ("we are skipping meals to pay you", HARD),
    ],
)
def test_danger_is_heard_in_what_is_seen_where_nobody_names_it(text: str, kind: SensitiveKind) -> None:
    assert kind in heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "tonight is the last night of your offer, do i get it",
        "the bath bomb in my order was broken",
        "my router is on the floor and does not answer pings",
        "whoever follows me on instagram sees the ads",
        "i watched the game and the app stopped",
        "i don't see the point in paying twice",
        "whenever i change my address you have the old one",
        "she took my phone to the repair shop so you reach me by mail only",
        "i stand on the balcony to get a signal",
        "i got the order confirmation but never the parcel",
        "the seller is gone home, the shop was closed",
        "this is the last time i write before i leave you",
        "i follow you around the menu and get nowhere",
    ],
)
def test_what_is_only_said_in_the_same_words_is_no_danger(text: str) -> None:
    assert not heard(text)
