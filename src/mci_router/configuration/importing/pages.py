"""Pages as they are read, before they are articles; and the files that they are read from, bounded."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from mci_router.values import value

MOST_FILES = 20_000
MOST_PAGES = 5_000
LARGEST_PAGE = 2_000_000  # bytes
LARGEST_IN_ALL = 200_000_000  # bytes, of what is read, unpacked
LARGEST_ARCHIVE = 2_000_000_000  # bytes: attachments are in it, which are left out
DEEPEST = 20  # folders
LONGEST_NAME = 64


class Unreadable(Exception):
    """A folder or file cannot be imported; the message says why."""


@value
class Problem:
    """What is wrong with a page, by file and line."""

    where: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.what}"


@value
class Page:
    """A page: `source` is its identity where it comes from, `facts` are members of an article that it names itself."""

    where: str
    source: str
    title: str
    body: str
    facts: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Where in the file each fact stands."""


@dataclass(slots=True)
class Read:
    """What was read: pages, what is wrong with others, and what is left out, such as attachments."""

    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def name_of(text: str) -> str:
    """Returns the name that an article gets of a title or a path: letters and digits of ASCII, and underscores."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_NAME].rstrip("_")


def files_of(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yields the files below a folder by their path in it; links are not followed. Raises Unreadable."""
    budget, paths = _Budget(), list[Path]()
    for path in folder.rglob("*"):
        budget.count()
        paths.append(path)
    for path in sorted(paths):
        relative = path.relative_to(folder)
        inside = not any(parent.is_symlink() for parent in [path, *path.parents][: len(relative.parts)])
        if not inside or not path.is_file() or path.suffix.lower() not in suffixes or len(relative.parts) > DEEPEST:
            continue
        with path.open("rb") as file:
            yield relative.as_posix(), budget.take(relative.as_posix(), file.read(LARGEST_PAGE + 1))


def members_of(archive: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    """Yields the members of a ZIP by their path; without content those of other suffixes.

    What a member says of its own size is not believed: what is unpacked is counted. Raises Unreadable.
    """
    budget = _Budget()
    if archive.stat().st_size > LARGEST_ARCHIVE:
        raise Unreadable(f"{archive} has more than {LARGEST_ARCHIVE:,} bytes")
    try:
        with ZipFile(archive) as opened:
            for info in opened.infolist():
                budget.count()
                if info.is_dir():
                    continue
                path = _safe(info)
                if PurePosixPath(path).suffix.lower() not in suffixes:
                    yield path, None
                    continue
                with opened.open(info) as member:
                    yield path, budget.take(path, member.read(LARGEST_PAGE + 1))
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Unreadable(f"{archive}: {error}") from error


def text_of(content: bytes) -> str:
    """Returns UTF-8, with or without its mark, as text. Raises UnicodeDecodeError."""
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\x00", "")


@dataclass(slots=True)
class _Budget:
    """What may still be read."""

    files: int = 0
    read: int = 0

    def count(self) -> None:
        self.files += 1
        if self.files > MOST_FILES:
            raise Unreadable(f"there are more than {MOST_FILES:,} files")

    def take(self, path: str, content: bytes) -> bytes:
        self.read += len(content)
        if len(content) > LARGEST_PAGE:
            raise Unreadable(f"{path} has more than {LARGEST_PAGE:,} bytes")
        if self.read > LARGEST_IN_ALL:
            raise Unreadable(f"the pages have more than {LARGEST_IN_ALL:,} bytes in all")
        return content


def _safe(info: ZipInfo) -> str:
    path = info.filename.replace("\\", "/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in PurePosixPath(path).parts:
        raise Unreadable(f"the member {path[:100]!r} leads out of the archive")
    if S_ISLNK(info.external_attr >> 16):
        raise Unreadable(f"the member {path[:100]!r} is a link")
    if info.flag_bits & 0x1:
        raise Unreadable(f"the member {path[:100]!r} is encrypted")
    return path
