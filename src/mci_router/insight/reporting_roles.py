"""Logins of PostgreSQL that read the schema `reporting`: each sees one workspace, and can change nothing.

The password is made here and given out once. PostgreSQL gets its verifier alone, so that no statement, and no log of
statements, has it.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b64encode

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.values import value

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")  # an identifier of PostgreSQL that needs no quotes
ROUNDS = 4_096  # PostgreSQL's own
NOBODYS, OURS = "a login of that name exists, and is not one of this workspace", "reporting_"

OWNER = text("SELECT workspace_id FROM reporting_roles WHERE role = :role")
THERE = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
KEEP = text(
    """
    INSERT INTO reporting_roles (role, workspace_id, sensitive, timeout_s)
    VALUES (:role, :workspace, :sensitive, :timeout_s)
    ON CONFLICT (role) DO UPDATE SET sensitive = excluded.sensitive, timeout_s = excluded.timeout_s
    """
)
FORGET = text("DELETE FROM reporting_roles WHERE role = :role")
KEEP_LARGE_OBJECTS_OUT = text(
    """
    DO $$
    DECLARE
      one regprocedure;
    BEGIN
      FOR one IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
          AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
          AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
      LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
      END LOOP;
    END $$
    """
)
"""Takes from everybody what fills the disk, or its journal, without a table. Only an administrator can: for a lesser
user it does nothing.
"""
DATABASE = text("SELECT quote_ident(current_database())")


class RoleRefused(Exception):
    """The login cannot be made or removed; the words say why, and what to do."""


@value
class Login:
    """A login as it is asked for: what it sees, for how long a statement may run, and how many may be connected."""

    role: str
    workspace: str
    sensitive: bool = False
    timeout_s: float = 30
    connections: int = 4


async def make_login(session: AsyncSession, login: Login) -> tuple[str, bool]:
    """Makes the login, or gives one of the workspace's another password and these bounds.

    Returns the password, and whether it was there before. Raises RoleRefused.
    """
    there = await _there(session, login.role, login.workspace)
    password = secrets.token_urlsafe(24)
    bounds = f"LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT {login.connections:d}"
    statements = [
        f"{'ALTER' if there else 'CREATE'} ROLE {login.role} {bounds} PASSWORD '{verifier(password)}'",
        f"ALTER ROLE {login.role} SET default_transaction_read_only = on",
        f"ALTER ROLE {login.role} SET statement_timeout = {int(login.timeout_s * 1000):d}",
        f"ALTER ROLE {login.role} SET idle_in_transaction_session_timeout = '60s'",
        f"ALTER ROLE {login.role} SET search_path = reporting",
        f"GRANT USAGE ON SCHEMA reporting TO {login.role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO {login.role}",
    ]
    await _run(session, statements)
    await _keep_temporary_tables_out(session)
    await session.execute(KEEP_LARGE_OBJECTS_OUT)
    known = {"role": login.role, "workspace": login.workspace, "sensitive": login.sensitive}
    await session.execute(KEEP, {**known, "timeout_s": login.timeout_s})
    return password, there


async def remove_login(session: AsyncSession, role: str, workspace: str) -> None:
    """Removes a login of the workspace's. Raises RoleRefused."""
    if not await _there(session, role, workspace):
        raise RoleRefused(f"this workspace has no login {role!r}")
    await _run(session, [f"DROP OWNED BY {role}", f"DROP ROLE {role}"])
    await session.execute(FORGET, {"role": role})


async def _there(session: AsyncSession, role: str, workspace: str) -> bool:
    if not NAME.fullmatch(role):
        raise RoleRefused(f"{role!r} is no name for a login: up to 63 of a to z, 0 to 9 and _, a letter first")
    there = bool(await session.scalar(THERE, {"role": role}))
    if there and await session.scalar(OWNER, {"role": role}) != workspace:
        raise RoleRefused(f"{NOBODYS}: choose another one with --role")
    return there


async def _run(session: AsyncSession, statements: list[str]) -> None:
    try:
        connection = await session.connection()
        for statement in statements:
            await connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if isinstance(error.orig.__cause__ if error.orig else None, asyncpg.InsufficientPrivilegeError):
            raise RoleRefused(
                "the ledger's user may not make logins: run this once as an administrator of the database, "
                "or give that user CREATEROLE"
            ) from None
        raise


async def _keep_temporary_tables_out(session: AsyncSession) -> None:
    """Takes from everybody but the owner the right to make temporary tables, by which a reader could fill the disk."""
    database = await session.scalar(DATABASE)
    await _run(session, [f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"])


def verifier(password: str, salt: bytes | None = None) -> str:
    """Returns what PostgreSQL keeps of a password: SCRAM-SHA-256, as RFC 5803 and RFC 7677 have it."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = (b64encode(one).decode() for one in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(ROUNDS, *parts)
