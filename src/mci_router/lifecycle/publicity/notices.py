"""Notices: the few texts that the service itself says about where a conversation goes on, by language. Pure."""

from collections.abc import Mapping

from mci_router.lifecycle.talking.parking import in_language

NOTICE: Mapping[str, str] = {
    "en": "We write to you directly.",
    "de": "Wir schreiben Ihnen direkt.",
    "fr": "Nous vous écrivons directement.",
    "es": "Le escribimos directamente.",
    "it": "Le scriviamo direttamente.",
    "pt": "Escrevemos-lhe diretamente.",
    "nl": "We schrijven u rechtstreeks.",
    "pl": "Napiszemy do Państwa bezpośrednio.",
    "sv": "Vi skriver till dig direkt.",
    "da": "Vi skriver direkte til dig.",
    "cs": "Napíšeme vám přímo.",
    "tr": "Size doğrudan yazıyoruz.",
    "ja": "直接ご連絡いたします。",
}
"""All that is said in public to a customer who is answered directly."""

ANSWERED: Mapping[str, str] = {
    "en": "The answer is in your thread now, where everybody can read it.",
    "de": "Die Antwort steht jetzt unter Ihrem Beitrag, wo alle sie lesen können.",
    "fr": "La réponse se trouve maintenant dans votre fil, où tout le monde peut la lire.",
    "es": "La respuesta está ahora en su hilo, donde todos pueden leerla.",
    "it": "La risposta è ora nella sua discussione, dove tutti possono leggerla.",
    "pt": "A resposta está agora no seu tópico, onde todos a podem ler.",
    "nl": "Het antwoord staat nu in uw topic, waar iedereen het kan lezen.",
    "pl": "Odpowiedź znajduje się teraz w Państwa wątku, gdzie każdy może ją przeczytać.",
    "sv": "Svaret finns nu i din tråd, där alla kan läsa det.",
    "da": "Svaret står nu i din tråd, hvor alle kan læse det.",
    "cs": "Odpověď je nyní ve vašem vlákně, kde si ji může přečíst každý.",
    "tr": "Yanıt artık başlığınızda, herkes okuyabilir.",
    "ja": "回答をスレッドに掲載しました。どなたでもご覧いただけます。",
}
"""What a customer is told whose question is answered in public after a private conversation."""


def notice_in(language: str | None) -> str:
    """Returns the notice in a language, else in English."""
    return in_language(NOTICE, language) or NOTICE["en"]


def answered_in(language: str | None) -> str:
    """Returns what the customer is told in a language, else in English."""
    return in_language(ANSWERED, language) or ANSWERED["en"]
