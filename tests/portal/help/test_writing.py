"""Writing in the portal: taken in once as every contact is, with a reference number, and nothing lost for a mistake."""

import asyncio
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.portal import forms
from tests.portal.help.conftest import Visit
from tests.support.rows import every
from tests.support.service import Workspace

COMPLAINT = "I want to complain about your service"


async def contacts(workspace: Workspace) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await workspace.api.get("/v1/contacts")).json()["items"]
    return items


async def test_what_is_written_is_a_contact_with_a_reference_number(portal: Workspace, visit: Visit) -> None:
    """By the same door as every contact: read, masked, queued; of a customer who only claims to be somebody."""
    sam = await visit(portal)
    await sam.open("write")
    page = await sam.send("write", name="Sam", email="Sam@Example.com", text=f"{COMPLAINT}, card 4111 1111 1111 1111")
    assert sam.answer.url.path.endswith("/case")
    assert sam.answer.headers["cache-control"] == "no-store"
    assert sam.reference
    assert "4111 1" not in sam.answer.text
    (contact,) = await contacts(portal)
    assert (contact["channel"], contact["trust"], contact["topic"], contact["state"]) == (
        "web",
        "claimed",
        "complaint",
        "queued",
    )
    assert contact["masked_kinds"] == {"card": 1}
    assert "case/messages" in page.forms


async def test_an_answer_is_shown_and_helps_or_does_not(portal: Workspace, visit: Visit) -> None:
    """The buttons do what they say, once; pressed again they show how it stands."""
    sam, pat = await visit(portal), await visit(portal)
    for who in (sam, pat):
        await who.open("write")
        await who.send("write", email="sam@example.com", text="forgot my password")
        await who.send("write")
        assert "Forgotten password" in who.answer.text
    before = pat.page.forms["case/helped"]
    await sam.send("case/helped")
    await pat.send("case/person")
    states = {one["id"]: one["state"] for one in await contacts(portal)}
    assert sorted(states.values()) == ["queued", "resolved"]
    await pat.post(str(pat.answer.url.join("case/person")), before)
    assert {one["id"]: one["state"] for one in await contacts(portal)} == states


async def test_a_form_that_is_sent_twice_makes_one_contact(portal: Workspace, visit: Visit) -> None:
    """One after the other and at once; with another text it is asked for again, and nothing is lost."""
    sam = await visit(portal)
    await sam.open("write")
    url, filled = str(sam.answer.url), {**sam.page.forms["write"], "email": "sam@example.com", "text": COMPLAINT}
    answers = await asyncio.gather(*(sam.client.post(url, data=filled) for _ in range(3)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.text.partition('class="number"')[2][:80] for one in answers}) == 1
    assert len(await contacts(portal)) == 1
    page = await sam.post(url, {**filled, "text": "another thing"}, 422)
    assert page.forms["write"]["text"] == "another thing"
    assert page.forms["write"]["token"] != filled["token"]
    await sam.send("write")
    assert len(await contacts(portal)) == 2


@every(
    ("fields", "wrong"),
    [
        ({}, {"email", "text"}),
        ({"email": "sam", "text": "x"}, {"email"}),
        ({"phone": "12", "text": "x"}, {"phone"}),
        ({"email": "sam@example.com", "text": " \n\t\u200b"}, {"text"}),
        ({"email": "sam@example.com", "text": "x" * 20_001}, {"text"}),
        ({"email": f"{'s' * 250}@example.com", "text": "x", "name": "n" * 201}, {"email", "name"}),
        ({"email": "sam@example.com", "text": "x", "topic": "card_fraud"}, {"topic"}),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    portal: Workspace, visit: Visit, fields: dict[str, str], wrong: set[str]
) -> None:
    """What was entered stays, the field says that it is wrong and by what it is described, and a list leads to it."""
    sam = await visit(portal)
    await sam.open("write")
    page = await sam.send("write", 422, **fields)
    marked = {had["name"]: had for _, had in page.tags if had.get("aria-invalid") == "true"}
    assert set(marked) == wrong
    ids = {had["id"] for _, had in page.tags if "id" in had}
    for name, had in marked.items():
        assert set(had["aria-describedby"].split()) <= ids
        assert f"#f-{name}" in page.links
    for name, value in fields.items():
        if name != "topic":
            assert page.forms["write"][name] == value.strip(" \n\t\u200b")  # what nobody sees is nothing
    assert not await contacts(portal)


async def test_what_a_program_fills_in_is_asked_again_and_not_lost(
    portal: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that nobody sees, or a form that is filled in at once: a person sends it again."""
    sam = await visit(portal)
    await sam.open("write")
    right = {"email": "sam@example.com", "text": COMPLAINT}
    page = await sam.send("write", 422, website="https://spam.example", **right)
    assert page.forms["write"]["text"] == COMPLAINT
    monkeypatch.setattr(forms, "QUICKEST_S", 600)
    await sam.send("write", 422, **right)
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    await sam.send("write")
    assert len(await contacts(portal)) == 1


async def test_only_our_own_forms_are_taken(portal: Workspace, visit: Visit) -> None:
    """A token that is forged, of another form, or sent from another site's page is not."""
    sam = await visit(portal)
    lookup = (await sam.open("status")).forms["status"]["token"]
    token = (await sam.open("write")).forms["write"]["token"]
    right = {"email": "sam@example.com", "text": COMPLAINT}
    url = str(sam.answer.url)
    for wrong in ("", "x", "ü.ü", token[:-2], "a.b.c", lookup, token.partition(".")[0] + ".", "." * 9_999):
        page = await sam.post(url, {**right, "token": wrong}, 422)
        assert page.forms["write"]["text"] == COMPLAINT
    sam.client.headers["Sec-Fetch-Site"] = "cross-site"
    await sam.post(url, {**right, "token": token}, 422)
    assert not await contacts(portal)


async def test_hostile_fields_are_text(portal: Workspace, visit: Visit) -> None:
    """Scripts, NUL, fields nobody knows and fields that come twice: shown as they are, or left out."""
    sam = await visit(portal)
    await sam.open("write")
    script = "<script>alert('x')</script>{{ 7 * 7 }}"
    hostile = {"name": script, "subject": script, "text": f"{script} \x00 complaint", "admin": "1", "__proto__": "x"}
    await sam.send("write", email="sam@example.com", **hostile)
    assert "<script" not in sam.answer.text
    assert "{{ 7 * 7 }}" in sam.answer.text
    assert "\x00" not in sam.answer.text
    await sam.open("write")
    for field in ("name", "email", "phone", "subject"):
        await sam.send("write", 422, **{field: f"{script}\x00"})
        assert "<script" not in sam.answer.text


@every("kind", ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_body_that_is_no_form_is_a_page_that_says_so(portal: Workspace, visit: Visit, kind: str) -> None:
    """Whatever is in it; also one that is too large."""
    sam = await visit(portal)
    for content in (b'{"a": 1}', b"--x\r\nContent-Disposition: form-data; name=", b"\xff\x00", b"a=" + b"x" * 400_000):
        answer = await sam.client.post(f"{sam.root}/write", content=content, headers={"Content-Type": kind})
        assert answer.status_code in (413, 422), answer.text
        assert answer.headers["content-type"].startswith(("text/html", "application/problem+json"))
    answer = await sam.client.post(f"{sam.root}/write", data={"text": "x" * 1_000_000})
    assert answer.status_code == 413


async def test_who_writes_too_much_waits(
    portal: Workspace, service: tuple[str, Parts], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one address, while others write on."""
    monkeypatch.setattr(service[1].settings, "portal_posts_per_h", 1)
    greedy, other = await visit(portal), await visit(portal)
    for who, status in ((greedy, 200), (greedy, 429), (other, 200)):
        await who.open("write")
        await who.send("write", status, email="sam@example.com", text=COMPLAINT)
    assert len(await contacts(portal)) == 2
