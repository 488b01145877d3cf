"""Routes that are made when they are first asked for.

The framework makes at once, of each route's function, all that its requests will need, and once more for an app that
includes its router. For some four hundred routes that takes longer than all else that is imported. Here a route knows
its path and its methods, and makes the rest, in 1 to 3 ms, at its first request, or when the API's description is asked
for. What is wrong with a route shows then, or in the tests, which make all of them.
"""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

from fastapi import APIRouter, FastAPI, params
from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name

OF_THE_PATH = ("path_regex", "path_format", "param_convertors")
MAKING = RLock()  # the thread that writes the API's description makes routes, too


def operation_name(route: Any) -> str:
    """Returns the operation's name, that of its function: `post_contact`, not `post_contact_v1_contacts_post`."""
    name: str = route.name
    return name


class Route(APIRoute):
    """A route that is made when anything is asked of it but its path and its methods."""

    _options: dict[str, Any] | None  # what it is made of; None once it is made

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.path, self.endpoint, self._options = path, endpoint, options
        self.name = options.get("name") or get_name(endpoint)
        self.methods = {method.upper() for method in options.get("methods") or ["GET"]}
        self.include_in_schema = options.get("include_in_schema", True)

    def __getattr__(self, name: str) -> Any:
        """Returns what the route has of this name once it is made: it is looked for here only before. Raises
        AttributeError.

        A request that is only compared with the route makes the pattern of its path alone.
        """
        if name.startswith("__") or "_options" not in self.__dict__:
            raise AttributeError(name)
        if name in OF_THE_PATH:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        else:
            self.make()
        return object.__getattribute__(self, name)

    @property
    def made(self) -> bool:
        """Whether a request would find all that it needs."""
        return self._options is None

    def make(self) -> None:
        """Makes what requests need, once. Raises what the framework raises about a function that cannot be a route."""
        with MAKING:
            if self._options is not None:
                self._make(self._options)
                self._options = None

    def _make(self, options: dict[str, Any]) -> None:
        super().__init__(self.path, self.endpoint, **options)

    def depending_on(self, dependencies: Sequence[params.Depends]) -> "Route":
        """Returns this route as it is in an app: not made yet, and with these dependencies before its own.

        Raises RuntimeError if this one is made.
        """
        if self._options is None:
            raise RuntimeError(f"the route of {self.path} is made: an app takes routes before they are used")
        options = {**self._options, "dependencies": [*dependencies, *self._options.get("dependencies", ())]}
        return type(self)(self.path, self.endpoint, **{**options, "generate_unique_id_function": operation_name})


class Router(APIRouter):
    """The routes of one resource, each made when it is first asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"route_class": Route, **options})


def completed_by(complete: Callable[[], None]) -> type[Route]:
    """Returns a class of routes that call `complete` before they are made: it may set what their functions' annotations
    are, such as bodies that would take long to make for all routes at a start.
    """

    class CompletedRoute(Route):
        """A route whose function is completed before it is made."""

        def _make(self, options: dict[str, Any]) -> None:
            complete()
            super()._make(options)

    return CompletedRoute


def take_in(app: FastAPI, router: APIRouter, dependencies: Sequence[params.Depends] = ()) -> None:
    """Gives the app a router's routes, with these dependencies; a socket's are taken as they are.

    Raises TypeError for a route that was made at once.
    """
    for route in router.routes:
        if isinstance(route, Route):
            app.router.routes.append(route.depending_on(dependencies))
        elif isinstance(route, APIRoute):
            raise TypeError(f"the route of {route.path} is made at once: write Router, of api/router.py, for APIRouter")
        else:
            app.router.routes.append(route)
