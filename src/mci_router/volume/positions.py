"""The topics' positions as they are in Redis: a text each, with which `Engine.move_topic` compares. Pure."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from mci_router.vocabulary import Cell, Volume
from mci_router.volume.classes import MatrixPosition

Positions: TypeAlias = Mapping[str, tuple[MatrixPosition, str]]
"""Each topic's position and its text."""


def parsed(texts: Mapping[str, str], before: Positions) -> Positions:
    """Returns positions by topic. Most are as they were `before`."""
    return {
        topic: before[topic] if _same(topic, text, before) else (_position(text), text) for topic, text in texts.items()
    }


def _same(topic: str, text: str, before: Positions) -> bool:
    return topic in before and before[topic][1] == text


def _position(text: str) -> MatrixPosition:
    position = json.loads(text)
    return MatrixPosition(**{**position, "cell": Cell(position["cell"]), "volume": Volume(position["volume"])})
