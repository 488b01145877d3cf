"""The store of files in the cloud, on a double that speaks S3; folders are what all other tests use."""

import io
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mci_router.attachments import opening, store
from mci_router.attachments.store import OF_A_PREVIEW, Store
from mci_router.errors import AttachmentStoreUnavailable, NotFound
from tests.support.bucket import Bucket, cloud_of
from tests.support.rows import every

NAME = "wsp_1/att_1"
BIG = bytes(range(256)) * 22_000  # more than one part has


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with cloud_of(monkeypatch) as one:
        yield one


def kept() -> Store:
    return Store("s3://files/router", Path("nowhere"))


async def read(where: Store, name: str = NAME) -> bytes:
    return b"".join([piece async for piece in await where.open(name)])


async def test_a_bucket_keeps_gives_and_forgets_files(cloud: Bucket) -> None:
    """At an endpoint of plain http, which needs no other word; below its prefix; a large file in parts."""
    where = kept()
    for content in (b"", b"four", BIG):
        await where.put(NAME, io.BytesIO(content))
        assert await read(where) == content
    await where.put(NAME + OF_A_PREVIEW, io.BytesIO(b"small"))
    assert cloud.objects == {f"router/{NAME}": BIG, f"router/{NAME}{OF_A_PREVIEW}": b"small"}
    assert any("partNumber=2" in one for one in cloud.asked)
    for _ in range(2):
        await where.remove(NAME)
        assert cloud.objects == {}
    with pytest.raises(NotFound):
        await where.open(NAME)


@pytest.mark.parametrize("refused", [(404, "NoSuchBucket"), (403, "InvalidAccessKeyId"), (404, "NoSuchWebsite")])
async def test_what_is_not_right_takes_no_file_for_gone(
    cloud: Bucket, caplog: pytest.LogCaptureFixture, refused: tuple[int, str]
) -> None:
    """A bucket that is not there, or not for these credentials: else files would be forgotten that are still kept
    elsewhere. The log says which, in words that are no secrets.
    """
    where = kept()
    await where.put(NAME, io.BytesIO(b"four"))
    cloud.refuses = refused
    for doing in (where.put(NAME, io.BytesIO(b"four")), where.open(NAME), where.remove(NAME)):
        with caplog.at_level(logging.WARNING), pytest.raises(AttachmentStoreUnavailable):
            await doing
        assert caplog.messages[-1].endswith(refused[1])
    assert "s3cret" not in caplog.text
    assert cloud.url not in caplog.text
    cloud.refuses = None
    assert await read(where) == b"four"


async def test_what_may_not_be_deleted_is_not_said_to_be(cloud: Bucket, caplog: pytest.LogCaptureFixture) -> None:
    """S3 answers 200 to a request to delete, and says in its body of each object whether it is gone."""
    where = kept()
    await where.put(NAME, io.BytesIO(b"four"))
    cloud.holds = True
    with pytest.raises(AttachmentStoreUnavailable):
        await where.remove(NAME)
    assert "failed to delete: GenericError" in caplog.text
    assert await read(where) == b"four"


@every(
    ("said", "gone"),
    [
        ("404 Not Found: <Error><Code>NoSuchKey</Code></Error>", True),
        ("404 Not Found: <Error>\n  <Code>BlobNotFound</Code></Error>", True),
        ("Bulk delete request failed for key a: The specified blob does not exist. (code: 404)", True),
        ("Bulk delete request failed for key a: The specified container does not exist. (code: 404)", False),
        ("404 Not Found: <Error><Code>NoSuchBucket</Code></Error>", False),
        ("404 Not Found: <html>nginx</html>", False),
    ],
)
def test_only_an_object_is_gone(said: str, gone: bool) -> None:
    """As S3, Google and Azure say it; Azure deletes a file that has no preview, and says so in words."""
    assert opening.is_gone(FileNotFoundError(said), local=False) is gone


async def test_a_file_goes_on_where_it_broke_off(cloud: Bucket) -> None:
    """As where a store closes a connection whose reader is slow."""
    where = kept()
    await where.put(NAME, io.BytesIO(BIG))
    cloud.breaks = [1_000_000, 700_000]
    assert await read(where) == BIG


async def test_a_file_that_breaks_off_for_good_is_a_known_failure(
    cloud: Bucket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And not one of a library, which would be a fault of the router's in its log."""
    monkeypatch.setattr(store, "READING", {"max_retries": 0})
    where = kept()
    await where.put(NAME, io.BytesIO(BIG))
    cloud.breaks = [1_000_000]
    with pytest.raises(AttachmentStoreUnavailable):
        await read(where)
    assert "failed to read on" in caplog.text


async def test_a_store_that_does_not_answer_is_not_asked_twice(cloud: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits is told after one answer that did not come; the environment may say how long that is."""
    monkeypatch.setenv("AWS_READ_TIMEOUT", "0.3s")
    monkeypatch.setattr(store, "WRITING", {**opening.WRITING, "retry_timeout": timedelta(seconds=0.1)})
    monkeypatch.setattr(store, "FIRST_BYTES_S", 0.5)
    cloud.silent = threading.Event()
    where = kept()
    with pytest.raises(AttachmentStoreUnavailable):
        await where.put(NAME, io.BytesIO(b"four"))
    assert len(cloud.asked) == 1
    with pytest.raises(AttachmentStoreUnavailable):
        await where.open(NAME)


def test_no_answer_is_waited_for_longer_than_all_that_is_tried_again() -> None:
    """So that who sends a file to a store that hangs waits once; but who reads slowly may take as long as it takes."""
    assert opening.connections({}, "AWS_")["read_timeout"] == "30s"
    assert opening.WRITING["retry_timeout"] < timedelta(seconds=30)
    assert opening.connections({}, "AWS_")["timeout"] == "1h"


def test_the_environment_says_how_a_store_is_reached() -> None:
    """What the store's own client reads of connections still counts beside our bounds; plain http only where it says
    so.
    """
    said = {"AWS_PROXY_URL": "http://proxy:3128", "AWS_READ_TIMEOUT": "5s", "AWS_ENDPOINT_URL": "https://minio"}
    found = opening.connections(said, "AWS_")
    assert (found["proxy_url"], found["read_timeout"], found["connect_timeout"]) == ("http://proxy:3128", "5s", "5s")
    assert "allow_http" not in found
    forbidden = {"AWS_ENDPOINT_URL": "http://minio", "AWS_ALLOW_HTTP": "false"}
    assert str(opening.connections(forbidden, "AWS_")["allow_http"]) == "false"
    azure = opening.connections({"AZURE_STORAGE_ENDPOINT": "http://azurite"}, "AZURE_")
    assert str(azure["allow_http"]) == "true"


async def test_plain_http_where_it_is_forbidden_is_said_to_be_that(
    cloud: Bucket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The environment has the last word; and a client of a cloud without certificates says that it has none."""
    for name, said, why in (
        ("AWS_ALLOW_HTTP", "false", "BadScheme"),
        ("SSL_CERT_DIR", "/nowhere", "No CA certificates"),
    ):
        monkeypatch.setenv(name, said)
        with pytest.raises(AttachmentStoreUnavailable):
            await kept().put(NAME, io.BytesIO(b"four"))
        assert caplog.messages[-1].endswith(why)
    assert cloud.asked == []


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """An address writes a space as %20, and the folder has a space."""
    where = Store((tmp_path / "my files").as_uri(), tmp_path)
    await where.put(NAME, io.BytesIO(b"four"))
    assert (tmp_path / "my files" / NAME).read_bytes() == b"four"


async def test_a_folder_that_cannot_be_is_said_by_what_it_lacks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a folder the log has what the system says, so that nobody guesses between a disk and its rights."""
    (tmp_path / "file").touch()
    where = Store((tmp_path / "file" / "x").as_uri(), tmp_path)
    with pytest.raises(AttachmentStoreUnavailable):
        await where.put(NAME, io.BytesIO(b"four"))
    assert "failed to put: OSError Not a directory" in caplog.text
