"""The volume × touch matrix: the cell of each pair."""

from mci_router.vocabulary import Cell, Touch, Volume

_CELLS = {
    (Volume.HIGH, Touch.LOW): Cell.HIGH_VOLUME_LOW_TOUCH,
    (Volume.LOW, Touch.LOW): Cell.LOW_VOLUME_LOW_TOUCH,
    (Volume.HIGH, Touch.HIGH): Cell.HIGH_VOLUME_HIGH_TOUCH,
    (Volume.LOW, Touch.HIGH): Cell.LOW_VOLUME_HIGH_TOUCH,
}
VOLUME_OF = {cell: volume for (volume, _), cell in _CELLS.items()}
"""The volume of each cell."""

TOUCH_OF = {cell: touch for (_, touch), cell in _CELLS.items()}
"""The touch of each cell."""


def cell_of(volume: Volume, touch: Touch) -> Cell:
    return _CELLS[volume, touch]
