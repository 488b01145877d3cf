"""Writing to the company: a form, which is taken in as every contact is, and leads to the page of its case.

What is answered already is shown before, once; who wants to write all the same sends the form again.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Response

from mci_router.api.router import Router
from mci_router.api.schemas.attachments import Attachment
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customers import CustomerIn
from mci_router.errors import IdempotencyKeyReused
from mci_router.intake.address_reading import AddressReader
from mci_router.portal.blocks import blocks
from mci_router.portal.forms import Form, check_length, check_person, form_of
from mci_router.portal.found import SEEN, Shown
from mci_router.portal.help.customers_cases import sent_once
from mci_router.portal.help.files import REFUSED, refused_files, take_files
from mci_router.portal.help.reads import wrote
from mci_router.portal.help.visits import Visit, Visited, with_pass
from mci_router.portal.rendering import PageRoute, leads_to, page
from mci_router.portal.seals import Pass
from mci_router.portal.texts import said
from mci_router.vocabulary import AddressKind, AddressStatus, Channel

router = Router(include_in_schema=False, route_class=PageRoute)

PURPOSE = "write"
LONGEST = {"name": 200, "email": 254, "phone": 40, "subject": 200, "text": 20_000}
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


@router.api_route("/help/{workspace}/write", methods=["GET", "HEAD"])
async def form(visit: Visited, subject: str = "") -> Response:
    """Serves the empty form; a search that found nothing brings its words."""
    return _form(visit, Form({"subject": subject[: LONGEST["subject"]]}))


@router.post("/help/{workspace}/write")
async def send(visit: Visited) -> Response:
    """Takes the contact in, and leads to its case."""
    async with form_of(visit, PURPOSE) as form:
        await take_files(visit, form)
    check_form(visit, form)
    if form.errors or form.token is None:
        return _form(visit, form)
    contact = _contact(visit, form, form.token.name)
    if not form.value(SEEN) and (answers := await _answered(visit, contact)):
        return _form(visit, form, answers)
    await visit.allowance.post()
    try:
        case = await sent_once(visit, contact, form.token.name)
    except IdempotencyKeyReused:
        form.used = True
        form.errors[""] = said(visit.language, "error.form")
        return _form(visit, form)
    except REFUSED:
        refused_files(visit, form)
        return _form(visit, form)
    await wrote(visit)
    return with_pass(leads_to(visit, "case", new=1), visit, Pass(visit.workspace, case))


def check_form(visit: Visit, form: Form) -> None:
    """Notes at its fields what is wrong with a form."""
    check_length(visit, form, **LONGEST)
    check_reach(visit, form)
    topic = form.value("topic")
    if topic and topic not in visit.portal.topics:
        form.errors["topic"] = said(visit.language, "error.topic")
    if "text" not in form.errors and not form.kept and not form.value("text"):
        form.errors["text"] = said(visit.language, "error.text")
    check_person(visit, form)


def check_reach(visit: Visit, form: Form) -> None:
    """Notes what is wrong with the addresses: one that reaches somebody is needed."""
    reader = AddressReader(visit.snapshot, visit.parts.fingerprints)
    for kind in (AddressKind.EMAIL, AddressKind.PHONE):
        sent = form.value(kind)
        odd = kind is AddressKind.EMAIL and not MAILBOX.fullmatch(sent)
        if sent and kind not in form.errors and (odd or reader.read(kind, sent).status is AddressStatus.NONE):
            form.errors[kind] = said(visit.language, f"error.{kind}")
    if not form.value("email") and not form.value("phone"):
        form.errors["email"] = said(visit.language, "error.reach")


def _contact(visit: Visit, form: Form, name: str) -> ContactIn:
    customer = CustomerIn(
        name=form.value("name") or None, email=form.value("email") or None, phone=form.value("phone") or None
    )
    return ContactIn(
        channel=Channel.WEB,
        customer=customer,
        subject=form.value("subject") or None,
        text=form.value("text"),
        topic=form.value("topic") or None,
        attachments=[Attachment(id=one["id"]) for one in form.kept],
        channel_ref=f"help-{name}",
        context={"page_language": visit.language},
    )


async def _answered(visit: Visit, contact: ContactIn) -> list[Shown]:
    """Returns what anybody may read that answers what is about to be sent. Nothing of that is kept."""
    arrival = await visit.parts.reception.receive(visit.workspace, contact.model_dump(mode="json"), None)
    return [
        Shown(one.title, f"{one.kind}s/{one.ref}", blocks(one.body), one.language)
        for one in await visit.parts.beforehand.ready(arrival)
    ]


def _form(visit: Visit, form: Form, answers: Sequence[Shown] = ()) -> Response:
    """Returns the form, with what was entered, what is wrong with it, and what answers it already."""
    topics = [
        (name, visit.snapshot.topics[name].title) for name in visit.portal.topics if name in visit.snapshot.topics
    ]
    token = visit.seals.form(visit.workspace, PURPOSE)
    if form.token and not form.used:
        token = form.value("token")  # how long the form was looked at still counts
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    kept = visit.seals.files(visit.workspace, form.kept)
    shown: dict[str, Any] = {"form": form, "topics": topics, "token": token, "kept": kept, "found": answers}
    return page(visit, "write.html", status, private=True, here=PURPOSE, **shown)
