"""What customers of other trades write: for a workspace they are nobody it serves, in the words that all customers share.

Written for this project. Some trades teach the class "none of these"; the others are never learnt from, and only tell what a confidence is
worth where strangers write. A trade that a workspace's topics claim is its own, and says nothing there.
"""

from importlib.resources import files


def _read(name: str) -> dict[str, tuple[str, ...]]:
    """Texts by trade: `[trade]` heads a section, one text a line."""
    found: dict[str, list[str]] = {}
    for line in (files(__package__) / "other_trades" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            texts = found[line[1:-1]] = []
        elif line:
            texts.append(line)
    return {trade: tuple(texts) for trade, texts in found.items()}


LEARNT = _read("learnt.txt")
TRIED = _read("tried.txt")
