"""The templates: the workflows of `examples/` do what they say with the target of `examples/`."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from tests.support.documents import small
from tests.support.receiver import serving
from tests.support.service import PATIENCE_S, TLS, Workspace
from tests.workflows.test_serving import run_of

Make = Callable[..., Awaitable[Workspace]]
EXAMPLES = Path(__file__).parents[2] / "examples"


async def test_each_template_does_what_it_says(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unlocking answers in the 201, a refund is refused or paid once, a diagnosis comes later with all its steps."""
    flows: list[dict[str, Any]] = YAML(typ="safe").load(EXAMPLES / "workflows.yaml")["workflows"]
    for setting in ("MCI_WORKFLOW_SECRETS", "MCI_API_KEY", "MCI_URL"):
        monkeypatch.setenv(setting, "known once the workspace is made")
    from examples import workflow_target  # which reads its settings when it starts

    monkeypatch.setattr(workflow_target, "STEP_S", 0.05)
    async with serving(workflow_target.app) as url:
        for flow in flows:
            flow["url"] = url + flow["url"].removeprefix("http://127.0.0.1:9100")
            flow["identity"] = "authenticated"
            flow["topics"] = ["sign_in"] if flow["name"] in ("unlock_account", "diagnosis") else []
        flows[0]["name"] = "a_unlock_account"  # before the diagnosis, which is of the same topic here
        workspace = await make(small(workflows=flows))
        secrets = [
            (await workspace.api.post(f"/v1/workflows/{flow['name']}/rotate-secret")).json()["secret"] for flow in flows
        ]
        monkeypatch.setattr(workflow_target, "SECRETS", " ".join(secrets))
        monkeypatch.setattr(workflow_target, "KEY", workspace.key)
        monkeypatch.setattr(workflow_target, "URL", workspace.url)
        unlocked = await workspace.post(
            topic="sign_in", context={"account": "sam.lee"}, customer={"external_id": "c-1"}
        )
        assert unlocked["route"]["workflow"]["message"] == "Your account sam.lee is unlocked: please sign in again."

        async def start(workflow: str, **given: Any) -> str:
            answer = await workspace.api.post(
                "/v1/runs", json={"workflow": workflow, "input": given, "contact": unlocked["id"]}
            )
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        sent = await run_of(workspace, await start("resend_activation", order="A1234"), "succeeded")
        assert sent["steps"] == [{"name": "sent", "status": "ok", "message": "", "result": None}]
        paid = await run_of(workspace, await start("refund", order="A1234", amount=249.99), "succeeded")
        assert paid["message"] == "249.99 USD for order A1234 are on their way to you."
        found = await run_of(workspace, await start("diagnosis", line="L12345"), "failed")
        assert [step["name"] for step in found["steps"]] == ["service status", "provisioning", "device log"]
        async with httpx.AsyncClient(timeout=PATIENCE_S, verify=TLS) as stranger:
            assert (await stranger.post(f"{url}/refund", json={"run": "run_1"})).status_code == 401
