"""Surveys in the journal: what customers have answered."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class SurveyFunctions(Connection):
    """The function that journals answers to surveys."""

    async def journal_survey(self, workspace: str, contact: str, data: Mapping[str, Any], *, command: str) -> None:
        """Journals an answer to the survey of a contact, without its text.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(workspace, f"{contact}:{command}", "journal_survey", contact, json.dumps(dict(data)))
