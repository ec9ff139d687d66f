# SPDX-License-Identifier: Apache-2.0
"""Errors as Aodh's clients expect them: a fault in `error_message`, or the plain text of a route that is none."""

from typing import Any
from uuid import uuid4

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nephoscope.api.aodh.xml import JSON, XML, error_message, prefers_xml
from nephoscope.api.problems import Problem

REQUEST_ID = "x-openstack-request-id"


class NotYours(HTTPException):
    """What belongs to another project or user, or is for administrators: 401, as these clients know it."""

    def __init__(self, message: str) -> None:
        super().__init__(401, message)


def render_problem(request: Request, problem: Problem) -> Response:
    """The response for a problem, in JSON unless the Accept header prefers XML."""
    fault = _fault(request, problem)
    headers = dict(problem.headers)
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(set(headers["Allow"].split(", ")) - {"HEAD"}))
    if prefers_xml(request.headers.get("accept", "")):
        return sent(request, error_message(fault), XML, problem.status, headers)
    return sent(request, msgspec.json.encode({"error_message": fault}), JSON, problem.status, headers)


def sent(request: Request, content: bytes, media_type: str, status: int, headers: dict[str, str]) -> Response:
    """A response of this dialect; those of its second version each have an id."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if path == "/v2" or path.startswith("/v2/"):
        headers = {**headers, REQUEST_ID: f"req-{uuid4()}"}
    return Response(content, status, headers, media_type=media_type)


def _fault(request: Request, problem: Problem) -> Any:
    heading = f"{problem.status} {problem.title}"
    if problem.message is None:
        if problem.status == 404:
            return f"{heading}\n\nThe resource could not be found.\n\n   "
        if problem.status == 405:
            return f"{heading}\n\nThe method {request.method} is not allowed for this resource. \n\n "
        return f"{heading}\n\n\n\n "
    said: Any = problem.message
    if problem.cause:
        said = {"cause": problem.cause, "reason": problem.reason, "detail": problem.detail}
    return {"faultcode": "Client" if problem.status < 500 else "Server", "faultstring": said, "debuginfo": None}
