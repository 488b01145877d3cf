"""The volume × touch matrix: which cell, and who may read along."""

from mci_router.vocabulary import Cell, Modality, Outcome, Touch, Volume

_CELLS = {
    (Volume.HIGH, Touch.LOW): Cell.HIGH_VOLUME_LOW_TOUCH,
    (Volume.LOW, Touch.LOW): Cell.LOW_VOLUME_LOW_TOUCH,
    (Volume.HIGH, Touch.HIGH): Cell.HIGH_VOLUME_HIGH_TOUCH,
    (Volume.LOW, Touch.HIGH): Cell.LOW_VOLUME_HIGH_TOUCH,
}
_MODALITIES = {Outcome.COMMUNITY: Modality.MANY_TO_MANY, Outcome.INCIDENT: Modality.ONE_TO_MANY}


VOLUME_OF = {cell: volume for (volume, _), cell in _CELLS.items()}
"""The volume of each cell."""


def cell_of(volume: Volume, touch: Touch) -> Cell:
    return _CELLS[volume, touch]


def modality_of(outcome: Outcome) -> Modality:
    """A community post is read and answered by many, an incident's status goes to many; all else is between the customer and one other."""
    return _MODALITIES.get(outcome, Modality.ONE_TO_ONE)
