"""The volume × touch matrix: which cell, and who may read along."""

from mci_router.vocabulary import Cell, Modality, Outcome, Touch, Volume

_CELLS = {
    (Volume.HIGH, Touch.LOW): Cell.HIGH_VOLUME_LOW_TOUCH,
    (Volume.LOW, Touch.LOW): Cell.LOW_VOLUME_LOW_TOUCH,
    (Volume.HIGH, Touch.HIGH): Cell.HIGH_VOLUME_HIGH_TOUCH,
    (Volume.LOW, Touch.HIGH): Cell.LOW_VOLUME_HIGH_TOUCH,
}


def cell_of(volume: Volume, touch: Touch) -> Cell:
    return _CELLS[volume, touch]


def modality_of(outcome: Outcome) -> Modality:
    """A community post is read and answered by many; everything else is between the customer and one other side."""
    return Modality.MANY_TO_MANY if outcome is Outcome.COMMUNITY else Modality.ONE_TO_ONE
