"""Drawing: which contacts are asked, and by which survey. Pure.

A contact is drawn by a keyed hash of its id, which it has from the moment it comes in: before anybody knows how it will
end, and beyond the reach of those who serve it.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from mci_router.specs.surveys import SurveySpec
from mci_router.vocabulary import Channel, ContactState, Outcome, SurveyAfter

Fingerprint: TypeAlias = Callable[[str, str], str]
"""The keyed hash of a value of a kind, in hex; nobody else can compute it."""

_BITS = 64


def drawn(fingerprint: Fingerprint, workspace: str, survey: SurveySpec, contact: str) -> bool:
    """Returns whether a survey is for a contact, by its share. Always the same for the same share; who is drawn for a
    share is drawn for every larger one, too.
    """
    found = int(fingerprint(f"{workspace} survey {survey.name}", contact)[: _BITS // 4], 16)
    return found < int(survey.sample * 2**_BITS)


def ended_by(state: ContactState, outcome: Outcome) -> SurveyAfter | None:
    """Returns what ended a contact; None if nothing that a survey asks about."""
    if state is ContactState.COMPLETED:
        return SurveyAfter.AGENT
    if state is ContactState.RESOLVED and outcome in (Outcome.AUTOMATION, Outcome.COMMUNITY):
        return SurveyAfter(outcome.value)
    return None


def survey_for(
    surveys: Iterable[SurveySpec],
    draws: Callable[[SurveySpec], bool],
    after: SurveyAfter | None,
    queue: str | None,
    topic: str | None,
    channel: Channel,
) -> SurveySpec | None:
    """Returns the first survey, by name, that is for a contact and has drawn it; None if there is none."""
    if after is None:
        return None
    mine = (one for one in surveys if one.takes(after, queue, topic, channel))
    return next((one for one in sorted(mine, key=lambda one: one.name) if draws(one)), None)
