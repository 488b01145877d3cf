"""`docs/how-to/webhooks.md` says what the code does."""

import re
from pathlib import Path

from mci_router.settings import Settings
from mci_router.webhooks import sending, targets
from mci_router.webhooks.catalogue import EVENTS
from mci_router.webhooks.dispatcher import BATCH
from mci_router.webhooks.envelope import TYPE_PREFIX

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "webhooks.md").read_text(encoding="utf-8")


def test_every_event_is_on_the_page_and_no_other() -> None:
    """In the words of the catalogue, which the OpenAPI document has, too."""
    listed = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$", PAGE.partition("\n## Events\n")[2], re.M)
    told = {event: re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", when) for event, when in listed}
    assert told == {event.value: described.when for event, described in EVENTS.items()}
    assert f"`{TYPE_PREFIX}`" in PAGE


def test_the_pages_numbers_are_the_defaults() -> None:
    """Delays, time-outs and bounds."""
    settings = {name: field.default for name, field in Settings.model_fields.items()}
    assert "5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h" in PAGE
    minute, hour = 60, 3600
    assert settings["webhook_retry_delays_s"] == (
        5,
        5 * minute,
        30 * minute,
        *(hours * hour for hours in (2, 5, 10, 14, 20, 24)),
    )
    assert f"within {settings['webhook_timeout_s']} s" in PAGE
    assert f"at most {settings['webhooks_most']} webhooks" in PAGE
    assert f"up to {BATCH} from each" in PAGE


def test_every_setting_of_webhooks_is_explained() -> None:
    """In the table of `docs/reference/configuration.md`."""
    table = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        if name.startswith("webhook"):
            assert f"| `MCI_{name.upper()}` |" in table


def test_every_word_for_a_failure_is_on_the_page() -> None:
    """As the code has them."""
    words = set()
    for module in (sending, targets):
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        words |= set(re.findall(r'(?:why|error)="([a-z_]+)"', source)) | set(
            re.findall(r'(?:return|kind =) "([a-z_]+)"', source)
        )
    assert {"timeout", "private_address", "tls_failed", "connection_failed"} <= words
    section = PAGE.partition("`last_error` is a word")[2].partition("\n\n")[0]
    assert words <= set(re.findall(r"`([a-z_]+)`", section))
