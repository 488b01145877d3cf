"""Pages that anybody may read: the first, search, an article, an answered post, service status."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from mci_router.api.parts import Service
from mci_router.api.router import Router
from mci_router.community import board
from mci_router.errors import NotFound
from mci_router.portal.blocks import blocks
from mci_router.portal.bounds import client_of
from mci_router.portal.forms import form_of
from mci_router.portal.help.gaps import found_nothing
from mci_router.portal.help.reads import was_read
from mci_router.portal.help.searching import LONGEST_QUERY, asked, public_articles, search
from mci_router.portal.help.visits import Visit, Visited, only_portal
from mci_router.portal.rendering import PageRoute, leads_to, page, style
from mci_router.specs.articles import ArticleSpec
from mci_router.storable import storable
from mci_router.vocabulary import Reading

router = Router(include_in_schema=False, route_class=PageRoute)

BOTH = ["GET", "HEAD"]
READ = "read"
A_PAGE = 10
MOST_PAGES = 5
POPULAR = 6


@router.api_route("/help", methods=BOTH)
@router.api_route("/help/", methods=BOTH)
async def only(request: Request, parts: Service) -> Response:
    """Leads to the portal of the only workspace that has one, or of the one that the settings name."""
    root = "" if request.scope["path"].endswith("/") else "help/"
    return RedirectResponse(f"{root}{only_portal(parts).spec.name}/", 307)


@router.api_route("/help/{workspace}", methods=BOTH)
async def first(visit: Visited) -> Response:
    """Leads to the first page, below which all links are."""
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return RedirectResponse(f"{visit.snapshot.spec.name}/{query}", 307)


@router.api_route("/help/{workspace}/", methods=BOTH)
async def home(visit: Visited) -> Response:
    """Serves the first page."""
    articles = sorted(public_articles(visit.snapshot), key=lambda one: (one.language != visit.language, one.title))
    shown = articles[:POPULAR]
    return page(visit, "home.html", incidents=visit.parts.incidents.of(visit.workspace), articles=shown)


@router.api_route("/help/{workspace}/search", methods=BOTH)
async def found(
    visit: Visited, q: Annotated[str, Query()] = "", number: Annotated[str, Query(alias="page")] = "1"
) -> Response:
    """Serves what was found. Nothing is kept of who asked: what finds nothing is counted by its words alone."""
    query, words = q.strip()[:LONGEST_QUERY], asked(q)
    results = await search(visit.parts.answers.search, visit.snapshot, words, visit.language)
    if words and not results and visit.request.method == "GET":
        await found_nothing(visit.parts, visit.workspace, words, client_of(visit.request, visit.parts))
    pages = max(1, -(-len(results) // A_PAGE))
    at = min(max(int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1, 1), pages, MOST_PAGES)
    shown = results[(at - 1) * A_PAGE : at * A_PAGE]
    return page(visit, "search.html", query=query, results=shown, number=len(results), at_page=at, pages=pages)


@router.api_route("/help/{workspace}/articles/{name}", methods=BOTH)
async def article(name: str, visit: Visited, said: str = "") -> Response:
    """Serves an article, and asks whether it helps."""
    shown = _article(visit, name)
    if visit.request.method == "GET" and not said:
        await was_read(visit, shown)
    token = visit.seals.form(visit.workspace, READ, name)
    return page(visit, "article.html", article=shown, blocks=blocks(shown.body), token=token, thanks=said == "1")


@router.post("/help/{workspace}/articles/{name}/read")
async def said_of_article(name: str, visit: Visited) -> Response:
    """Counts whether an article has helped."""
    shown = _article(visit, name)
    async with form_of(visit, READ, bound=name) as form:
        pass
    if not form.errors:
        await was_read(visit, shown, Reading.HELPED if form.value("helped") == "yes" else Reading.NOT_HELPED)
    return leads_to(visit, f"articles/{name}", said=1)


def _article(visit: Visit, name: str) -> ArticleSpec:
    shown = next((one for one in public_articles(visit.snapshot) if one.name == name), None)
    if shown is None:
        raise NotFound("There is no such article.")
    return shown


@router.api_route("/help/{workspace}/posts/{post_id}", methods=BOTH)
async def post(post_id: str, visit: Visited) -> Response:
    """Serves an answered post, as the board shows it to everybody."""
    async with visit.parts.database.transaction() as session:
        question = await board.post(session, visit.workspace, storable(post_id))
        replies = await board.replies(session, visit.workspace, question.id, hidden=False)
    answer = next((reply for reply in replies if reply.accepted), None)
    if question.status != "answered" or answer is None:
        raise NotFound("There is no such post.")
    said, answered = blocks(question.body), blocks(answer.body)
    return page(visit, "post.html", question=question, answer=answer, asked=said, answered=answered)


@router.api_route("/help/{workspace}/files/{name}", methods=BOTH)
async def file(name: str, visit: Visited) -> Response:
    """Serves the style sheets and the icon."""
    return style(name)
