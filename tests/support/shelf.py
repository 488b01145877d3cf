"""Models that the workers of a run have made: what one has learnt from, no other one learns from again.

A model is settled by what its candidacy says and by the code. Tests about how a model is made have a workshop without a shelf.
"""

import asyncio
import fcntl
import os
import pickle
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.fitting import train
from mci_router.classifier.topics import TopicClassifier
from mci_router.classifier.version import version_of
from mci_router.learning import register
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.candidates import next_candidacy
from mci_router.learning.conclusions import concluded
from mci_router.learning.work import JudgedModel
from mci_router.learning.workshop import Workshop
from tests.support.shared import FOLDER, made_once

LOOK_S = 0.05


class ShelvedWorkshop(Workshop):
    """A workshop that looks on the shelf first, and puts there what it makes. Who makes the same at once, waits."""

    async def judge(self, workspace: str, candidacy: Candidacy) -> JudgedModel:
        place = _place(f"{candidacy.key}{self.sha256}")
        async with _locked(place):
            if (made := _found(place)) is None:
                made = await super().judge(workspace, candidacy)
                _put(place, made)
        return made


def trained(examples: Mapping[str, Sequence[str]]) -> TopicClassifier:
    """Returns what is learnt from examples, by the first test of the run that asks."""
    version = version_of(examples)
    if version not in _trained:
        path = made_once(f"trained-{version}", lambda draft: _write(draft, train(examples)))
        _trained[version] = pickle.loads(path.read_bytes())  # noqa: S301
    return _trained[version]


_trained: dict[str, TopicClassifier] = {}


def _write(path: Path, made: Any) -> None:
    path.write_bytes(pickle.dumps(made))


async def take_from_shelf(session: AsyncSession, workspace: str) -> bool:
    """Gives a workspace that was just applied its model, if that is on the shelf. Returns whether it was."""
    async with session.begin_nested() as asking:
        candidacy = (await next_candidacy(session, workspace, encoder=None, interval_s=0)).candidacy
        made = _found(_place(candidacy.key)) if candidacy else None
        if not candidacy or not made:
            await asking.rollback()  # nobody has claimed it
            return False
        await register.conclude(session, workspace, concluded(candidacy, made))
    return True


def _place(name: str) -> Path:
    return Path(os.environ[FOLDER], f"model-{name}")


def _found(place: Path) -> JudgedModel | None:
    return pickle.loads(place.read_bytes()) if place.exists() else None  # noqa: S301


def _put(place: Path, made: JudgedModel) -> None:
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    _write(draft, made)
    draft.rename(place)


@asynccontextmanager
async def _locked(place: Path) -> AsyncIterator[None]:
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        while not _taken(lock):
            await asyncio.sleep(LOOK_S)
        yield


def _taken(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
