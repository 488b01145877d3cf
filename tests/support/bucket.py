"""A double of an object store: the few calls of S3 that the router makes, path-style, on a real HTTP server.

It keeps objects in memory, checks neither signatures nor sums, and can be away, without its bucket, or break off.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

BUCKET = "files"
XML = "{http://s3.amazonaws.com/doc/2006-03-01/}"


@dataclass
class Bucket:
    """What it has, what was asked of it, and what it does wrong. `refuses`: the code that it answers with, and nothing
    else; `breaks`: after how many bytes it ends the next answers with an object, one each; `silent`: it never answers;
    `holds`: it lets nothing be deleted.
    """

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: tuple[int, str] | None = None
    breaks: list[int] = field(default_factory=list)
    silent: threading.Event | None = None
    holds: bool = False
    parts: dict[int, bytes] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def _take(self) -> tuple[str, dict[str, list[str]], bytes]:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        address = urlsplit(self.path)
        self.bucket.asked.append(f"{self.command} {self.path}")
        if self.bucket.silent:
            self.bucket.silent.wait(30)
        return address.path.removeprefix(f"/{BUCKET}/"), parse_qs(address.query, keep_blank_values=True), body

    def _answer(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, one in (headers or {}).items():
            self.send_header(name, one)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = self.bucket.breaks.pop(0) if self.command == "GET" and self.bucket.breaks else len(body)
        self.wfile.write(body[:sent])
        self.close_connection = self.close_connection or sent < len(body)

    def _refused(self) -> bool:
        if self.bucket.refuses:
            status, code = self.bucket.refuses
            self._answer(f"<Error><Code>{code}</Code><Message>s3cret</Message></Error>".encode(), status)
        return self.bucket.refuses is not None

    def do_PUT(self) -> None:
        name, query, body = self._take()
        if self._refused():
            return
        if "partNumber" in query:
            self.bucket.parts[int(query["partNumber"][0])] = body
        else:
            self.bucket.objects[name] = body
        self._answer(headers={"ETag": '"1"'})

    def do_POST(self) -> None:
        name, query, body = self._take()
        if self._refused():
            return
        if "delete" in query:
            told = "".join(map(self._deleted, _keys(body)))
            self._answer(f"<DeleteResult>{told}</DeleteResult>".encode())
        elif "uploads" in query:
            self.bucket.parts.clear()
            said = f"<Bucket>{BUCKET}</Bucket><Key>{name}</Key><UploadId>1</UploadId>"
            self._answer(f"<InitiateMultipartUploadResult>{said}</InitiateMultipartUploadResult>".encode())
        else:
            self.bucket.objects[name] = b"".join(self.bucket.parts[one] for one in sorted(self.bucket.parts))
            self._answer(b'<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>')

    def _deleted(self, name: str) -> str:
        if self.bucket.holds:
            return f"<Error><Key>{name}</Key><Code>AccessDenied</Code><Message>held</Message></Error>"
        self.bucket.objects.pop(name, None)
        return f"<Deleted><Key>{name}</Key></Deleted>"

    def do_GET(self) -> None:
        name, _, _ = self._take()
        if self._refused():
            return
        if name not in self.bucket.objects:
            self._answer(b"<Error><Code>NoSuchKey</Code></Error>", 404)
            return
        whole, modified = self.bucket.objects[name], {"Last-Modified": "Mon, 30 Nov 2026 12:00:00 GMT", "ETag": '"1"'}
        if wanted := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", "")):
            first, last = int(wanted[1]), int(wanted[2] or len(whole) - 1)
            modified["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
            self._answer(whole[first : last + 1], 206, modified)
        else:
            self._answer(whole, headers=modified)

    def log_message(self, *_: Any) -> None:
        pass


def _keys(body: bytes) -> list[str]:
    """The names in a request to delete, which are always answered with 200: each has its own answer in the body."""
    return [str(key.text) for key in ElementTree.fromstring(body).iter(f"{XML}Key")]  # noqa: S314 — it is our own


@contextmanager
def cloud_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket that the environment names as the documentation says, and nothing else."""
    with bucket() as one:
        monkeypatch.setenv("AWS_ENDPOINT_URL", one.url)
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
        monkeypatch.delenv("SSL_CERT_DIR")  # a client of a cloud is none without certificates
        yield one


@contextmanager
def bucket() -> Iterator[Bucket]:
    """An empty bucket on loopback, while it is needed."""
    one = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": one}))
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield one
    finally:
        if one.silent:
            one.silent.set()
        server.shutdown()
        server.server_close()
