"""Each process keeps the open incidents of its workspaces."""

from collections.abc import Awaitable, Callable

from mci_router.api.parts import Parts
from mci_router.incidents.open_incidents import STALE_S, OpenIncidents
from tests.support.incidents import act, incident, with_services
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_a_process_that_cannot_look_for_a_while_answers_nobody(make: Make, service: tuple[str, Parts]) -> None:
    """Its incidents may be over; those of other workspaces are no matter."""
    workspace = await make(with_services())
    made = await incident(workspace, services=["accounts", "Voicemail"], regions=["Far  North"])
    await incident(workspace, declare=False)
    now = [1_000.0]
    open_incidents = OpenIncidents(service[1].database, service[1].snapshots, clock=lambda: now[0])
    assert open_incidents.of(workspace.id) == ()
    await open_incidents.refresh()
    (found,) = open_incidents.of(workspace.id)
    assert (found.id, set(found.topics), set(found.partly)) == (made["id"], {"sign_in"}, {"how_to"})
    assert (set(found.services), set(found.regions), found.update) == ({"accounts", "voicemail"}, {"far north"}, 0)
    now[0] += STALE_S + 1
    assert open_incidents.of(workspace.id) == ()
    await open_incidents.refresh()
    assert len(open_incidents.of(workspace.id)) == 1
    await act(workspace, made["id"], "fix")
    assert len(open_incidents.of(workspace.id)) == 1
    await open_incidents.changed(await service[1].snapshots.get(workspace.id))
    assert list(open_incidents.of(workspace.id)) == []


async def test_a_change_of_a_topics_services_changes_what_its_incidents_cover(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Within a refresh."""
    workspace = await make(with_services())
    await incident(workspace, topics=[], services=["accounts"])
    assert (await workspace.api.patch("/v1/topics/complaint", json={"services": ["accounts"]})).status_code == 200
    open_incidents = OpenIncidents(service[1].database, service[1].snapshots)
    await open_incidents.refresh()
    (found,) = open_incidents.of(workspace.id)
    assert found.topics == {"sign_in", "complaint"}
