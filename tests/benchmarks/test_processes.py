"""What processes cost, as the benchmarks read it from /proc."""

import os
import subprocess
import sys

from benchmarks.side_by_side.processes import TICKS_PER_S, Stat, below, cpu_s, parsed, resident_bytes, resident_kib

STAT = "7 (a (odd) name) S 3 7 7 0 -1 4194560 1 2 3 4 250 50 70 30 20 0 1 0 99 1000 10 18446744073709551615"


def test_cpu_is_that_of_a_process_and_of_its_children_that_ended() -> None:
    assert parsed(STAT) == Stat(parent=3, cpu_s=400 / TICKS_PER_S)


def test_the_tree_below_a_process_has_its_grandchildren_and_no_others() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 21: 20}
    assert below(10, parents) == {10, 11, 12}
    assert below(99, parents) == set()


def test_resident_memory_is_read_in_kibibytes() -> None:
    assert resident_kib("Name:\tpython\nVmRSS:\t  2048 kB\nThreads:\t1\n") == 2_048
    assert resident_kib("Name:\tended\n") == 0


def test_work_of_a_child_is_seen_while_it_lives_and_after_it_ended() -> None:
    before = cpu_s([os.getpid()])
    script = "while __import__('time').process_time() < 0.1: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert cpu_s([child.pid]) >= 0.08
        assert cpu_s([os.getpid()]) - before >= 0.08
        assert resident_bytes(child.pid) > 1_000_000
        child.communicate(b"\n")
    assert cpu_s([child.pid]) == 0
    assert cpu_s([os.getpid()]) - before >= 0.08
