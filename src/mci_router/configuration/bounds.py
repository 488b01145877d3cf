"""How many resources of each kind a workspace may have. Pure.

A change costs all of a workspace's configuration again, in every process; these are several times what the largest
contact centres have.
"""

from collections.abc import Mapping, Sized

from mci_router.errors import TooManyResources

MOST: Mapping[str, int] = {
    "skill": 1_000,
    "queue": 1_000,
    "topic": 2_000,
    "article": 5_000,
    "agent": 20_000,
    "policy": 100,
    "escalation": 100,
    "rule": 1_000,
    "adapter": 100,
    "disposition": 200,
    "canned_answer": 2_000,
    "guide": 1_000,
    "workflow": 200,
    "survey": 100,
    "space": 200,
    "quality_form": 100,
    "interim_service_level": 200,
    "activity": 200,
    "shift_template": 200,
}
"""By kind."""

MOST_KEYS = 1_000  # that are not revoked


def refuse_too_many(specs: Mapping[str, Sized], before: Mapping[str, int]) -> None:
    """Raises TooManyResources if the specifications by kind are too many, and more than there were."""
    for kind, most in MOST.items():
        count = len(specs.get(kind, ()))
        if count > most and count > before.get(kind, 0):
            raise TooManyResources(
                f"The workspace would have {count:,} resources of the kind {kind}; at most {most:,} are taken.",
                kind=kind,
                most=most,
            )


def refuse_another_key(keys: int) -> None:
    """Raises TooManyResources if the workspace has as many keys as it may have."""
    if keys >= MOST_KEYS:
        raise TooManyResources(
            f"The workspace has {keys:,} keys; at most {MOST_KEYS:,} are taken.", kind="api_key", most=MOST_KEYS
        )
