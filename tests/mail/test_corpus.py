"""Some of our 500 mails go all the way to the router: each becomes one contact, or is refused by its name."""

from tests.adapters.email.corpus import Case, corpus
from tests.mail.conftest import Post

EVERY = 12  # of which one goes all the way to the router


async def test_some_of_each_kind_reach_the_router_once_or_are_refused(post: Post) -> None:
    """As many contacts as mails that are taken; a mail server hears 250 or 554, and never anything else."""
    taken = set()
    chosen = _some()
    for case in chosen:
        heard = await post.comes(case.raw, sender=case.sender)
        assert heard[:3] in ("250", "554"), (case.name, heard)
        contact = heard.rpartition(": ")[2]
        if contact.startswith("con_"):
            taken.add(contact)
        else:
            assert heard.split()[2].rstrip(":") not in ("taken", "refused"), (case.name, heard)
    listed = (await post.workspace.api.get("/v1/contacts", params={"limit": 200})).json()["items"]
    assert {one["id"] for one in listed} == taken
    assert len(taken) > len(chosen) // 2


def _some() -> list[Case]:
    return [case for case in corpus()[::EVERY] if len(case.raw) < 1 << 20]
