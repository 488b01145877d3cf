"""A service with a sentence encoder: what it adds to searches, from the first start on."""

from functools import partial

from mci_router.api.parts import Parts
from mci_router.database import Database
from mci_router.knowledge.search import Asking
from mci_router.settings import Settings
from mci_router.vocabulary import Audience
from tests.support.documents import small
from tests.support.minilm import MINILM
from tests.support.service import eventually, make_workspace, running_service
from tests.support.site import Site

PATIENT_S = 30
LOCKED = {"name": "locked", "topic": "sign_in", "title": "Barred profile", "body": "Wait an hour, or call us."}


async def test_a_service_with_an_encoder_finds_by_meaning(site: Site, settings: Settings) -> None:
    """It makes the extension, the index and the vectors by itself, beside the requests."""
    database = Database(site.database_url, pool_size=1, timeout_s=PATIENT_S)
    workspace, _ = await make_workspace(database, small(articles=[LOCKED]))
    await database.close()
    update = {
        "database_url": site.database_url,
        "redis_url": site.valkey.url,
        "vectors_interval_s": 0.2,
        **{f"encoder_{name}": value for name, value in MINILM.items()},
    }
    async with running_service(settings.model_copy(update=update)) as (_, parts):
        await eventually(partial(_found, parts, workspace), PATIENT_S)


async def _found(parts: Parts, workspace: str) -> bool:
    asking = Asking(workspace, Audience.PUBLIC, ["en"])
    return [one.ref for one in await parts.answers.search.find(asking, "they blocked my account")] == ["locked"]
