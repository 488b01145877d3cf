"""Customer keys: with one, a site of the workspace signs its customers' tokens itself, without asking the router."""

import re
import secrets
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.customer_tokens import SiteKey
from mci_router.access.lookups import RememberedLookups
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import NotAuthenticated, NotFound, PublicKeyRefused, TooManyResources
from mci_router.ids import new_id
from mci_router.models import CustomerKey
from mci_router.vocabulary import KeyAlgorithm

MOST = 50  # of a workspace that are not revoked
RSA_BITS = (2_048, 8_192)
KID = re.compile(r"cky_[0-9a-f]{32}")


async def make_key(
    session: AsyncSession, workspace: str, name: str, algorithm: KeyAlgorithm, public_key: str | None
) -> CustomerKey:
    """Makes a key, with a new secret for HS256. Raises PublicKeyRefused, TooManyResources."""
    mine = select(func.count()).where(CustomerKey.workspace_id == workspace, CustomerKey.revoked_at.is_(None))
    if (await session.scalar(mine) or 0) >= MOST:
        raise TooManyResources(
            f"The workspace has {MOST} customer keys, and may have no further one.", kind="customer_key", most=MOST
        )
    made = CustomerKey(
        id=new_id("customer_key"),
        workspace_id=workspace,
        name=name,
        algorithm=algorithm,
        secret=secrets.token_urlsafe(32) if algorithm is KeyAlgorithm.HS256 else None,
        public_key=None if algorithm is KeyAlgorithm.HS256 else checked(public_key or "", algorithm),
        created_at=utc_now(),
    )
    session.add(made)
    await session.flush()
    return made


async def list_keys(session: AsyncSession, workspace: str) -> Sequence[CustomerKey]:
    query = select(CustomerKey).where(CustomerKey.workspace_id == workspace)
    return (await session.scalars(query.order_by(CustomerKey.id))).all()


async def revoke_key(session: AsyncSession, workspace: str, key_id: str) -> CustomerKey | None:
    """Revokes a key, and returns it; None if it was revoked before. Idempotent. Raises NotFound."""
    query = select(CustomerKey).where(CustomerKey.workspace_id == workspace, CustomerKey.id == key_id)
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NotFound(f"There is no customer key {key_id!r} in this workspace.")
    if found.revoked_at is not None:
        return None
    found.revoked_at, found.secret = utc_now(), None
    await session.flush()
    return found


def checked(pem: str, algorithm: KeyAlgorithm) -> str:
    """Returns a public key in PEM. Raises PublicKeyRefused for one that is not of the algorithm, or is weak."""
    # here: few workspaces have such keys
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PublicKeyRefused("This is no public key in PEM (`-----BEGIN PUBLIC KEY-----`).") from error
    fits = {
        KeyAlgorithm.RS256: isinstance(key, RSAPublicKey) and RSA_BITS[0] <= key.key_size <= RSA_BITS[1],
        KeyAlgorithm.ES256: isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1),
        KeyAlgorithm.EDDSA: isinstance(key, Ed25519PublicKey),
    }
    if not fits.get(algorithm):
        raise PublicKeyRefused(f"The public key is not one for {algorithm}, or is too short or too long.")
    return pem.strip()


class CustomerKeyRing:
    """Finds the key that a token names, and remembers it for a few seconds, also that there is none.

    Sockets that come with the same key while it is looked up wait for that one look-up.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys = RememberedLookups(self._look_up)

    def remembers(self, kid: str) -> bool:
        """Returns whether it knows without a look-up if there is such a key."""
        return self._keys.remembers(kid)

    async def key(self, kid: str) -> SiteKey:
        """Returns the key of that id. Raises NotAuthenticated, DatabaseUnavailable."""
        found = await self._keys.get(kid) if KID.fullmatch(kid) else None
        if found is None:
            raise NotAuthenticated("The customer token names a key (`kid`) that is unknown or revoked.")
        return found

    async def _look_up(self, kid: str) -> SiteKey | None:
        query = select(CustomerKey).where(CustomerKey.id == kid, CustomerKey.revoked_at.is_(None))
        async with self._database.reading() as session:
            row = await session.scalar(query)
        material = row and (row.secret or row.public_key)
        return SiteKey(row.id, row.workspace_id, row.algorithm, material) if row and material else None

    def forget(self) -> None:
        """Forgets all keys after a revocation here, so that it applies at once in this process."""
        self._keys.forget()
