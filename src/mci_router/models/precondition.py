"""Preconditions: what the version of a row must be for a change to it. Pure."""

from typing import Literal, TypeAlias

from mci_router.errors import AlreadyThere, VersionMismatch
from mci_router.values import value

Versions: TypeAlias = frozenset[int] | Literal["*"] | None
"""Some versions; `*`: any version, but the row must exist; None: no precondition."""


@value
class Precondition:
    """The versions that a change allows before it: one among `match`, and none among `none_match`."""

    match: Versions = None
    none_match: Versions = None

    def check(self, version: int | None) -> None:
        """Checks a version; None is that of a row that does not exist.

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
