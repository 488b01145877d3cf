"""The second look: at the past of those who have come before, in one statement a batch. Who is new has none."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json

from mci_router.database import Lane
from mci_router.intake.arrival import Arrival, IdentifiedCustomer
from mci_router.intake.preferred import latest_agent, wishes_of
from mci_router.intake.returning import LeftPlace, longest_window
from mci_router.values import value
from mci_router.vocabulary import Channel, PreferredAgent

WINDOW = timedelta(days=7)
"""A case without a new contact for this long is over: the next contact opens another."""

LATEST_OF_CONVERSATION = """
  SELECT c.id, c.case_id, c.ended_at IS NULL AS open, c.subject, c.topic FROM contacts c
  WHERE c.workspace_id = w.workspace AND c.customer_id = w.customer AND c.channel_ref = w.ref AND c.channel = w.channel
  ORDER BY c.id DESC LIMIT 1
"""
"""The latest contact of the conversation `w`."""

# Where an index serves a second condition, too, a plan of when the tables were small may read all of it: such a
# condition is written so that none does.
LOOK_BACK = f"""
SELECT w.n, COALESCE(topical.id, closed.id), COALESCE(topical.reference, closed.reference), talk.id, talk.case_id,
  talk.reference, talk.open, talk.case_open, talk.subject, talk.topic, same.id, latest.agent, owner.agent, stale.stale,
  places.left, closed.id IS NOT NULL
FROM jsonb_to_recordset($1::jsonb) AS w(n int, workspace text, customer text, topic text, channel text, ref text,
  by_topic boolean, open_since timestamptz, left_since timestamptz, calls boolean, at timestamptz, last_agent boolean,
  case_owner boolean)
LEFT JOIN LATERAL (
  SELECT k.id, k.reference FROM cases k
  WHERE k.workspace_id = w.workspace AND k.customer_id = w.customer AND k.topic = w.topic
    AND k.status = 'open' AND k.topic <> '' AND k.last_contact_at >= w.open_since LIMIT 1) AS topical ON true
LEFT JOIN LATERAL (
  SELECT k.id, k.reference FROM cases k
  WHERE topical.id IS NULL AND k.workspace_id = w.workspace AND k.customer_id = w.customer AND k.topic = w.topic
    AND k.reopens_until IS NOT NULL AND k.status = 'closed' AND k.topic <> '' AND (k.reopens_until >= w.at) IS TRUE
  ORDER BY k.reopens_until DESC LIMIT 1) AS closed ON true
LEFT JOIN LATERAL (
  SELECT c.id, c.case_id, k.reference, c.open, k.status = 'open' AS case_open, c.subject, c.topic
  FROM ({LATEST_OF_CONVERSATION}) AS c JOIN cases k ON k.id = c.case_id
  WHERE w.ref IS NOT NULL AND (k.last_contact_at >= w.open_since) IS TRUE) AS talk ON true
LEFT JOIN LATERAL (
  SELECT c.id FROM contacts c WHERE w.by_topic AND w.topic <> '' AND c.case_id = topical.id
    AND c.workspace_id IS NOT DISTINCT FROM w.workspace AND c.channel = w.channel AND (c.ended_at IS NULL) IS TRUE
  ORDER BY c.id || '' DESC LIMIT 1) AS same ON true
LEFT JOIN LATERAL (
  {latest_agent("w.last_agent AND c.workspace_id = w.workspace AND c.customer_id = w.customer")}) AS latest ON true
LEFT JOIN LATERAL (
  {latest_agent("w.case_owner AND c.case_id = COALESCE(topical.id, talk.case_id)")}) AS owner ON true
LEFT JOIN LATERAL (
  SELECT true AS stale FROM cases k WHERE k.workspace_id = w.workspace AND k.customer_id = w.customer
    AND k.status = 'open' AND k.last_contact_at < w.open_since LIMIT 1) AS stale ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_array(c.id, c.queue, COALESCE(c.place_since, c.enqueued_at), c.ended_at)
    ORDER BY c.id DESC) AS left
  FROM contacts c WHERE (w.left_since IS NOT NULL OR w.calls)
    AND c.workspace_id = w.workspace AND c.customer_id = w.customer AND c.channel = w.channel
    AND (c.state = 'abandoned' AND c.ended_at >= w.left_since
      OR w.calls AND c.callback_at IS NOT NULL AND c.ended_at IS NULL)
    AND c.answered_at IS NULL AND NOT c.place_given_back
    AND COALESCE(c.place_since, c.enqueued_at) IS NOT NULL) AS places ON true
"""  # noqa: S608 — made of constants


@value
class Past:
    """The past of a contact's customer, as far as it matters to the contact.

    `topical` is the case of its topic that is open, or that it opens again, `talk` the latest contact of its
    conversation, and `same_topic` an open contact of its topic on its channel; `last_agent` and `case_owner` are who
    served the customer and the case; `stale`: open cases of the customer are over by now; `left` are the places that
    the customer has left in lines.
    """

    topical: "KnownCase | None" = None
    talk: "Talk | None" = None
    same_topic: str | None = None
    last_agent: str | None = None
    case_owner: str | None = None
    stale: bool = False
    left: Sequence[LeftPlace] = ()


@value
class KnownCase:
    """A case that was there before, and its reference.

    `closed`: automation or the community has settled it, and the contact opens it again.
    """

    id: str
    reference: str
    closed: bool = False


@value
class Talk:
    """The latest contact of a conversation, and its case: whether they are open still, and what it is about."""

    contact: str
    case: KnownCase
    open: bool = True
    case_open: bool = True
    subject: str | None = None
    topic: str | None = None


NO_PAST = Past()


async def look_back(
    lane: Lane, pairs: Sequence[tuple[Arrival, IdentifiedCustomer]], topics: Sequence[str]
) -> dict[str, Past]:
    """Returns by arrival the past of those whose customer is known.

    `topics` are theirs, '' where unknown or claimed.
    """
    rows = [
        _asked(number, arrival, who, topic)
        for number, ((arrival, who), topic) in enumerate(zip(pairs, topics, strict=True))
        if not who.customer.fresh
    ]
    found = await lane.fetch(LOOK_BACK, rows) if rows else ()
    return {pairs[number][0].id: _past(*columns) for number, *columns in found}


def _past(topical: str | None, of_topical: str, contact: str | None, case: str, of_case: str, *others: Any) -> Past:
    goes_on, case_open, subject, about, same, last, owner, stale, left, closed = others
    talk = Talk(contact, KnownCase(case, of_case), bool(goes_on), bool(case_open), subject, about) if contact else None
    return Past(
        KnownCase(topical, of_topical, bool(closed)) if topical else None,
        talk,
        same,
        last,
        owner,
        bool(stale),
        _places(left),
    )


def _asked(number: int, arrival: Arrival, who: IdentifiedCustomer, topic: str) -> Mapping[str, Any]:
    wishes, window = wishes_of(arrival.snapshot), longest_window(arrival.snapshot)
    return {
        "n": number,
        "workspace": arrival.workspace_id,
        "customer": who.customer.id,
        "topic": topic,
        "channel": arrival.channel,
        "ref": arrival.channel_ref,
        "by_topic": arrival.by_topic and who.proven,
        "open_since": arrival.received_at - WINDOW,
        "left_since": arrival.received_at - window if window and who.proven else None,
        "calls": who.proven and arrival.channel is Channel.VOICE,
        "at": arrival.received_at,
        "last_agent": who.proven and PreferredAgent.LAST_AGENT in wishes,
        "case_owner": who.proven and PreferredAgent.CASE_OWNER in wishes,
    }


def _places(left: str | None) -> list[LeftPlace]:
    return [
        LeftPlace(contact, queue, datetime.fromisoformat(since), left_at and datetime.fromisoformat(left_at))
        for contact, queue, since, left_at in (from_json(left) if left else ())
    ]
