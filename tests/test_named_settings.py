"""An error that a setting would lift names the setting, so that nobody has to look for it."""

import os
from collections.abc import AsyncIterator, Sequence

import pytest

from mci_router.errors import BodyTooLarge, TargetRefused, TooManyWebhooks
from mci_router.settings import Settings
from mci_router.webhooks.targets import addresses, parsed
from tests.support.forked import run
from tests.support.processes import INHERITED
from tests.support.service import Workspace


async def _loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_a_target_that_is_refused_names_the_setting_that_allows_it() -> None:
    """Plain http and private addresses are allowed together; what that setting would not lift does not name it."""
    with pytest.raises(TargetRefused, match="MCI_WEBHOOK_PRIVATE_TARGETS"):
        parsed("http://receiver.example/hook", private=False)
    with pytest.raises(TargetRefused, match="MCI_WEBHOOK_PRIVATE_TARGETS"):
        await addresses(parsed("https://receiver.example/hook", private=False), private=False, resolve=_loopback)
    with pytest.raises(TargetRefused, match="user or a password") as refused:
        parsed("https://me@receiver.example/hook", private=False)
    with pytest.raises(TargetRefused, match="https:// or http://") as foreign:
        parsed("ftp://receiver.example/hook", private=True)
    assert "MCI_" not in f"{refused.value} {foreign.value}"


async def _in_parts(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield b" " * 65_536


async def test_a_body_that_is_too_large_names_the_setting(workspace: Workspace, settings: Settings) -> None:
    """Whether it says its size beforehand or not."""
    size = settings.max_body_bytes + 1
    said = await workspace.api.post("/v1/contacts", content=b" " * size)
    found = await workspace.api.post("/v1/contacts", content=_in_parts(size))
    for answer in (said, found):
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body_too_large")
        assert "MCI_MAX_BODY_BYTES" in answer.json()["detail"]


async def test_one_webhook_too_many_names_the_setting(workspace: Workspace, settings: Settings) -> None:
    """As does the page that explains the problem."""
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["contact.completed"]}
    for number in range(settings.webhooks_most):
        assert (await workspace.api.put(f"/v1/webhooks/hook_{number}", json=hook)).status_code == 201
    answer = await workspace.api.put("/v1/webhooks/one_more", json=hook)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too_many_webhooks")
    assert "MCI_WEBHOOKS_MOST" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("problem", "setting"),
    [
        (BodyTooLarge, "MCI_MAX_BODY_BYTES"),
        (TooManyWebhooks, "MCI_WEBHOOKS_MOST"),
        (TargetRefused, "MCI_WEBHOOK_PRIVATE_TARGETS"),
    ],
)
def test_the_meaning_of_a_problem_names_the_setting(problem: type[BodyTooLarge], setting: str) -> None:
    """At `/problems/{slug}`."""
    assert setting in problem.meaning()


@pytest.mark.parametrize(("variable", "value"), [("MCI_MAX_BODY_BYTES", "many"), ("MCI_REFRESH_INTERVAL_S", "60")])
async def test_a_wrong_setting_is_named_as_it_is_set(variable: str, value: str) -> None:
    """By its environment variable, in one line."""
    variables = {name: os.environ[name] for name in INHERITED if name in os.environ} | {variable: value}
    code, said = await run("migrate", variables=variables)
    assert code == 1
    assert said.startswith(f"Error: the environment is not right: {variable}: ")
