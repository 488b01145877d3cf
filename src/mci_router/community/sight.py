"""Sight: which posts and replies a reader may see. What is private moderators do not see, either."""

from sqlalchemy import ColumnElement, or_, true

from mci_router.models import Post, Reply
from mci_router.values import value
from mci_router.vocabulary import HiddenWhy

MODERATORS_SEE = (HiddenWhy.HELD, HiddenWhy.FLAGGED, HiddenWhy.MODERATED)


@value
class Sees:
    """What a reader may see beside what everybody may: what is `private`, and what is `moderated`."""

    private: bool = False
    moderated: bool = False

    def shown(self, table: type[Post] | type[Reply]) -> ColumnElement[bool]:
        """Returns the condition that lets the reader's rows through."""
        if self.private:
            return true()
        public = table.hidden.is_(False)
        return or_(public, table.hidden_why.in_(MODERATORS_SEE)) if self.moderated else public

    def may_see(self, row: Post | Reply) -> bool:
        """Returns whether the reader may see a row."""
        return not row.hidden or self.private or (self.moderated and row.hidden_why in MODERATORS_SEE)


EVERYBODY = Sees()
