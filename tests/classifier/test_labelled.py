"""Labelled texts are read from a CSV file, and one that cannot be read says why and where."""

from pathlib import Path

import pytest

from mci_router.classifier.labelled import Labelled, UnreadableTexts, read_csv


@pytest.mark.parametrize(
    "content",
    [
        'text,label\n"late, again",refund\nhello,oos\n',
        'category,n,text\nrefund,1,"late, again"\nout_of_scope,2,hello\n',
        '"late, again",refund\nhello,\n',
        '\ufeffUtterance,Intent\r\n"late, again", refund \r\n\r\nhello,NONE\r\n',
    ],
)
def test_a_csv_file_is_read_however_it_names_its_columns(tmp_path: Path, content: str) -> None:
    """With a header in any order, or without; labels that say out of scope are no label."""
    path = tmp_path / "texts.csv"
    path.write_bytes(content.encode())
    assert read_csv(path) == [Labelled("late, again", "refund"), Labelled("hello", None)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"text,label\n", "a header, but no texts"),
        (b"a,b,c\n1,2,3\n", "names no text and label column"),
        (b"text,label\nhello,refund\nalone\n", "line 3: 1 column"),
        (b"text,label\nh\xe9llo,refund\n", "not in UTF-8"),
        (b'text,label\n"open,refund\n', "no CSV file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    """Where, and what is wrong with it."""
    path = tmp_path / "texts.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableTexts, match=said):
        read_csv(path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(UnreadableTexts, match=r"absent\.csv"):
        read_csv(tmp_path / "absent.csv")


def test_a_text_of_a_megabyte_is_read(tmp_path: Path) -> None:
    """The csv module's own limit is an eighth of that."""
    path = tmp_path / "texts.csv"
    path.write_text(f"text,label\n{'a' * 1_000_000},refund\n")
    assert len(read_csv(path)[0].text) == 1_000_000
