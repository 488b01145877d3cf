"""The ladder of a contact's cell: which of its rungs serves the contact next. Pure."""

from collections.abc import Sequence

from mci_router.routing.policy.serving import Choice, Outcomes, Servable
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.resources import Rung
from mci_router.vocabulary import Outcome


def choose_rung(ladder: Sequence[Rung], contact: Servable, outcomes: Outcomes, *, after: int) -> Choice:
    """Returns the first rung above `after` (-1: from the bottom) that can serve; the last rung, an agent, always can.

    A sensitive contact goes to a person, whatever the ladder says, and so do a customer who asks for one, and what a
    machine sent, if it is to be served at all.
    """
    reasons: list[str] = []
    for number, rung in enumerate(ladder):
        if number <= after:
            continue
        hindrance = _hindrance(rung, contact, outcomes)
        if hindrance is None:
            return Choice(number, rung, (*reasons, f"rung {number + 1} of {len(ladder)}: {rung.outcome}"))
        reasons.append(f"rung {number + 1}, {rung.outcome}, is passed over: {hindrance}")
    number = max(after + 1, len(ladder))  # the ladder has been shortened since the contact began it
    return Choice(number, ANY_AGENT, (*reasons, "the ladder is used up: an agent"))


def _hindrance(rung: Rung, contact: Servable, outcomes: Outcomes) -> str | None:
    if rung.outcome is Outcome.AGENT:
        return None
    if contact.sensitive:
        return "the contact is sensitive"
    if contact.machine:
        return "no customer sent it"
    if contact.wants_person:
        return "the customer asks for a person"
    if rung.channels and contact.channel not in rung.channels:
        return f"it does not serve {contact.channel}"
    return outcomes[rung.outcome].hindrance(contact)
