"""Languages as PostgreSQL reads them: which dictionary brings a word to its stem. Pure."""

STEMS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""By ISO 639 code; all of them come with PostgreSQL 13 and later."""

WITHOUT = "simple"
"""Words as they are, for all other languages."""


def stems_of(language: str | None) -> str:
    """Returns the dictionary of a language."""
    return STEMS.get(language or "", WITHOUT)
