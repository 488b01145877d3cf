"""What the version of a row must be for a change of it to happen. Pure."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mci_router.errors import AlreadyThere, VersionMismatch

Versions: TypeAlias = frozenset[int] | Literal["*"] | None
"""Some versions; `*`: any version, so that there is a row at all; None: nothing is asked."""


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a change asks of the version before it: to be among `match`, and not among `none_match`."""

    match: Versions = None
    none_match: Versions = None

    def check(self, version: int | None) -> None:
        """Does nothing if the version will do; None is that of a row that is not there.

        Raises:
            VersionMismatch: it is not among `match`.
            AlreadyThere: it is among `none_match`.
        """
        if self.match is not None and not _among(self.match, version):
            raise VersionMismatch
        if self.none_match is not None and _among(self.none_match, version):
            raise AlreadyThere


ALWAYS = Precondition()


def _among(versions: Versions, version: int | None) -> bool:
    return version is not None and versions is not None and (versions == "*" or version in versions)
