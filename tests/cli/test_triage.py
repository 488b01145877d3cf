"""`mci-router triage`: how good triage is on a labelled file, and what is wrong with examples."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mci_router.cli import cli
from tests.support.documents import SMALL

LABELLED = """text,topic
I cannot sign in any more,sign_in
my login does not work,sign_in
how do I record a voicemail greeting,how_to
a thief stole my card,card_fraud
"payments on my card that I never made",card_fraud
will it rain on Sunday,oos
what is the capital of Peru,
"""
TOPICS = [topic for topic in SMALL["topics"] if topic["name"] != "complaint"]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.csv"
    file.write_text(LABELLED)
    return file


@pytest.fixture
def workspace_file(tmp_path: Path) -> Path:
    """A workspace with three topics, one of them sensitive."""
    file = tmp_path / "workspace.yaml"
    lines = ["workspace: {name: tiny, title: Tiny}", "topics:"]
    for topic in TOPICS:
        lines += [f"  - name: {topic['name']}", f"    title: {topic['title']}"]
        lines += ["    touch: high", "    sensitive: true"] if topic.get("sensitive") else []
        lines += ["    examples:", *(f"      - '{example}'" for example in topic["examples"])]
    file.write_text("\n".join(lines))
    return file


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, ["triage", *map(str, arguments)], prog_name="mci-router")

    return invoke


def test_a_workspaces_topics_are_measured_on_a_labelled_file(
    run: Callable[..., Result], texts: Path, workspace_file: Path
) -> None:
    """Accuracy, calibration, out-of-scope and sensitive recall, and what was confused; sensitive topics are the
    workspace's.
    """
    result = run("eval", texts, "--train", workspace_file)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("5 texts about a topic, 2 out of scope")
    for name in (
        "accuracy",
        "calibration error",
        "coverage",
        "out-of-scope recall",
        "sensitive recall",
        "sensitive false alarms",
    ):
        assert "%" in next(line for line in result.output.splitlines() if line.startswith(name))
    assert "out-of-scope recall     100.0 %" in result.output
    assert "sensitive recall        100.0 %" in result.output


def test_texts_of_another_label_are_out_of_scope(run: Callable[..., Result], texts: Path, workspace_file: Path) -> None:
    """A label that is no topic of the workspace means that a person is to be asked."""
    texts.write_text(LABELLED.replace(",how_to", ",gardening"))
    assert run("eval", texts, "--train", workspace_file).output.startswith("4 texts about a topic, 3 out of scope")


def test_a_file_alone_is_judged_by_models_of_the_rest(run: Callable[..., Result], tmp_path: Path) -> None:
    """Each fifth by one that has not seen it; a sensitive topic may be named."""
    file = tmp_path / "alone.csv"
    rows = [f'"{example}",{topic["name"]}' for topic in TOPICS for example in topic["examples"]]
    file.write_text("\n".join(rows))
    result = run("eval", file, "--sensitive", "card_fraud")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("15 texts about a topic, 0 out of scope")
    assert "sensitive recall" in result.output


def test_a_plot_is_drawn(run: Callable[..., Result], texts: Path, workspace_file: Path, tmp_path: Path) -> None:
    """A PNG of calibration and confusion."""
    plot = tmp_path / "plot.png"
    assert run("eval", texts, "--train", workspace_file, "--plot", plot).exit_code == 0
    assert plot.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b,c\n1,2,3\n", "names no text and label column"),
        (b"\xff\xfe", "not in UTF-8"),
        (b"text,label\n", "no texts"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    run: Callable[..., Result], tmp_path: Path, content: bytes, said: str
) -> None:
    """Where and why; no traceback."""
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    for command in ("eval", "lint"):
        result = run(command, file)
        assert result.exit_code == 1
        assert said in result.output
        assert len(result.output.splitlines()) == 1


def test_what_is_wrong_with_examples_is_told(run: Callable[..., Result], workspace_file: Path) -> None:
    """Nothing, or one line a finding."""
    assert run("lint", workspace_file).output == "Nothing to mend.\n"
    more = "\n  - {name: bare, title: Bare}\n  - {name: thin, title: Thin, examples: ['forgot my password']}\n"
    workspace_file.write_text(workspace_file.read_text() + more)
    told = run("lint", workspace_file).output.splitlines()
    assert len(told) == 3
    assert any(line.startswith("bare:") for line in told)
    assert any(line.startswith("thin:") for line in told)
    assert any("sign_in" in line and "thin" in line for line in told)
