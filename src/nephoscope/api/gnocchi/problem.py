# SPDX-License-Identifier: Apache-2.0
"""Errors as Gnocchi's clients expect them: JSON when they ask for it, else plain text or HTML."""

import html
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from nephoscope.api.problems import Problem

# These say nothing but their title, whatever there is to say: clients compare with the empty string.
_BARE = frozenset({403, 405, 415})


def render_problem(request: Request, problem: Problem) -> Response:
    """The response for a problem, in the form that the Accept header asks for."""
    accepted = _accepted(request.headers.get("accept", ""))
    if accepted & {"application/json", "application/*"}:
        body = {"code": problem.status, "title": problem.title, "description": _description(problem)}
        return _response(problem, msgspec.json.encode(body), "application/json")
    heading = f"{problem.status} {problem.title}"
    explanation = _explanation(problem)
    if "text/html" in accepted:
        page = f"<!DOCTYPE html>\n<title>{heading}</title>\n<h1>{heading}</h1>\n<p>{html.escape(explanation)}</p>\n"
        return _response(problem, page.encode(), "text/html; charset=utf-8")
    return _response(problem, f"{heading}\n\n{explanation}\n".encode(), "text/plain; charset=utf-8")


def _response(problem: Problem, content: bytes, media_type: str) -> Response:
    return Response(content, problem.status, problem.headers, media_type=media_type)


def _accepted(header: str) -> frozenset[str]:
    media_types = (entry.partition(";") for entry in header.lower().split(","))
    return frozenset(name.strip() for name, _, rest in media_types if rest.replace(" ", "") not in ("q=0", "q=0.0"))


def _description(problem: Problem) -> Any:
    if problem.status in _BARE:
        return ""
    if not problem.cause:
        return problem.message
    parts: dict[str, Any] = {"cause": problem.cause}
    if problem.reason:
        parts["reason"] = problem.reason
    if problem.detail is not None:
        parts["detail"] = problem.detail
    return parts


def _explanation(problem: Problem) -> str:
    if problem.cause:
        return f"{problem.cause}: {problem.reason}" if problem.reason else problem.cause
    return problem.message or ""
