"""How long a customer may stay silent before a matter counts as settled."""

from typing import Annotated, TypeAlias

from pydantic import Field

SILENT_AFTER_S = 72 * 3_600

SilentAfter: TypeAlias = Annotated[
    float,
    Field(
        ge=3_600,
        le=14 * 86_400,
        description="Seconds after automation or the community has settled a contact in which its customer's next one "
        "about the same matter, over any channel, un-counts that and opens the case again.",
    ),
]
