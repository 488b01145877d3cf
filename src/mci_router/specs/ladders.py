"""The ladders of a workspace that sets none. Pure."""

from mci_router.specs.resources import Rung
from mci_router.vocabulary import Cell, Outcome

ANY_AGENT = Rung(outcome=Outcome.AGENT)

DEFAULT_LADDERS: dict[Cell, list[Rung]] = {
    Cell.HIGH_VOLUME_LOW_TOUCH: [
        Rung(outcome=Outcome.AUTOMATION, limit_s=900),
        Rung(outcome=Outcome.COMMUNITY, limit_s=14_400),
        ANY_AGENT,
    ],
    Cell.LOW_VOLUME_LOW_TOUCH: [Rung(outcome=Outcome.COMMUNITY, limit_s=14_400), ANY_AGENT],
    Cell.HIGH_VOLUME_HIGH_TOUCH: [ANY_AGENT],
    Cell.LOW_VOLUME_HIGH_TOUCH: [ANY_AGENT],
}
"""The ladders of cells for which a workspace sets none."""
