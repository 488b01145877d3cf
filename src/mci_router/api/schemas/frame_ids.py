"""Ids and reasons in frames of the agent socket."""

from typing import Annotated

from pydantic import Field, StringConstraints

FrameId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    Field(description="The desk's own id of the frame; the ack has it, too."),
]
ContactId = Annotated[str, StringConstraints(pattern=r"^con_[0-9a-f]{32}$")]
OfferId = Annotated[str, StringConstraints(pattern=r"^ofr_[0-9a-f]{32}_[0-9a-f]{1,16}_[0-9]{1,9}$")]
AssignmentId = Annotated[str, StringConstraints(pattern=r"^asg_[0-9a-f]{32}_[0-9a-f]{1,16}_[0-9]{1,9}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
