"""Schemas of attachments."""

from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.vocabulary import AttachmentState

MOST_FILES = 20
"""Files beside one message."""

AttachmentId = Annotated[str, StringConstraints(pattern=r"^att_[0-9a-f]{32}$")]


class AttachmentRef(Body):
    """A file that was uploaded by `POST /v1/attachments`, and that no message has yet."""

    id: AttachmentId


class Attachment(Body):
    """A file the customer sent: one that was uploaded by `POST /v1/attachments`, by its id alone; or one that is kept
    where the adapter put it, by all else.
    """

    id: AttachmentId | None = None
    url: HttpUrl | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    content_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] | None = None

    @model_validator(mode="after")
    def here_or_elsewhere(self) -> Self:
        elsewhere = (self.url, self.name, self.content_type)
        if any(elsewhere) if self.id else not all(elsewhere):
            raise ValueError("needs the `id` of an uploaded file alone, or `url`, `name` and `content_type`")
        return self

    @model_serializer(mode="wrap")
    def what_there_is(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if value is not None}


One = TypeVar("One", AttachmentRef, Attachment)


def _once(files: list[One]) -> list[One]:
    named = [one.id for one in files if one.id]
    if len(set(named)) < len(named):
        raise ValueError("names a file twice")
    return files


Files = Annotated[list[AttachmentRef], Field(max_length=MOST_FILES), AfterValidator(_once)]
"""The files beside a message."""

Attachments = Annotated[list[Attachment], Field(max_length=MOST_FILES), AfterValidator(_once)]
"""The files that a contact came with."""


class AttachmentOut(Answer):
    """A file beside a message."""

    id: str
    name: str
    content_type: Annotated[str, Field(description="What the file is, by its content.", examples=["image/jpeg"])]
    bytes: int
    state: Annotated[
        AttachmentState,
        Field(description="`blocked`: the scan found something harmful in it, and its bytes are removed."),
    ]
    url: Annotated[
        str | None,
        Field(
            description="A link to its bytes, good for minutes, on this service: who has it needs no key. "
            "Null where they may not be read."
        ),
    ]
    preview_url: Annotated[
        str | None, Field(description="The same to a small picture of it. Null where there is none.")
    ]


class UploadOut(AttachmentOut):
    """A file that was uploaded."""

    sha256: Annotated[str, Field(description="Of its bytes, in hex.")]
    message_id: Annotated[str | None, Field(description="The message that it is beside; null while it is unused.")]
    created_at: Moment


class NothingIn(Body):
    """An empty object, or no body at all."""


class ScanSecretOut(Answer):
    """The secret that signs calls to the scan: shown once."""

    secret: Annotated[str, Field(examples=["whsec_…"])]


class UsageOut(Answer):
    """What the workspace keeps of attachments."""

    files: int
    bytes: int
    most_bytes: Annotated[int, Field(description="What it may keep (MCI_ATTACHMENTS_OF_WORKSPACE_BYTES).")]
