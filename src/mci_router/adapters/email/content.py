"""The content of a mail: the text that a person reads, and the files. Pure.

Of what says the same in two forms the plain one is read; of all else every text, in its order: a gateway's notice below
a mail must not stand for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message

from mci_router.adapters.email.bounds import DEEPEST_PARTS, MOST_PARTS
from mci_router.adapters.email.decoding import body_of, header
from mci_router.adapters.email.html import BeyondBounds, text_of
from mci_router.adapters.email.mail import File

MOST_FILES = 20  # that the router takes with a message
MOST_LEFT_OUT = 50  # names of files beyond those
SHORTEST_QUOTE = 40  # characters: so long a text does not stand in another by chance
NAMELESS = "file"
PLAIN, HTML = "text/plain", "text/html"


class Malformed(Exception):
    """The mail is beyond bounds, or says nothing that can be read. Says why, by a slug."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that is no container; `form_of` is the outermost container of forms of the same that it is in."""

    part: Message
    form_of: Message | None

    @property
    def kind(self) -> str:
        """What it says it is. Where its own parts cannot be found, it is read as it stands."""
        kind = self.part.get_content_type()
        return PLAIN if kind.startswith("multipart/") else kind

    @property
    def written(self) -> bool:
        """Whether it may be words of the mail, and no file."""
        return self.kind in (PLAIN, HTML) and self.part.get_content_disposition() != "attachment"


@dataclass(slots=True)
class Content:
    """What is in a mail. `left_out` says which files are not in `files`, and why."""

    text: str = ""
    files: list[tuple[File, bytes]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def content_of(message: Message) -> Content:
    """Returns what is in a mail. Raises Malformed."""
    leaves = list(leaves_of(message))
    unnamed = [leaf for leaf in leaves if leaf.written and (leaf.form_of or not _named(leaf.part))]
    words = unnamed or [leaf for leaf in leaves if leaf.written]
    files = [leaf.part for leaf in leaves if leaf not in words and leaf.part.get_payload()]
    found = Content(files=[_file(part) for part in files[:MOST_FILES]], left_out=list(_too_many(files[MOST_FILES:])))
    refused, read = [], list[str]()
    for form in _forms(words):
        try:
            said = _said(form)
        except BeyondBounds as why:
            refused.append(str(why))
            continue
        if said and not _says(read, said):  # some programs send both forms as if they were two texts
            found.text = f"{found.text}\n\n{said}".strip()
            read.append(_flat(said))
    if refused and not found.text:
        raise Malformed(refused[0])
    found.left_out += [f"{NAMELESS} ({HTML}): {why}" for why in refused]
    return found


def leaves_of(message: Message) -> Iterator[Leaf]:
    """Returns the parts that are no containers, in their order. Raises Malformed."""
    waiting: list[tuple[Message, int, Message | None]] = [(message, 0, None)]
    number = 0
    while waiting:
        part, depth, form_of = waiting.pop()
        number += 1
        if depth > DEEPEST_PARTS:
            raise Malformed("nested_too_deep")
        if number > MOST_PARTS:
            raise Malformed("too_many_parts")
        if part.is_multipart():
            forms = form_of or (part if part.get_content_subtype() == "alternative" else None)
            waiting += [(each, depth + 1, forms) for each in reversed(part.get_payload())]  # type: ignore[arg-type]
        else:
            yield Leaf(part, form_of)


def _forms(words: Sequence[Leaf]) -> Iterator[list[Leaf]]:
    """Returns those that say the same together, and each of the others by itself."""
    of: dict[int, list[Leaf]] = {}
    for leaf in words:
        of.setdefault(id(leaf.form_of or leaf.part), []).append(leaf)
    yield from of.values()


def _said(forms: Iterable[Leaf]) -> str:
    """Returns what is read of forms that say the same. Raises BeyondBounds."""
    forms = list(forms)
    plain = "\n\n".join(filter(None, (_plain(leaf.part) for leaf in forms if leaf.kind == PLAIN)))
    return plain or "\n\n".join(filter(None, (text_of(body_of(leaf.part)) for leaf in forms if leaf.kind == HTML)))


def _plain(part: Message) -> str:
    return body_of(part).replace("\r\n", "\n").replace("\r", "\n").strip()


def _says(texts: Sequence[str], said: str) -> bool:
    """Returns whether texts say it already. A few words stand in any notice by chance: those only as a whole."""
    flat = _flat(said)
    return flat in texts or (len(flat) >= SHORTEST_QUOTE and any(flat in one for one in texts))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _too_many(files: Sequence[Message]) -> Iterator[str]:
    yield from (f"{_name_of(part)} ({_type_of(part)}): too_many_files" for part in files[:MOST_LEFT_OUT])
    if len(files) > MOST_LEFT_OUT:
        yield f"and {len(files) - MOST_LEFT_OUT} more"


def _file(part: Message) -> tuple[File, bytes]:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return File(_name_of(part), _type_of(part), len(content)), content


def _named(part: Message) -> bool:
    return _name_of(part) != NAMELESS


def _name_of(part: Message) -> str:
    try:
        name = header(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):  # a hostile parameter
        name = ""
    return name.replace("\\", "/").rpartition("/")[2].strip(". ")[:200] or NAMELESS


def _type_of(part: Message) -> str:
    return part.get_content_type()[:100]
