"""Admission: sockets that connect at the same moment, as after a restart, come in by small groups.

Each costs a few milliseconds. Contacts that come meanwhile must not feel it, nor sockets of other workspaces: a place
is given by turns, and after each socket a place rests as long as the socket took, so that half of the time is for
others.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import field
from typing import Any, Generic, TypeVar

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.access.tokens import AgentIdentity
from mci_router.errors import (
    Problem,
    TooManyCustomerSockets,
    TooManySockets,
    TooManySocketsOfAgent,
    TooManySocketsOfCustomer,
)
from mci_router.settings import Settings
from mci_router.turns import Turns
from mci_router.values import value

HANDSHAKES_AT_ONCE = 16
OPENED_AT_ONCE = 16
LONGEST_REST_S = 0.02  # also on a busy machine 500 desks are in within seconds

Who = TypeVar("Who")


@value
class Bound(Generic[Who]):
    """The most sockets that may be open for each key. `refusal` makes the problem of one too many."""

    most: int
    key: Callable[[Who], Hashable]
    refusal: Callable[[Who], Problem]
    counts: Counter[Any] = field(default_factory=Counter)

    @contextmanager
    def counted(self, who: Who) -> Iterator[None]:
        """Counts a socket while the block lasts. Raises the refusal."""
        key = self.key(who)
        if self.counts[key] >= self.most:
            raise self.refusal(who)
        self.counts[key] += 1
        try:
            yield
        finally:
            self.counts[key] -= 1
            if not self.counts[key]:
                del self.counts[key]


class Admission(Generic[Who]):
    """The sockets of one kind in one process: how many there are, and who comes in next."""

    def __init__(self, *bounds: Bound[Who]) -> None:
        self._bounds = bounds
        self.count = 0  # sockets, from their handshakes on
        self._handshakes = Turns(HANDSHAKES_AT_ONCE)
        self._openings = Turns(OPENED_AT_ONCE)

    @contextmanager
    def socket(self, who: Who) -> Iterator[None]:
        """Counts a socket, from its handshake to its end. Raises the problem of the bound that it exceeds."""
        with ExitStack() as counted:
            for bound in self._bounds:
                counted.enter_context(bound.counted(who))
            self.count += 1
            try:
                yield
            finally:
                self.count -= 1

    @asynccontextmanager
    async def handshake(self, workspace: str) -> AsyncIterator[None]:
        """Holds a place in which a socket shakes hands."""
        async with self._handshakes.turn(workspace):
            yield

    @asynccontextmanager
    async def opening(self, workspace: str) -> AsyncIterator[None]:
        """Holds a place in which a socket learns how things stand."""
        loop = asyncio.get_running_loop()
        async with self._openings.turn(workspace):
            began = loop.time()
            yield
            if self._openings.waiting:
                await asyncio.sleep(min(loop.time() - began, LONGEST_REST_S))


def desks(settings: Settings) -> Admission[AgentIdentity]:
    """Returns the admission of agents' desks: so many in all, and of each agent."""
    most, each = settings.sockets_most, settings.sockets_per_agent
    return Admission(
        Bound(
            most,
            lambda who: "all",
            lambda who: TooManySockets(f"{most} desks are connected to this process (MCI_SOCKETS_MOST)."),
        ),
        Bound(
            each,
            lambda who: (who.workspace_id, who.agent),
            lambda who: TooManySocketsOfAgent(
                f"{who.agent} has {each} sockets at this process (MCI_SOCKETS_PER_AGENT)."
            ),
        ),
    )


def customers(settings: Settings) -> Admission[CustomerIdentity]:
    """Returns the admission of customers' sockets: so many in all, of each workspace, and of each customer."""
    most, ours, each = (
        settings.customer_sockets_most,
        settings.customer_sockets_of_workspace,
        settings.customer_sockets_per_customer,
    )
    return Admission(
        Bound(
            most,
            lambda who: "all",
            lambda who: TooManyCustomerSockets(
                f"{most} customers are connected to this process (MCI_CUSTOMER_SOCKETS_MOST)."
            ),
        ),
        Bound(
            ours,
            lambda who: who.workspace_id,
            lambda who: TooManyCustomerSockets(
                f"{ours} customers of this workspace are connected to this process (MCI_CUSTOMER_SOCKETS_OF_WORKSPACE)."
            ),
        ),
        Bound(
            each,
            lambda who: (who.workspace_id, who.customer),
            lambda who: TooManySocketsOfCustomer(
                f"The customer has {each} sockets at this process (MCI_CUSTOMER_SOCKETS_PER_CUSTOMER)."
            ),
        ),
    )
