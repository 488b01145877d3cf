"""Webhooks: who is told what happens."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response
from pydantic import ValidationError

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import refuse_sensitive
from mci_router.api.configuration import IfMatch, MergePatch, merged, version_of
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES, describe
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.webhooks import RotationIn, SecretOut, WebhookIn, WebhookOut, WebhookPage, WebhookSpec, WebhookWritten
from mci_router.errors import InvalidRequest, UnknownQueue
from mci_router.models import Webhook
from mci_router.vocabulary import SensitiveContacts
from mci_router.webhooks import subscriptions, targets

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WEBHOOKS_READ)]
Writer = Annotated[Caller, needs(Scope.WEBHOOKS_WRITE)]
NewName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$", description="Lower-case letters, digits and underscores.")]


@router.get("", response_model=WebhookPage, summary="List webhooks")
async def list_webhooks(caller: Reader, parts: Service) -> Any:
    """All webhooks of the workspace, without their secrets."""
    async with parts.database.transaction() as session:
        return {"items": await subscriptions.webhooks(session, caller.workspace_id)}


@router.get("/{reference}", response_model=WebhookOut, summary="Read a webhook, by name or id")
async def get_webhook(reference: Reference, caller: Reader, parts: Service, response: Response) -> Any:
    """A webhook without its secrets."""
    async with parts.database.transaction() as session:
        found = await subscriptions.webhook(session, caller.workspace_id, reference)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.put(
    "/{name}",
    response_model=WebhookWritten,
    summary="Create or replace a webhook",
    responses={201: {"model": WebhookWritten, "description": "Created; `secret` is shown this once."}},
)
async def put_webhook(name: NewName, body: WebhookIn, caller: Writer, parts: Service, response: Response, if_match: IfMatch = None) -> Any:
    """The answer that creates a webhook, a 201, has its secret. Whoever loses it rotates it."""
    return await _write(parts, caller, name, body, response, version_of(if_match))


@router.patch("/{reference}", response_model=WebhookWritten, summary="Change a webhook")
async def patch_webhook(
    reference: Reference,
    body: Annotated[MergePatch, Body(description="JSON Merge Patch (RFC 7396).")],
    caller: Writer,
    parts: Service,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Changes what the patch names. A webhook that its endpoint ended (410) is set `active` again."""
    async with parts.database.transaction() as session:
        found = await subscriptions.webhook(session, caller.workspace_id, reference)
    spec = {field: getattr(found, field) for field in subscriptions.SPEC}
    try:
        wanted = WebhookIn.model_validate(merged(spec, body))
    except ValidationError as error:
        raise InvalidRequest(errors=describe(error.errors())) from error
    return await _write(parts, caller, found.name, wanted, response, version_of(if_match) or found.version)


@router.delete("/{reference}", status_code=204, summary="Delete a webhook")
async def delete_webhook(reference: Reference, caller: Writer, parts: Service, if_match: IfMatch = None) -> None:
    """Nothing more is sent, and its deliveries are forgotten."""
    async with parts.database.transaction() as session:
        found = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        await subscriptions.remove(session, found, if_version=version_of(if_match))


@router.post("/{reference}/rotate-secret", response_model=SecretOut, summary="Make a new secret")
async def rotate_webhook_secret(reference: Reference, caller: Writer, parts: Service, body: RotationIn | None = None) -> Any:
    """Both secrets sign until `previous_secret_until`, so that no message is refused while the receiver changes over."""
    overlap_s = parts.settings.webhook_rotation_s if body is None or body.overlap_s is None else body.overlap_s
    async with parts.database.transaction() as session:
        found = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        secret = await subscriptions.rotate(session, found, overlap_s=overlap_s)
        return {"secret": secret, "previous_secret_until": found.previous_secret_until}


async def _write(parts: Parts, caller: Caller, name: str, spec: WebhookSpec, response: Response, if_version: int | None) -> dict[str, Any]:
    await _check(parts, caller, spec)
    wanted = spec.model_dump(mode="json", include=set(subscriptions.SPEC))
    async with parts.database.transaction() as session:
        written, secret = await subscriptions.put(
            session, caller.workspace_id, name, wanted, most=parts.settings.webhooks_most, if_version=if_version
        )
        answer = _answer(written, secret)
    response.status_code = 201 if secret else 200
    response.headers["ETag"] = f'"{written.version}"'
    return answer


def _answer(written: Webhook, secret: str | None) -> dict[str, Any]:
    return {**WebhookOut.model_validate(written).model_dump(), "secret": secret}


async def _check(parts: Parts, caller: Caller, spec: WebhookSpec) -> None:
    """Raises ScopeMissing, UnknownQueue, TargetRefused."""
    if spec.sensitive is not SensitiveContacts.EXCLUDED:
        refuse_sensitive(caller)
    unknown = sorted(set(spec.queues) - set((await parts.snapshots.get(caller.workspace_id)).queues))
    if unknown:
        raise UnknownQueue(f"There is no queue {unknown[0]!r} in this workspace.")
    private = parts.settings.webhook_private_targets
    await targets.addresses(targets.parsed(spec.url, private=private), private=private, resolve=targets.resolve)
