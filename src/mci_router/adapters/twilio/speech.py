"""What callers hear, in their language. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of a language. `voice` is its tag for Twilio."""

    voice: str
    place: str
    next: str
    soon: str
    wait: str
    press: str
    called_back: str
    recorded: str
    sorry: str
    goodbye: str
    refused: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        "en-GB",
        "You are number {place} in line.",
        "You are next.",
        "We expect to be with you in less than a minute.",
        "The expected wait is {low} to {high} minutes.",
        "If you would rather be called back, press 1. You keep your place.",
        "Thank you. We will call you back.",
        "This call is recorded.",
        "We could not reach our colleague. You keep your place.",
        "Thank you for calling. Goodbye.",
        "We are sorry, we cannot take this call. Please reach us in another way.",
    ),
    "de": Words(
        "de-DE",
        "Sie sind Nummer {place} in der Warteschlange.",
        "Sie sind als Nächstes an der Reihe.",
        "Wir sind voraussichtlich in weniger als einer Minute für Sie da.",
        "Die Wartezeit beträgt voraussichtlich {low} bis {high} Minuten.",
        "Wenn Sie lieber zurückgerufen werden möchten, drücken Sie die 1. Sie behalten Ihren Platz.",
        "Vielen Dank. Wir rufen Sie zurück.",
        "Dieses Gespräch wird aufgezeichnet.",
        "Wir haben unsere Kollegin oder unseren Kollegen nicht erreicht. Sie behalten Ihren Platz.",
        "Vielen Dank für Ihren Anruf. Auf Wiederhören.",
        "Es tut uns leid, wir können diesen Anruf nicht annehmen. Bitte erreichen Sie uns auf einem anderen Weg.",
    ),
    "fr": Words(
        "fr-FR",
        "Vous êtes numéro {place} dans la file d'attente.",
        "Vous êtes le prochain appel.",
        "Nous devrions vous répondre dans moins d'une minute.",
        "Le temps d'attente estimé est de {low} à {high} minutes.",
        "Si vous préférez être rappelé, appuyez sur 1. Vous gardez votre place.",
        "Merci. Nous vous rappellerons.",
        "Cet appel est enregistré.",
        "Nous n'avons pas pu joindre notre collègue. Vous gardez votre place.",
        "Merci de votre appel. Au revoir.",
        "Nous sommes désolés, nous ne pouvons pas prendre cet appel. Veuillez nous joindre autrement.",
    ),
    "es": Words(
        "es-ES",
        "Es usted el número {place} de la cola.",
        "Es usted el siguiente.",
        "Esperamos atenderle en menos de un minuto.",
        "El tiempo de espera estimado es de {low} a {high} minutos.",
        "Si prefiere que le llamemos, pulse 1. Conserva su lugar.",
        "Gracias. Le llamaremos.",
        "Esta llamada se graba.",
        "No hemos podido contactar con nuestro compañero. Conserva su lugar.",
        "Gracias por su llamada. Adiós.",
        "Lo sentimos, no podemos atender esta llamada. Póngase en contacto con nosotros por otro medio.",
    ),
    "it": Words(
        "it-IT",
        "Lei è il numero {place} in coda.",
        "Lei è il prossimo.",
        "Prevediamo di risponderle in meno di un minuto.",
        "L'attesa prevista è da {low} a {high} minuti.",
        "Se preferisce essere richiamato, prema 1. Mantiene il suo posto.",
        "Grazie. La richiameremo.",
        "Questa chiamata viene registrata.",
        "Non siamo riusciti a raggiungere il nostro collega. Mantiene il suo posto.",
        "Grazie per aver chiamato. Arrivederci.",
        "Siamo spiacenti, non possiamo accettare questa chiamata. La preghiamo di contattarci in altro modo.",
    ),
    "pt": Words(
        "pt-PT",
        "É o número {place} na fila.",
        "É o próximo.",
        "Esperamos atendê-lo em menos de um minuto.",
        "O tempo de espera previsto é de {low} a {high} minutos.",
        "Se preferir que lhe liguemos, prima 1. Mantém o seu lugar.",
        "Obrigado. Vamos ligar-lhe.",
        "Esta chamada é gravada.",
        "Não conseguimos contactar o nosso colega. Mantém o seu lugar.",
        "Obrigado pela sua chamada. Adeus.",
        "Lamentamos, não podemos atender esta chamada. Contacte-nos por outro meio.",
    ),
}
"""The same languages as `settings.Language`."""


def where(words: Words, waiting: Mapping[str, Any]) -> str:
    """Returns a caller's place in line and expected wait, as far as they are known, of `GET …/waiting`."""
    place, wait = waiting.get("position"), waiting.get("expected_wait_s")
    said = [words.next if place in (None, 1) else words.place.format(place=place)]
    if wait and place is not None:
        low, high = math.floor(wait["low"] / 60), math.ceil(wait["high"] / 60)
        said.append(words.soon if high <= 1 else words.wait.format(low=max(low, 1), high=max(high, low + 1, 2)))
    return " ".join(said)
