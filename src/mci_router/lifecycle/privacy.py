"""A contact is taken private: what was not known to be sensitive when it was decided about turns out to be. Nothing lowers it again."""

from typing import Any

from mci_router.intake.answer import triage_data
from mci_router.models import Contact, Decision
from mci_router.triage.decision import Triage
from mci_router.triage.matrix import VOLUME_OF, cell_of
from mci_router.vocabulary import Touch


def take_private(contact: Contact, found: Triage, *, topic: bool) -> None:
    """From now on only a person serves it, one-to-one. `topic`: the words were the customer's, so the topic may be theirs, too."""
    contact.sensitive = True
    contact.sensitive_kinds = list(dict.fromkeys((*contact.sensitive_kinds, *found.sensitive_kinds)))
    contact.urgent = contact.urgent or found.urgent
    contact.cell = cell_of(VOLUME_OF[contact.cell], Touch.HIGH)
    if topic and found.sensitive and found.topic:
        contact.topic = found.topic


def private_triage(decision: Decision, contact: Contact, found: Triage, why: str, *, text: str) -> dict[str, Any]:
    """What the decision says then: what was found first, raised by what was found since."""
    before = decision.triage
    new = triage_data(found, before["modality"], text=text, visibility=contact.visibility)
    raised: dict[str, Any] = {
        "topic": contact.topic,
        "volume": VOLUME_OF[contact.cell],
        "touch": Touch.HIGH,
        "sensitive": True,
        "cell": contact.cell,
    }
    raised |= {"sensitive_kinds": list(contact.sensitive_kinds), "urgent": contact.urgent}
    return {**before, **new, **raised, "reasons": [*before["reasons"], f"{why}:", *new["reasons"]]}
