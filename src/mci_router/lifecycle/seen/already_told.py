"""What a customer was told before an agent came: by an article, an incident, a message, the community. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_REPLIES = 10  # of the community, the oldest first, the accepted one among them


def already_told(decisions: Sequence[Mapping[str, Any]], replies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns what a contact's customer was told, oldest first, each as `{by, at, title, text, accepted}`.

    `by` is `automation`, `incident`, `community` or `queue`. `decisions` are the contact's, the newest first, `replies`
    those to its post that everybody may read.
    """
    told = [one for decision in reversed(decisions) for one in _of(decision["route"], decision["created_at"])]
    told += [_told("community", one["created_at"], None, one["body"], accepted=one["accepted"]) for one in replies]
    return told


def _of(route: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
    if answer := route.get("answer"):
        return [_told("automation", at, answer["title"], answer["body"])]
    if incident := route.get("incident"):
        return [_told("incident", at, incident["title"], incident["status"])]
    emergency, message = route.get("emergency"), route.get("message")
    return [_told("queue", at, None, text) for text in (emergency, message) if text]


def _told(by: str, at: str, title: str | None, text: str | None, *, accepted: bool = False) -> dict[str, Any]:
    return {"by": by, "at": at, "title": title, "text": text or "", "accepted": accepted}
