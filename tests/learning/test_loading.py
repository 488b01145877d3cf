"""Models are loaded, not fitted: what one process had made, all have from the ledger."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from mci_router.learning import register
from mci_router.learning.candidates import next_candidacy
from mci_router.learning.readiness import Readiness
from mci_router.learning.register import MOST_ATTEMPTS, MOST_FILES
from mci_router.learning.workshop import Workshop
from mci_router.settings import Settings
from mci_router.vocabulary import ModelState
from tests.learning.conftest import Process, process, put_examples
from tests.support.documents import SMALL

Taught = Callable[..., Awaitable[str]]
SAID = ["I forgot my password", "an unknown payment by card", "voicemail", "I want a manager", "the moon is bright"]
MORE = [*SMALL["topics"][0]["examples"], "the code for signing in never comes"]


async def hash_of_live(here: Process, workspace: str) -> str | None:
    query = "SELECT fitted_sha256 FROM triage_models WHERE workspace_id = :id AND state = 'live'"
    async with here.database.transaction() as session:
        found: str | None = (await session.execute(text(query), {"id": workspace})).scalar_one()
    return found


def readiness(process: Process, workspace: str) -> Readiness:
    """What decides about the workspace's contacts in a process."""
    known = [snapshot.workspace_id for snapshot in process.snapshots.cached()]
    return dict(zip(known, process.models.readiness(), strict=True))[workspace]


async def test_a_process_takes_over_what_another_had_made_and_fits_nothing(
    settings: Settings, here: Process, taught: Taught, closed: Workshop
) -> None:
    """To the last digit, also the one on trial, and what was put live since: it could not fit anything."""
    workspace = await taught()
    first = await here.models.classifier(workspace)
    async with process(settings, closed) as there:
        await there.snapshots.get(workspace)
        assert readiness(there, workspace) is Readiness.LOADING
        await there.models.ready(workspace)
        assert readiness(there, workspace) is Readiness.IN_FORCE
        theirs = await there.models.classifier(workspace)
        assert theirs.classify(SAID) == first.classify(SAID)
        assert theirs.languages == first.languages == {"en"}
        await here.taught(workspace, sign_in=MORE)
        async with here.database.transaction() as session:
            await session.execute(
                text("UPDATE triage_models SET state = 'shadow' WHERE version = :v"), {"v": first.version}
            )
        await there.snapshots.refresh()
        await there.models.ready(workspace)
        assert (await there.models.classifier(workspace)).version == (await here.models.classifier(workspace)).version
        shadow = there.models.shadow(workspace)
        assert shadow is not None
        assert shadow.version == first.version


async def test_a_training_that_its_routers_die_of_is_not_begun_for_ever(here: Process, taught: Taught) -> None:
    """Three times; then it is rejected with the reason, and counts as failed until its topics change."""
    workspace = await taught()
    async with here.database.transaction() as session:
        await put_examples(session, workspace, sign_in=MORE)
        for _ in range(MOST_ATTEMPTS):
            assert (await next_candidacy(session, workspace, encoder=None, interval_s=60)).candidacy
            lapsed = "UPDATE triage_models SET claimed_until = now() WHERE workspace_id = :id AND state = 'training'"
            await session.execute(text(lapsed), {"id": workspace})
            session.expire_all()
        assert not (await next_candidacy(session, workspace, encoder=None, interval_s=60)).candidacy
        assert (await next_candidacy(session, workspace, encoder=None, interval_s=60)).failed
    rejected, live = await here.listed(workspace)
    assert (rejected.state, live.state) == (ModelState.REJECTED, ModelState.LIVE)
    assert "3 routers ended while they were at it" in str(rejected.reason)
    await here.taught(workspace, sign_in=[*MORE, "my account is locked"])
    assert here.models.failed() == 0


async def test_old_models_lose_their_files_and_are_made_again_when_returned_to(here: Process, taught: Taught) -> None:
    """An operator who rolls far back waits for a fit; what is live has its file."""
    workspace = await taught()
    first = await here.models.classifier(workspace)
    made = (
        "INSERT INTO triage_models (workspace_id, version, state, training, learnt, report, wanted_at, fitted_sha256) "
        "SELECT workspace_id, 'v' || i, 'retired', training, learnt, report, wanted_at + make_interval(secs => i), 'x' "
        "FROM triage_models, generate_series(1, :most) AS i WHERE workspace_id = :id"
    )
    async with here.database.transaction() as session:
        await session.execute(text(made), {"id": workspace, "most": MOST_FILES})
    await here.taught(workspace, sign_in=MORE)
    listed = await here.listed(workspace)
    assert [bool(row.fitted_sha256) for row in listed[-2:]] == [False, False]
    assert listed[-1].version == first.version
    async with here.database.transaction() as session:
        await register.activate(session, workspace, first.version)
    await here.models.ready(workspace)
    assert (await here.models.classifier(workspace)).classify(SAID) == first.classify(SAID)
    assert await hash_of_live(here, workspace)
