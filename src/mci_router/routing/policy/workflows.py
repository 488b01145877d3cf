"""Workflows for a contact: the first of its topic that can serve it, with what is known for it and what is missing.

Pure.
"""

from collections.abc import Mapping
from typing import Any

from mci_router.routing.policy.routes import Facts
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.values import value
from mci_router.vocabulary import Channel


@value
class PlannedRun:
    """A workflow that serves a contact: its input as far as it is known, and the fields to ask the customer for."""

    spec: WorkflowSpec
    given: Mapping[str, Any]
    missing: tuple[str, ...] = ()


@value
class WorkflowChoice:
    """The run that can serve a contact, if there is one, and why workflows of its topic cannot."""

    planned: PlannedRun | None = None
    hindrances: tuple[str, ...] = ()


NO_WORKFLOW = WorkflowChoice()


def choose_workflow(snapshot: Snapshot, topic: str | None, facts: Facts) -> WorkflowChoice:
    """Returns the first workflow of a topic that can serve the contact, by name."""
    known = snapshot.workflows.get(topic) if topic else None
    if not known:
        return NO_WORKFLOW
    hindrances: list[str] = []
    for spec in known:
        found = _planned(snapshot, spec, facts)
        if isinstance(found, PlannedRun):
            return WorkflowChoice(found, tuple(hindrances))
        hindrances.append(f"the workflow {spec.name} is passed over: {found}")
    return WorkflowChoice(None, tuple(hindrances))


def missing_of(spec: WorkflowSpec, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns the fields that the customer is to be asked for, in their order."""
    return tuple(name for name in spec.ask if name not in given)


def _planned(snapshot: Snapshot, spec: WorkflowSpec, facts: Facts) -> PlannedRun | str:
    """Returns the run that a workflow would be; or why it cannot serve."""
    if not facts.private:
        return "the customer wrote in public"
    if facts.trust.rank < spec.identity.rank:
        return f"it takes a customer who is {spec.identity}, and this one is {facts.trust}"
    if spec.name in facts.failing:
        return "its target fails, and is left alone for now (circuit_open)"
    given = _given(spec, facts)
    wrong = {place.split(".")[0] for place, _ in spec.faults(given, most=100) if place}
    given = {name: value for name, value in given.items() if name not in wrong or name not in spec.ask}
    missing = missing_of(spec, given)
    for name in sorted(wrong - set(missing)):
        return f"what is known as {name} does not fit"
    for name in sorted(spec.required - given.keys() - set(missing)):
        return f"it needs {name}, which is not known"
    if not missing and spec.faults(given):
        return "what is known does not fit together"
    if missing and not _can_be_asked(snapshot, facts):
        return f"it needs {missing[0]}, and the channel cannot ask"
    return PlannedRun(spec, given, missing)


def _given(spec: WorkflowSpec, facts: Facts) -> dict[str, Any]:
    """Returns the fields that the channel, or else our books, know."""
    known = {**facts.customer, **facts.context}
    return {name: known[name] for name in spec.fields if known.get(name) is not None}


def _can_be_asked(snapshot: Snapshot, facts: Facts) -> bool:
    """Returns whether the customer reads messages and answers them: at our own chat, or by an adapter that takes
    them.
    """
    if facts.channel is Channel.VOICE:
        return False
    adapter = snapshot.of(AdapterSpec).get(facts.adapter) if facts.adapter else None
    return adapter.takes_messages if adapter else facts.channel is Channel.CHAT
