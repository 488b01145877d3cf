"""Schemas of models are made when they are first used."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import to_json
from pydantic_settings import BaseSettings

import mci_router.app
from mci_router.lazy_schemas import LazyModel
from tests.support.fresh import service_imported

assert mci_router.app  # all models are there


class Plain(LazyModel):
    """A model of these tests."""

    model_config = ConfigDict(extra="forbid")

    rank: int


class Whole(LazyModel):
    """A model with another in it."""

    part: Plain
    more: Any = None


class Tree(LazyModel):
    """A model with others like it in it."""

    parts: list["Tree"]


def test_a_model_is_made_when_it_is_first_used() -> None:
    """So are its heirs, which have its configuration."""

    class Fresh(Plain):
        """Nobody has used it yet."""

        name: str

    assert not Fresh.__pydantic_complete__
    assert Fresh.model_validate({"rank": "1", "name": "a"}).model_dump() == {"rank": 1, "name": "a"}
    assert Fresh.__pydantic_complete__
    assert Fresh.model_config == {"extra": "forbid"}


def test_a_part_is_made_once_for_all_that_have_it() -> None:
    """Else each of the routes that answer with a contact, say, would make the contact's schema again."""

    class Part(LazyModel):
        """Nobody has used it yet."""

        rank: int

    class Parts(LazyModel):
        """A model with others in it."""

        parts: list[Part]

    Parts.model_json_schema()
    assert Part.__pydantic_complete__


def test_a_model_may_be_a_part_of_itself() -> None:
    """As a block of a page may have blocks in it."""
    assert Tree.model_validate({"parts": [{"parts": []}]}).parts == [Tree(parts=[])]


def test_what_is_read_within_another_is_written_alone() -> None:
    """Also where another holds it whose schema does not say what it is."""
    read = Whole.model_validate({"part": {"rank": 1}})
    assert to_json({"part": read.part, "again": Whole(part=read.part, more=read.part)}) == (
        b'{"part":{"rank":1},"again":{"part":{"rank":1},"more":{"rank":1}}}'
    )


def test_an_adapter_of_a_model_puts_nothing_off() -> None:
    """What warnings it gives rise to, its maker has to hear; FastAPI leaves some out on purpose."""

    class Fresh(Plain):
        """Nobody has used it yet."""

    adapter: TypeAdapter[Fresh] = TypeAdapter(Annotated[Fresh, Field(description="of an adapter")])
    assert adapter.pydantic_complete
    assert adapter.validate_python({"rank": 1}) == Fresh(rank=1)


def test_threads_that_use_a_model_first_at_the_same_time_find_it_whole() -> None:
    """Texts are read and answers are made in threads, too."""

    class Fresh(LazyModel):
        """Nobody has used it yet."""

        parts: list[Plain]

    together = Barrier(8)

    def read(rank: int) -> int:
        together.wait(10)
        return Fresh.model_validate({"parts": [{"rank": rank}]}).parts[0].rank

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, range(8))) == list(range(8))


def test_every_model_of_the_service_is_lazy() -> None:
    """One that is not costs each start 0.3 to 3 ms. Settings are read at the start anyhow."""
    outside = ("mci_router.adapters.", "mci_router.demo.")
    assert not [
        kind.__qualname__
        for kind in _heirs(BaseModel)
        if kind.__module__.startswith("mci_router.")
        and not kind.__module__.startswith(outside)
        and not issubclass(kind, LazyModel | BaseSettings)
    ]


def test_no_plugin_of_pydantic_is_looked_for() -> None:
    """It would be looked for in all that is installed, which takes a thirtieth of a start."""
    assert service_imported()["plugins"] is None


def _heirs(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for heir in kind.__subclasses__():
        yield heir
        yield from _heirs(heir)
