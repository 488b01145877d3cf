"""Reading without a contact: an article counts as helpful where its reader says so and does not write after all."""

from typing import Any

from tests.insight.results import rows, some, wrong
from tests.portal.help.conftest import Visit
from tests.support.service import Workspace


async def read(portal: Workspace, **query: str) -> list[dict[str, Any]]:
    return await rows(portal, "self-service", **query)


async def test_readers_are_counted_once_and_those_who_write_after_all_count_against_it(
    portal: Workspace, visit: Visit
) -> None:
    """Whoever reads twice is one reader; of a reader nothing is kept that could be read back."""
    helped, wrote, lost, quiet = [await visit(portal) for _ in range(4)]
    for who in (helped, wrote, lost, quiet, helped):
        await who.open("articles/reset")
    for who, said in ((helped, "yes"), (wrote, "yes"), (lost, "no")):
        page = await who.open("articles/reset")
        assert "../articles/reset/read" in page.forms
        await who.send("../articles/reset/read", helped=said)
        assert "Thank you" in who.answer.text
    await wrote.open("write")
    await wrote.send("write", email="sam@example.com", text="forgot my password", topic="how_to")
    (row,) = await read(portal, group_by="article,version,topic,by")
    assert some(row) == {"reads": 4, "helped": 1, "followed": 1, "not_helped": 1, "pending": 1}
    assert (row["article"], row["version"], row["topic"], row["by"]) == ("reset", "1", "sign_in", "portal")
    assert (row["helped_share"]["n"], row["helped_share"]["measured"]) == (0, False)
    assert await wrong(portal) == []
