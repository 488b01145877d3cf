"""Passes of members: who is signed in on a device, sealed in a cookie; good no longer than the customer token was."""

from typing import Any

from mci_router.clock import utc_now
from mci_router.portal.seals import Seals
from mci_router.values import value

LONGEST_S = 43_200  # half a day, however long the token is valid
ENTERING_S = 600  # to say by which name one writes
MEMBER, ENTERING = "member", "entering"


@value
class MemberPass:
    """Whose pass it is: the member, and the customer token that it was made of. Times are seconds since the epoch.

    `member` is empty until somebody has said by which name they write.
    """

    workspace: str
    customer: str
    key: str
    issued_at: float
    expires_at: float
    member: str = ""
    name: str = ""

    @property
    def left_s(self) -> int:
        """The seconds for which it is good."""
        return max(0, int(self.expires_at - utc_now().timestamp()))


def sealed(seals: Seals, holder: MemberPass, use: str = MEMBER, bound: str = "") -> str:
    """Returns a pass as the cookie, or a form, has it."""
    data = {name: getattr(holder, name) for name in MemberPass.__dataclass_fields__ if name != "workspace"}
    return seals.sealed(data, holder.workspace, use, bound)


def opened(seals: Seals, said: str, workspace: str, use: str = MEMBER, bound: str = "") -> MemberPass | None:
    """Returns whose pass it is; None for one that is not ours, of another workspace or use, or too old."""
    data: dict[str, Any] | None = seals.opened(said, workspace, use, bound) if said else None
    found = MemberPass(workspace, **data) if data else None
    return found if found and found.left_s else None
