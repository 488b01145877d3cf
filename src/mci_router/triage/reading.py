"""What triage reads of a contact. Pure."""

from mci_router.vocabulary import Channel


def read(subject: str | None, text: str, channel: Channel) -> str:
    """The subject and the text."""
    return f"{subject}\n{text}" if subject else text
