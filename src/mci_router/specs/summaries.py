"""Summaries: whether a customer is asked before what was said in private is summed up in public."""

from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Spec
from mci_router.vocabulary import SummaryConsentRule

WEEK_S = 7 * 86_400


class SummariesSpec(Spec):
    """What a summary for the public needs beside the gate that refuses what it would reveal."""

    consent: Annotated[
        SummaryConsentRule,
        Field(description="Whether the customer is asked, with the exact text, before it is shown."),
    ] = SummaryConsentRule.ASKED
    ask_s: Annotated[
        float, Field(ge=3_600, le=30 * 86_400, description="Seconds in which the customer may agree. Silence is no.")
    ] = WEEK_S
