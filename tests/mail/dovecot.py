"""A real Dovecot with a configuration of its own in a folder of its own: takes mails by LMTP, shows them by IMAP."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a-password-of-the-tests"
CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_location = maildir:{folder}/mails/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: the ports of LMTP and IMAP; every user has the same password."""

    lmtp: int
    imap: int


@contextmanager
def running_dovecot(folder: Path) -> Iterator[Dovecot]:
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert program, "dovecot is not installed: `make test-mail` installs it"
    mail = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())  # it serves no mails as root
    for name in ("run", "state", "mails", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, mail.pw_uid, mail.pw_gid)
    found = Dovecot(_free_port(), _free_port())
    names = {"user": mail.pw_name, "uid": mail.pw_uid, "gid": mail.pw_gid, "group": _group(mail.pw_gid)}
    path = folder / "dovecot.conf"
    text = CONFIGURATION.format(folder=folder, password=PASSWORD, imap=found.imap, lmtp=found.lmtp, **names)
    path.write_text(text, encoding="utf-8")
    process = subprocess.Popen([program, "-F", "-c", str(path)])
    try:
        _until_it_listens(process, folder, found.imap, found.lmtp)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _until_it_listens(process: "subprocess.Popen[bytes]", folder: Path, *ports: int) -> None:
    for port in ports:
        while True:
            log = folder / "log"
            assert process.poll() is None, log.read_text(encoding="utf-8") if log.exists() else "dovecot has ended"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                continue
