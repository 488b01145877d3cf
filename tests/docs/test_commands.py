"""The commands of the pages, as somebody pastes them into a terminal."""

import re
from pathlib import Path

from tests.docs.pages import pages
from tests.support.rows import every

CURL = re.compile(r"curl (?:[^\n]*\\\n)*[^\n]*")


@every("page", pages())
def test_a_curl_that_sends_json_says_so(page: Path) -> None:
    """Without the header curl calls a body a form, and the router refuses it."""
    sent = [command for command in CURL.findall(page.read_text(encoding="utf-8")) if re.search(r" -d '?[{\[]", command)]
    assert [command for command in sent if "application/json" not in command] == []
