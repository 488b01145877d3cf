"""Words of the question whether a summary may be shown, and of its answers, by language. Pure."""

import re
from collections.abc import Mapping

from mci_router.lifecycle.talking.parking import in_language
from mci_router.triage.reading import hear
from mci_router.vocabulary import Channel

ASKS: Mapping[str, str] = {
    "en": "May we post this in your thread, where everybody can read it?\n\n{text}\n\n"
    "Please answer YES or NO. Without an answer we do not post it.",
    "de": "Dürfen wir das unter Ihrem Beitrag veröffentlichen, wo alle es lesen können?\n\n{text}\n\n"
    "Bitte antworten Sie mit JA oder NEIN. Ohne Antwort veröffentlichen wir es nicht.",
    "fr": "Pouvons-nous publier ceci dans votre fil, où tout le monde peut le lire ?\n\n{text}\n\n"
    "Veuillez répondre OUI ou NON. Sans réponse, nous ne le publions pas.",
    "es": "¿Podemos publicar esto en su hilo, donde todos pueden leerlo?\n\n{text}\n\n"
    "Responda SÍ o NO, por favor. Sin respuesta no lo publicamos.",
    "it": "Possiamo pubblicare questo nella sua discussione, dove tutti possono leggerlo?\n\n{text}\n\n"
    "Risponda SÌ o NO, per favore. Senza risposta non lo pubblichiamo.",
    "pt": "Podemos publicar isto no seu tópico, onde todos o podem ler?\n\n{text}\n\n"
    "Responda SIM ou NÃO, por favor. Sem resposta não o publicamos.",
    "nl": "Mogen we dit in uw topic plaatsen, waar iedereen het kan lezen?\n\n{text}\n\n"
    "Antwoord alstublieft met JA of NEE. Zonder antwoord plaatsen we het niet.",
    "pl": "Czy możemy opublikować to w Państwa wątku, gdzie każdy może to przeczytać?\n\n{text}\n\n"
    "Prosimy odpowiedzieć TAK lub NIE. Bez odpowiedzi tego nie opublikujemy.",
    "sv": "Får vi lägga ut detta i din tråd, där alla kan läsa det?\n\n{text}\n\n"
    "Svara JA eller NEJ. Utan svar lägger vi inte ut det.",
    "da": "Må vi lægge dette i din tråd, hvor alle kan læse det?\n\n{text}\n\n"
    "Svar JA eller NEJ. Uden svar lægger vi det ikke ud.",
    "cs": "Můžeme toto zveřejnit ve vašem vlákně, kde si to může přečíst každý?\n\n{text}\n\n"
    "Odpovězte prosím ANO nebo NE. Bez odpovědi to nezveřejníme.",
    "tr": "Bunu başlığınızda, herkesin okuyabileceği yerde yayınlayabilir miyiz?\n\n{text}\n\n"
    "Lütfen EVET veya HAYIR diye yanıtlayın. Yanıt gelmezse yayınlamayız.",
    "ja": "次の内容を、どなたでも読めるスレッドに掲載してもよろしいですか。\n\n{text}\n\n"
    "「はい」または「いいえ」でお答えください。お返事がなければ掲載しません。",
}
NOT_SHOWN: Mapping[str, str] = {
    "en": "We do not post it.",
    "de": "Wir veröffentlichen es nicht.",
    "fr": "Nous ne le publions pas.",
    "es": "No lo publicamos.",
    "it": "Non lo pubblichiamo.",
    "pt": "Não o publicamos.",
    "nl": "We plaatsen het niet.",
    "pl": "Nie opublikujemy tego.",
    "sv": "Vi lägger inte ut det.",
    "da": "Vi lægger det ikke ud.",
    "cs": "Nezveřejníme to.",
    "tr": "Yayınlamıyoruz.",
    "ja": "掲載しません。",
}
YES = frozenset(
    (
        *("yes", "yes please", "yes you may", "yes you may post it", "you may post it", "yes post it"),
        *("ja", "ja bitte", "ja gerne", "ja gern", "ja das dürfen sie", "ja sie dürfen", "ja veröffentlichen"),
        *("oui", "sí", "si", "sì", "sim", "tak", "ano", "evet", "はい"),
    )
)
NO = frozenset(
    (
        *("no", "no thanks", "no thank you", "no please do not", "please do not post it", "do not post it"),
        *("nein", "nein danke", "nein bitte nicht", "bitte nicht", "bitte nicht veröffentlichen"),
        *("non", "não", "nao", "nee", "nie", "nej", "ne", "hayır", "hayir", "いいえ"),
    )
)
"""Whole answers. What says more, such as "yes, but without the date", is no consent: a person reads it."""
OF_ONE_LANGUAGE: Mapping[str, str] = {"tak": "pl"}
"""Words that are a yes in one language, and something else in another: to Danes "tak" is a thank-you."""
ANSWERS = YES | NO
LONGEST = 200  # characters of an answer, without the mail that it answers
_BETWEEN = re.compile(r"[\s.,;:!*()'\"„“”‚‘’«»。、！-]+")  # not what asks, marks a quotation, strikes out, or is a face
_MARKED = re.compile(r"^[>\s]+")


def asks_in(language: str | None, text: str) -> str:
    """Returns the question about a text in a language, else in English."""
    return (in_language(ASKS, language) or ASKS["en"]).replace("{text}", text)


def not_shown_in(language: str | None) -> str:
    """Returns what a customer reads of a summary that is not shown, in a language, else in English."""
    return in_language(NOT_SHOWN, language) or NOT_SHOWN["en"]


def may_answer(said: str) -> bool:
    """Returns whether a line of a message says yes or no: only then it is worth asking whether there is a question."""
    return any(_plain(line) in ANSWERS for line in said.splitlines() if len(line) <= LONGEST)


def answer_in(said: str, channel: Channel, language: str | None = None) -> bool | None:
    """Returns whether a customer agrees, by a message that says nothing else; None for any other message. `language`:
    of the question.
    """
    heard = hear(None, said, channel)
    if not heard.own or len(heard.topic) > LONGEST:
        return None
    own = _plain(heard.topic)
    if own in YES:
        return True if OF_ONE_LANGUAGE.get(own, language) == language else None
    return False if own in NO else None


def without_quoted(said: str, question: str) -> str:
    """Returns what a customer has said without the lines of a question that it repeats, as mails do."""
    asked = f" {' '.join(question.split())} "
    own = [line for line in said.splitlines() if f" {' '.join(_MARKED.sub('', line).split())} " not in asked]
    return "\n".join(own)


def _plain(said: str) -> str:
    return _BETWEEN.sub(" ", said.casefold()).strip()
