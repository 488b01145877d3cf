"""Fetching files: of what others send, as much is held as the router takes."""

import httpx

LARGEST = 25_000_000  # bytes of a file, as many as the router takes


async def at_most(answer: httpx.Response, most: int = LARGEST) -> bytes | None:
    """Returns the body of an answer; None for one that is longer, which is not read to its end.

    Raises httpx.HTTPError.
    """
    content = bytearray()
    async for piece in answer.aiter_bytes():
        content += piece
        if len(content) > most:
            return None
    return bytes(content)
