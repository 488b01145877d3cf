"""What is answered already is shown before somebody writes, once: in the portal as on the community's pages."""

import pytest

from tests.community.test_moderation import done
from tests.portal.help.conftest import Make, Visit, with_portal
from tests.portal.help.test_files import kept, photo, send
from tests.portal.help.test_writing import COMPLAINT, contacts
from tests.support.answered import ASKED, REPLY, answered_post
from tests.support.rows import every
from tests.support.service import Workspace, eventually

SAM = "sam@example.com"
ALIKE = "how can I set up my voicemail greeting please"
FORGOT = "forgot my password"
SHOWN = "Does this answer it?"


@pytest.fixture
async def answered(portal: Workspace) -> Workspace:
    """Help pages that know an answered post."""
    await answered_post(portal, ASKED, REPLY)
    return portal


async def test_an_answered_post_is_shown_before_and_the_form_goes_all_the_same(portal: Workspace, visit: Visit) -> None:
    """Its accepted reply is read on the page; nothing is sent by that, and sent again the form makes one contact, with
    the words and files that it had.
    """
    post = await answered_post(portal, ASKED, REPLY)
    before = len(await contacts(portal))
    sam = await visit(portal)
    await sam.open("write")
    await send(sam, "write", ("meter.jpg", photo()), email=SAM, text=ALIKE)
    assert SHOWN in sam.page.text
    assert REPLY in sam.page.text
    assert f"posts/{post}" in sam.page.links
    assert sam.answer.headers["cache-control"] == "no-store"
    assert sam.page.forms["write"]["text"] == ALIKE
    assert len(await contacts(portal)) == before
    await send(sam, "write")
    assert sam.reference
    assert len(await contacts(portal)) == before + 1
    assert [[one["name"] for one in files] for files in await kept(portal)] == [["meter.jpg"]]
    assert REPLY in (await sam.open(f"posts/{post}")).text


async def test_an_article_is_shown_before(portal: Workspace, visit: Visit) -> None:
    """The one of the topic that fits; on its own page it is counted as read, and says whether it helps."""
    sam = await visit(portal)
    await sam.open("write")
    page = await sam.send("write", email=SAM, text=FORGOT)
    assert "choose Forgotten password" in page.text
    (link,) = [one for one in page.links if "articles/" in one]
    assert "Did this help?" in (await sam.open(link)).text
    assert not await contacts(portal)


@every(
    "said",
    [
        "somebody stole my identity and now my voicemail greeting is theirs",
        "I will kill myself, nobody set up the voicemail greeting",
        f"{FORGOT}. I want to talk to a person, please",
        "Ich habe mein Passwort vergessen und m\u00f6chte mit einem Menschen sprechen",
        COMPLAINT,
    ],
)
async def test_what_is_for_a_person_goes_to_one_at_once(answered: Workspace, visit: Visit, said: str) -> None:
    """What is sensitive or urgent, who asks for a person, and what nothing answers: sent once, nothing is in between."""
    before = len(await contacts(answered))
    sam = await visit(answered)
    await sam.open("write")
    page = await sam.send("write", email=SAM, text=said)
    assert SHOWN not in page.text
    assert sam.reference
    assert len(await contacts(answered)) == before + 1
    assert len((await done(answered, "GET", "/v1/posts"))["items"]) == 1, "it is published nowhere"


async def test_what_not_everybody_may_read_is_not_shown(make: Make, visit: Visit) -> None:
    """A post that is hidden, an article for signed-in customers, and what another workspace has answered."""
    document, other = with_portal(), await make(with_portal())
    document["articles"] = [one | {"audience": "customers"} for one in document["articles"]]
    portal = await make(document)
    await answered_post(other, ASKED, REPLY)
    post = await answered_post(portal, ASKED, REPLY)
    await done(portal, "POST", f"/v1/posts/{post}/hide")
    sam = await visit(portal)

    async def gone() -> bool:
        await sam.open("write")
        return SHOWN not in (await sam.send("write", email=SAM, text=ALIKE)).text

    await eventually(gone)
    await sam.open("write")
    assert SHOWN not in (await sam.send("write", email=SAM, text=FORGOT)).text
    foreign = await visit(other)
    await foreign.open("write")
    assert REPLY in (await foreign.send("write", email=SAM, text=ALIKE)).text


async def test_the_answers_are_said_in_the_language_of_the_page(portal: Workspace, visit: Visit) -> None:
    """What is foreign in it is marked as such, for those who have it read to them."""
    sam = await visit(portal, **{"Accept-Language": "de"})
    await sam.open("write")
    page = await sam.send("write", email=SAM, text=FORGOT)
    assert "Es ist noch nichts gesendet." in page.text
    assert [had["lang"] for tag, had in page.tags if tag == "details"] == ["en"]
