"""The benchmarks' own client: what it takes for a whole answer, and what it sends and reads on a socket."""

import asyncio

import pytest
from benchmarks.side_by_side.load import closed, paced, request, whole
from benchmarks.side_by_side.sockets import PING, TEXT, frame, split

from tests.support.rows import every

ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\nx: y\r\n\r\nbody"


@every("missing", range(1, len(ANSWER)))
def test_an_answer_is_whole_once_its_last_byte_is_there(missing: int) -> None:
    assert whole(ANSWER[:-missing]) == 0
    assert whole(ANSWER + b"more") == len(ANSWER)


def test_an_answer_without_a_body_is_whole_at_the_end_of_its_head() -> None:
    assert whole(b"HTTP/1.1 204 No Content\r\n\r\n") == 27


def test_a_length_at_the_end_of_the_head_is_read() -> None:
    assert whole(b"HTTP/1.1 201 Created\r\ncontent-length: 12\r\n\r\n123456789012") == 56


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_frame_is_read_as_it_was_sent(length: int) -> None:
    """A client's frames are masked and a server's are not: without the mask's bytes they are the same."""
    sent = frame(TEXT, b"x" * length)
    mask = len(sent) - length - 4
    served = bytes([sent[0], sent[1] & 0x7F]) + sent[2:mask] + sent[mask + 4 :]
    assert split(served[:-1] if length else served[:1]) is None
    assert split(served + frame(PING, b"")) == (TEXT, b"x" * length, frame(PING, b""))


async def test_each_answer_of_a_burst_is_counted_and_refusals_are_kept() -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := (await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""):
            seen.append(await reader.readexactly(1))
            refused = seen[-1] == b"2"
            writer.write(ANSWER.replace(b"201", b"422") if refused else ANSWER[:30])
            writer.write(b"" if refused else ANSWER[30:])
            assert b"Bearer secret" in head
            if len(seen) in (3, 6):
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sent = [request("/", body, "secret") for body in (b"1", b"2", b"3")]
    async with server:
        burst = await closed(port, iter(sent), count=1, seconds=30)
        spaced = await paced(port, sent, per_s=1_000, count=1)
    assert seen == [b"1", b"2", b"3"] * 2
    assert [len(one.latencies_s) for one in (burst, spaced)] == [3, 3]
    assert [one.refused[0][9:12] for one in (burst, spaced)] == [b"422", b"422"]
