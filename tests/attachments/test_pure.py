"""What needs no server: names, types, links and previews, also of hostile files."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from mci_router.attachments import links
from mci_router.attachments.names import LONGEST, clean, disposition
from mci_router.attachments.preview_worker import preview
from mci_router.attachments.types import BYTES, said_type, served_as, type_of
from mci_router.errors import AttachmentLinkInvalid, AttachmentTypeMismatch
from tests.support.rows import every

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 40
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"


@every(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie_ x=1.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("  .hidden  ", "hidden"),
        ("..", "file"),
        ("\x00\x1b", "file"),
        ("Rechnung für Müller.pdf", "Rechnung für Müller.pdf"),
        ("写真.jpg", "写真.jpg"),
    ],
)
def test_a_name_is_only_a_name(said: str, kept: str) -> None:
    """No folder, no line, nothing that turns the direction of writing."""
    assert clean(said) == kept


def test_a_long_name_keeps_its_extension() -> None:
    kept = clean("x" * 5_000 + ".jpeg")
    assert (len(kept), kept[-5:]) == (LONGEST, ".jpeg")


def test_a_name_is_written_for_old_and_new_browsers() -> None:
    """RFC 6266: nothing in it ends the header, or the name."""
    assert disposition('Müller "x";\r\n.pdf') == (
        "attachment; filename=\"M_ller _x_;__.pdf\"; filename*=UTF-8''M%C3%BCller%20%22x%22%3B%0D%0A.pdf"
    )


@every(
    ("head", "said", "name", "kept", "served"),
    [
        (PNG, "image/png", "a.png", "image/png", "image/png"),
        (JPEG, "image/png", "a.png", "image/jpeg", "image/jpeg"),
        (PNG, BYTES, "a", "image/png", "image/png"),
        (b"GIF89a<html><script>alert(1)</script>", "image/gif", "a.gif", "image/gif", "image/gif"),
        (SVG, "image/svg+xml", "a.svg", "image/svg+xml", BYTES),
        (SVG, BYTES, "a.png", "image/svg+xml", BYTES),
        (HTML, "text/html", "a.html", "text/html", BYTES),
        (b"MZ\x90\x00" + b"\x00" * 60, BYTES, "a.exe", "application/x-executable", BYTES),
        (b"#!/bin/sh\nrm", BYTES, "a.sh", "application/x-executable", BYTES),
        (b"PK\x03\x04" + b"\x00" * 60, BYTES, "bomb.zip", "application/zip", "application/zip"),
        (b"%PDF-1.7\n", "application/pdf", "a.pdf", "application/pdf", "application/pdf"),
        ("Grüße".encode(), BYTES, "a.txt", "text/plain", "text/plain"),
        (b"a,b\n1,2\n", "text/csv", "a.csv", "text/csv", "text/csv"),
        (b"alert(1)", "text/javascript", "a.js", "text/javascript", BYTES),
        (b"\x00\x01\x02\x03", BYTES, "a.bin", BYTES, BYTES),
        (b"\x00\x01\x02\x03", "application/x-java-archive", "a.jar", "application/x-java-archive", BYTES),
    ],
)
def test_the_content_says_what_a_file_is(head: bytes, said: str, name: str, kept: str, served: str) -> None:
    """A picture that is called another kind of picture is served as what it is; what could run, as mere bytes."""
    found = type_of(head, said_type(said), name)
    assert (found, served_as(found)) == (kept, served)


@every(
    ("head", "said"),
    [
        (HTML, "image/png"),
        (HTML, "text/plain"),
        (SVG, "image/png"),
        (b"  \n<html><body onload=alert(1)>", "application/pdf"),
        (b"MZ\x90\x00" + b"\x00" * 60, "application/pdf"),
        (PNG, "application/pdf"),
        (b"just words", "image/jpeg"),
        (b"\x00\x01\x02\x03", "text/plain"),
    ],
)
def test_a_lie_about_the_type_is_refused(head: bytes, said: str) -> None:
    """With both types in the problem."""
    with pytest.raises(AttachmentTypeMismatch) as problem:
        type_of(head, said, "a")
    assert problem.value.members["says"] == said
    assert problem.value.members["is"] != said


def test_a_link_is_for_one_file_one_part_and_a_time() -> None:
    """Another key, part, id or time has another signature."""
    file = {"id": "att_1", "key": "k"}
    query = links.link(file, "content").partition("?")[2]
    expires, signature = (one.partition("=")[2] for one in query.split("&"))
    assert links.SHOWN_S <= int(expires) - time.time() + 1 <= 2 * links.SHOWN_S + 1
    links.check("k", "att_1", "content", int(expires), signature)
    for key, named, part, at, sign in (
        ("other", "att_1", "content", expires, signature),
        ("k", "att_2", "content", expires, signature),
        ("k", "att_1", "preview", expires, signature),
        ("k", "att_1", "content", int(expires) + 1, signature),
        ("k", "att_1", "content", expires, signature + "ä"),
    ):
        with pytest.raises(AttachmentLinkInvalid):
            links.check(key, named, part, int(at), sign)  # type: ignore[arg-type]
    past = int(time.time()) - 1
    with pytest.raises(AttachmentLinkInvalid):
        links.check("k", "att_1", "content", past, links._signature("k", "att_1", "content", past))


def test_a_preview_is_small_turned_and_says_nothing_else() -> None:
    """No EXIF with the place is left; the picture stands as it is to be seen."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    out = io.BytesIO()
    Image.new("RGB", (3_000, 1_500), "blue").save(out, "JPEG", exif=exif, comment=b"secret")
    made = Image.open(io.BytesIO(preview(out.getvalue())))
    assert (made.format, made.size) == ("WEBP", (512, 1_024))
    assert not made.getexif()
    assert b"secret" not in preview(out.getvalue())


def test_a_bomb_of_pixels_is_not_decoded() -> None:
    """50,000 × 50,000 in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 10)) + chunk(b"IEND", b"")
    )
    with pytest.raises((ValueError, Image.DecompressionBombError)):
        preview(bomb)
