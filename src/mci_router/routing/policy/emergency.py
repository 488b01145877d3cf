"""Emergency words: what the customer of an urgent contact reads at once. Pure."""

from collections.abc import Iterable

from mci_router.specs.workspace import WorkspaceSpec

DEFAULT_LANGUAGE = "en"
WORDS = {
    "en": "If somebody's life is in danger, call the emergency services now: "
    "112 in Europe, 999 in the UK, 911 in North America. "
    "A person of ours will read this next.",
    "de": "Wenn ein Leben in Gefahr ist, rufen Sie jetzt den Notruf 112 an. "
    "In einer Krise hilft in Deutschland auch die Telefonseelsorge: 0800 111 0 111. Ein Mensch von uns liest dies "
    "als Nächstes.",
    "es": "Si la vida de alguien está en peligro, llame ahora al número de emergencias, en Europa el 112. "
    "Una persona de nuestro equipo leerá esto enseguida.",
    "fr": "Si la vie de quelqu'un est en danger, appelez tout de suite les secours, en Europe le 112. "
    "Une personne de notre équipe lira ceci en premier.",
    "it": "Se la vita di qualcuno è in pericolo, chiami subito i soccorsi, in Europa il 112. "
    "Una persona del nostro team leggerà subito questo.",
    "pt": "Se a vida de alguém está em perigo, ligue já para o número de emergência, na Europa o 112. "
    "Uma pessoa da nossa equipa lerá isto em seguida.",
    "nl": "Als iemands leven in gevaar is, bel dan nu het alarmnummer, in Europa 112. "
    "Een van ons leest dit als eerste.",
    "pl": "Jeśli czyjeś życie jest zagrożone, zadzwoń teraz na numer alarmowy, w Europie 112. "
    "Nasz pracownik przeczyta to jako następne.",
    "sv": "Om någons liv är i fara, ring nödnumret nu, i Europa 112. En av oss läser det här härnäst.",
    "da": "Hvis nogens liv er i fare, så ring til alarmcentralen nu, i Europa 112. En af os læser dette som det næste.",
    "cs": "Je-li něčí život v ohrožení, volejte ihned tísňovou linku, v Evropě 112. "
    "Někdo z nás si to přečte jako další.",
    "tr": "Birinin hayatı tehlikedeyse hemen acil yardım numarasını arayın: Türkiye'de ve Avrupa'da 112. "
    "Bunu sırada ilk olarak bir çalışanımız okuyacak.",
    "ja": "命に危険があるときは、すぐに緊急の番号に電話してください。日本では救急と消防が119、警察が110です。"
    "この内容は担当者が次に読みます。",
}
"""Our words, for languages for which a workspace has none. A workspace should name the numbers of its own country."""


def emergency_words(spec: WorkspaceSpec, languages: Iterable[str | None]) -> str:
    """Returns the words in each of the languages, in their order: that which the customer writes comes first."""
    known = [language for language in languages if language] or [DEFAULT_LANGUAGE]
    return "\n\n".join(dict.fromkeys(_words_in(spec, language) for language in known))


def _words_in(spec: WorkspaceSpec, language: str) -> str:
    """Returns the workspace's words in a language, else ours in it; else the same in English."""
    own = spec.emergency
    for wanted in (language, DEFAULT_LANGUAGE):
        if wanted in own:
            return own[wanted]
        if wanted in WORDS:
            return WORDS[wanted]
    return WORDS[DEFAULT_LANGUAGE]
