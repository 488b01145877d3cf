"""Words that a run says to customers, by language. Pure."""

from collections.abc import Mapping

DEFAULT = "en"

ASK: Mapping[str, str] = {
    "en": "Please tell me: {field}.",
    "de": "Bitte nennen Sie mir: {field}.",
    "fr": "Veuillez m'indiquer : {field}.",
    "es": "Por favor, indíqueme: {field}.",
}
DOES_NOT_FIT: Mapping[str, str] = {
    "en": "I cannot use that answer.",
    "de": "Mit dieser Antwort kann ich nichts anfangen.",
    "fr": "Je ne peux pas utiliser cette réponse.",
    "es": "No puedo usar esa respuesta.",
}
DONE: Mapping[str, str] = {
    "en": "It is done: {title}.",
    "de": "Es ist erledigt: {title}.",
    "fr": "C'est fait : {title}.",
    "es": "Está hecho: {title}.",
}
TO_A_PERSON: Mapping[str, str] = {
    "en": "I could not do this. A person takes over.",
    "de": "Das konnte ich nicht erledigen. Ein Mensch übernimmt.",
    "fr": "Je n'ai pas pu le faire. Une personne prend le relais.",
    "es": "No he podido hacerlo. Una persona se encarga.",
}
NOT_KNOWN: Mapping[str, str] = {
    "en": "I cannot tell whether this was done. A person checks it; please do not ask for it again meanwhile.",
    "de": "Ich weiß nicht, ob das erledigt wurde. Ein Mensch prüft es; bitte stoßen Sie es nicht noch einmal an.",
    "fr": "Je ne sais pas si cela a été fait. Une personne vérifie ; veuillez ne pas le redemander entre-temps.",
    "es": "No sé si se ha hecho. Una persona lo comprueba; por favor, no lo pida de nuevo mientras tanto.",
}


def said(texts: Mapping[str, str], language: str | None) -> str:
    """Returns the text of a language; in English where there is none."""
    return texts.get(language or DEFAULT, texts[DEFAULT])
