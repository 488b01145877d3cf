"""Calls: what a telephone system says of one that it puts into line."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from mci_router.api.schemas.common import Body

Number = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\s<>]+$"),
    Field(description="A telephone number or a SIP address.", examples=["+4930901820"]),
]


class Call(Body):
    """A call: who calls which number, and its id at the telephone system that carries it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: Annotated[Number | None, Field(alias="from", description="Who calls; null if the number is withheld.")] = (
        None
    )
    to: Annotated[Number | None, Field(description="The number that was called.")] = None
    provider_id: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        Field(description="The call's id at the telephone system.", examples=["CA-7f3a"]),
    ]
