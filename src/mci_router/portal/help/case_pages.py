"""The page of one case: found by reference and address, shown for a while, added to."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse

from mci_router.api.attachments import PREVIEW_TYPE
from mci_router.api.customer.helping import helped, person_please
from mci_router.api.router import Router
from mci_router.attachments.links import shown_one
from mci_router.attachments.names import disposition
from mci_router.attachments.store import OF_A_PREVIEW
from mci_router.attachments.types import served_as
from mci_router.errors import AskOver, IdempotencyKeyReused, MessageKeyReused, NotFound, WrongState
from mci_router.intake.references import read_reference
from mci_router.portal.forms import Form, check_length, form_of
from mci_router.portal.help.customers_cases import CaseShown, add, find_case, read_case
from mci_router.portal.help.files import REFUSED, refused_files, take_files
from mci_router.portal.help.standing import standing_of
from mci_router.portal.help.visits import Visit, Visited, with_pass
from mci_router.portal.help.writing import LONGEST
from mci_router.portal.rendering import PRIVATE, PageRoute, leads_to, page
from mci_router.portal.seals import Pass
from mci_router.portal.texts import said

router = Router(include_in_schema=False, route_class=PageRoute)

LOOKUP, ADD, ACT = "status", "add", "act"
BOTH = ["GET", "HEAD"]
ANSWER_S = 0.1  # for every answer: what the ledger takes for a wrong number or a wrong address is far less
SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""With this nothing in a file runs, wherever it is opened."""


@router.api_route("/help/{workspace}/status", methods=BOTH)
async def ask(visit: Visited) -> Response:
    """Serves the form by which a case is found."""
    return _lookup(visit, Form())


@router.post("/help/{workspace}/status")
async def show(visit: Visited) -> Response:
    """Finds a case, and leads to its page."""
    async with form_of(visit, LOOKUP) as form:
        pass
    reference = read_reference(form.value("reference"))
    if reference is None:
        form.errors["reference"] = said(visit.language, "error.reference")
    if not form.value("address") or len(form.value("address")) > LONGEST["email"]:
        form.errors["address"] = said(visit.language, "error.address")
    if form.errors or reference is None:
        return _lookup(visit, form)
    await visit.allowance.lookup(reference)
    case, _ = await asyncio.gather(find_case(visit, reference, form.value("address")), asyncio.sleep(ANSWER_S))
    if case is None:
        form.errors[""] = said(visit.language, "error.no_case")
        return _lookup(visit, form)
    return with_pass(leads_to(visit, "case"), visit, Pass(visit.workspace, case))


@router.api_route("/help/{workspace}/case", methods=BOTH)
async def case_page(visit: Visited, new: str = "") -> Response:
    """Serves the case of the pass, or leads to the form that gets one."""
    case = await _case(visit)
    return leads_to(visit, "status") if case is None else await _shown(visit, case, Form(), new)


@router.post("/help/{workspace}/case/messages")
async def write_more(visit: Visited) -> Response:
    """Adds what the customer writes to the case."""
    case = await _case(visit)
    if case is None:
        return leads_to(visit, "status")
    async with form_of(visit, ADD, bound=case.id) as form:
        await take_files(visit, form)
    check_length(visit, form, text=LONGEST["text"])
    if not form.value("text") and not form.kept and "text" not in form.errors:
        form.errors["text"] = said(visit.language, "error.text")
    if form.errors or form.token is None:
        return await _shown(visit, case, form)
    await visit.allowance.post()
    try:
        now = await add(visit, case, form.value("text"), [one["id"] for one in form.kept], form.token.name)
    except (MessageKeyReused, IdempotencyKeyReused):
        form.errors[""] = said(visit.language, "error.form")
        return await _shown(visit, case, form)
    except REFUSED:
        refused_files(visit, form)
        return await _shown(visit, case, form)
    return with_pass(leads_to(visit, "case", new=2), visit, Pass(visit.workspace, now))


@router.api_route("/help/{workspace}/case/files/{file}", methods=BOTH)
async def read_file(file: str, visit: Visited) -> Response:
    """Serves a file of the case, to be saved and not shown."""
    found = await _file(visit, file)
    headers = PRIVATE | {"Content-Disposition": disposition(found["name"]), "Content-Length": str(found["bytes"])}
    pieces = await visit.parts.uploads.store.open(found["object"])
    return StreamingResponse(pieces, headers=headers | SANDBOX, media_type=served_as(found["content_type"]))


@router.api_route("/help/{workspace}/case/files/{file}/preview", methods=BOTH)
async def read_preview(file: str, visit: Visited) -> Response:
    """Serves the small picture of a file of the case."""
    found = await _file(visit, file)
    if not found["preview"]:
        raise NotFound("There is no small picture of this file.")
    pieces = await visit.parts.uploads.store.open(found["object"] + OF_A_PREVIEW)
    return StreamingResponse(pieces, headers=PRIVATE | SANDBOX, media_type=PREVIEW_TYPE)


async def _file(visit: Visit, file: str) -> dict[str, Any]:
    """Returns the row of a file beside a message that the page shows, if it may be read. Raises NotFound."""
    case = await _case(visit)
    shown = [one for message in case.messages for one in message["attachments"]] if case else []
    if not any(one["id"] == file and one["url"] for one in shown):
        raise NotFound("There is no such file.")
    found = await visit.parts.uploads.find(visit.workspace, file)
    if shown_one(found)["url"] is None:  # it was blocked since the message was read
        raise NotFound("There is no such file.")
    return found


@router.post("/help/{workspace}/case/helped")
async def it_helped(visit: Visited) -> Response:
    """Settles the contact: its answer helped."""
    return await _acted(visit, lambda contact: helped(visit.parts, visit.workspace, contact))


@router.post("/help/{workspace}/case/person")
async def ask_for_a_person(visit: Visited) -> Response:
    """Has an agent serve the contact."""
    return await _acted(visit, lambda contact: person_please(visit.parts, visit.workspace, contact))


@router.post("/help/{workspace}/case/broken")
async def still_broken(visit: Visited) -> Response:
    """Sends the contact to a person: its incident is fixed, but not for this customer."""
    return await _acted(visit, lambda contact: visit.parts.ladder.still_broken(visit.workspace, contact))


@router.post("/help/{workspace}/case/summary")
async def answer_summary(visit: Visited) -> Response:
    """Takes whether a summary may be shown: the one that the customer has read, by its id."""
    pressed = await _pressed(visit)
    if isinstance(pressed, Response):
        return pressed
    case, form = pressed
    asked = [one["consent"] for one in case.messages if one["consent"]]
    found = next((one for one in asked if one["summary_id"] == form.value("summary")), None)
    if found is None or form.value("agree") not in ("yes", "no"):
        return leads_to(visit, "case", new=3)
    agree = form.value("agree") == "yes"
    with suppress(AskOver, NotFound):  # how it stands is on the page
        await visit.parts.modalities.summaries.answer(
            visit.workspace, found["contact_id"], found["summary_id"], agree=agree, by="portal"
        )
    return leads_to(visit, "case")


@router.post("/help/{workspace}/case/leave")
async def leave(visit: Visited) -> Response:
    """Takes the pass back: the case is not shown on this device any more."""
    return with_pass(leads_to(visit, "status", left=1), visit, None)


async def _acted(visit: Visit, act: Callable[[str], Awaitable[Any]]) -> Response:
    """Does what a button says, once; where the contact has moved on in the meantime, shows how it stands."""
    pressed = await _pressed(visit)
    if isinstance(pressed, Response):
        return pressed
    case, _ = pressed
    try:
        await act(case.row.id)
    except (WrongState, NotFound):
        return leads_to(visit, "case", new=3)
    return leads_to(visit, "case")


async def _pressed(visit: Visit) -> tuple[CaseShown, Form] | Response:
    """Returns the case whose button was pressed, and the form; or the page that says why nothing is done."""
    case = await _case(visit)
    if case is None:
        return leads_to(visit, "status")
    async with form_of(visit, ACT, bound=case.id) as form:
        pass
    if form.errors:
        return await _shown(visit, case, form)
    await visit.allowance.post()
    return case, form


async def _case(visit: Visit) -> CaseShown | None:
    holder = visit.holds
    return await read_case(visit, holder.case) if holder else None


async def _shown(visit: Visit, case: CaseShown, form: Form, new: str = "") -> Response:
    notes = {"1": "case.thanks", "2": "case.added", "3": "case.over"}
    return page(
        visit,
        "case.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        private=True,
        case=case,
        standing=await standing_of(visit, case),
        form=form,
        thread=_thread(visit, case),
        note=notes.get(new, ""),
        add_token=visit.seals.form(visit.workspace, ADD, case.id),
        kept=visit.seals.files(visit.workspace, form.kept),
        act_token=visit.seals.form(visit.workspace, ACT, case.id),
        here="status",
    )


def _thread(visit: Visit, case: CaseShown) -> str | None:
    """Returns the relative address of the post in which the community is asked, or was; None without such a page."""
    post = case.contact.thread
    return (
        f"{visit.root}../../community/{visit.snapshot.spec.name}/posts/{post}"
        if post and visit.snapshot.spec.community
        else None
    )


def _lookup(visit: Visit, form: Form) -> Response:
    token = visit.seals.form(visit.workspace, LOOKUP)
    left = visit.request.query_params.get("left") == "1" and not form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(visit, "status.html", status, private=True, form=form, token=token, left=left, here="status")
