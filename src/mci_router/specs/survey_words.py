"""Words of surveys, in the customer's language: the question, and what the ends of its scale mean. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mci_router.vocabulary import SurveyKind

DEFAULT = "en"


class Words(NamedTuple):
    """A question, and what its lowest and its highest score mean."""

    question: str
    low: str
    high: str


WORDS: Mapping[SurveyKind, Mapping[str, Words]] = {
    SurveyKind.CSAT: {
        "en": Words("How satisfied are you with how we helped you?", "very dissatisfied", "very satisfied"),
        "de": Words("Wie zufrieden sind Sie mit unserer Hilfe?", "sehr unzufrieden", "sehr zufrieden"),
        "fr": Words("Êtes-vous satisfait de notre aide ?", "pas du tout satisfait", "très satisfait"),
        "es": Words("¿Está satisfecho con nuestra ayuda?", "muy insatisfecho", "muy satisfecho"),
        "it": Words("Quanto è soddisfatto del nostro aiuto?", "per niente soddisfatto", "molto soddisfatto"),
        "pt": Words("Está satisfeito com a nossa ajuda?", "muito insatisfeito", "muito satisfeito"),
        "nl": Words("Hoe tevreden bent u over onze hulp?", "zeer ontevreden", "zeer tevreden"),
        "pl": Words("Czy są Państwo zadowoleni z naszej pomocy?", "bardzo niezadowoleni", "bardzo zadowoleni"),
        "sv": Words("Hur nöjd är du med vår hjälp?", "mycket missnöjd", "mycket nöjd"),
        "da": Words("Hvor tilfreds er du med vores hjælp?", "meget utilfreds", "meget tilfreds"),
        "cs": Words("Jak jste spokojeni s naší pomocí?", "velmi nespokojeni", "velmi spokojeni"),
        "tr": Words("Yardımımızdan ne kadar memnunsunuz?", "hiç memnun değilim", "çok memnunum"),
        "ja": Words("当社の対応にどの程度ご満足いただけましたか。", "とても不満", "とても満足"),
    },
    SurveyKind.CES: {
        "en": Words("We made it easy for you to have your matter settled.", "I disagree strongly", "I agree strongly"),
        "de": Words(
            "Wir haben es Ihnen leicht gemacht, Ihr Anliegen zu klären.", "trifft gar nicht zu", "trifft voll zu"
        ),
        "fr": Words(
            "Il vous a été facile de régler votre demande avec nous.", "pas du tout d'accord", "tout à fait d'accord"
        ),
        "es": Words("Le resultó fácil resolver su asunto con nosotros.", "muy en desacuerdo", "muy de acuerdo"),
        "it": Words(
            "È stato facile risolvere la sua richiesta con noi.", "per niente d'accordo", "del tutto d'accordo"
        ),
        "pt": Words("Foi fácil resolver o seu assunto connosco.", "discordo totalmente", "concordo totalmente"),
        "nl": Words(
            "Wij hebben het u gemakkelijk gemaakt om uw vraag op te lossen.", "helemaal oneens", "helemaal eens"
        ),
        "pl": Words("Załatwienie sprawy z nami było łatwe.", "zdecydowanie nie", "zdecydowanie tak"),
        "sv": Words("Det var lätt att få ditt ärende löst hos oss.", "håller inte alls med", "håller helt med"),
        "da": Words("Det var let at få din sag løst hos os.", "helt uenig", "helt enig"),
        "cs": Words("Vyřešit vaši záležitost s námi bylo snadné.", "rozhodně nesouhlasím", "rozhodně souhlasím"),
        "tr": Words("Sorununuzu bizimle çözmek kolaydı.", "kesinlikle katılmıyorum", "kesinlikle katılıyorum"),
        "ja": Words("お問い合わせは簡単に解決できましたか。", "まったくそう思わない", "とてもそう思う"),
    },
    SurveyKind.NPS: {
        "en": Words("How likely is it that you would recommend us?", "not at all likely", "extremely likely"),
        "de": Words("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", "gar nicht", "äußerst wahrscheinlich"),
        "fr": Words("Quelle est la probabilité que vous nous recommandiez ?", "pas du tout probable", "très probable"),
        "es": Words("¿Con qué probabilidad nos recomendaría?", "nada probable", "muy probable"),
        "it": Words("Con quale probabilità ci consiglierebbe?", "per niente probabile", "molto probabile"),
        "pt": Words("Qual a probabilidade de nos recomendar?", "nada provável", "muito provável"),
        "nl": Words("Hoe waarschijnlijk is het dat u ons aanbeveelt?", "zeer onwaarschijnlijk", "zeer waarschijnlijk"),
        "pl": Words("Z jakim prawdopodobieństwem nas Państwo polecą?", "wcale", "bardzo prawdopodobne"),
        "sv": Words("Hur troligt är det att du rekommenderar oss?", "inte alls troligt", "mycket troligt"),
        "da": Words("Hvor sandsynligt er det, at du vil anbefale os?", "slet ikke sandsynligt", "meget sandsynligt"),
        "cs": Words("S jakou pravděpodobností byste nás doporučili?", "vůbec ne", "velmi pravděpodobně"),
        "tr": Words("Bizi tavsiye etme olasılığınız nedir?", "hiç olası değil", "çok olası"),
        "ja": Words("当社を人に薦める可能性はどのくらいですか。", "まったくない", "とても高い"),
    },
}
"""What is asked where the workspace has no text of its own."""


def words_of(kind: SurveyKind, language: str | None, own: Mapping[str, str] | None = None) -> Words:
    """Returns the words of a survey in a language, with the workspace's `own` question in it, if there is one; else
    the English ones.
    """
    texts, own = WORDS[kind], own or {}
    known = language if language and (language in own or language in texts) else DEFAULT
    words = texts.get(known) or texts[DEFAULT]
    return words._replace(question=own.get(known) or words.question)


def options(kind: SurveyKind, words: Words) -> Sequence[Mapping[str, Any]]:
    """Returns the scores of a survey, each as `{score, label}`; only those at the ends have words beside the number."""
    ends = {kind.scale[0]: words.low, kind.scale[-1]: words.high}
    return [{"score": one, "label": f"{one} – {ends[one]}" if one in ends else str(one)} for one in kind.scale]


def legend(kind: SurveyKind, words: Words) -> str:
    """Returns what the scale means, as one line."""
    return f"{kind.scale[0]} = {words.low}, {kind.scale[-1]} = {words.high}"
