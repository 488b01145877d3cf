"""The door of the customer socket: whose a token is, and whether the page that brings it is one of the workspace's."""

from datetime import datetime

from fastapi import WebSocket
from starlette.requests import HTTPConnection

from mci_router.access.customer_tokens import CustomerIdentity, SiteClaims, SiteKey, key_named_by, signed_by
from mci_router.api.parts import Parts
from mci_router.errors import InvalidFrame, NotAuthenticated, NotFound, OriginRefused
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.signed_in import SignedIn, customer_of, signed_in_as
from mci_router.specs.chat import normal_origin
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Trust

NO_WORKSPACE = ""  # the turn of those whose workspace is not known yet
MOST_CASES = 100
LONGEST_SEQ = 16  # digits


@value
class Entrant:
    """Who is at the door. Until `claims` are settled, `identity` names the customer by the site's own id."""

    identity: CustomerIdentity
    expires_at: datetime
    claims: SiteClaims | None = None


async def entrant(parts: Parts, token: str) -> Entrant:
    """Returns whose the token is. Raises NotAuthenticated, DatabaseUnavailable."""
    kid = key_named_by(token)
    if kid is None:
        return Entrant(*parts.customer_tokens.read(token))
    key = await _key(parts, kid)
    snapshot = await _snapshot(parts, key.workspace_id)
    claims = signed_by(token, key, (key.workspace_id, snapshot.spec.name))
    named = f"external_id:{claims.external_id}"
    identity = CustomerIdentity(key.workspace_id, named, key.id, Trust.AUTHENTICATED, claims.issued_at)
    return Entrant(identity, claims.expires_at, claims)


async def _key(parts: Parts, kid: str) -> SiteKey:
    """Returns the key that a token names. Those that nobody has named lately are looked up a few at a time."""
    if parts.customer_keys.remembers(kid):
        return await parts.customer_keys.key(kid)
    async with parts.customer_admission.handshake(NO_WORKSPACE):
        return await parts.customer_keys.key(kid)


async def admitted(parts: Parts, who: Entrant) -> CustomerIdentity:
    """Returns the customer who comes in; makes one whom a site has signed for, and who is new.

    Raises NotAuthenticated, NotFound, DatabaseUnavailable.
    """
    identity, claims = who.identity, who.claims
    if claims is not None:
        reader = AddressReader(await _snapshot(parts, identity.workspace_id), parts.fingerprints)
        own = reader.read(AddressKind.EXTERNAL_ID, claims.external_id).value or ""
        who_signed = signed_in_as(parts.fingerprints, identity.workspace_id, own)
        await parts.customer_sessions.refuse_ended(identity.workspace_id, who_signed, claims.issued_at)
        said = SignedIn(
            claims.external_id,
            claims.name,
            (claims.email, claims.email_verified) if claims.email else None,
            (claims.phone, claims.phone_verified) if claims.phone else None,
        )
        customer = await customer_of(parts.database, reader, said)
        identity = CustomerIdentity(
            identity.workspace_id, customer, identity.key_id, identity.trust, identity.issued_at
        )
    return await parts.customer_sessions.admit(identity)


async def check_origin(parts: Parts, socket: HTTPConnection, workspace: str) -> None:
    """Checks the page that opens the socket, or sends a file; an app, which has no page, sends no origin.

    Raises OriginRefused.
    """
    sent = socket.headers.get("origin")
    if sent is None:
        return
    try:
        origin = normal_origin(sent)
    except ValueError:
        origin = ""
    own = origin.partition("://")[2] == socket.headers.get("host", "").lower() != ""
    allowed = (await _snapshot(parts, workspace)).spec.chat_origins
    if not origin or not (own or origin in allowed):
        raise OriginRefused(f"{sent[:200]!r} is not among the workspace's `chat_origins`.")


def resume_of(socket: WebSocket) -> dict[str, int]:
    """Returns what `?resume=` says: by case, the `seq` of the last message. Raises InvalidFrame."""
    value = socket.query_params.get("resume")
    if not value:
        return {}
    cases: dict[str, int] = {}
    for one in value.split(","):
        case, _, seq = one.partition(":")
        if not case.startswith("cas_") or not seq.isdecimal() or len(seq) > LONGEST_SEQ or len(cases) >= MOST_CASES:
            raise InvalidFrame(f"`resume` is `case:seq`, up to {MOST_CASES} of them with commas between.")
        cases[case] = int(seq)
    return cases


async def _snapshot(parts: Parts, workspace: str) -> Snapshot:
    try:
        return await parts.snapshots.get(workspace)
    except NotFound as error:
        raise NotAuthenticated("The customer token is of a workspace that does not exist.") from error
