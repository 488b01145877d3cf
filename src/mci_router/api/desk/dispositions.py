"""What is checked of a disposition before an agent's word is taken."""

from mci_router.errors import NotesNeeded, UnknownDisposition
from mci_router.specs.dispositions import in_order
from mci_router.specs.snapshot import Snapshot


def check_disposition(snapshot: Snapshot, disposition: str, notes: str | None) -> None:
    """Raises UnknownDisposition or NotesNeeded where the workspace has dispositions of its own.

    `notes` is None while they are still being written.
    """
    own = snapshot.own_dispositions
    if own and disposition not in own:
        raise UnknownDisposition(
            f"No disposition of this workspace is named {disposition!r}.",
            dispositions=[one.name for one in in_order(own)],
        )
    if own and own[disposition].notes_needed and notes is not None and not notes.strip():
        raise NotesNeeded(f"The disposition {disposition!r} needs notes.")
