"""Bodies of the routes of configured resources: made of the specification of each kind."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from mci_router.api.merge_patch import partial
from mci_router.api.problems import invalid
from mci_router.api.schemas.common import Moment
from mci_router.lazy_schemas import LazyModel
from mci_router.specs.kinds import KINDS


class ResourceOut(LazyModel):
    """The members that every resource has besides its specification."""

    id: str
    version: Annotated[int, Field(description="Rises with every change; the `ETag`.")]
    created_at: Moment
    updated_at: Moment


class ResourcePage(LazyModel):
    """All resources of a kind, by name."""

    items: list[Any]


@cache
def shown_of(kind: str) -> type[ResourceOut]:
    """Returns the answer body of a kind of resource."""
    spec = KINDS[kind].spec
    bases: tuple[type[Any], ...] = (ResourceOut, spec)
    return create_model(f"{class_of(kind)}Out", __base__=bases, __doc__=spec.__doc__)


@cache
def page_of(kind: str) -> type[ResourcePage]:
    """Returns the body of a list of a kind of resource."""
    items: dict[str, Any] = {"items": (list[shown_of(kind)], ...)}  # type: ignore[misc]
    return create_model(
        f"{class_of(kind)}Page", __base__=ResourcePage, __doc__=f"All of the {KINDS[kind].plural}, by name.", **items
    )


@cache
def body_of(kind: str) -> type[BaseModel]:
    """Returns the specification without its name, which is in the path; the body may repeat it."""
    spec = KINDS[kind].spec
    repeated = Field(default=None, description="The name that is in the path, or nothing: a name never changes.")
    name: dict[str, Any] = {"name": (str | None, repeated)}
    model = create_model(f"{class_of(kind)}In", __base__=spec, __doc__=spec.__doc__, **name)
    model.model_config = ConfigDict(extra="forbid")
    return model


def patch_of(kind: str) -> type[BaseModel]:
    """Returns the merge patch of a kind of resource."""
    return partial(body_of(kind), f"{class_of(kind)}Patch")


def refuse_another_name(said: str | None, name: str) -> None:
    """Refuses a body that says another name than the path. Raises InvalidRequest."""
    if said not in (None, name):
        renaming = f"is not {name!r}, which the path says: a name never changes; make another, and delete this one"
        raise invalid([{"loc": ("body", "name"), "msg": renaming}])


def class_of(kind: str) -> str:
    """Returns a kind of resource as the beginning of a class's name."""
    return "".join(word.capitalize() for word in kind.split("_"))
