"""Addresses at which nobody reads: programs send from them. Pure."""

from mci_router.patterns import lazy_pattern

_NO_REPLY = lazy_pattern(
    r"(?:.*[-._+])?(?:no|do-?not|dont)[-._]?(?:reply|replies|respond|response|answer)(?:[-._+].*)?"
    r"|(?:ne-?pas|non?|na[oã])[-._]?(?:respond(?:er|a|as)|repondre|rispondere|contestar)|(?:nicht-?antworten|keine-?antwort)"
)
LONGEST = 254  # characters of an address


def hears_nobody(local: str) -> bool:
    """Returns whether the part of an address before the @, in lower case, says that nobody reads there."""
    return len(local) <= LONGEST and _NO_REPLY.fullmatch(local) is not None
