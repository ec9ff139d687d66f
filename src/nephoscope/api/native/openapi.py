# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document of our own API, made of the routes and the types in their handlers' signatures."""

import inspect
import re
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope import __version__
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import Operation, OperationRoute, at, operation
from nephoscope.model.alarm_rule import RecentEvents
from nephoscope.model.instant import Instant
from nephoscope.model.series_rule import SeriesRule, SqlRule

PREFIX = "/api"
PROBLEM = "#/components/schemas/Problem"


class Problem(msgspec.Struct):
    """What went wrong (RFC 9457): `field` names the argument or the place in the body, `cause` is for programs."""

    type: str
    title: str
    status: int
    detail: str = ""
    cause: str = ""
    field: Any = None


def routes(described: Sequence[BaseRoute]) -> list[BaseRoute]:
    """The page that gives the document about the routes given."""

    def show_openapi(call: Call) -> dict[str, Any]:
        """This description."""
        return document(described)

    return [at("/v1/openapi.json", GET=operation(show_openapi, "use account"))]


def document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The document, plain values in the order of the routes."""
    shown = [route for route in routes if isinstance(route, OperationRoute)]
    schemas, components = _schemas(shown)
    paths: dict[str, Any] = {}
    for route in shown:
        for method, each in route.operations.items():
            described = _described(route.path, each, schemas)
            paths.setdefault(PREFIX + _plain(route.path), {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nephoscope", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "nephoscope_session"},
            },
        },
        "security": [{"token": []}, {"password": []}, {"session": []}],
    }


Schemas = dict[int, dict[str, Any]]


def _schemas(routes: list[OperationRoute]) -> tuple[Schemas, dict[str, Any]]:
    """The schema of each type, by the type's identity, and the components that they refer to."""
    kinds = [kind for route in routes for each in route.operations.values() for kind in _types(each)]
    # Rules of alarms are plain objects in bodies: these say what is in those of our own.
    kinds += [Problem, SeriesRule, SqlRule, RecentEvents]
    found, components = msgspec.json.schema_components(
        kinds, schema_hook=_instant, ref_template="#/components/schemas/{name}"
    )
    return {id(kind): schema for kind, schema in zip(kinds, found, strict=True)}, components


def _types(each: Operation) -> Iterator[Any]:
    json = each.answer if each.media_type == "application/json" else None
    return (kind for kind in (each.body, json) if kind not in (None, types.NoneType))


def _instant(kind: type) -> dict[str, Any]:
    if kind is not Instant:
        raise TypeError(f"no schema for {kind}")
    said = "ISO 8601, epoch seconds, or relative to now, as in `-6 hours`"
    return {"anyOf": [{"type": "string"}, {"type": "number"}], "description": said}


def _described(path: str, each: Operation, schemas: Schemas) -> dict[str, Any]:
    summary, _, more = inspect.cleandoc(each.handler.__doc__ or "").partition("\n\n")
    described: dict[str, Any] = {"operationId": each.handler.__name__, "summary": " ".join(summary.split())}
    arguments = inspect.cleandoc(each.query.__doc__ or "") if each.query else ""
    told = [text for text in (more, arguments) if text]
    if told:
        described["description"] = "\n\n".join(told)
    described["x-rule"] = each.rule
    if each.anyone:
        described["security"] = []
    parameters = [*_of_path(path), *_of_query(each)]
    if parameters:
        described["parameters"] = parameters
    if each.body is not None:
        content = {"application/json": {"schema": schemas[id(each.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    success: dict[str, Any] = {"description": "Done."}
    if each.media_type != "application/json":
        success["content"] = {each.media_type: {"schema": {"type": "string"}}}
    elif each.answer not in (None, types.NoneType):
        success["content"] = {"application/json": {"schema": schemas[id(each.answer)]}}
    problem = {"application/problem+json": {"schema": {"$ref": PROBLEM}}}
    described["responses"] = {
        str(each.status): success,
        "default": {"description": "What went wrong.", "content": problem},
    }
    return described


def _plain(path: str) -> str:
    """A path without the converters of the router: `{id:path}` is `{id}`."""
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


def _of_path(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", _plain(path)):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _of_query(each: Operation) -> Iterator[dict[str, Any]]:
    if each.query is None:
        return
    _, components = msgspec.json.schema_components([each.query], schema_hook=_instant)
    schema = components[each.query.__name__]
    for name, field in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": field}
