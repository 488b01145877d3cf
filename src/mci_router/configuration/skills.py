"""The end of a skill: open contacts that ask for it themselves must not wait for what nobody can have."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration import store
from mci_router.configuration.store import Change
from mci_router.errors import NotFound, SkillWaitedFor, UnknownSkill
from mci_router.models.contact import Contact
from mci_router.models.precondition import ALWAYS, Precondition
from mci_router.models.replanning import ReplanningProgress
from mci_router.vocabulary import ContactState

SERVED = (ContactState.ASSIGNED, ContactState.WAITING_FOR_CUSTOMER, ContactState.WRAPPING_UP)
NOT_SERVED = [state for state in ContactState if not state.final and state not in SERVED]


async def remove_skill(
    session: AsyncSession,
    workspace: str,
    name: str,
    replace_by: str | None,
    *,
    precondition: Precondition = ALWAYS,
) -> None:
    """Deletes a skill. Open contacts that ask for it ask for `replace_by` as soon as they are replanned.

    Raises:
        SkillWaitedFor: contacts that wait ask for it, and `replace_by` is None.
        UnknownSkill: there is no skill `replace_by`.
        InUse: a resource refers to it. And what the precondition raises.
    """
    await store.remove(session, workspace, "skill", name, precondition=precondition)
    if replace_by is None and (waiting := await contacts_asking(session, workspace, name)):
        raise SkillWaitedFor(f"{waiting} open contacts ask for the skill {name!r}.", waiting=waiting)
    if replace_by is not None:
        await _known(session, workspace, replace_by)
    noted = insert(ReplanningProgress).values(workspace_id=workspace, replaced={name: replace_by})
    merged = ReplanningProgress.replaced.concat(noted.excluded.replaced)
    await session.execute(
        noted.on_conflict_do_update(index_elements=[ReplanningProgress.workspace_id], set_={"replaced": merged})
    )


async def replace_skill(session: AsyncSession, workspace: str, name: str, instead: str) -> list[Change]:
    """Deletes a skill, if it is there, in favour of another. Raises UnknownSkill, InUse."""
    try:
        row = await store.resource(session, workspace, "skill", name)
    except NotFound:
        return []
    before = row.spec
    await remove_skill(session, workspace, name, instead)
    return [Change("deleted", "skill", name, before, {"replaced_by": instead})]


async def contacts_asking(session: AsyncSession, workspace: str, skill: str) -> int:
    """Returns how many open contacts ask for a skill themselves, and are not with an agent."""
    query = select(func.count()).where(
        Contact.workspace_id == workspace,
        Contact.ended_at.is_(None),
        Contact.state.in_(NOT_SERVED),
        Contact.skills.contains([{"skill": skill}]),
    )
    return await session.scalar(query) or 0


async def _known(session: AsyncSession, workspace: str, skill: str) -> None:
    try:
        await store.resource(session, workspace, "skill", skill)
    except NotFound:
        raise UnknownSkill(f"There is no skill {skill!r} in this workspace.") from None
