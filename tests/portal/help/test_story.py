"""One matter over three channels: written on the help pages with a photo, asked for by telephone, answered by mail."""

from tests.portal.help.conftest import Make, Visit, with_portal
from tests.portal.help.test_files import photo, send
from tests.support.conversations import accepted
from tests.support.outbound import adapter, key_of, reading
from tests.support.service import eventually

SAM = "sam@example.com"


async def test_an_appeal_with_a_photo_is_asked_for_by_telephone_and_answered_by_mail(make: Make, visit: Visit) -> None:
    """One case throughout, and its page shows all of it."""
    workspace = await make(with_portal())
    await adapter(workspace, "mail", channels=["email"], capabilities={"attachments": True})
    mail = await key_of(workspace, "messages:deliver", adapter="mail")
    sam = await visit(workspace)
    await sam.open("write")
    appeal = "I want to complain: the meter shows another number than the bill"
    await send(sam, "write", ("meter.jpg", photo()), name="Sam", email=SAM, phone="+49 30 901820", text=appeal)
    number = sam.reference

    menu = {"reference": number.replace("-", " ").lower(), "phone": "+49 30 901820"}
    status = await workspace.api.get("/v1/cases", params=menu)
    assert (status.status_code, status.json()["status"]) == (200, "waiting")
    case = status.json()["id"]

    (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
    async with workspace.desk("ann") as ann, reading(workspace, mail, "mail") as stream:
        await accepted(ann, contact["id"])
        assert (await workspace.api.get("/v1/cases", params=menu)).json()["status"] == "in_progress"
        await ann.do("message.send", contact_id=contact["id"], client_id="a1", kind="agent", text="You are right.")
        _, message = await stream.next()
    assert (message["text"], message["case_id"], message["case_reference"]) == ("You are right.", case, number)
    assert message["customer"]["addresses"] == [{"kind": "email", "value": SAM}]

    async def answered() -> bool:
        return "You are right." in (await sam.open("case")).text

    await eventually(answered)
    assert sam.reference == number
    assert "meter.jpg" in sam.answer.text
