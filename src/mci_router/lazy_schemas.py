"""Lazy schemas: what pydantic reads and writes a model by is made when it is first used.

Most of some six hundred models are bodies of routes and frames of sockets that come late or never, and to make the
schemas of all of them was a seventh of a start. One takes 0.3 to 3 ms.
"""

from typing import Any, ClassVar, Unpack

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic.config import ConfigDict
from pydantic_core import CoreSchema

WHEN_USED = ConfigDict(defer_build=True)
"""The configuration of an adapter, not of one model, that makes its schema when it is first used."""


class LazyModel(BaseModel):
    """A model whose schema is made when it is first used.

    It is configured so only while its class is made: an adapter of a model that says `defer_build` would put off its
    own schema, too, and FastAPI makes the adapters of its bodies within a guard against warnings about them.
    """

    _making: ClassVar[bool]

    def __init_subclass__(cls, **options: Unpack[ConfigDict]) -> None:
        super().__init_subclass__(**options)
        cls.model_config["defer_build"] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        del cls.model_config["defer_build"]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Returns the schema for another that this model is a part of, made once for all of those, if it can be."""
        if not cls.__pydantic_complete__ and not cls.__dict__.get("_making"):
            cls._making = True
            try:
                cls.model_rebuild(raise_errors=False, _parent_namespace_depth=0)
            finally:
                cls._making = False
        return handler(source)
