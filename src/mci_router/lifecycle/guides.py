"""Guides at work: what an agent answers step by step is kept with the contact, and goes into a handoff.

An answer belongs to the version of the guide that it answers. Where the guide has changed, what was answered before is
shown as that, and counts for a step of the same name until that is answered again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from mci_router.clock import moment
from mci_router.database import Database
from mci_router.errors import GuideChanged, NotAnAnswer, NotFound, UnknownStep
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.lifecycle.passing_on.transfer_records import HANDOFF_FIELDS
from mci_router.specs.guides import LONGEST_ANSWER, GuideSpec, GuideStep
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import StepAnswer

MOST_ANSWERS = 1_000  # of a contact, over all versions of its guides
LONGEST_HANDOFF = 2_000

FIND = f"""
SELECT c.topic, a.guide_id, a.guide, a.step, a.version, a.title, a.goes_to, a.answer, a.agent, a.at
FROM contacts c LEFT JOIN guide_answers a ON a.contact_id = c.id
WHERE c.workspace_id = $1 AND c.id = $2 ORDER BY a.at, a.step LIMIT {MOST_ANSWERS}
"""  # noqa: S608 — a number of ours
KEEP = text(
    """
    INSERT INTO guide_answers (workspace_id, contact_id, guide_id, step, version, guide, title, goes_to, answer, agent)
    VALUES (:workspace, :contact, :guide_id, :step, :version, :guide, :title, :goes_to, :answer, :agent)
    ON CONFLICT (contact_id, guide_id, step, version) DO UPDATE SET
      answer = excluded.answer, agent = excluded.agent, at = now()
    WHERE guide_answers.answer <> excluded.answer
    """
)
TAKE_BACK = text(
    """
    DELETE FROM guide_answers WHERE workspace_id = :workspace AND contact_id = :contact AND guide_id = :guide_id
      AND step = :step
    """
)


class Guides:
    """Shows contacts' guides, and keeps what agents answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, snapshot: Snapshot, contact: str) -> dict[str, Any]:
        """Returns the guides for a contact, with what was answered, and the handoff that follows from that.

        Raises NotFound, DatabaseUnavailable.
        """
        rows = await self._database.read(FIND, snapshot.workspace_id, contact)
        if not rows:
            raise NotFound(f"There is no contact {contact!r} in this workspace.")
        answers = [row for row in rows if row["step"] is not None]
        guides = [_guide(snapshot, one, answers) for one in snapshot.guides_of(rows[0]["topic"])]
        shown = {guide["id"] for guide in guides}
        earlier = [_answer(row) for row in answers if row["guide_id"] not in shown]
        return {"guides": guides, "earlier": earlier, "handoff": handoff_of(answers)}

    async def answer(
        self, snapshot: Snapshot, contact: str, agent: str, guide: str, step: str, version: int, answer: str | None
    ) -> None:
        """Keeps the answer to a step, masked; None takes it back, whichever version it answers. Idempotent.

        Raises UnknownStep, GuideChanged, NotAnAnswer, DatabaseUnavailable: nothing has changed.
        """
        spec = snapshot.of(GuideSpec).get(guide)
        asked = spec.step(step) if spec else None
        if spec is None or asked is None:
            raise UnknownStep(f"There is no step {step!r} of a guide {guide!r}.")
        made, current = snapshot.guide_versions[guide]
        if version != current:
            raise GuideChanged(version=current)
        values = {"workspace": snapshot.workspace_id, "contact": contact, "guide_id": made, "step": step}
        async with self._database.transaction() as session:
            if answer is None:
                await session.execute(TAKE_BACK, values)
                return
            said = {"version": version, "guide": guide, "title": asked.title, "goes_to": asked.goes_to, "agent": agent}
            await session.execute(KEEP, {**values, **said, "answer": _checked(snapshot, asked, answer)})


def handoff_of(answers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Returns what a handoff begins with, by its fields: `title: answer`, one a line, oldest first. Pure.

    Of a step that was answered under several versions the latest counts.
    """
    latest = {(row["guide_id"], row["step"]): row for row in answers}
    lines: dict[str, list[str]] = {field: [] for field in HANDOFF_FIELDS}
    for row in sorted(latest.values(), key=lambda row: row["at"]):
        done = row["answer"] == StepAnswer.DONE
        lines[row["goes_to"]].append(row["title"] if done else f"{row['title']}: {row['answer']}")
    return {field: "\n".join(said)[:LONGEST_HANDOFF].strip() for field, said in lines.items()}


def _guide(snapshot: Snapshot, guide: GuideSpec, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    made, version = snapshot.guide_versions[guide.name]
    mine = [row for row in answers if row["guide_id"] == made]
    latest = {row["step"]: row for row in sorted(mine, key=lambda row: row["version"])}
    return {
        "id": made,
        "name": guide.name,
        "title": guide.title,
        "kind": guide.kind,
        "version": version,
        "steps": [_step(step, latest.get(step.name)) for step in guide.steps],
        "earlier": [_answer(row) for row in mine if row["version"] != version],
    }


def _step(step: GuideStep, row: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "name": step.name,
        "title": step.title,
        "text": step.text,
        "phase": step.phase,
        "answer": step.answer,
        "choices": list(step.choices),
        "answered": _answer(row) if row else None,
    }


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: row[name] for name in ("guide", "step", "version", "title", "answer", "agent")}
    return {**named, "at": moment(row["at"])}


def _checked(snapshot: Snapshot, step: GuideStep, answer: str) -> str:
    """Returns the answer as it is kept. Raises NotAnAnswer."""
    said = answer.strip()
    if step.answer is StepAnswer.TEXT:
        said = mask(said, MaskingPolicy(**snapshot.spec.masking.model_dump())).text[:LONGEST_ANSWER]
    allowed: list[str] | None = None
    if step.answer is not StepAnswer.TEXT:
        allowed = step.choices or [StepAnswer.DONE]
    if not said or (allowed is not None and said not in allowed):
        taken = f"one of {', '.join(allowed)}" if allowed else "a short text"
        raise NotAnAnswer(f"The step {step.name!r} takes {taken}.")
    return said
