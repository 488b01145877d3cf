"""Bounds of a YAML text: its size, its nesting, and what it is once its aliases are written out.

A parser knows none of them: 271 bytes of aliases to aliases are a list without end. Faults of characters and of days,
to which the parser gives no line, get one here.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

LARGEST_FILE = 10_000_000  # bytes
MOST_NODES = 500_000  # values and names, aliases written out: 10,000 agents with what they can do
DEEPEST = 32  # levels of lists and maps; a workspace has seven


PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
"""A character beyond U+FFFF as JSON escapes it: YAML has no pairs, and files that programs write as JSON have."""


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


class _Constructor(RoundTripConstructor):
    """Says where a day stands that there is not, such as 2026-02-30."""

    def day(self, node: ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            problem = f"{node.value} is no day or moment that there is: {error}"
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.day)


def tree_of(text: str) -> Any:
    """Returns the tree of a YAML text, which keeps lines. Raises MarkedYAMLError, also for what is too deep or too
    large, and YAMLError.
    """
    yaml = YAML(typ="rt")
    yaml.Composer, yaml.Constructor = _BoundedComposer, _Constructor
    try:
        return yaml.load(text)
    except ReaderError as error:
        mark = StringMark("", error.position, text.count("\n", 0, error.position), 0, "", 0)
        problem = f"has the character U+{error.character:04X}, which YAML does not take: take it out"
        raise MarkedYAMLError(problem=problem, problem_mark=mark) from error


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
        if isinstance(node, str):
            return PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), node)
        return [written_out(item, depth + 1) for item in node] if isinstance(node, list) else node

    return written_out(tree, 1)
