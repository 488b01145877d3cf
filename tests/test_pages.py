"""The desk and the wallboard as a browser fetches them: every file is there, is ours, and comes locked down."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from mci_router.api.parts import Parts
from mci_router.web.pages import SWAGGER_FILES, WEB
from tests.support.contract import openapi_document
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS

PAGES = ("desk", "wallboard", "reports", "workforce")
DOCUMENTATION = ("/docs", "/docs/start.js", *(f"/swagger/{name}" for name in SWAGGER_FILES))
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ASSETS = sorted(path.name for path in (WEB / "assets").iterdir())
EMBEDDED = {"assets/mci-chat.js"}  # by other sites: none of our pages refers to it
VENDORED = "uPlot.esm.js"
"""As its maker has written it: its comments name pages."""
LINKS = ("src", "href", "action", "formaction", "poster", "data", "srcset")
MARKUP_SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTMLUnsafe")


class Tags(HTMLParser):
    """The tags of a page with their attributes, and the text within scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in ("script", "style"):
            self.inline += data.strip()


def source(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


def references(name: str) -> set[str]:
    """What a page, a script or a style loads, as it is written there."""
    text = source(name)
    match Path(name).suffix:
        case ".html":
            return {
                str(value) for _, attributes in Tags(text).tags for link, value in attributes.items() if link in LINKS
            }
        case ".js":
            return {f"assets/{found}" for found in re.findall(r'(?:from|import)\s*\(?"\./([^"]+)"', text)}
        case _:
            return set(re.findall(r"url\(([^)]*)\)|@import", text))


async def fetch(service: tuple[str, Parts], path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=service[0], verify=TLS, timeout=PATIENCE_S) as client:
        return await client.get(path, headers=headers)


def assert_locked_down(response: httpx.Response) -> None:
    assert assert_ours_alone(response)["require-trusted-types-for"] == "'script'"


def assert_ours_alone(response: httpx.Response) -> dict[str, str]:
    """What holds for every page, whatever else its policy says; the policy."""
    policy = dict(part.strip().partition(" ")[::2] for part in response.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["form-action"] == policy["base-uri"] == policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers.get_list("cache-control") == ["no-cache"]
    return policy


@every("page", PAGES)
async def test_a_page_loads_without_a_key_and_locked_down(service: tuple[str, Parts], page: str) -> None:
    """The page itself holds no data: anyone who opens it is asked for a key."""
    response = await fetch(service, f"/{page}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert_locked_down(response)


@every("name", ASSETS)
async def test_an_asset_loads_with_its_type_and_locked_down(service: tuple[str, Parts], name: str) -> None:
    """A browser told not to guess runs a module only if the type is right."""
    response = await fetch(service, f"/assets/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == TYPES[Path(name).suffix]
    assert_locked_down(response)


async def test_an_unchanged_asset_is_not_sent_again(service: tuple[str, Parts]) -> None:
    """A desk asks each time, so that it never runs half of an old release, and gets a 304."""
    first = await fetch(service, "/assets/desk.js")
    again = await fetch(service, "/assets/desk.js", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert_locked_down(again)


@pytest.mark.parametrize(
    "path", ["/assets/nothing.js", "/assets/..%2fdesk.html", "/assets/%2e%2e%2f%2e%2e%2fapp.py", "/assets/"]
)
async def test_nothing_else_is_served(service: tuple[str, Parts], path: str) -> None:
    """Only the files of the pages, and a problem document for the rest."""
    response = await fetch(service, path)
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/not_found"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_inline_script_or_style(page: str) -> None:
    """The policy would refuse them, and so would a reader."""
    tags = Tags(source(f"{page}.html"))
    assert not tags.inline
    for tag, attributes in tags.tags:
        assert tag != "style"
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert tag != "script" or attributes.get("src")


def test_everything_referred_to_is_ours_and_everything_ours_is_referred_to() -> None:
    """Pages lead to every asset and to nothing else, by relative paths: they work below any prefix, and offline."""
    found, waiting = set[str](), {f"{page}.html" for page in PAGES}
    while waiting:
        name = waiting.pop()
        found.add(name)
        for reference in references(name):
            assert not urlsplit(reference).netloc, reference
            assert not reference.startswith(("/", "data:")), reference
            path = urlsplit(reference).path
            waiting |= {f"{path}.html" if path in PAGES else path} - found
    assert found == {f"{page}.html" for page in PAGES} | {f"assets/{name}" for name in ASSETS} - EMBEDDED


async def test_any_site_may_load_the_chat(service: tuple[str, Parts]) -> None:
    """From its public path, by CORS, kept for minutes and then asked for by ETag. It loads nothing itself."""
    first = await fetch(service, "/chat/mci-chat.js", Origin="https://shop.example")
    assert (first.status_code, first.text) == (200, source("assets/mci-chat.js"))
    assert first.headers["content-type"].partition(";")[0] == "text/javascript"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers.get_list("cache-control") == ["public, max-age=600"]
    again = await fetch(service, "/chat/mci-chat.js", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert references("assets/mci-chat.js") == set()


@every("name", [f"{page}.html" for page in PAGES] + [f"assets/{name}" for name in ASSETS])
def test_no_file_names_an_external_address(name: str) -> None:
    """Nothing is fetched from elsewhere. (The namespace of SVG is a name, not an address.)"""
    text = source(name).replace("http://www.w3.org/2000/svg", "")
    if name == f"assets/{VENDORED}":
        text = re.sub(r"^\*.*|//.*", "", text, flags=re.M)
    assert not re.findall(r"(?:https?|wss?):?//\w", text)


@every("name", [name for name in ASSETS if name.endswith(".js")])
def test_no_script_reads_text_as_markup(name: str) -> None:
    """What customers write is shown as text, whatever it holds; secrets stay in the tab."""
    text = source(f"assets/{name}")
    assert not MARKUP_SINKS.findall(text)
    assert ("localStorage" in text) is (name == "preferences.js")
    assert "document.cookie" not in text


def test_what_a_browser_keeps_for_longer_than_a_tab_is_no_secret() -> None:
    """Language, sound, notifications, shortcuts: nothing else goes there, and no token, customer or draft."""
    (kept,) = re.findall(r"const DEFAULTS = \{(.*?)\};", source("assets/preferences.js"))
    assert re.findall(r"(\w+):", kept) == ["language", "sound", "volume", "notify", "shortcuts"]


@every("path", DOCUMENTATION)
async def test_the_documentation_is_locked_down_as_the_pages_are(service: tuple[str, Parts], path: str) -> None:
    """Our own files only, in no frame; of what the pages forbid it needs the icons within its style, and to write
    markup it has cleaned.
    """
    response = await fetch(service, path)
    assert response.status_code == 200
    policy = assert_ours_alone(response)
    assert policy.pop("img-src") == "'self' data:"
    assert set(policy) == {"default-src", "form-action", "base-uri", "object-src", "frame-ancestors"}


def test_the_documentation_keeps_no_key() -> None:
    """Nothing is inline, so the policy need not allow it; a key goes when the page does, and one kept by an earlier
    version is removed.
    """
    tags = Tags(source("docs/index.html"))
    assert not tags.inline
    assert {attributes["src"] for tag, attributes in tags.tags if tag == "script"} == {
        "swagger/swagger-ui-bundle.js",
        "docs/start.js",
    }
    script = source("docs/start.js")
    assert "persistAuthorization: false" in script
    assert re.findall(r"localStorage\.\w+\([^)]*\)", script) == ['localStorage.removeItem("authorized")']
    assert "validatorUrl: null" in script


@pytest.mark.parametrize("name", ["__init__.py", "..%2fmain.py", "%2e%2e%2fmain.py", "swagger-ui-bundle.js.map"])
async def test_of_the_package_of_the_documentation_only_its_files_are_served(
    service: tuple[str, Parts], name: str
) -> None:
    """A problem document for the rest of it."""
    response = await fetch(service, f"/swagger/{name}")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/not_found"


async def test_the_address_alone_leads_to_the_documentation(service: tuple[str, Parts]) -> None:
    """Below any prefix; and no page is in the API."""
    root = await fetch(service, "/")
    assert (root.status_code, root.headers["location"]) == (307, "docs")
    assert not {"/", "/desk", "/wallboard", "/docs", "/assets/{name}"} & set(openapi_document()["paths"])


@every("path", ["/v1/contacts", "/v1/api-keys", "/v1/nothing", "/metrics", "/problems/not_found", "/readyz"])
async def test_what_says_nothing_of_caching_is_kept_by_nobody(service: tuple[str, Parts], path: str) -> None:
    """Answers, refusals and problems alike: `no-store`, and never guessed to be something else."""
    response = await fetch(service, path)
    assert response.headers.get_list("cache-control") == ["no-store"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_code_leaves_the_address_before_it_is_used() -> None:
    """What `mci-router dev` puts into the desk's address stays neither there nor in the history, and is sent in a body
    alone.
    """
    script = source("assets/sign_in.js")
    redeeming = script[script.index("async function redeem(") :]
    assert (
        0
        < redeeming.index('history.replaceState(null, "", location.pathname + location.search)')
        < redeeming.index("send(")
    )
    assert 'send("dev/sign-in", null, { code })' in redeeming
    assert "location.hash" not in redeeming[: redeeming.index("}")]
