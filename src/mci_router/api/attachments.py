"""Attachments: files are uploaded, and read by links that are short-lived and signed."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Send

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import Sight, sight
from mci_router.api.auditing import audited
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES, responses
from mci_router.api.router import Router
from mci_router.api.schemas.attachments import NothingIn, ScanSecretOut, UploadOut, UsageOut
from mci_router.api.schemas.common import Reference
from mci_router.api.senders import READS, SENDS, Sender, described, who
from mci_router.attachments import links
from mci_router.attachments.links import Part
from mci_router.attachments.names import clean, disposition
from mci_router.attachments.scanning import rotate_secret
from mci_router.attachments.spool import too_large
from mci_router.attachments.store import OF_A_PREVIEW
from mci_router.attachments.types import said_type, served_as
from mci_router.attachments.uploads import Sent
from mci_router.errors import (
    AttachmentLinkInvalid,
    AttachmentStoreUnavailable,
    AttachmentTooLarge,
    InvalidRequest,
    NotFound,
    RequestTooSlow,
)
from mci_router.intake.masking import mask_counted

UPLOAD = {
    **described(*SENDS),
    "requestBody": {
        "required": True,
        "description": "The bytes of the file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}
BYTES: dict[int | str, dict[str, Any]] = {
    200: {  # the type is any that the answer says
        "description": "The bytes.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    **responses(403, 404, 422, 503),
}


class Bytes(StreamingResponse):
    """Bytes whose type the answer says."""

    media_type = None

    async def stream_response(self, send: Send) -> None:
        """Sends them. Where the store breaks off, which it has said, the connection is cut: a part is no whole."""
        with suppress(AttachmentStoreUnavailable):
            await super().stream_response(send)


PREVIEW_TYPE = "image/webp"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, max-age=300",
    "Referrer-Policy": "no-referrer",
}
"""With these nothing in a file runs, wherever it is opened, and the link goes nowhere else."""

Signature = Annotated[str, Query(min_length=1, max_length=100)]
Expires = Annotated[int, Query(ge=0, le=2**40)]

router = Router(prefix="/v1/attachments", tags=["attachments"], responses=RESPONSES)


@router.post("", status_code=201, summary="Upload a file", openapi_extra=UPLOAD, responses=responses(408, 415))
async def post_attachment(
    request: Request,
    parts: Service,
    sender: Annotated[Sender, who(*SENDS)],
    name: Annotated[str, Query(min_length=1, max_length=1_000, description="The file's name.", examples=["photo.jpg"])],
    content_type: Annotated[str | None, Header(description="The file's type; left out, it is found out.")] = None,
) -> UploadOut:
    """Keeps a file for a message: the body is its bytes, and nothing else.

    A key with `contacts:write` or `messages:write` sends it, an agent with the token of its desk, or a customer with
    that of the chat. Name its id in one message within a day, or it is removed.
    """
    most, said = parts.settings.attachment_most_bytes, request.headers.get("content-length", "")
    if said.isdigit() and int(said[:20]) > most:
        raise AttachmentTooLarge(too_large(most))
    masked, _ = mask_counted(clean(name), references=True)
    spec = (await parts.snapshots.get(sender.workspace)).spec.attachments
    scanned = spec.scan_url is not None
    sent = Sent(
        sender.workspace, sender.name, str(masked), said_type(content_type), scanned, scanned and spec.scan_blocks
    )
    try:
        return _shown(await parts.uploads.take(sent, _pieces(request)))
    except TimeoutError:
        raise RequestTooSlow("The file took too long (MCI_ATTACHMENT_TIMEOUT_S).") from None


@router.get("", summary="See what the workspace keeps of attachments")
async def get_attachments_usage(caller: Annotated[Caller, needs(Scope.REPORTS_READ)], parts: Service) -> UsageOut:
    """Returns the number of files and their bytes, and how many bytes there may be."""
    files, size = await parts.uploads.account(caller.workspace_id)
    return UsageOut(files=files, bytes=size, most_bytes=parts.settings.attachments_of_workspace_bytes)


@router.post("/scan/rotate-secret", summary="Make a secret for the calls to the scan of files")
async def rotate_scan_secret(
    caller: Annotated[Caller, needs(Scope.CONFIGURATION_WRITE)], parts: Service, body: NothingIn | None = None
) -> ScanSecretOut:
    """Makes a secret, which is shown this once and signs all calls from now on (Standard Webhooks).

    The one before does not sign beside it: the body has nothing to say.
    """
    async with parts.database.transaction() as session:
        secret = await rotate_secret(session, caller.workspace_id)
        await audited(session, caller, "attachments.scan_secret_rotated", "attachments", after={})
    return ScanSecretOut(secret=secret)


@router.get("/{attachment_id}", summary="See a file", openapi_extra=described(*READS))
async def get_attachment(attachment_id: Reference, parts: Service, sender: Annotated[Sender, who(*READS)]) -> UploadOut:
    """Returns what there is to say of a file, with a new link to it; or its state, to the sender while it is scanned.

    Who may read the contact whose message it is beside gets it; anybody else only what they sent themselves.
    """
    file = await parts.uploads.find(sender.workspace, attachment_id, sender.owner)
    if sender.caller and not await _sees(parts, sender.caller, file):
        if file["uploaded_by"] != sender.name:
            raise NotFound(f"There is no attachment {attachment_id!r} in this workspace.")
        return _shown(file).model_copy(update={"url": None, "preview_url": None})
    return _shown(file)


@router.get("/{attachment_id}/content", summary="Read a file by its link", response_class=Bytes, responses=BYTES)
async def get_content(attachment_id: Reference, parts: Service, expires: Expires, signature: Signature) -> Bytes:
    """Returns the bytes of a file, to be saved and not shown. It needs no key but the link, which a message has."""
    file = await _linked(parts, attachment_id, "content", expires, signature)
    headers = {"Content-Disposition": disposition(file["name"]), "Cross-Origin-Resource-Policy": "same-origin"}
    headers |= {"Content-Length": str(file["bytes"]), **HEADERS}
    pieces = await parts.uploads.store.open(file["object"])
    return Bytes(pieces, headers=headers, media_type=served_as(file["content_type"]))


@router.get(
    "/{attachment_id}/preview",
    summary="Read a small picture of a file by its link",
    response_class=Bytes,
    responses=BYTES,
)
async def get_preview(attachment_id: Reference, parts: Service, expires: Expires, signature: Signature) -> Bytes:
    """Returns a picture of 1,024 pixels at most, made of the file, without what the file says beside it."""
    file = await _linked(parts, attachment_id, "preview", expires, signature)
    if not file["preview"]:
        raise NotFound("There is no small picture of this file.")
    headers = {"Content-Disposition": "inline", "Cross-Origin-Resource-Policy": "cross-origin", **HEADERS}
    pieces = await parts.uploads.store.open(file["object"] + OF_A_PREVIEW)
    return Bytes(pieces, headers=headers, media_type=PREVIEW_TYPE)


async def _linked(parts: Parts, attachment: str, part: Part, expires: int, signature: str) -> dict[str, Any]:
    """Returns the row of a file whose link is valid. Raises AttachmentLinkInvalid, for all that it is not."""
    file = await parts.uploads.linked(attachment)
    if file is None:
        raise AttachmentLinkInvalid
    links.check(file["key"], attachment, part, expires, signature)
    if links.shown_one(file)["url"] is None:
        raise AttachmentLinkInvalid("The file may not be read any longer.")
    return file


async def _sees(parts: Parts, caller: Caller, file: dict[str, Any]) -> bool:
    """Returns whether a key may read a file: as its contact; of one that is unused nobody knows what it shows."""
    sensitive = not file["contact_id"] or await parts.uploads.is_sensitive(file["workspace_id"], file["contact_id"])
    return sight(caller, sensitive=sensitive) is Sight.WHOLE


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise InvalidRequest("The body ended before its end.") from None


def _shown(file: dict[str, Any]) -> UploadOut:
    more = {name: file[name] for name in ("sha256", "message_id", "created_at")}
    return UploadOut.model_validate({**links.shown_one(file), **more})
