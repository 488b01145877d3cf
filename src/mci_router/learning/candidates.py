"""Candidates: the model that a workspace asks for, by its topics and corrections, and what it is judged by."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.version import version_of
from mci_router.configuration.store import resources
from mci_router.learning import claims, register
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.corrections import accepted
from mci_router.learning.holdout import brought_up_to_date
from mci_router.learning.training import MOST_WEIGHT, Training, learnt_from, training_of
from mci_router.models import TriageModel, Workspace
from mci_router.specs.resources import TopicSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value
from mci_router.vocabulary import ModelState


@value
class NextCandidacy:
    """The candidacy to train or judge now, if any.

    `wait_s`: corrections that are new must wait so many seconds for their turn. `failed`: the model asked for could not
    be trained, and is not tried again as it is.
    """

    candidacy: Candidacy | None = None
    wait_s: float = 0
    failed: bool = False


async def next_candidacy(
    session: AsyncSession, workspace: str, *, encoder: Encoder | None, interval_s: float, most: int = MOST_WEIGHT
) -> NextCandidacy:
    """Claims the next candidacy of a workspace in the register, if there is one.

    Changed topics count at once, corrections once in the interval, and only so many of them that texts × topics stay
    below the `most`.
    """
    owner = await register.lock(session, workspace)
    if owner is None:
        return NextCandidacy()
    topics = {row.name: TopicSpec.model_validate(row.spec) for row in await resources(session, workspace, "topic")}
    training = training_of(_examples(topics), await accepted(session, workspace, topics), encoder, most=most)
    version = version_of(training.examples, encoder)
    rows, now = list(await register.listed(session, workspace)), await register.now(session)
    newest = rows[0] if rows else None
    if newest and newest.version == version:
        claimed = claims.take_over(newest, now)
    else:
        if newest and (wait_s := await _turn_in_s(session, newest, training, now, interval_s)) > 0:
            return NextCandidacy(wait_s=wait_s)
        known = next((row for row in rows if row.version == version), None)
        claimed = await register.want(session, workspace, version, training, known)
    await register.give_up(session, [row for row in rows if row.version != version and claims.is_unclaimed(row, now)])
    if not claimed:
        return NextCandidacy(failed=newest is not None and newest.version == version and claims.has_failed(newest))
    return NextCandidacy(await _candidacy(session, owner, topics, rows, version, training))


def _examples(topics: Mapping[str, TopicSpec]) -> dict[str, list[str]]:
    return {name: topic.examples for name, topic in topics.items()}


async def _turn_in_s(
    session: AsyncSession, newest: TriageModel, training: Training, now: datetime, interval_s: float
) -> float:
    """Returns the seconds until a model that is new only by its corrections may be asked for: none where texts were
    taken from the one before.
    """
    changed = await register.topics_of(session, newest.workspace_id, newest.version) != training.topics
    return 0 if changed else (newest.wanted_at - now).total_seconds() + interval_s


async def _candidacy(
    session: AsyncSession,
    owner: Workspace,
    topics: Mapping[str, TopicSpec],
    rows: Sequence[TriageModel],
    version: str,
    training: Training,
) -> Candidacy:
    known = next((row for row in rows if row.version == version), None)
    live = next((row.version for row in rows if row.state is ModelState.LIVE), None)
    return Candidacy(
        version=version,
        training=training,
        learnt=learnt_from(known.learnt) if known else None,
        live_version=live,
        live=await _learnt_by(session, owner.id, live) if live else None,
        holdout=await brought_up_to_date(session, owner.id, _examples(topics)),
        sensitive=frozenset(name for name, topic in topics.items() if topic.sensitive),
        threshold=WorkspaceSpec.model_validate(owner.spec).sensitive_threshold,
    )


async def _learnt_by(session: AsyncSession, workspace: str, version: str) -> tuple[Training, Learnt | None]:
    row = await register.model(session, workspace, version, whole=True)
    return Training.from_data(row.training), learnt_from(row.learnt)
