"""Spaces: which posts are where. A post is in the space that names its topic, so that nothing moves by hand. Pure."""

from collections.abc import Mapping, Sequence

from mci_router.specs.community import GENERAL, SpaceSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value


@value
class Within:
    """The topics whose posts a space has; or, with `others`, all posts but those of these topics."""

    topics: Sequence[str]
    others: bool = False


def spaces_of(snapshot: Snapshot) -> Mapping[str, SpaceSpec]:
    """Returns the spaces by name, in the order of their titles, `general` last."""
    configured = snapshot.of(SpaceSpec)
    general = configured.get(GENERAL) or SpaceSpec(name=GENERAL, title="General")
    others = sorted((one for one in configured.values() if one.name != GENERAL), key=lambda one: one.title)
    return {one.name: one for one in (*others, general)}


def space_of(snapshot: Snapshot, topic: str | None) -> SpaceSpec:
    """Returns the space in which the posts of a topic are."""
    return spaces_of(snapshot)[_homes(snapshot).get(topic or "", GENERAL)]


def within(snapshot: Snapshot, space: str) -> Within:
    """Returns what a space has."""
    homes = _homes(snapshot)
    if space == GENERAL:
        return Within([topic for topic, home in homes.items() if home != GENERAL], others=True)
    return Within([topic for topic, home in homes.items() if home == space])


def indexable(snapshot: Snapshot, space: SpaceSpec | None = None) -> bool:
    """Returns whether search engines may list a space; without one, the community's other pages."""
    community = snapshot.spec.community
    usual = community is not None and community.indexable
    return usual if space is None or space.indexable is None else space.indexable and community is not None


def _homes(snapshot: Snapshot) -> Mapping[str, str]:
    """Returns the spaces that topics name, by topic: of two the first by name."""
    homes: dict[str, str] = {}
    for name, space in sorted(snapshot.of(SpaceSpec).items()):
        for topic in space.topics:
            homes.setdefault(topic, name)
    return homes
