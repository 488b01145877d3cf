"""Levels of members: what follows from what they have done, and what each level may do. Pure."""

import re
import unicodedata

from mci_router.values import value
from mci_router.vocabulary import MemberLevel

UPHELD_DAYS = 180  # for so long an upheld flag counts against who wrote what was flagged
MOST_UPHELD = 3  # with so many a member is new again
REPLIES_PER_H = {MemberLevel.BLOCKED: 0, MemberLevel.NEW: 5}
USUAL_REPLIES_PER_H = 60  # more than a person writes
FLAGS_PER_H = 20

# Each part looks at what is before and after one full stop or colon, so that the time is linear in the text.
LINK = re.compile(
    r"(?:https?|ftp)://|\bwww\.|[\w-]\.[^\W\d_]{2,}/\S|[\w-]\.(?:com|net|org|info|biz|io|co|me|ru|cn|xyz|top|shop|site|"
    r"online|link|click|app|dev|de|uk|eu|fr|it|es|pl|nl|tk)\b",
    re.IGNORECASE,
)


@value
class Behaviour:
    """What a member has done: replies that everybody may read, those accepted by others, the days on which it wrote,
    and its replies of the last days of which flags were upheld.
    """

    replies: int = 0
    accepted: int = 0
    days: int = 0
    upheld: int = 0


def level_of(done: Behaviour) -> MemberLevel:
    """Returns the level that follows from what a member has done."""
    if done.upheld >= MOST_UPHELD:
        return MemberLevel.NEW
    if done.accepted >= 10 and done.days >= 30 and not done.upheld:
        return MemberLevel.TRUSTED
    if done.accepted >= 3 and done.days >= 7 and done.upheld <= 1:
        return MemberLevel.REGULAR
    if done.replies >= 3 and done.days >= 2:
        return MemberLevel.BASIC
    return MemberLevel.NEW


def replies_per_h(level: MemberLevel) -> int:
    """Returns how many replies a member may write in an hour."""
    return REPLIES_PER_H.get(level, USUAL_REPLIES_PER_H)


def held(level: MemberLevel, text: str) -> bool:
    """Returns whether a moderator has to see a text before others do: a new member's with a link."""
    return level.rank <= MemberLevel.NEW.rank and LINK.search(unicodedata.normalize("NFKC", text)) is not None


def flags_count(level: MemberLevel) -> bool:
    """Returns whether a member's flag is one of those that hide what they flag."""
    return level.rank >= MemberLevel.BASIC.rank


def hides_at_once(level: MemberLevel) -> bool:
    """Returns whether one flag of a member hides what it flags."""
    return level is MemberLevel.TRUSTED
