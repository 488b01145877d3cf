"""The instance on which our account is, by Mastodon.py: its calls block, so each is made in a thread, one at a time."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServerError,
    MastodonUnauthorizedError,
)

from mci_router.adapters.mastodon.statuses import Me

T = TypeVar("T")

PAUSE_S = 0.5  # after the first failure; each one more doubles it
LONGEST_PAUSE_S = 60.0
LONGEST_LIMIT_S = 900.0  # an instance's limits last five minutes, some half an hour
TOKEN_PAUSE_S = 60.0
PAGE = 40  # notifications
CHARACTERS = 500  # of a status where the instance does not say
ROOM = 32  # characters of the mention before the text: the domain does not count


class InstanceAway(Exception):
    """The instance takes nothing now: ask again in `after_s` seconds."""

    def __init__(self, why: str, after_s: float) -> None:
        self.after_s = after_s
        super().__init__(f"the instance is away: {why}")


class Gone(Exception):
    """There is no such status, or not for us."""


class Forbidden(Exception):
    """The instance will never do this. `status` is the code of its answer, 0 if unknown."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


class Instance:
    """Our account on its instance. Every method raises InstanceAway, Gone, Forbidden."""

    def __init__(self, url: str, token: str, timeout_s: float) -> None:
        self._api = Mastodon(access_token=token, api_base_url=url, ratelimit_method="throw", request_timeout=timeout_s)
        self._turn = asyncio.Lock()
        self._failures = 0

    async def me(self) -> Me:
        """Returns our account."""
        account = await self._ask(self._api.account_verify_credentials)
        domain = (await self._ask(self._api.instance_v2))["domain"]
        return Me(str(account["id"]), str(account["url"]), str(domain))

    async def longest(self) -> int:
        """Returns how many characters a message may have, beside the mention of its customer."""
        found = await self._ask(self._api.instance_v2)
        try:
            most = int(found["configuration"]["statuses"]["max_characters"])
        except (KeyError, TypeError, ValueError):
            most = CHARACTERS
        return max(most - ROOM, 1)

    async def mentions(self, after: str | None) -> list[Any]:
        """Returns the next mentions after a notification, the oldest first; without one, the newest alone."""
        how = {"min_id": after, "limit": PAGE} if after else {"limit": 1}
        found = await self._ask(lambda: self._api.notifications(types=["mention"], **how))
        listed = [one for one in self._listed(found) if isinstance(one, dict) and one.get("id")]
        return sorted(listed, key=lambda one: (len(str(one["id"])), str(one["id"])))

    async def root(self, status: str) -> str:
        """Returns the first status of a thread, as far as it is there still."""
        found = await self._ask(lambda: self._api.status_context(status))
        above = [one for one in found.get("ancestors") or [] if isinstance(one, dict) and one.get("id")]
        return str(above[0]["id"]) if above else status

    async def status(self, status: str) -> Any:
        """Returns a status."""
        return await self._ask(lambda: self._api.status(status))

    async def statuses(self, ids: list[str]) -> list[Any]:
        """Returns those of some statuses that are there still."""
        return self._listed(await self._ask(lambda: self._api.statuses(list(ids))))

    async def suspended(self, handle: str) -> bool:
        """Returns whether an account is suspended, or gone."""
        try:
            found = await self._ask(lambda: self._api.account_lookup(handle.removeprefix("@")))
        except Gone:
            return True
        return found.get("suspended") is True

    async def post(self, said: str, visibility: str, parent: str | None, key: str) -> Any:
        """Posts a status, once for each key, and returns it."""
        return await self._ask(
            lambda: self._api.status_post(said, in_reply_to_id=parent, visibility=visibility, idempotency_key=key)
        )

    async def delete(self, status: str) -> None:
        """Deletes a status of ours."""
        await self._ask(lambda: self._api.status_delete(status))

    def _listed(self, found: Any) -> list[Any]:
        if not isinstance(found, list):
            raise self._away("it sent no list")
        return list(found)

    async def _ask(self, call: Callable[[], T]) -> T:
        async with self._turn:
            if self._api.ratelimit_remaining == 0 and (left := self._limited_s()):
                raise InstanceAway("its limit is reached", left)
            try:
                found = await asyncio.to_thread(call)
            except MastodonNotFoundError as error:
                raise Gone from error
            except MastodonRatelimitError as error:
                raise self._away("its limit is reached", self._limited_s()) from error
            except MastodonUnauthorizedError as error:
                raise InstanceAway("it does not know our token: make another", TOKEN_PAUSE_S) from error
            except (MastodonServerError, MastodonNetworkError) as error:
                raise self._away(type(error).__name__) from error
            except MastodonAPIError as error:
                raise self._refused(error) from error
            except (MastodonError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise self._away(f"it sent what is no answer ({type(error).__name__})") from error
            self._failures = 0
            return found

    def _refused(self, error: MastodonAPIError) -> Exception:
        """Returns what a refusal means; an answer that cannot be read has no code."""
        if len(error.args) < 4 or not isinstance(error.args[1], int):
            return self._away("it sent what is no answer")
        if error.args[1] == 410:
            return Gone()
        return Forbidden(error.args[1], str(error.args[3] or error.args[2])[:200])

    def _limited_s(self) -> float:
        """Returns the seconds until the instance takes requests again; 0: it does not say."""
        reset = self._api.ratelimit_reset
        return min(max(reset - time.time(), 0.0), LONGEST_LIMIT_S) if reset else 0.0

    def _away(self, why: str, after_s: float = 0) -> InstanceAway:
        self._failures += 1
        return InstanceAway(why, after_s or min(PAUSE_S * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_S))
