# SPDX-License-Identifier: Apache-2.0
"""The one application: dialects under their prefixes, and what each answers to what it does not know."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp, Message, Receive, Send

from nephoscope.api.app import DIALECTS, HttpSettings, build, load
from nephoscope.api.health import HealthPart
from tests.api.asgi import Client


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(build({"health": HealthPart(lambda: [])}, HttpSettings())) as client:
        yield client


@pytest.mark.parametrize("name", DIALECTS)
def test_every_row_loads_and_has_routes_and_a_way_to_show_problems(name: str) -> None:
    routes, render_problem = load(DIALECTS[name])

    assert routes()
    assert callable(render_problem)


def test_an_address_that_nobody_has_is_404(client: Client) -> None:
    answer = client.request("GET", "/nowhere")

    assert (answer.status, answer.json()["title"]) == (404, "Not Found")


def test_a_method_that_an_address_does_not_take_is_405_and_says_which_it_takes(client: Client) -> None:
    answer = client.request("POST", "/healthz")

    assert answer.status == 405
    assert {"GET", "HEAD"} == {name.strip() for name in answer.headers["allow"].split(",")}


def test_a_slash_at_the_end_changes_nothing(client: Client) -> None:
    assert client.request("GET", "/healthz/").status == 200


def test_a_prefix_ends_at_a_slash(client: Client) -> None:
    assert client.request("GET", "/gnocchi-like").status == 404


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for target in ("/healthz", "/nowhere"):
        headers = client.request("GET", target).headers
        assert (
            headers["x-content-type-options"],
            headers["x-frame-options"],
            headers["referrer-policy"],
        ) == ("nosniff", "DENY", "no-referrer")
        assert "default-src 'none'" in headers["content-security-policy"]


def test_a_dialect_without_a_row_stops_the_start() -> None:
    with pytest.raises(KeyError):
        build({"klingon": object()}, HttpSettings())


def test_without_dialects_everything_is_404() -> None:
    with Client(build({}, HttpSettings())) as client:
        assert client.request("GET", "/").status == 404


def test_the_server_may_announce_start_and_stop() -> None:
    inbox: list[Message] = [{"type": "lifespan.shutdown"}, {"type": "lifespan.startup"}]
    sent: list[str] = []

    async def receive() -> Message:
        return inbox.pop()

    async def send(message: Message) -> None:
        sent.append(message["type"])

    asyncio.run(_called(build({}, HttpSettings()), receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def _called(app: ASGIApp, receive: Receive, send: Send) -> None:
    await app({"type": "lifespan"}, receive, send)
