"""API keys: scoped, revocable, and stored only as a hash."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import Trust


class ApiKey(InWorkspace, Made, Base):
    """A key. `hash` is the SHA-256 of 32 random bytes, which needs no slow hash; `hint` is how people recognise it.

    `trust` is the most that it may assert of a customer's addresses; `adapter` is the channel adapter whose key it is.
    `rate_per_s` and `rate_burst` are its own rate
    limit, in units; without them it has that of the service.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hint: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    adapter: Mapped[str | None]
    trust: Mapped[Trust] = mapped_column(word(Trust, "trust"), default=Trust.CLAIMED, server_default=Trust.CLAIMED)
    rate_per_s: Mapped[float | None]
    rate_burst: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
