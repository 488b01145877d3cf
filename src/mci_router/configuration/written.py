"""What is refused of a resource when it is written, although one that was stored before may have it: it is right by
itself, and fails the first contact that meets it. Pure.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias
from urllib.parse import urlsplit

from mci_router.configuration.references import Fault, Specs
from mci_router.errors import TargetRefused
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.articles import BRACED, VARIABLES, ArticleSpec, CannedAnswerSpec
from mci_router.specs.base import Spec
from mci_router.specs.resources import PolicySpec
from mci_router.specs.workflows import WorkflowSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.vocabulary import Outcome
from mci_router.webhooks import targets

Path: TypeAlias = tuple[str | int, ...]

SEEN = frozenset("LNPS")
"""The categories of Unicode, by their first letters, of characters that leave a mark on a page by themselves."""

UNSEEN_ALL_THE_SAME = frozenset("\u115f\u1160\u2800\u3164\uffa0")

GAPS = "gaps"
"""A name by which the API reads another thing: an article of a file would have been out of its reach."""


def faults_of(specs: Specs) -> list[Fault]:
    """Returns what is wrong with what is written."""
    return [
        Fault(kind, name, path, problem)
        for kind, of_kind in specs.items()
        for name, spec in of_kind.items()
        for path, problem in (*_title(spec), *_words(spec), *_addresses(spec))
    ]


def refused_later(specs: Specs) -> list[Fault]:
    """Returns the targets that a service refuses to call unless its settings allow private ones."""
    return [
        Fault(kind, name, path, said)
        for kind, of_kind in specs.items()
        for name, spec in of_kind.items()
        for path, url in targets_of(spec)
        if (said := _refusal(url))
    ]


def by_name(sections: Mapping[str, Sequence[Spec]]) -> dict[str, dict[str, Spec]]:
    """Returns specifications by kind and name."""
    return {kind: {spec.name: spec for spec in of_kind} for kind, of_kind in sections.items()}  # type: ignore[attr-defined]


def targets_of(spec: Spec) -> Iterator[tuple[Path, str]]:
    """Yields the addresses that the service calls, each with its place."""
    match spec:
        case WorkflowSpec():
            yield ("url",), spec.url
        case AdapterSpec() if spec.outbound.url is not None:
            yield ("outbound", "url"), spec.outbound.url
        case WorkspaceSpec() if spec.attachments.scan_url is not None:
            yield ("attachments", "scan_url"), spec.attachments.scan_url


def _title(spec: Spec) -> Iterator[tuple[Path, str]]:
    title = getattr(spec, "title", None)
    if title and not any(unicodedata.category(one)[0] in SEEN and one not in UNSEEN_ALL_THE_SAME for one in title):
        yield ("title",), "has no character that anybody sees: write what people are to read"


def _words(spec: Spec) -> Iterator[tuple[Path, str]]:
    match spec:
        case CannedAnswerSpec():
            for written in BRACED.findall(spec.text):
                meant = written.strip().replace("-", "_").replace(" ", "_").lower()
                if meant in VARIABLES and written != meant:
                    yield ("text",), f"has {{{written}}}, which stays as it is: write {{{meant}}}"
        case WorkflowSpec():
            required = spec.input_schema.get("required", ())
            for field in sorted(set(required) - spec.fields.keys()):
                near = get_close_matches(field, sorted(spec.fields), n=1)
                more = f": did you mean {near[0]!r}?" if near else ": nobody could be asked for it"
                yield ("input_schema", "required"), f"names {field!r}, which is not in input_schema.properties{more}"
        case ArticleSpec() if spec.name == GAPS:
            yield ("name",), f"is taken: `/v1/articles/{GAPS}` is what customers searched for in vain"
        case PolicySpec():
            for number, rung in enumerate(spec.ladder):
                if rung.outcome is Outcome.AGENT and rung.channels:
                    problem = "limits an agent rung, which serves every channel: leave it out, and send by queues"
                    yield ("ladder", number, "channels"), problem


def _addresses(spec: Spec) -> Iterator[tuple[Path, str]]:
    for path, url in targets_of(spec):
        try:
            targets.parsed(url, private=True)
        except TargetRefused as error:
            yield path, _said(error)
    community = spec.community if isinstance(spec, WorkspaceSpec) else None
    if community and community.sign_in_url and not _is_page(community.sign_in_url):
        yield ("community", "sign_in_url"), "is no address of the web, such as https://shop.example/community"


def _is_page(url: str) -> bool:
    try:
        return not any(one.isspace() for one in url) and urlsplit(url).port != 0
    except ValueError:  # a port that no host has
        return False


def _refusal(url: str) -> str:
    try:
        targets.refuse_written_address(targets.parsed(url, private=False))
    except TargetRefused as error:
        return _said(error)
    return ""


def _said(error: TargetRefused) -> str:
    return str(error).rstrip(".")
