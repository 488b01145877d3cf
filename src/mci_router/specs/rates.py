"""How much a key or a workspace may ask of the service."""

from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Spec


class RateSpec(Spec):
    """A rate limit: units come back steadily, up to the burst. A small request costs one."""

    units_per_s: Annotated[float, Field(gt=0, le=1_000_000, description="Units that come back in a second.")]
    burst: Annotated[int, Field(ge=1, le=10_000_000, description="Units that may be spent at once after a rest.")]
