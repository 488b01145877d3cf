"""What serving costs, in the workspace's currency."""

from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

Currency: TypeAlias = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None,
    Field(description="ISO 4217, of all costs and amounts. Null: reports give their numbers alone.", examples=["EUR"]),
]
CostPerCall: TypeAlias = Annotated[
    Annotated[float, Field(ge=0, le=1_000_000)] | None,
    Field(description="What a call of it costs, in the workspace's currency. Null: unknown.", examples=[0.05]),
]
CostPerHour: TypeAlias = Annotated[
    Annotated[float, Field(ge=0, le=1_000_000)] | None,
    Field(
        description="What an hour of its agents' handle time costs, in the workspace's currency. Null: unknown.",
        examples=[38.5],
    ),
]
