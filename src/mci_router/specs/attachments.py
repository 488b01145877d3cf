"""Attachments of a workspace: what scans them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.specs.base import Spec

LONGEST_URL = 2_000


class AttachmentsSpec(Spec):
    """The scan of files."""

    scan_url: Annotated[
        str | None,
        StringConstraints(min_length=1, max_length=LONGEST_URL),
        Field(
            description="Where each file is announced to be scanned: https, public addresses only. Null: nowhere.",
            examples=["https://scanner.example.com/files"],
        ),
    ] = None
    scan_blocks: Annotated[bool, Field(description="Whether a file waits for the scan before it is used and read.")] = (
        True
    )
