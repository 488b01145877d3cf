"""Labelled texts: texts with the topics that they are about, read from a CSV file."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

TEXT_COLUMNS = ("text", "utterance", "query", "message")
LABEL_COLUMNS = ("label", "category", "topic", "intent")
OUT_OF_SCOPE = frozenset({"", "oos", "ood", "none", "out_of_scope", "out of scope", "none of these"})
LONGEST_FIELD = 10_000_000  # characters; the csv module's own limit is shorter than a long mail with a forwarded thread


class UnreadableTexts(Exception):
    """The file has no labelled texts that can be read; the message says where and why."""


class Labelled(NamedTuple):
    """A text and its topic; the topic is None where the text is about none."""

    text: str
    label: str | None


def read_csv(path: str | Path) -> list[Labelled]:
    """Reads the labelled texts of a comma-separated file in UTF-8.

    The file either has a header that names a text and a label column (text, utterance, query or message; label,
    category, topic or intent), or has no header and two columns: text, label. Labels that say "out of scope" in one of
    the usual ways become None. Raises UnreadableTexts.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return _labelled(list(_rows(file)), str(path))
    except OSError as error:
        raise UnreadableTexts(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableTexts(f"{path} is not in UTF-8: {error.reason} at byte {error.start}") from error
    except csv.Error as error:
        raise UnreadableTexts(f"{path} is no CSV file: {error}") from error


def _rows(file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yields each record with the line where it ends; leaves out empty lines."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(file, strict=True)
        for row in reader:
            if row:
                yield reader.line_num, row
    finally:
        csv.field_size_limit(before)


def _labelled(rows: Sequence[tuple[int, list[str]]], name: str) -> list[Labelled]:
    if not rows:
        raise UnreadableTexts(f"{name} is empty")
    header = [field.strip().lower() for field in rows[0][1]]
    text, label = _column(header, TEXT_COLUMNS), _column(header, LABEL_COLUMNS)
    if text is None or label is None:
        if len(header) != 2:
            columns = "1 column" if len(header) == 1 else f"{len(header)} columns"
            raise UnreadableTexts(
                f"{name}: the first line names no text and label column, and it has {columns}, not two"
            )
        text, label = 0, 1
    else:
        rows = rows[1:]
    pairs = [_pair(row, text, label, f"{name}, line {line}") for line, row in rows]
    if not pairs:
        raise UnreadableTexts(f"{name} has a header, but no texts")
    return pairs


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _pair(row: Sequence[str], text: int, label: int, where: str) -> Labelled:
    if len(row) <= max(text, label):
        raise UnreadableTexts(
            f"{where}: {len(row)} column(s), but the text or the label stands in column {max(text, label) + 1}"
        )
    topic = row[label].strip()
    return Labelled(row[text], None if topic.lower() in OUT_OF_SCOPE else topic)
