"""Forms as browsers send them: read within bounds, with what is wrong said at each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from mci_router.api.help.seals import FormToken
from mci_router.api.help.texts import said
from mci_router.api.help.visits import Visit
from mci_router.errors import InvalidRequest
from mci_router.storable import storable

MOST_FIELDS = 30
LONGEST_PART = 131_072  # bytes of a field: the longest text, written in four bytes a character
MOST_FILES = 5
QUICKEST_S = 2  # a person needs longer to fill a form in
TRAP = "website"  # a field that no person sees: what fills it in is a program
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass
class Form:
    """What a form said, and what is wrong with it, by field; `""` is all of it. `used`: its token was taken before."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    token: FormToken | None = None
    used: bool = False

    def value(self, name: str) -> str:
        return self.values.get(name, "")


async def read_form(request: Request) -> Form:
    """Returns a form that was sent. Raises InvalidRequest for a body that is none, BodyTooLarge.

    Line ends become single, spaces around are cut, and what no text can hold is left out.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in KINDS:
        raise InvalidRequest("The body is no form.")
    try:
        sent = await request.form(max_files=MOST_FILES + 1, max_fields=MOST_FIELDS, max_part_size=LONGEST_PART)
    except HTTPException as error:
        if error.status_code == 400:
            raise InvalidRequest("The body is no form that can be read.") from error
        raise
    form = Form({})
    values: dict[str, str] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                form.files.append(value)
        else:
            values.setdefault(name[:100], storable(value).replace("\r\n", "\n").strip())
    form.values = values
    return form


async def form_of(visit: Visit, purpose: str, *, bound: str = "") -> Form:
    """Returns a form of ours, whose token says that it is; what is wrong with that stands in its errors."""
    form = await read_form(visit.request)
    form.token = visit.seals.read_form(form.value("token"), visit.workspace, purpose, bound)
    key = None
    if visit.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        key = "error.foreign"
    elif form.token is None:
        key = "error.form"
    if key:
        form.errors[""] = said(visit.language, key)
    return form


def check_person(visit: Visit, form: Form) -> None:
    """Notes that perhaps no person has filled in a form that is right otherwise: sent once more, it is taken."""
    if not form.errors and form.token and (form.value(TRAP) or form.token.age_s < QUICKEST_S):
        form.errors[""] = said(visit.language, "error.machine")


def check_length(visit: Visit, form: Form, **longest: int) -> None:
    """Notes fields that are longer than they may be."""
    for name, most in longest.items():
        if len(form.value(name)) > most:
            form.errors[name] = said(visit.language, "error.too_long", most=f"{most:,}")
