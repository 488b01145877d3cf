"""Writing in the portal: taken in once as every contact is, with a reference number, and nothing lost for a mistake."""

from collections.abc import Awaitable, Callable

import pytest

from mci_router.api.help import forms
from tests.support.documents import small
from tests.support.help_pages import visitor
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


def portal(**said: object) -> dict[str, object]:
    document = small()
    document["workspace"]["portal"] = said
    return document


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a form to be old enough."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


async def test_search_article_write_reference(make: Make) -> None:
    """The main way: searched, read, not helped, written; the number finds it again."""
    workspace = await make(portal())
    async with visitor(workspace, "203.0.113.1") as sam:
        page = await sam.open()
        assert sam.answer.status_code == 200, sam.answer.text
        page = await sam.open("search?q=forgot+password")
        assert "articles/reset" in page.links
        await sam.open("articles/reset")
        assert "Forgotten password" in sam.answer.text
        await sam.open("write")
        page = await sam.send(
            "write", name="Sam", email="sam@example.com", text="I want to complain about your service"
        )
        assert sam.answer.url.path.endswith("/case")
        assert sam.reference
