"""What of the ledger is a customer's own to see: no task of agents, and no case that is closed, unless asked about.

These are conditions of queries.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func

from mci_router.models import Case, Contact, SurveyAnswer, SurveyInvitation
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.surveys import SurveySpec
from mci_router.vocabulary import Channel, SurveyState

NO_TASK = Contact.channel != Channel.TASK
"""Tasks are the agents' own: the customer whom one is about does not see it."""

OF_TASKS = exists().where(Contact.case_id == Case.id, Contact.channel == Channel.TASK)
OPEN = Case.status == "open"
ASKED = exists().where(
    Contact.case_id == Case.id,
    SurveyInvitation.contact_id == Contact.id,
    SurveyInvitation.state == SurveyState.SENT,
    SurveyInvitation.expires_at > func.now(),
    ~exists().where(SurveyAnswer.contact_id == SurveyInvitation.contact_id),
)
"""Cases about whose contacts there is a survey that can be answered, and is not."""


def cases_shown(snapshot: Snapshot) -> Sequence[Any]:
    """Returns the conditions of cases that their customer sees."""
    return (OPEN | ASKED if snapshot.of(SurveySpec) else OPEN), ~OF_TASKS
