"""The life of models: the first, the next, the rejected, the one returned to, and the same in every process."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from mci_router.configuration import workspace_file
from mci_router.learning import register
from mci_router.learning.candidates import next_candidacy
from mci_router.learning.models import EMPTY
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import ModelState
from tests.learning.conftest import Process, put_examples
from tests.support.documents import SMALL, small
from tests.support.service import eventually

Taught = Callable[..., Awaitable[str]]
SIGN_IN, HOW_TO, FRAUD, COMPLAINT = (topic["examples"] for topic in SMALL["topics"])
SIGN_IN_MORE = [*SIGN_IN, "the code for signing in never comes"]


async def test_the_first_model_goes_live_without_comparison(here: Process, taught: Taught) -> None:
    """It is only checked to be sound; its report says so, and how large it is."""
    workspace = await taught()
    (model,) = await here.listed(workspace)
    assert (model.state, model.reason) == (ModelState.LIVE, None)
    assert (model.report["topics"], model.report["examples"], model.report["compared_with"]) == (4, 20, None)
    assert model.version == (await here.models.classifier(workspace)).version
    assert await here.topic_of(workspace, "I can not log in") == "sign_in"


async def test_a_workspace_without_examples_has_a_model_that_knows_nothing(here: Process, taught: Taught) -> None:
    """It is live all the same, and says so: its contacts go to people."""
    workspace = await taught({})
    assert await here.states(workspace) == ["live"]
    assert (await here.models.classifier(workspace)).topics == ()


async def test_a_topic_edit_puts_a_new_model_live(here: Process, taught: Taught) -> None:
    """The old one is kept to return to, and the report tells what the new one was compared with."""
    workspace = await taught()
    before = await here.models.classifier(workspace)
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    live, retired = await here.listed(workspace)
    assert (live.state, retired.state) == (ModelState.LIVE, ModelState.RETIRED)
    assert live.report["compared_with"] == retired.version == before.version
    assert (await here.models.classifier(workspace)).version == live.version != before.version


async def test_an_edit_that_leaves_the_examples_alone_trains_nothing(here: Process, taught: Taught) -> None:
    """What a model learns from is its identity."""
    workspace = await taught()
    await here.taught(workspace, sign_in=SIGN_IN)
    assert await here.states(workspace) == ["live"]


async def test_examples_taken_away_are_missed_by_the_holdout(here: Process, taught: Taught) -> None:
    """A topic that loses nearly all of its examples by mistake does not get worse unnoticed: its holdout stays."""
    many = [f"{text}, {word}" for text in SIGN_IN for word in ("please", "again", "today", "at work", "on my phone")]
    workspace = await taught({"sign_in": many, "how_to": HOW_TO, "card_fraud": FRAUD, "complaint": COMPLAINT})
    await here.taught(workspace, sign_in=["where are my glasses", "the moon is bright"])
    rejected, live = await here.listed(workspace)
    assert (rejected.state, live.state) == (ModelState.REJECTED, ModelState.LIVE)
    assert (await here.models.classifier(workspace)).version == live.version
    assert "recall of sign_in on 5 held-out examples falls from 100.0 % to 0.0 %" in str(rejected.reason)


async def test_returning_to_examples_returns_to_their_model(here: Process, taught: Taught) -> None:
    """It is judged again, against the one that is live by then, is not trained again, and is listed once."""
    workspace = await taught()
    first = (await here.models.classifier(workspace)).version
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    await here.taught(workspace, sign_in=SIGN_IN)
    live, retired = await here.listed(workspace)
    assert (live.version, live.state, retired.state) == (first, ModelState.LIVE, ModelState.RETIRED)
    assert live.report["compared_with"] == retired.version


async def test_a_rollback_stays_until_the_next_real_change(here: Process, taught: Taught) -> None:
    """Neither a refresh nor an edit that leaves the examples alone undoes it; an edit of examples does."""
    workspace = await taught()
    first = (await here.models.classifier(workspace)).version
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    async with here.database.transaction() as session:
        await register.activate(session, workspace, first)
    await here.models.ready(workspace)
    await here.models.refresh()
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    assert (await here.models.classifier(workspace)).version == first
    assert await here.states(workspace) == ["retired", "live"]
    await here.taught(workspace, sign_in=[*SIGN_IN_MORE, "my account is locked"])
    assert await here.states(workspace) == ["live", "retired", "retired"]


async def test_a_model_on_trial_is_held_beside_the_live_one(here: Process, taught: Taught) -> None:
    """Until the trial ends. One is on trial at a time."""
    workspace = await taught()
    first = (await here.models.classifier(workspace)).version
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    async with here.database.transaction() as session:
        await register.put_on_trial(session, workspace, first)
    await here.models.ready(workspace)
    shadow = here.models.shadow(workspace)
    assert shadow
    assert shadow.version == first
    async with here.database.transaction() as session:
        await register.take_off_trial(session, workspace, first)
    await here.models.ready(workspace)
    assert here.models.shadow(workspace) is None
    assert await here.states(workspace) == ["live", "retired"]


async def test_processes_that_see_a_change_at_once_train_it_once(here: Process, there: Process, taught: Taught) -> None:
    """There is one row for it, and both hold it."""
    workspace = await taught()
    await there.snapshots.get(workspace)
    await here.change(workspace, sign_in=SIGN_IN_MORE)
    await there.snapshots.refresh()
    await asyncio.gather(here.models.ready(workspace), there.models.ready(workspace))
    assert await here.states(workspace) == ["live", "retired"]
    assert (await here.models.classifier(workspace)).version == (await there.models.classifier(workspace)).version


async def test_a_refresh_takes_up_what_another_process_put_live(here: Process, there: Process, taught: Taught) -> None:
    """Nothing but the register tells it."""
    workspace = await taught()
    await there.snapshots.get(workspace)
    await there.models.ready(workspace)
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    wanted = (await here.models.classifier(workspace)).version

    async def arrived() -> bool:
        await there.models.refresh()
        return (await there.models.classifier(workspace)).version == wanted

    await eventually(arrived)


async def test_a_training_left_undone_is_taken_over(here: Process, there: Process, taught: Taught) -> None:
    """Once the claim of the process that died has lapsed, another one does it."""
    workspace = await taught()
    async with here.database.transaction() as session:
        await put_examples(session, workspace, sign_in=SIGN_IN_MORE)
        left = await next_candidacy(session, workspace, encoder=None, interval_s=60)
    assert left.candidacy
    await there.snapshots.get(workspace)
    await there.models.refresh()
    assert await there.states(workspace) == ["training", "live"]
    async with here.database.transaction() as session:
        await session.execute(
            text("UPDATE triage_models SET claimed_until = now() WHERE workspace_id = :id AND state = 'training'"),
            {"id": workspace},
        )
    await there.models.ready(workspace)
    assert await there.states(workspace) == ["live", "retired"]


async def test_a_candidate_is_judged_against_the_model_that_is_live_when_it_is_done(
    here: Process, taught: Taught
) -> None:
    """Where an operator has returned to another one meanwhile, it is judged again."""
    workspace = await taught()
    first = (await here.models.classifier(workspace)).version
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    async with here.database.transaction() as session:
        await put_examples(session, workspace, sign_in=[*SIGN_IN_MORE, "my account is locked"])
        stale = (await next_candidacy(session, workspace, encoder=None, interval_s=60)).candidacy
        assert stale
        await register.activate(session, workspace, first)
        await register.conclude(session, workspace, register.Conclusion(stale.version, stale.live_version))
        assert [row.state for row in await register.listed(session, workspace)] == ["training", "retired", "live"]
    await here.models.ready(workspace)
    (live, *_) = await here.listed(workspace)
    assert (live.state, live.report["compared_with"]) == (ModelState.LIVE, first)


async def test_a_contact_does_not_wait_for_a_training(here: Process, there: Process) -> None:
    """While another process is at the first model, the empty one answers after 3 s at the most, and then at once."""
    async with here.database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(small()))
        await next_candidacy(session, workspace, encoder=None, interval_s=60)  # and dies
    began = time.monotonic()
    first, second = await asyncio.gather(there.models.classifier(workspace), there.models.classifier(workspace))
    assert first is second is EMPTY
    waited_s = time.monotonic() - began
    assert 2.5 < waited_s < 5.5  # one after the other would be six
    began = time.monotonic()
    assert await there.models.classifier(workspace) is EMPTY
    assert time.monotonic() - began < 2.5  # it has not waited once more


async def test_what_cannot_be_trained_is_rejected_not_tried_for_ever(here: Process, taught: Taught) -> None:
    """A model that gets its own examples wrong is not sound: the one before stays, and the reason is in the register."""
    workspace = await taught()
    await here.taught(workspace, sign_in=SIGN_IN, complaint=SIGN_IN, how_to=SIGN_IN)
    rejected, live = await here.listed(workspace)
    assert (rejected.state, live.state) == (ModelState.REJECTED, ModelState.LIVE)
    assert "of its own examples right, less than 90.0 %" in str(rejected.reason)


async def test_the_oldest_models_are_forgotten(here: Process, taught: Taught) -> None:
    """Twenty are kept to return to, and the live one however old it is."""
    workspace = await taught()
    first = (await here.models.classifier(workspace)).version
    async with here.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO triage_models (workspace_id, version, state, training, learnt, report, wanted_at) "
                "SELECT workspace_id, 'v' || i, 'retired', training, learnt, report, wanted_at - make_interval(secs "
                "=> i) "
                "FROM triage_models, generate_series(1, 30) AS i WHERE workspace_id = :id"
            ),
            {"id": workspace},
        )
    await here.taught(workspace, sign_in=SIGN_IN_MORE)
    listed = [row.version for row in await here.listed(workspace)]
    assert len(listed) == register.MOST_KEPT
    assert listed[1] == first
