# SPDX-License-Identifier: Apache-2.0
"""
One operation of our own API: a handler, the rule that guards it, and what its signature says of arguments and answer.

    def list_metrics(call: Call, query: MetricsQuery) -> list[MetricView]: ...

    at("/v1/metrics", GET=operation(list_metrics, "see data"))

A parameter `query` is made of the query string, a parameter `body` of the JSON body; both are msgspec structs. What is
returned is sent as JSON; a `Response` is sent as it is. The OpenAPI document is made of the same signatures.
"""

import inspect
import time
import types
from collections.abc import Callable
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nephoscope.api.arguments import Arguments
from nephoscope.api.bodies import read_body
from nephoscope.api.caller import NOBODY
from nephoscope.api.native.call import Call, NativeParts
from nephoscope.api.routing import method_of, route
from nephoscope.model import timestamp
from nephoscope.model.errors import BadArgument, BadRequest, InvalidInput
from nephoscope.model.instant import Instant


class Operation(msgspec.Struct, frozen=True):
    """
    A method of a route. `query`, `body` and `answer` are types, None for none; `status` is that of success.

    `media_type` is that of an answer which is no JSON. With `anyone` no credentials are asked for.
    """

    handler: Callable[..., Any]
    rule: str
    status: int
    query: Any = None
    body: Any = None
    answer: Any = None
    media_type: str = "application/json"
    anyone: bool = False


def operation(
    handler: Callable[..., Any],
    rule: str,
    status: int = 200,
    *,
    body: Any = None,
    media_type: str = "application/json",
    answer: Any = None,
    anyone: bool = False,
) -> Operation:
    """
    The operation that a handler's signature tells; `rule` is asked before anything is read out of the request.

    `body` is only documented: for handlers that decode `call.body` by themselves; so is `answer`, for those that
    make their `Response` by themselves. To `anyone` the operation is open without credentials.
    """
    hints = get_type_hints(handler)
    returned = hints.get("return")
    if returned is not Response or media_type != "application/json":
        answer = returned
    return Operation(handler, rule, status, hints.get("query"), hints.get("body", body), answer, media_type, anyone)


class OperationRoute(Route):
    """A route that keeps its operations by method, for the OpenAPI document and the tests of permissions."""

    operations: dict[str, Operation]


def at(path: str, **operations: Operation) -> OperationRoute:
    """A route with one operation a method."""

    async def prepare(request: Request) -> Call:
        request.scope["nephoscope.found"]["route"] = path
        parts: NativeParts = request.scope["nephoscope.part"]
        request.scope["nephoscope.challenge"] = parts.authenticator.challenge
        asked = operations[method_of(request)]
        caller = NOBODY if asked.anyone else await parts.authenticator.identify(request)
        parts.policy.enforce(asked.rule, caller, {})
        return Call(request, parts, caller, await read_body(request, parts.body), parts.body)

    made = route(path, {method: _handler(each) for method, each in operations.items()}, prepare)
    found = OperationRoute(path, made.endpoint, methods=list(operations))
    found.operations = operations
    return found


def _handler(each: Operation) -> Callable[[Call], Any]:
    takes = inspect.signature(each.handler).parameters

    def arguments(call: Call) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if "query" in takes:
            given["query"] = _of_query(call.arguments, each.query)
        if "body" in takes:
            given["body"] = _of_body(call.json(), each.body)
        return given

    if inspect.iscoroutinefunction(each.handler):

        async def respond_later(call: Call) -> Response:
            return _response(await each.handler(call, **arguments(call)), each)

        return respond_later

    def respond(call: Call) -> Response:
        return _response(each.handler(call, **arguments(call)), each)

    return respond


def _response(answer: Any, each: Operation) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status_code=each.status)
    return Response(msgspec.json.encode(answer), each.status, media_type="application/json")


def _of_query(arguments: Arguments, wanted: type[msgspec.Struct]) -> Any:
    """The struct that arguments are; BadArgument names one that is unknown, missing or wrong."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(wanted):
        texts = arguments.texts(field.encode_name)
        if texts:
            values[field.encode_name] = texts if _is_list(field.type) else texts[-1]
    unknown = set(arguments.params) - {field.encode_name for field in msgspec.structs.fields(wanted)}
    if unknown:
        raise BadArgument(min(unknown), "unknown argument")
    try:
        return msgspec.convert(values, wanted, strict=False, dec_hook=_instant)
    except msgspec.ValidationError as error:
        reason, where = place_of(error)
        raise BadArgument(where[0] if where else "query", reason) from None


def _of_body(body: Any, wanted: Any) -> Any:
    """The value that a JSON body is; InvalidInput says where it is not as wanted."""
    try:
        return msgspec.convert(body, wanted, dec_hook=_instant)
    except msgspec.ValidationError as error:
        raise InvalidInput(*place_of(error)) from None


def _instant(wanted: type, value: object) -> object:
    if wanted is not Instant:
        raise TypeError(f"no way to read a {wanted}")
    try:
        return Instant(timestamp.parse(value, time.time_ns()))  # type: ignore[arg-type]
    except BadRequest as error:
        raise msgspec.ValidationError(error.message) from None


def place_of(error: msgspec.ValidationError) -> tuple[str, list[str]]:
    """
    The reason and the path out of a message such as "Expected `int`, got `str` - at `$.a[0].b`".
    """
    reason, _, at = str(error).partition(" - at ")
    path = at.strip("`").removeprefix("$").replace("[", ".").replace("]", "")
    return reason, [part for part in path.split(".") if part]


def _is_list(kind: Any) -> bool:
    origin = get_origin(kind)
    if origin is Annotated:
        return _is_list(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return any(_is_list(each) for each in get_args(kind))
    return origin in (list, tuple)
