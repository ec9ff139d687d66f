# SPDX-License-Identifier: Apache-2.0
"""Every problem has a status; what is unknown is a 500 that tells nothing."""

import logging

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from nephoscope.api.problems import STATUS, Rescue, problem_of, render_native
from nephoscope.model import errors
from tests.api.asgi import Client


def family(kind: type[errors.NephoscopeError]) -> list[type[errors.NephoscopeError]]:
    return [kind, *(member for child in kind.__subclasses__() for member in family(child))]


def made(kind: type[errors.NephoscopeError]) -> errors.NephoscopeError:
    return kind("some text", "some reason") if kind is errors.BadArgument else kind("some text")


@pytest.mark.parametrize("kind", family(errors.NephoscopeError)[1:], ids=lambda kind: kind.__name__)
def test_each_class_of_the_family_leads_to_a_row_of_its_own_branch(kind: type[errors.NephoscopeError]) -> None:
    row = next(each for each in kind.__mro__ if each in STATUS)

    assert row is not errors.NephoscopeError
    assert STATUS[row] == problem_of(made(kind)).status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidInput("extra"), 400),
        (errors.BadArgument("start", "bad"), 400),
        (errors.InUse("still used"), 400),
        (errors.Unauthenticated("who"), 401),
        (errors.Forbidden("no"), 403),
        (errors.NotFound("gone"), 404),
        (errors.Conflict("there"), 409),
        (errors.TooLarge("big"), 413),
        (errors.TooManyRequests("slowly", 30), 429),
        (errors.NotOffered("not here"), 501),
        (errors.IndexUnavailable("away"), 503),
        (HTTPException(405), 405),
        (RuntimeError("our mistake"), 500),
    ],
)
def test_statuses_are_those_of_the_table(error: Exception, status: int) -> None:
    assert status == problem_of(error).status


def test_what_is_unavailable_says_when_to_come_back() -> None:
    assert problem_of(errors.QueueFull("full")).headers == {"Retry-After": "1"}


def rescued(error: Exception, *, late: bool = False) -> Client:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if late:
            await PlainTextResponse("begun")(scope, receive, send)
        raise error

    return Client(Rescue(app, render_native))


def test_our_own_api_answers_with_problem_json() -> None:
    with rescued(errors.InvalidInput("extra keys not allowed", ["foo"])) as client:
        answer = client.request("GET", "/")

    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Invalid input: extra keys not allowed",
        "cause": "Invalid input",
        "field": ["foo"],
    }


def test_an_unknown_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), rescued(RuntimeError("password=hunter2")) as client:
        answer = client.request("GET", "/")

    assert answer.status == 500
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text


def test_an_error_after_the_response_began_is_left_to_the_server() -> None:
    with rescued(RuntimeError("late"), late=True) as client, pytest.raises(RuntimeError):
        client.request("GET", "/")
