"""Models forget the texts of an erased customer."""

from sqlalchemy import text

from mci_router.learning import files, register
from mci_router.learning.candidates import next_candidacy
from mci_router.privacy.models import forget_texts, unlearn
from tests.support.service import Workspace, eventually

LIVE = text(
    "SELECT CAST(training AS text) AS training, fitted_sha256, fitted IS NULL AS bare FROM triage_models "
    "WHERE workspace_id = :w AND state = 'live'"
)
LEARNT = "forgot my password"
CORRECTED = text(
    """
    INSERT INTO corrections (id, workspace_id, contact_id, agent, topic, model, text, sensitive, confirms, state,
      settled_at)
    VALUES ('cor_' || CAST(:n AS int) || CAST(:w AS text), :w, :contact, 'ann', 'sign_in', 'm', :said, false, false,
      'accepted', now())
    """
)
WITH_TEXTS = text(
    "UPDATE triage_models SET training = jsonb_set(training, '{examples,sign_in}', "
    "training #> '{examples,sign_in}' || to_jsonb(CAST(:texts AS text[]))) WHERE workspace_id = :w AND state = 'live'"
)


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


async def test_what_somebody_else_has_said_in_the_same_words_stays(workspace: Workspace) -> None:
    """An operator's own example, and a text that an agent took from another customer's contact as well, are not only
    the person's.
    """
    *own, other = [(await workspace.post("hello"))["id"] for _ in range(4)]
    async with workspace.database.transaction() as session:
        said = (own[0], "zqx alone"), (own[1], "zqx both"), (own[2], LEARNT), (other, "zqx both")
        for number, (contact, words) in enumerate(said):
            await session.execute(CORRECTED, {"n": number, "w": workspace.id, "contact": contact, "said": words})
        await session.execute(WITH_TEXTS, {"w": workspace.id, "texts": ["zqx alone", "zqx both"]})
        await unlearn(session, workspace.id, own)
        training = (await session.execute(LIVE, {"w": workspace.id})).one().training
        texts = text("SELECT text FROM corrections WHERE workspace_id = :w")
        left = list(await session.scalars(texts, {"w": workspace.id}))
        await session.rollback()
    assert ("zqx alone" in training, "zqx both" in training, LEARNT in training) == (False, True, True)
    assert left == ["zqx both"]


async def test_a_model_in_training_is_replaced_at_once(workspace: Workspace) -> None:
    """Else the next one waits for a minute, as after any correction, and what is in memory knows the words till then."""
    contact = (await workspace.post("hello"))["id"]
    training = text(
        "SELECT count(*) FROM triage_models WHERE workspace_id = :w AND strpos(CAST(training AS text), :said) > 0"
    )
    known = {"w": workspace.id, "said": "zqx learnt"}
    async with workspace.database.transaction() as session:
        await session.execute(CORRECTED, {"n": 1, "w": workspace.id, "contact": contact, "said": "zqx learnt"})
        begun = await next_candidacy(session, workspace.id, encoder=None, interval_s=0)
        assert begun.candidacy is not None
        await session.flush()
        assert await session.scalar(training, known) == 1
        await unlearn(session, workspace.id, [contact])
        session.expire_all()
        following = await next_candidacy(session, workspace.id, encoder=None, interval_s=3_600)
        await session.flush()
        assert following.wait_s == 0
        left = list(await session.scalars(text("SELECT version FROM triage_models WHERE workspace_id = :w"), known))
        assert begun.candidacy.version not in left
        assert await session.scalar(training, known) == 0
        await session.rollback()


async def test_a_file_that_was_made_of_what_is_gone_is_not_kept(workspace: Workspace) -> None:
    """A process that makes a model again, or judges a new one, has its texts in memory: what it comes back with knows
    words that are erased meanwhile. Another one makes it then, however often that failed before.
    """
    async with workspace.database.transaction() as session:
        version = await session.scalar(
            text("SELECT version FROM triage_models WHERE workspace_id = :w AND state = 'live'"), {"w": workspace.id}
        )
        training, _ = await files.learnt_by(session, workspace.id, str(version))
        state = text("UPDATE triage_models SET attempts = 3, claimed_until = now() WHERE workspace_id = :w")
        await session.execute(state, {"w": workspace.id})
        session.expire_all()
        await forget_texts(session, workspace.id, {LEARNT})
        assert not await files.keep(session, workspace.id, str(version), b"file", training)
        assert (await session.execute(LIVE, {"w": workspace.id})).one().bare
        assert await files.claimed(session, workspace.id, str(version))
        now, _ = await files.learnt_by(session, workspace.id, str(version))
        assert await files.keep(session, workspace.id, str(version), b"file", now)

        begun = text("UPDATE triage_models SET state = 'training' WHERE workspace_id = :w")
        await session.execute(begun, {"w": workspace.id})
        session.expire_all()
        stale = register.Conclusion(str(version), None, file=b"stale", training=training)
        await register.conclude(session, workspace.id, stale)
        kept = await files.kept(session, workspace.id, str(version))
        assert kept.content == b"file"
        await session.rollback()
