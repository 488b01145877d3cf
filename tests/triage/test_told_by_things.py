"""Danger is heard by what stands beside it: alarms, smoke, aids that are silent, threats, whom nobody at home may see."""

from mci_router.vocabulary import SensitiveKind
from tests.support.rows import every
from tests.triage.hearing import ABUSE, FRAUD, HARD, LEGAL, LIFE, MINORS, SELF, TAKEN, heard


@every(
    ("text", "kind"),
    [
        ("co alarm downstairs went off twice and my head is pounding", LIFE),
        ("the alarm in the hall says co and we all have headaches", LIFE),
        ("der kohlenmonoxidwarner heult seit zehn minuten", LIFE),
        ("el aparato de monóxido no para de sonar y el niño vomita", LIFE),
        ("le détecteur de monoxyde sonne et on a mal à la tête", LIFE),
        ("il rilevatore di monossido suona e ci gira la testa", LIFE),
        ("czujnik gazu wyje a my mamy zawroty", LIFE),
        ("de koolmonoxidemelder gaat af en we hebben hoofdpijn", LIFE),
        ("the extension your engineer fitted is sparking", LIFE),
        ("está a sair fumo do router", LIFE),
        ("grandads face droops and he cant say his name", LIFE),
        ("my newborn is limp, please i cant get through to anyone", LIFE),
        ("meine frau lallt und kann den arm nicht heben", LIFE),
        ("mi padre tiene la boca torcida y no habla", LIFE),
        ("no quiero despertar mañana", SELF),
        ("ojalá no despertara mañana", SELF),
        ("je voudrais dormir et ne jamais me réveiller", SELF),
        ("vorrei non svegliarmi più", SELF),
        ("não queria acordar amanhã", SELF),
        ("ich wünschte ich würde morgen nicht mehr aufwachen", SELF),
        ("je ne vois plus de raison de continuer", SELF),
        ("nie widze juz sensu zycia", SELF),
        ("hayatımın artık anlamı kalmadı", SELF),
        ("het leven hoeft voor mij niet meer", SELF),
        ("jeg kan ikke mere, jeg vil bare væk fra livet", SELF),
        ("wont need the phone after friday. wont need anything", SELF),
        ("my friend posted goodbye and turned his phone off where is it", SELF),
        ("my fathers emergency button does not work without the landline", HARD),
        ("la téléalarme de ma mère ne marche plus depuis la fibre", HARD),
        ("la teleasistencia de mi tía lleva dos días caída", HARD),
        ("il telesoccorso di mia nonna non funziona più", HARD),
        ("annemin acil butonu çalışmıyor", HARD),
        ("zona mi umarla", HARD),
        ("i will come to your shop and break every bone in that guys body", ABUSE),
        ("ill burn your store down if this isnt fixed today", ABUSE),
        ("dem techniker brech ich die beine", ABUSE),
        ("ich komme vorbei und schlage euren verkäufer zusammen", ABUSE),
        ("voy a romperle los dientes al comercial", ABUSE),
        ("je vais péter la gueule au livreur", ABUSE),
        ("spacco la faccia al vostro tecnico", ABUSE),
        ("i want my own plan but he mustnt get a letter about it", ABUSE),
        ("he keeps showing up at my work even after i blocked him", ABUSE),
        ("o meu namorado lê o meu telemóvel", ABUSE),
        ("mąż czyta moje smsy, nie może wiedzieć o tej karcie", ABUSE),
        ("kocam telefonumu karistiriyor yeni hattan haberi olmasin", ABUSE),
        ("mijn man doorzoekt mijn telefoon", ABUSE),
        ("un señor le pide fotos a mi hija de 10 años por el chat", MINORS),
        ("un homme veut voir mon fils de 13 ans", MINORS),
        ("un uomo chiede foto a mia figlia di 11 anni", MINORS),
        ("obcy facet pisze do mojej 11 letniej córki i chce zdjęcia", MINORS),
        ("an older man is asking my niece to turn the camera on", MINORS),
        ("i gave the caller the code off my screen and he hung up", FRAUD),
        ("sizin adiniza aradilar kodu verdim hesabim bosaltildi", FRAUD),
        ("since monday somebody else answers when people ring my number", TAKEN),
        ("sombody hakced my acount and is texting my freinds for money", TAKEN),
    ],
)
def test_what_stands_beside_danger_tells_of_it(text: str, kind: SensitiveKind) -> None:
    """In customers' words, with their slips, in eleven languages."""
    assert kind in heard(text)


@every(
    ("text", "kind"),
    [
        ("لا أريد أن أعيش بعد الآن", SELF),
        ("أريد أن أموت", SELF),
        ("أمي لا تتنفس", LIFE),
        ("زوجي يضربني وأنا خائفة", LIFE),
        ("معه سكين وأنا في الحمام", LIFE),
        ("سرق أحدهم بطاقتي ودفع بها", FRAUD),
        ("اخترقوا حسابي أمس", TAKEN),
        ("زوجي يهددني", ABUSE),
        ("عمري 12 سنة ورجل يطلب صور", MINORS),
        ("توفي أبي أمس وأريد إغلاق خطه", HARD),
        ("سوف يتصل بكم محامي", LEGAL),
    ],
)
def test_each_kind_is_heard_in_arabic(text: str, kind: SensitiveKind) -> None:
    """No text of the service is in it, and a person sees it anyway: this says how soon."""
    assert kind in heard(text)


@every(
    "text",
    [
        "which co alarm fits your smart hub",
        "does your smoke detector work with the hub",
        "how do i set the sos button on my phone",
        "does the panic button on the app cost extra",
        "la teleasistencia de mi madre va con el router nuevo?",
        "gdzie kupię czujnik czadu do waszej aplikacji",
        "my charger sparks joy, love the colour",
        "router lights are burning all night, can i turn them off",
        "he found me a better deal, can you match it",
        "he found us a plan with more data",
        "i will beat your competitors price with your offer",
        "struggling to find your contact page",
        "i'm going to kill the app and reinstall it",
        "break the contract for me please",
        "schlag mich tot, ich weiß die nummer nicht",
        "ich schlage vor, wir treffen uns um acht",
        "kids must not see adult channels, how do i lock them",
        "i wont need the second sim any more",
        "i wont be here on monday, please deliver on tuesday",
        "no quiero despertar al niño con el tono, como lo bajo",
        "je ne veux plus être réveillé par vos sms",
        "non voglio svegliarmi con le vostre chiamate",
        "ich will nicht mehr von werbung aufwachen",
        "i no longer want to wake up to your marketing texts",
        "mio marito controlla i miei giga",
        "mon mari regarde nos factures avec moi",
        "meu marido vê futebol pela vossa app",
        "i told the lady my new address, did you change it",
        "can i run it over ethernet instead",
        "the help button in your app does not work",
        "mi madre quiere mandar fotos a mi hija y no puede",
        "czy pan może sprawdzić czemu córka nie może wysłać zdjęć",
        "qué tipo de plan va bien para hablar con mi hija",
        "mein mann will unserer tochter bilder schicken und es geht nicht",
        "kann jemand meinem kind helfen die fotos zu laden",
        "mag ik niet weten wat het kost",
        "i told the lady the details of the fault twice",
        "quel type de forfait pour voir mon fils en vidéo",
        "someone told my son photos are deleted after a year, is it true",
        "the show is sparking debate, when is it on",
        "su tío quiere hablar con mi hija por videollamada",
        "أموت من الضحك على إعلانكم",
        "أريد تغيير باقتي",
    ],
)
def test_everyday_words_beside_them_are_left_alone(text: str) -> None:
    """A price that is beaten, an alarm that is for sale, a lamp that burns."""
    assert not heard(text)
