"""Bounds of a YAML text: its size, its nesting, and what it is once its aliases are written out.

A parser knows none of them: 271 bytes of aliases to aliases are a list without end.
"""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError

LARGEST_FILE = 10_000_000  # bytes
MOST_NODES = 500_000  # values and names, aliases written out: 10,000 agents with what they can do
DEEPEST = 32  # levels of lists and maps; a workspace has seven


class TooLarge(Exception):
    """The text is larger than its bytes say."""


class _BoundedComposer(Composer):
    """Builds the tree, and stops where it becomes too large or too deep."""

    _depth = 0
    _nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._nodes += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused(f"is nested more than {DEEPEST} deep")
        if self._nodes > MOST_NODES:
            raise self._refused(f"has more than {MOST_NODES:,} values")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refused(self, problem: str) -> MarkedYAMLError:
        return MarkedYAMLError(problem=problem, problem_mark=self.parser.peek_event().start_mark)


def bounded_yaml() -> YAML:
    """Returns a parser that keeps lines and raises MarkedYAMLError for what is too deep or too large."""
    yaml = YAML(typ="rt")
    yaml.Composer = _BoundedComposer
    return yaml


def plain(tree: Any) -> Any:
    """Returns the parsed tree without the parser's own types, its aliases written out. Raises TooLarge."""
    left = MOST_NODES

    def written_out(node: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > DEEPEST:
            raise TooLarge(
                f"with its aliases written out it has more than {MOST_NODES:,} values, or is nested more than "
                f"{DEEPEST} deep: write the values themselves"
            )
        if isinstance(node, dict):
            return {str(key): written_out(value, depth + 1) for key, value in node.items()}
        return [written_out(item, depth + 1) for item in node] if isinstance(node, list) else node

    return written_out(tree, 1)
