"""Forms as browsers send them: read within bounds, with what is wrong said at each field."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from mci_router.api.schemas.transfers import readable
from mci_router.errors import BodyTooLarge, InvalidRequest, RequestTooSlow
from mci_router.portal.seals import FormToken
from mci_router.portal.texts import said
from mci_router.portal.visits import PageVisit
from mci_router.storable import storable

MOST_FIELDS = 30
LONGEST_PART = 131_072  # bytes of a field: the longest text, written in four bytes a character
MOST_FILES = 5
QUICKEST_S = 2  # a person needs longer to fill a form in
TRAP = "website"  # a field that no person sees: what fills it in is a program
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass
class Form:
    """What a form said, and what is wrong with it, by field; `""` is all of it.

    `used`: its token was taken before. `kept` are the files that were taken in, by this sending and earlier ones:
    `[{id, name}]`.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    token: FormToken | None = None
    used: bool = False
    kept: Sequence[Mapping[str, Any]] = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")


@asynccontextmanager
async def form_of(visit: PageVisit, purpose: str, *, bound: str = "") -> AsyncIterator[Form]:
    """Gives a form of ours, whose token says that it is; what is wrong with that stands in its errors. Its files are
    closed at the end.

    Raises InvalidRequest for a body that is none, BodyTooLarge, RequestTooSlow.
    """
    sent = await _sent(visit)
    try:
        form = _form(sent)
        form.token = visit.seals.read_form(form.value("token"), visit.workspace, purpose, bound)
        if visit.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            form.errors[""] = said(visit.language, "error.foreign")
        elif form.token is None:
            form.errors[""] = said(visit.language, "error.form")
        yield form
    finally:
        await sent.close()


async def fields_of(visit: PageVisit) -> dict[str, str]:
    """Returns the fields of a form of another page, without its files.

    Raises InvalidRequest for a body that is none, BodyTooLarge, RequestTooSlow.
    """
    sent = await _sent(visit)
    try:
        return dict(_form(sent).values)
    finally:
        await sent.close()


async def _sent(visit: PageVisit) -> FormData:
    """Returns what was sent, read within bounds: files go to disk as they come."""
    request, settings = visit.request, visit.parts.settings
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most = settings.max_body_bytes + (settings.attachment_most_bytes if kind == MULTIPART else 0)
    if kind not in (URLENCODED, MULTIPART):
        raise InvalidRequest("The body is no form.")
    if _length(request) > settings.max_body_bytes:
        await visit.allowance.upload()
    stream = _bounded(request, most)
    try:
        async with asyncio.timeout(settings.attachment_timeout_s):
            if kind == URLENCODED:
                return await FormParser(request.headers, stream, max_fields=MOST_FIELDS).parse()
            bounds = {"max_files": MOST_FILES + 1, "max_fields": MOST_FIELDS, "max_part_size": LONGEST_PART}
            return await MultiPartParser(request.headers, stream, **bounds).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise InvalidRequest("The body is no form that can be read.") from error
    except TimeoutError:
        raise RequestTooSlow from None


def _length(request: Request) -> float:
    """Returns how long the body is said to be; without end for one of which nothing is said."""
    length = request.headers.get("content-length", "")
    return float(length[:20]) if length.isascii() and length.isdigit() else math.inf


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    if _length(request) < math.inf and _length(request) > most:
        raise BodyTooLarge
    read = 0
    try:
        async for piece in request.stream():
            read += len(piece)
            if read > most:
                raise BodyTooLarge
            yield piece
    except ClientDisconnect:
        raise InvalidRequest("The body ended before its end.") from None


def _form(sent: FormData) -> Form:
    """Returns a form. Line ends become single, spaces around are cut, and what no text can hold is left out; a field of
    which nothing can be read is empty.
    """
    values: dict[str, str] = {}
    files = []
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files += [value] if value.filename else []
        else:
            said = storable(value).replace("\r\n", "\n").strip()
            values.setdefault(name[:100], said if readable(said) else "")
    return Form(values, files)


def check_person(visit: PageVisit, form: Form) -> None:
    """Notes that perhaps no person has filled in a form that is right otherwise: sent once more, it is taken."""
    if not form.errors and form.token and (form.value(TRAP) or form.token.age_s < QUICKEST_S):
        form.errors[""] = said(visit.language, "error.machine")


def check_length(visit: PageVisit, form: Form, **longest: int) -> None:
    """Notes fields that are longer than they may be."""
    for name, most in longest.items():
        if len(form.value(name)) > most:
            form.errors[name] = said(visit.language, "error.too_long", most=f"{most:,}")
