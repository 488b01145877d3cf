"""Files beside what is written in the portal: taken in as those of every sender are, and shown to their customer."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from starlette.datastructures import UploadFile

from mci_router.attachments.names import clean
from mci_router.attachments.types import said_type
from mci_router.attachments.uploads import Sent
from mci_router.errors import (
    AttachmentBlocked,
    AttachmentsFull,
    AttachmentStoreUnavailable,
    AttachmentTooLarge,
    AttachmentTypeMismatch,
    AttachmentUsed,
    InvalidRequest,
    NotFound,
    Problem,
    TooManyUploads,
    UnknownAttachment,
)
from mci_router.intake.masking import mask_counted
from mci_router.portal.forms import MOST_FILES, Form
from mci_router.portal.help.visits import Visit
from mci_router.portal.texts import said
from mci_router.vocabulary import AttachmentState

PIECE = 65_536
KEPT = "kept"  # the field with the files of earlier sendings
LOOK_S, MOST_LOOKS = 0.25, 20  # for a scan: who sends a photo waits some seconds, and may send the form again
WHY: Mapping[type[Problem], str] = {
    AttachmentTooLarge: "error.file.large",
    AttachmentTypeMismatch: "error.file.type",
    InvalidRequest: "error.file.empty",
    AttachmentsFull: "error.file.full",
    TooManyUploads: "error.file.full",
    AttachmentStoreUnavailable: "error.file.full",
}


async def take_files(visit: Visit, form: Form) -> None:
    """Takes in the files of a form of ours, and notes what is wrong with them. Those of earlier sendings stay."""
    form.kept = visit.seals.read_files(form.value(KEPT), visit.workspace)
    if form.token is None:
        if form.files:
            form.errors["files"] = said(visit.language, "error.file.again")
        return
    if len(form.kept) + len(form.files) > MOST_FILES:
        form.errors["files"] = said(visit.language, "error.files", most=MOST_FILES)
        return
    for file in form.files:
        try:
            row = await _take(visit, file)
        except tuple(WHY) as problem:
            form.errors["files"] = said(visit.language, WHY[type(problem)], name=clean(file.filename or ""))
        else:
            form.kept = [*form.kept, {"id": row["id"], "name": row["name"]}]
    try:
        if not form.errors and not await _ready(visit, form.kept):
            form.errors["files"] = said(visit.language, "error.file.scan")
    except NotFound:  # nobody has used it for a day
        refused_files(visit, form)


def refused_files(visit: Visit, form: Form) -> None:
    """Notes that files were not taken, though they had come in: they were found harmful, or are in use elsewhere."""
    form.kept = []
    form.errors["files"] = said(visit.language, "error.file.refused")


REFUSED = (AttachmentBlocked, AttachmentUsed, UnknownAttachment)
"""What a form is refused for whose files may not be used."""


async def _take(visit: Visit, file: UploadFile) -> dict[str, Any]:
    spec = visit.snapshot.spec.attachments
    name, _ = mask_counted(clean(file.filename or ""), references=True)
    scanned = spec.scan_url is not None
    sender = f"portal:{visit.seals.digest('sender', visit.allowance.client)}"
    sent = Sent(visit.workspace, sender, str(name), said_type(file.content_type), scanned, scanned and spec.scan_blocks)
    return await visit.parts.uploads.take(sent, _pieces(file))


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE):
        yield piece


async def _ready(visit: Visit, kept: Sequence[Mapping[str, Any]]) -> bool:
    """Returns whether the files may be used, once they are scanned, or some seconds later."""
    for _look in range(MOST_LOOKS):
        rows = [await visit.parts.uploads.find(visit.workspace, one["id"]) for one in kept]
        if not any(row["state"] == AttachmentState.SCANNING and row["blocks"] for row in rows):
            return True
        await asyncio.sleep(LOOK_S)
    return False
