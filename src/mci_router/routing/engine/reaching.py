"""Reaching the server of the live state: whether it is away, refuses to work, or was asked for something wrong.

The cut is by the word with which the server's answer begins. A wrong command, a wrong type and a function that breaks
off are `ERR` and the like: they are mistakes of ours, and stay errors.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.exceptions import AskError, RedisClusterException, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from mci_router.errors import EngineUnavailable, ServerRefuses

log = logging.getLogger(__name__)

LONGEST_ANSWER_S = 5.0  # of all others, where nobody says less
AWAY = (
    *(RedisConnectionError, RedisTimeoutError, OSError),
    *(AskError, RedisClusterException),  # while a cluster moves a slot
)
REFUSES = {
    *("OOM", "MISCONF", "NOREPLICAS"),  # it takes nothing that is written: no memory, no disk, no replica
    *("READONLY", "MASTERDOWN", "UNBLOCKED", "LOADING", "CLUSTERDOWN", "TRYAGAIN"),  # it is a replica, or not ready
    *("BUSY", "UNKILLABLE"),  # a script of somebody runs without end
    *("NOAUTH", "WRONGPASS", "NOPERM", "DENIED"),  # it does not know us, or does not let us
}
ELSEWHERE = {"READONLY", "MASTERDOWN"}
"""What a server says that is a replica by now: by the name that we have, there may be another one."""

IN_A_FUNCTION = "ACL failure in script"  # what NOPERM is called there
OF_A_PIPELINE = re.compile(r"^Command # \d+ \(.*\) of pipeline caused error: \(['\"](.*?)['\"],?\)$", re.DOTALL)
WORD = re.compile(r"^(?:ERR )?([A-Z]+)\b")


def said_in(error: BaseException) -> ServerRefuses | None:
    """Returns what a server has said that refuses; None for an error of another kind, or for a server that is away."""
    if not isinstance(error, RedisError):
        return None
    if isinstance(error.__cause__, RedisError):  # the client's own around what the server said to its greeting
        return said_in(error.__cause__)
    words = str(error)
    if quoted := OF_A_PIPELINE.match(words):  # by the client, which names the values of the command, too
        words = quoted[1]
    if (code := error.status_code) and code != "ERR":
        return ServerRefuses(code, words) if code in REFUSES else None
    return refusal_in(words)


def refusal_in(words: str) -> ServerRefuses | None:
    """Returns the refusal in what a server, or a function of ours that it runs, has said as a whole."""
    if IN_A_FUNCTION in words:
        return ServerRefuses("NOPERM", words.removeprefix("ERR "))
    begins = WORD.match(words)
    if begins and begins[1] in REFUSES:
        return ServerRefuses(begins[1], words[begins.end() :].strip())
    if "max number of clients reached" in words:
        return ServerRefuses("ERR", words.removeprefix("ERR "))
    return None


@asynccontextmanager
async def reachable(timeout_s: float | None = LONGEST_ANSWER_S) -> AsyncIterator[None]:
    """Raises EngineUnavailable for a server that is lost or too slow, or refuses to work; see `REFUSES`."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
            # The client swallows a cancellation while it checks whether an idle connection is still good.
            task = asyncio.current_task()
            if task and task.cancelling():
                raise asyncio.CancelledError
    except (*AWAY, RedisError) as error:
        refusal = said_in(error)
        if refusal is None and isinstance(error, ResponseError) and not isinstance(error, AWAY):
            raise
        if refusal is None and not isinstance(error, AWAY):
            log.exception("the engine failed")
        raise EngineUnavailable from refusal or error
