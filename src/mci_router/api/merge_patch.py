"""JSON Merge Patch (RFC 7396), with a type for each body: a patch may name what the whole may have."""

from collections.abc import Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from mci_router.api.problems import invalid
from mci_router.storable import StorableModel

Whole = TypeVar("Whole", bound=BaseModel)


@cache
def partial(model: type[BaseModel], name: str = "") -> type[StorableModel]:
    """Returns the type of a merge patch of the model: every member may be left out, or null for its default."""
    fields: dict[str, Any] = {field: _field(info) for field, info in model.model_fields.items()}
    doc = f"{model.__doc__ or ''}\n\nA merge patch: what is left out stays as it is, null brings the default back."
    return create_model(
        name or f"{model.__name__.removesuffix('Spec')}Patch", __base__=StorableModel, __doc__=doc, **fields
    )


def patched(whole: type[Whole], before: Any, patch: BaseModel, **fixed: Any) -> Whole:
    """Returns the whole with the patch applied; `fixed` members cannot be patched. Raises InvalidRequest."""
    wanted = merged(before, patch.model_dump(mode="json", exclude_unset=True))
    try:
        return whole.model_validate({**wanted, **fixed})
    except ValidationError as error:
        raise invalid(error.errors()) from error


def merged(target: Any, patch: Any) -> Any:
    """Returns the target with the patch applied: null removes a member, objects merge, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def _field(info: FieldInfo) -> tuple[Any, Any]:
    return _member(info.annotation, info.metadata), Field(
        default=None, description=info.description, examples=info.examples
    )


def _member(annotation: Any, constraints: Sequence[Any]) -> Any:
    """Returns a member's type in a patch.

    Objects in it are patches themselves, values in maps may be null, and a map may be empty.
    """
    if get_origin(annotation) is dict:
        constraints = [one for one in constraints if getattr(one, "min_length", None) is None]
    kept = _with(_inner(annotation), constraints)
    return kept if NoneType in get_args(annotation) else kept | None


def _inner(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return Union[tuple(_inner(member) for member in get_args(annotation))]  # noqa: UP007 — made of a tuple
    if origin is Annotated:
        inner, *constraints = get_args(annotation)
        return _with(_inner(inner), constraints)
    if origin is dict:
        key, value = get_args(annotation)
        return dict[key, value | None]  # type: ignore[valid-type]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return partial(annotation)
    return annotation


def _with(annotation: Any, constraints: Sequence[Any]) -> Any:
    for constraint in constraints:
        annotation = Annotated[annotation, constraint]
    return annotation
