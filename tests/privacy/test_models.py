"""Models forget the texts of an erased customer."""

from sqlalchemy import text

from mci_router.privacy.models import forget_texts
from tests.support.service import Workspace, eventually

LIVE = text(
    "SELECT CAST(training AS text) AS training, fitted_sha256, fitted IS NULL AS bare FROM triage_models "
    "WHERE workspace_id = :w AND state = 'live'"
)
LEARNT = "forgot my password"


async def test_a_model_keeps_nothing_of_texts_that_are_erased(workspace: Workspace) -> None:
    """What it was fitted to knows the words, so the file goes with them, to be made again where it is needed; a model
    without these texts keeps its file, and contacts are understood meanwhile.
    """
    named = {"w": workspace.id}

    async def fitted() -> bool:
        async with workspace.database.transaction() as session:
            return not (await session.execute(LIVE, named)).one().bare

    await eventually(fitted)
    async with workspace.database.transaction() as session:
        before = (await session.execute(LIVE, named)).one()
        await forget_texts(session, workspace.id, {"nobody has said that"})
        assert (await session.execute(LIVE, named)).one() == before
        assert LEARNT in before.training
        await forget_texts(session, workspace.id, {LEARNT})
        after = (await session.execute(LIVE, named)).one()
    assert (LEARNT in after.training, after.bare, after.fitted_sha256) == (False, True, None)
    assert (await workspace.post("login does not work"))["triage"]["topic"] == "sign_in"
