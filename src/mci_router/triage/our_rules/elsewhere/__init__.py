r"""Danger in the other languages of the service's own texts: Dutch, Polish, Swedish, Danish, Czech, Turkish, Japanese;
and Arabic.

A file a language, so that somebody who speaks it can read it whole. No example teaches the model of sensitivity these
languages: a contact in one of them goes to a person anyway, and these rules say how soon. They are for plain
statements. RE2's `\b` knows the letters of English alone: where a word begins or ends with another letter, none is
written.
"""

from mci_router.triage.our_rules.elsewhere import arabic, czech, danish, dutch, japanese, polish, swedish, turkish

_LANGUAGES = (dutch, polish, swedish, danish, czech, turkish, japanese, arabic)


def said_elsewhere(rule: str) -> list[str]:
    """Returns the patterns of a rule in these languages."""
    return [pattern for language in _LANGUAGES for pattern in language.PATTERNS.get(rule, ())]


def not_meant_elsewhere(rule: str) -> list[str]:
    """Returns what looks like them and means something else."""
    return [pattern for language in _LANGUAGES for pattern in language.NOT_MEANT.get(rule, ())]
