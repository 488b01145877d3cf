"""Past contacts: what was known of a contact when it came, read from the ledger, so that it can be decided again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from mci_router.database import Database
from mci_router.ids import earliest
from mci_router.routing.policy.routes import Facts
from mci_router.specs.answered import found_in
from mci_router.specs.base import SkillRequirement
from mci_router.triage.decision import RETURNED
from mci_router.triage.reading import Words, hear
from mci_router.triage.result import Measured
from mci_router.values import value
from mci_router.vocabulary import Channel, Outcome, Trust, Visibility, Volume

PAST = """
SELECT c.id, c.channel, c.subject, c.text, c.language, c.skills, c.context, c.visibility, c.can_ask, c.accepted_at,
  c.trust, c.adapter,
  CASE WHEN c.trust = 'claimed' THEN c.identity -> 'attributes' ELSE u.attributes END AS attributes,
  d.triage, d.route
FROM contacts c JOIN customers u ON u.id = c.customer_id
JOIN LATERAL (SELECT triage, route FROM decisions WHERE contact_id = c.id ORDER BY rung LIMIT 1) d ON true
WHERE c.workspace_id = $1 AND c.kind = 'customer' AND c.channel <> 'task' AND c.id >= $2 AND c.id < $3
  AND (NOT c.sensitive OR $4)
ORDER BY c.id DESC LIMIT $5
"""


@value
class PastContact:
    """A contact of a customer, as it came, and its first decision: `triage` and `route` as the ledger keeps them."""

    id: str
    accepted_at: datetime
    words: Words
    facts: Facts
    triage: Mapping[str, Any]
    route: Mapping[str, Any]

    @property
    def named(self) -> str | None:
        """The topic that its adapter named: then no model was asked."""
        known: str | None = self.triage["topic"]
        return known if self.triage["confidence"] == 1 and not self.triage["model"] else None

    @property
    def came_back(self) -> bool:
        """Whether its customer came back with an open case."""
        return RETURNED in self.triage["reasons"]

    @property
    def before_ladder(self) -> bool:
        """Whether an incident answered it: then its ladder was not asked."""
        return bool(self.route["outcome"] == Outcome.INCIDENT)

    def measured(self, now: Mapping[str, Volume]) -> Measured:
        """Returns the volumes when it came, as far as its decision kept them, and for other topics those of `now`."""
        topic = self.triage["topic"]
        return Measured(volumes={**now, topic: Volume(self.triage["volume"])} if topic else now)


async def past_contacts(
    database: Database, workspace: str, since: datetime, until: datetime, most: int, *, sensitive: bool
) -> list[PastContact]:
    """Returns the newest contacts of a period, `sensitive` ones if asked for. Raises DatabaseUnavailable."""
    bounds = earliest("contact", since), earliest("contact", until)
    return [_past(row) for row in await database.read(PAST, workspace, *bounds, sensitive, most)]


def _past(row: Any) -> PastContact:
    triage, route, channel = _loaded(row["triage"]), _loaded(row["route"]), Channel(row["channel"])
    facts = Facts(
        channel,
        row["text"],
        row["language"],
        [SkillRequirement.model_validate(need) for need in _loaded(row["skills"])],
        _loaded(row["attributes"]) or {},
        _loaded(row["context"]),
        Visibility(row["visibility"]),
        row["can_ask"],
        found_in(route),
        trust=Trust(row["trust"]),
        adapter=row["adapter"],
    )
    words = hear(row["subject"], row["text"], channel, row["language"])
    return PastContact(row["id"], row["accepted_at"], words, facts, triage, route)


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
