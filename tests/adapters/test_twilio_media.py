"""Files by Twilio's adapter: fetched from Twilio and from nowhere else, and sent by links."""

import json
from io import BytesIO

import httpx
import pytest
from PIL import Image

from mci_router.adapters.fetching import LARGEST
from mci_router.adapters.twilio.media import NotFetched, bounded
from tests.adapters.twilio_adapter import Make, carrying, phones
from tests.adapters.twilio_double import ACCOUNT, sid
from tests.support.outbound import reply, until_delivery
from tests.support.receiver import receiving

KIM = "+4915112345678"
COMPLAINT = "a formal complaint about how you treated me"


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()


def media() -> str:
    return f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid('MM')}/Media/{sid('ME')}"


async def test_files_are_fetched_from_our_account_and_kept(make: Make) -> None:
    """Over Twilio's redirect, without our credentials; a forged URL leads nowhere, and what is missing is named. The same
    message again, as Twilio sends it, fetches nothing and changes nothing."""
    workspace = await make(phones())
    async with carrying(workspace, media_hosts=["localhost"], files_url="https://files.example.com") as double:
        good, led_astray, gone = media(), media(), media()
        cdn = double.url.replace("127.0.0.1", "localhost") + "/cdn"
        double.files = {
            good: (307, {"Location": cdn}, b""),
            "/cdn": (200, {"Content-Type": "image/png"}, picture()),
            led_astray: (302, {"Location": f"{double.url}/private"}, b""),
            gone: (404, {}, b""),
            "/private": (200, {}, b"secret"),
        }
        urls = [
            *[f"https://evil.example{good}"] * 7,
            f"{double.url}{led_astray}",
            "http://169.254.169.254/latest/meta-data",
            f"{double.url}{gone}",
            f"{double.url}{good}",
        ]
        form = {"NumMedia": str(len(urls)), "MessageSid": sid("MM")}
        for number, url in enumerate(urls):
            form |= {f"MediaUrl{number}": url, f"MediaContentType{number}": "image/png"}
        for _ in range(2):
            assert (await double.message("", KIM, **form)).status_code == 200
        asked = [path for _, path in double.asked if "Media" in path or "cdn" in path or "private" in path]
        assert asked.count(f"{good} Basic") == asked.count("/cdn witho") == 7
        assert not any("private" in path for path in asked)

        (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
        assert contact["text"].count("(A file could not be taken: ") == 3
        names = [(file["name"], file["content_type"]) for file in contact["attachments"]]
        assert names == [(f"file-{number}.png", "image/png") for number in range(1, 8)]

        kept = await workspace.api.post(
            "/v1/attachments", params={"name": "red.png"}, content=picture(), headers={"Content-Type": "image/png"}
        )
        message = await reply(workspace, contact, "here it is", attachments=[{"id": kept.json()["id"]}])
        await until_delivery(workspace, message, "sent")
        (url,) = double.messages[-1]["files"]
        link = url.removeprefix("https://files.example.com")
        assert (await double.client.get(f"{workspace.url}{link}")).content == picture()


async def test_a_message_comes_without_the_file_in_which_the_scan_found_something(make: Make) -> None:
    """Its words and its other files are there, and so is that one is missing; Twilio hears that it is taken."""
    async with receiving() as scanner:
        scanner.answer = lambda _: 200
        document = phones()
        document["workspace"]["attachments"] = {"scan_url": f"{scanner.url}/scan"}
        scanner.says = json.dumps({"verdict": "infected", "detail": "EICAR"}).encode()
        workspace = await make(document)
        async with carrying(workspace) as double:
            path = media()
            double.files = {path: (200, {"Content-Type": "image/png"}, picture())}
            form = {"NumMedia": "1", "MessageSid": sid("MM"), "MediaUrl0": f"{double.url}{path}"}
            for _ in range(2):
                assert (await double.message(COMPLAINT, KIM, **form, MediaContentType0="image/png")).status_code == 200
            (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
            assert contact["text"] == f"{COMPLAINT}\n(A file could not be taken: attachment_blocked)"
            assert contact["attachments"] == []


async def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    """Nor is one that Twilio does not give."""
    with pytest.raises(NotFetched, match="larger than 25 MB"):
        await bounded(httpx.Response(200, content=bytes(LARGEST + 1)))
    with pytest.raises(NotFetched, match="404"):
        await bounded(httpx.Response(404))
