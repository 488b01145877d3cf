"""The list of outcomes: one a word, and what each says of itself."""

from mci_router.outcomes import OUTCOMES, SETTLED
from mci_router.vocabulary import Modality, Outcome


def test_every_outcome_is_listed() -> None:
    """A word without a file would fail at the first contact that it serves."""
    assert set(OUTCOMES) == set(Outcome)
    assert all(one.name is name for name, one in OUTCOMES.items())


def test_only_the_community_is_read_by_many() -> None:
    """Automation and agents are between two; an incident's status goes to everybody; what is ended as it comes stays
    with its sender.
    """
    assert {outcome: OUTCOMES[outcome].modality for outcome in Outcome} == {
        Outcome.AUTOMATION: Modality.ONE_TO_ONE,
        Outcome.COMMUNITY: Modality.MANY_TO_MANY,
        Outcome.AGENT: Modality.ONE_TO_ONE,
        Outcome.INCIDENT: Modality.ONE_TO_MANY,
        Outcome.MESSAGE_ONLY: Modality.ONE_TO_ONE,
        Outcome.NONE: Modality.ONE_TO_ONE,
    }


def test_what_nothing_has_to_serve_is_never_open() -> None:
    """A rebuild leaves such contacts out."""
    assert {Outcome.NONE, Outcome.MESSAGE_ONLY} == SETTLED
