"""Answered posts of the community as a search finds them for a contact, and how alike two questions are. Pure."""

from collections.abc import Mapping, Set
from typing import Any

from mci_router.values import value

MOST_SHOWN = 3
FROM = 0.3  # less alike is not shown
FEWEST_SHARED = 2  # one common word is chance


@value
class AnsweredPost:
    """An answered post: its title, its accepted reply, and how alike its question and the contact are, from 0 to 1."""

    id: str
    title: str
    reply: str
    confidence: float


@value
class Similar:
    """The answered posts that are like a contact, the one most alike first.

    `spent`: one has answered the contact before, so that none does again.
    """

    posts: tuple[AnsweredPost, ...] = ()
    spent: bool = False

    def answer(self, bar: float) -> AnsweredPost | None:
        """Returns the post that answers the contact; None if none is alike enough."""
        best = self.posts[0] if self.posts and not self.spent else None
        return best if best and best.confidence >= bar else None


def found_in(route: Mapping[str, Any]) -> Similar | None:
    """Returns what answered a contact, by the route that its decision keeps; None if no answered post did."""
    answer = route.get("answer") or {}
    if "post" not in answer:
        return None
    return Similar((AnsweredPost(answer["post"], answer["title"], answer["body"], answer["confidence"]),))


def alike(ours: Set[str], theirs: Set[str]) -> float:
    """Returns how alike two questions are, by the stems of their words: twice those in both, over all of both."""
    shared = len(ours & theirs)
    return 2 * shared / (len(ours) + len(theirs)) if shared >= FEWEST_SHARED else 0.0
