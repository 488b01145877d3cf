"""`mci-router simulate` as people run it: a process of its own, with a server of its own; and what it refuses."""

import json
import subprocess
from pathlib import Path

import pytest

from mci_router.embedded import Servers
from tests.simulation.days import agent, contact, mixed_day, queue, save
from tests.support.commands import run_here
from tests.support.processes import COMMAND


def run(*arguments: object) -> tuple[int, str, str]:
    done = subprocess.run([COMMAND, "simulate", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_trace_becomes_outcomes_a_summary_and_a_picture(tmp_path: Path) -> None:
    """With nothing else running; one outcome a contact, in order of arrival."""
    trace, out, plot = save(tmp_path / "day.jsonl", mixed_day(hours=0.1)), tmp_path / "out.jsonl", tmp_path / "day.png"
    code, told, wrong = run(trace, "--out", out, "--policy", "longest_idle", "--plot", plot)
    assert (code, wrong) == (0, "")
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == list(range(28))
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert "day, 8 agents, policy longest_idle" in told
    assert "calls of the engine in" in told


BAD_CALLS = {
    "a trace that is not there": (["{dir}/no.jsonl", "--out", "{out}"], "no.jsonl cannot be read"),
    "a trace with a fault": (["{dir}/bad.jsonl", "--out", "{out}"], "bad.jsonl:3: contact 0 comes to queue 4"),
    "outcomes over the trace": (["{dir}/day.jsonl", "--out", "{dir}/day.jsonl"], "is the trace: write to another file"),
    "outcomes nowhere": (["{dir}/day.jsonl", "--out", "{dir}/none/out.jsonl"], "cannot be written"),
    "a server that is not there": (
        ["{dir}/day.jsonl", "--out", "{out}", "--redis-url", "unix://{dir}/none"],
        "cannot be reached",
    ),
    "a server that is no server": (
        ["{dir}/day.jsonl", "--out", "{out}", "--redis-url", "nonsense"],
        "is not the address of a server",
    ),
}


@pytest.mark.parametrize("call", BAD_CALLS)
def test_what_cannot_be_done_is_one_clear_line(tmp_path: Path, call: str) -> None:
    """No traceback, a code that scripts see, and no outcomes."""
    save(tmp_path / "day.jsonl", mixed_day(hours=0.1))
    save(tmp_path / "bad.jsonl", [queue(0, "calls"), agent(1, {0: 1.0}), contact(0, 4, 1.0, 1.0)])
    before = (tmp_path / "day.jsonl").read_text()
    arguments, told = BAD_CALLS[call]
    paths = {"dir": tmp_path, "out": tmp_path / "out.jsonl"}
    code, said, wrong = run_here("simulate", *(argument.format(**paths) for argument in arguments))
    assert (code, said) == (1, "")
    assert told in wrong
    assert wrong.count("\n") == 1
    assert not (tmp_path / "out.jsonl").exists()
    assert (tmp_path / "day.jsonl").read_text() == before


def test_another_server_is_used_if_one_is_named(tmp_path: Path, servers: Servers) -> None:
    """By its address."""
    trace, out = save(tmp_path / "day.jsonl", mixed_day(hours=0.1)), tmp_path / "out.jsonl"
    assert run_here("simulate", str(trace), "--out", str(out), "--redis-url", servers.valkey.url)[0] == 0
    assert len(out.read_text().splitlines()) == 28
