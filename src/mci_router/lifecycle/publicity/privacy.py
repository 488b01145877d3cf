"""Taking a contact private: it turns out to be sensitive after it was decided about. Nothing makes it public again."""

from typing import Any

from mci_router.intake.answer import triage_data
from mci_router.models import Contact, Decision
from mci_router.triage.matrix import VOLUME_OF, cell_of
from mci_router.triage.result import Triage
from mci_router.vocabulary import Touch


def take_private(contact: Contact, triage: Triage, *, topic: bool) -> None:
    """Leaves the contact to people from now on, one-to-one.

    `topic`: the words were the customer's, so their topic may replace the old one.
    """
    contact.sensitive = True
    contact.sensitive_kinds = list(dict.fromkeys((*contact.sensitive_kinds, *triage.sensitive_kinds)))
    contact.urgent = contact.urgent or triage.urgent
    contact.cell = cell_of(VOLUME_OF[contact.cell], Touch.HIGH)
    if topic and triage.sensitive and triage.topic:
        contact.topic = triage.topic


def private_triage(decision: Decision, contact: Contact, triage: Triage, why: str, *, text: str) -> dict[str, Any]:
    """Returns the triage for the decision: that of before, raised by the new one."""
    before = decision.triage
    new = triage_data(triage, before["modality"], text=text, visibility=contact.visibility)
    raised: dict[str, Any] = {
        "topic": contact.topic,
        "volume": VOLUME_OF[contact.cell],
        "touch": Touch.HIGH,
        "sensitive": True,
        "cell": contact.cell,
    }
    raised |= {"sensitive_kinds": list(contact.sensitive_kinds), "urgent": contact.urgent}
    return {**before, **new, **raised, "reasons": [*before["reasons"], f"{why}:", *new["reasons"]]}
