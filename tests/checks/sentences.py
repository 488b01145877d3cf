"""One sentence a line in `docs/` and SECURITY.md, so that a change shows the sentence that it changes. `--fix` breaks
and joins lines.

Tables, headings, code and quotations are left alone; so is a bold lead such as `**Why.**`, which stays with its first
sentence.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
END = re.compile(r"[.?!][\")'”*`]*\s+(?=[A-Z`\"“*\[(<0-9])")
CODE = re.compile(r"`[^`]*`")
LEAD = re.compile(r"\*\*[^*]+[.?!]\*\*")
NO_PROSE = ("|", "#", "<", ">", "---", "```")
ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "no.")


def pages() -> list[Path]:
    """Returns the pages that this rule is for."""
    return [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "SECURITY.md"]


def sentences(paragraph: str) -> list[str]:
    """Returns the sentences of a paragraph."""
    found, start = [], 0
    for end in END.finditer(paragraph):
        sentence = paragraph[start : end.end()].strip()
        if _is_whole(sentence):
            found.append(sentence)
            start = end.end()
    return [*found, paragraph[start:].strip()]


def _is_whole(sentence: str) -> bool:
    """Whether a sentence ends here: not within code, a quotation or brackets, nor after an abbreviation, a number or a
    bold lead.
    """
    plain = CODE.sub("", sentence)
    within = plain.count("`") or plain.count('"') % 2 or plain.count("(") > plain.count(")")
    return not (
        within or sentence.endswith(ABBREVIATIONS) or LEAD.fullmatch(sentence) or re.fullmatch(r"\d+\.", sentence)
    )


def flowed(text: str) -> str:
    """Returns a page with one sentence a line. Idempotent."""
    return "\n".join(line for block, prose in _blocks(text.split("\n")) for line in (_lines(block) if prose else block))


def _blocks(lines: list[str]) -> Iterator[tuple[list[str], bool]]:
    """Yields what belongs together and whether it is prose: a paragraph or an item of a list, or one line that is
    neither.
    """
    block: list[str] = []
    fenced = False
    for line in lines:
        fence = line.lstrip().startswith("```")
        code = not block and line.startswith("    ") and not ITEM.match(line)
        apart = fenced or fence or code or not line.strip() or line.lstrip().startswith(NO_PROSE)
        if block and (apart or ITEM.match(line)):
            yield block, True
            block = []
        if apart:
            yield [line], False
        else:
            block.append(line)
        fenced = fenced is not fence
    if block:
        yield block, True


def _lines(block: list[str]) -> Iterator[str]:
    first = block[0]
    item = ITEM.match(first)
    begin = item[0] if item else first[: len(first) - len(first.lstrip())]
    whole = " ".join([first[len(begin) :].strip(), *(line.strip() for line in block[1:])])
    for place, sentence in enumerate(sentences(whole)):
        yield f"{' ' * len(begin) if place else begin}{sentence}"


def main(arguments: list[str]) -> int:
    """Prints the first line of each page that breaks the rule, or mends the pages; 1 if there was one to print."""
    wrong = 0
    for page in pages():
        text = page.read_text(encoding="utf-8")
        fixed = flowed(text)
        if fixed != text and "--fix" in arguments:
            page.write_text(fixed, encoding="utf-8")
        elif fixed != text:
            pairs = zip(text.split("\n"), fixed.split("\n"), strict=False)
            line = next((number for number, (one, other) in enumerate(pairs, 1) if one != other), 1)
            print(f"{page.relative_to(ROOT)}:{line}: one sentence a line: run `python tests/checks/sentences.py --fix`")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
