"""Blocks of a text as people write it: paragraphs, numbered and plain lists. Pure."""

import re
from dataclasses import dataclass, field
from typing import Literal

NUMBERED, BULLET = re.compile(r"\s*\d{1,3}[.)]\s+(.*)"), re.compile(r"\s*[-*•]\s+(.*)")


@dataclass
class Block:
    """A paragraph with its lines, or a list with its items."""

    kind: Literal["p", "ol", "ul"]
    lines: list[str] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """Returns the blocks of a text. Nothing of it is markup: templates escape each line."""
    found: list[Block] = []
    begin = True
    for line in text.splitlines():
        if not line.strip():
            begin = True
            continue
        kind, said = _read(line)
        if begin or not found or found[-1].kind != kind:
            found.append(Block(kind))
        found[-1].lines.append(said)
        begin = False
    return found


def _read(line: str) -> tuple[Literal["p", "ol", "ul"], str]:
    if match := NUMBERED.match(line):
        return "ol", match[1]
    if match := BULLET.match(line):
        return "ul", match[1]
    return "p", line.strip()
