"""Previews: small pictures of pictures, made in a process of their own, which a hostile one may ruin."""

import asyncio
import contextlib
import io
import logging
import os
import sys
from typing import IO

from mci_router.turns import Turns

log = logging.getLogger(__name__)

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/avif"})
AT_ONCE = 2  # of a process: each takes a core for a moment
TIME_S = 10
LARGEST = 1_048_576  # bytes of a preview: a picture of 1,024 pixels has less
WORKER = "mci_router.attachments.preview_worker"


class Previews:
    """Makes previews, a few at a time, workspace by workspace."""

    def __init__(self) -> None:
        self._turns = Turns(AT_ONCE)

    async def of(self, workspace: str, content_type: str, file: IO[bytes]) -> io.BytesIO | None:
        """Returns a small WebP of a picture, without what the file says beside it, such as where it was taken; None for
        what is no picture, is too large, or takes too long.
        """
        if content_type not in PICTURES:
            return None
        async with self._turns.turn(workspace):
            made = await _made(file)
        return io.BytesIO(made) if made else None


async def _made(file: IO[bytes]) -> bytes | None:
    """Returns what the worker makes of an open file; None if it fails, or takes too long."""
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    file.seek(0)
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        WORKER,
        stdin=file.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )
    try:
        async with asyncio.timeout(TIME_S):
            assert worker.stdout is not None  # noqa: S101 — it is a pipe
            made = await worker.stdout.read(LARGEST + 1)
            while made and len(made) <= LARGEST and (more := await worker.stdout.read(LARGEST + 1 - len(made))):
                made += more
            if len(made) <= LARGEST and await worker.wait() == 0:
                return made
    except TimeoutError:
        log.warning("a preview took longer than %d s, and was given up", TIME_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()
    return None
