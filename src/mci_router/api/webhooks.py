"""Webhooks: endpoints of other services that get events."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Path, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import refuse_records, refuse_sensitive
from mci_router.api.auditing import audited
from mci_router.api.merge_patch import patched
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.resource_bodies import refuse_another_name
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.webhooks import (
    RotationIn,
    SecretOut,
    WebhookIn,
    WebhookOut,
    WebhookPage,
    WebhookPatch,
    WebhookSpec,
    WebhookWritten,
)
from mci_router.api.versions import ETAGGED, IfMatch, IfMatchOrNone, tag
from mci_router.errors import UnknownQueue
from mci_router.models import Webhook
from mci_router.models.precondition import Precondition
from mci_router.vocabulary import SensitiveContacts
from mci_router.webhooks import deliveries, pausing, subscriptions, targets

router = Router(prefix="/v1/webhooks", tags=["webhooks"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WEBHOOKS_READ)]
Writer = Annotated[Caller, needs(Scope.WEBHOOKS_WRITE)]
NewName = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$", description="Lower-case letters, digits and underscores.")
]


@router.get("", summary="List webhooks")
async def list_webhooks(caller: Reader, parts: Service) -> WebhookPage:
    """Lists all webhooks of the workspace, without their secrets."""
    async with parts.database.reading() as session:
        found = await subscriptions.webhooks(session, caller.workspace_id)
    return WebhookPage(items=[WebhookOut.model_validate(one) for one in found])


@router.get("/{reference}", summary="Read a webhook, by name or id", responses=ETAGGED)
async def get_webhook(reference: Reference, caller: Reader, parts: Service, response: Response) -> WebhookOut:
    """Returns a webhook, without its secrets."""
    async with parts.database.reading() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference)
    tag(response, webhook.version)
    return WebhookOut.model_validate(webhook)


@router.put(
    "/{reference}",
    summary="Create or replace a webhook",
    responses=ETAGGED
    | {201: {"model": WebhookWritten, "description": "Created; `secret` is shown this once.", **ETAGGED[200]}},
)
async def put_webhook(
    reference: NewName, body: WebhookIn, caller: Writer, parts: Service, response: Response, precondition: IfMatchOrNone
) -> WebhookWritten:
    """Creates or replaces a webhook.

    Only the answer that creates it, a 201, has its secret. If you lose the secret, rotate it.
    """
    return await _write(parts, caller, reference, body, response, precondition, body.name)


@router.patch("/{reference}", summary="Change a webhook", responses=ETAGGED)
async def patch_webhook(
    reference: Reference,
    body: WebhookPatch,
    caller: Writer,
    parts: Service,
    response: Response,
    precondition: IfMatch,
) -> WebhookWritten:
    """Changes what the JSON Merge Patch (RFC 7396) names.

    Set `active` to use a webhook again that its endpoint has ended by a 410.
    """
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference)
    precondition.check(webhook.version)
    wanted = patched(WebhookIn, {field: getattr(webhook, field) for field in subscriptions.SPEC}, body)
    version = Precondition(frozenset({webhook.version}))
    return await _write(parts, caller, webhook.name, wanted, response, version, body.name)


@router.delete("/{reference}", status_code=204, summary="Delete a webhook")
async def delete_webhook(reference: Reference, caller: Writer, parts: Service, precondition: IfMatch) -> None:
    """Deletes a webhook: nothing further is sent, and its deliveries are removed."""
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        await subscriptions.remove(session, webhook, precondition=precondition)
        await audited(session, caller, "webhook.deleted", webhook.name, before=_facts(webhook))


@router.post("/{reference}/rotate-secret", summary="Make a new secret")
async def rotate_webhook_secret(
    reference: Reference, caller: Writer, parts: Service, body: RotationIn | None = None
) -> SecretOut:
    """Makes a new secret. Both sign until `previous_secret_until`, so that the receiver has time to change over."""
    overlap_s = parts.settings.webhook_rotation_s if body is None or body.overlap_s is None else body.overlap_s
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        secret = await subscriptions.rotate(session, webhook, overlap_s=overlap_s)
        await audited(session, caller, "webhook.secret_rotated", webhook.name, after={"overlap_s": overlap_s})
        return SecretOut(secret=secret, previous_secret_until=webhook.previous_secret_until)


@router.post("/{reference}/resume", summary="Resume a paused webhook")
async def resume_webhook(reference: Reference, caller: Writer, parts: Service) -> WebhookOut:
    """Ends the pause of a webhook whose endpoint stalled: what waits is sent at once. Idempotent."""
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        deliveries.refuse_inactive(webhook)
        before = {"paused_since": webhook.paused_since.isoformat()} if webhook.paused_since else None
        if await pausing.resume(session, webhook):
            await audited(session, caller, "webhook.resumed", webhook.name, before=before)
        return WebhookOut.model_validate(webhook)


async def _write(
    parts: Parts,
    caller: Caller,
    name: str,
    spec: WebhookSpec,
    response: Response,
    precondition: Precondition,
    said: str | None,
) -> WebhookWritten:
    await _check(parts, caller, spec)
    wanted = spec.model_dump(mode="json", include=set(subscriptions.SPEC))
    async with parts.database.transaction() as session:
        before = await subscriptions.locked(session, caller.workspace_id, name)
        refuse_another_name(said, before.name if before else name)
        was = _facts(before) if before else None
        written, secret = await subscriptions.put(
            session, caller.workspace_id, name, wanted, most=parts.settings.webhooks_most, precondition=precondition
        )
        await audited(
            session,
            caller,
            f"webhook.{'updated' if was else 'created'}",
            written.name,
            before=was,
            after=_facts(written),
        )
        answer = _answer(written, secret)
    response.status_code = 201 if secret else 200
    tag(response, written.version)
    return answer


def _facts(webhook: Webhook) -> dict[str, Any]:
    """Returns what the audit trail says of a webhook.

    Of its URL it has only the host: the rest may be a secret of the receiver.
    """
    spec = {field: getattr(webhook, field) for field in subscriptions.SPEC if field != "url"}
    return {**spec, "host": urlsplit(webhook.url).hostname, "version": webhook.version}


def _answer(written: Webhook, secret: str | None) -> WebhookWritten:
    return WebhookWritten(**WebhookOut.model_validate(written).model_dump(), secret=secret)


async def _check(parts: Parts, caller: Caller, spec: WebhookSpec) -> None:
    """Checks a webhook before it is written. Raises ScopeMissing, UnknownQueue, TargetRefused."""
    if spec.sensitive is not SensitiveContacts.EXCLUDED:
        refuse_sensitive(caller)
    if spec.in_full:
        refuse_records(caller)
    unknown = sorted(set(spec.queues) - set((await parts.snapshots.get(caller.workspace_id)).queues))
    if unknown:
        raise UnknownQueue(f"There is no queue {unknown[0]!r} in this workspace.")
    private = parts.settings.webhook_private_targets
    await targets.addresses(targets.parsed(spec.url, private=private), private=private, resolve=targets.resolve)
