"""Opening: the store that an address names, so that none keeps anybody waiting for long; and what is said of a failure.

The environment configures a store in the cloud, by the names that its own clients read. What is given beside it here
takes the place of what the environment says of connections, so that is read here, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from mci_router.imports import later

if TYPE_CHECKING:
    import obstore
    from obstore.store import BackoffConfig, ClientConfig, RetryConfig
else:
    obstore = later("obstore")  # the first file needs it

PREFIXES = {"s3": "AWS_", "gs": "GOOGLE_", "az": "AZURE_"}  # of the variables, by the scheme of the address
ENDPOINTS = ("ENDPOINT_URL_S3", "ENDPOINT_URL", "ENDPOINT", "STORAGE_ENDPOINT", "BASE_URL")
OF_CONNECTIONS = (
    *("allow_http", "allow_invalid_certificates", "proxy_url", "proxy_ca_certificate", "proxy_excludes"),
    *("connect_timeout", "read_timeout", "timeout", "user_agent"),
)
# One answer may take as long as 5 MB take at 1.4 Mbit/s; all of a file's bytes as long as who reads them.
BOUNDS: ClientConfig = {"connect_timeout": "5s", "read_timeout": "30s", "timeout": "1h"}
BACKOFF: BackoffConfig = {"init_backoff": timedelta(seconds=0.2), "max_backoff": timedelta(seconds=3), "base": 2}
# A store that starts again is waited for; one that does not answer at all is not asked twice.
WRITING: RetryConfig = {"max_retries": 6, "retry_timeout": timedelta(seconds=10), "backoff": BACKOFF}
# A body that breaks off goes on where it did, however long its reader has taken.
READING: RetryConfig = {"max_retries": 6, "retry_timeout": timedelta(hours=1), "backoff": BACKOFF}

# What a cloud says of one object that is not there; of a bucket that is not there, or a wrong server, it says something
# else. Azure answers to a request to delete in words.
GONE = re.compile(r"<Code>(NoSuchKey|BlobNotFound)</Code>|The specified blob does not exist")
CODE = re.compile(r"<Code>(\w{1,60})</Code>")
KIND = re.compile(r"\bkind: ([A-Z]\w{1,60})|(No CA certificates|BadScheme)")
SYSTEM = re.compile(r"\bcode: (\d{1,4}),|\(os error (\d{1,4})\)")
STATUS = re.compile(r"\bstatus code: (\d{3})\b")


def opened(url: str | None, folder: Path, retries: RetryConfig) -> Any:
    """Returns the store of an address, which is `folder` where there is none. Raises what the store does."""
    if not url or url.startswith("file:"):
        return obstore.store.LocalStore(Path(unquote(urlsplit(url).path)) if url else folder, mkdir=True)
    of_connections = connections(os.environ, PREFIXES[urlsplit(url).scheme])
    return obstore.store.from_url(url, client_options=of_connections, retry_config=retries)


def connections(environment: Mapping[str, str], prefix: str) -> ClientConfig:
    """Returns how a store is reached: bounded, and as the environment says. An endpoint at `http://` is meant so."""
    said = {name[len(prefix) :]: one for name, one in environment.items() if name.startswith(prefix)}
    plain = any(said.get(name, "").startswith("http://") for name in ENDPOINTS)
    found = {name: said[name.upper()] for name in OF_CONNECTIONS if name.upper() in said}
    return cast("ClientConfig", {**BOUNDS, **({"allow_http": "true"} if plain else {}), **found})


def is_gone(error: FileNotFoundError, *, local: bool) -> bool:
    """Returns whether an object is not there, and not the bucket that it would be in, nor the server."""
    return local or bool(GONE.search(str(error)))


def reason(error: Exception) -> str:
    """Returns why a store failed, in words that are no secrets: its text may hold an address with one."""
    kind, words = type(error).__name__, str(error)
    if code := CODE.search(words):
        return f"{kind} {code[1]}"
    if system := SYSTEM.search(words):
        return f"{kind} {os.strerror(int(system[1] or system[2]))}"
    if found := [one[1] or one[2] for one in KIND.finditer(words)] or STATUS.findall(words)[:1]:
        return f"{kind} {found[-1]}"
    return kind
