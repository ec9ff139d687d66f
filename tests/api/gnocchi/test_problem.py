# SPDX-License-Identifier: Apache-2.0
"""Errors in the forms that Gnocchi's clients know."""

import json
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nephoscope.api.gnocchi.problem import render_problem
from nephoscope.api.problems import problem_of
from nephoscope.model.errors import BadArgument, BadRequest, Forbidden, InvalidInput, NotFound, QueueFull

JSON = "application/json"


def shown(error: Exception, accept: str | None) -> Response:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return render_problem(Request({"type": "http", "headers": headers}), problem_of(error))


@pytest.mark.parametrize(
    ("error", "code", "title", "description"),
    [
        (NotFound("Metric abc does not exist"), 404, "Not Found", "Metric abc does not exist"),
        (
            InvalidInput("extra keys not allowed @ data['foo']", ["foo"]),
            400,
            "Bad Request",
            {"cause": "Invalid input", "reason": "extra keys not allowed @ data['foo']", "detail": ["foo"]},
        ),
        (
            InvalidInput("unexpected measures format", []),
            400,
            "Bad Request",
            {"cause": "Invalid input", "reason": "unexpected measures format", "detail": []},
        ),
        (
            BadArgument("start", "Must be a datetime or a timestamp"),
            400,
            "Bad Request",
            {"cause": "Argument value error", "reason": "Must be a datetime or a timestamp", "detail": "start"},
        ),
        (
            BadRequest("", cause="Resource type does not exist", detail="x"),
            400,
            "Bad Request",
            {"cause": "Resource type does not exist", "detail": "x"},
        ),
        (HTTPException(404), 404, "Not Found", None),
        (Forbidden("the policy says no"), 403, "Forbidden", ""),
        (HTTPException(405), 405, "Method Not Allowed", ""),
        (HTTPException(415), 415, "Unsupported Media Type", ""),
    ],
)
def test_json_says_code_title_and_description(error: Exception, code: int, title: str, description: Any) -> None:
    response = shown(error, JSON)

    assert (code, JSON) == (response.status_code, response.media_type)
    assert {"code": code, "title": title, "description": description} == json.loads(bytes(response.body))


@pytest.mark.parametrize("accept", [JSON, "text/plain, application/json; q=0.8", "APPLICATION/JSON", "application/*"])
def test_json_is_given_to_whoever_accepts_it(accept: str) -> None:
    assert shown(NotFound("gone"), accept).media_type == JSON


@pytest.mark.parametrize("accept", [None, "", "*/*", "text/plain", "application/json;q=0", "nonsense;;,,"])
def test_others_get_plain_text(accept: str | None) -> None:
    response = shown(InvalidInput("extra keys", ["foo"]), accept)

    assert response.body == b"400 Bad Request\n\nInvalid input: extra keys\n"
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_browsers_get_html_in_which_nothing_is_taken_for_markup() -> None:
    response = shown(NotFound("Metric <script> does not exist"), "text/html,*/*;q=0.8")

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert b"<h1>404 Not Found</h1>" in response.body
    assert b"&lt;script&gt;" in response.body


def test_headers_of_the_problem_go_along() -> None:
    assert shown(QueueFull("full"), JSON).headers["retry-after"] == "1"
