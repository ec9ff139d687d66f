# SPDX-License-Identifier: Apache-2.0
"""Browsers may call from the configured origins, and from no others."""

from starlette.responses import PlainTextResponse

from nephoscope.api.cors import CrossOrigin
from tests.api.asgi import Answer, Client

GOOD, EVIL = "https://grafana.example.org", "https://evil.example.org"
NEEDED = {
    *("authorization", "x-auth-token", "x-subject-token", "x-user-id", "x-domain-id", "x-project-id", "x-roles"),
    *("content-type", "accept"),
}


def ask(method: str, headers: dict[str, str], origins: list[str] | None = None) -> Answer:
    app = CrossOrigin(PlainTextResponse("inner"), [GOOD] if origins is None else origins)
    with Client(app) as client:
        return client.request(method, "/v1/metric", headers=headers)


def test_an_answer_to_a_configured_origin_is_marked() -> None:
    answer = ask("GET", {"origin": GOOD})

    assert (answer.text, answer.headers["access-control-allow-origin"]) == ("inner", GOOD)
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Location" in answer.headers["access-control-expose-headers"]
    assert answer.headers["vary"] == "Origin"


def test_a_preflight_request_is_answered_with_what_is_allowed() -> None:
    answer = ask("OPTIONS", {"origin": GOOD, "access-control-request-method": "PATCH"})

    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert (answer.status, answer.body, answer.headers["access-control-allow-origin"]) == (200, b"", GOOD)
    assert set() == NEEDED - allowed
    assert "PATCH" in answer.headers["access-control-allow-methods"]


def test_other_origins_get_no_mark_and_no_preflight() -> None:
    for method, extra in (("GET", {}), ("OPTIONS", {"access-control-request-method": "GET"})):
        answer = ask(method, {"origin": EVIL, **extra})
        assert answer.text == "inner"
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_star_lets_everyone_in_without_credentials() -> None:
    answer = ask("GET", {"origin": EVIL}, ["*"])

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_without_origins_nothing_is_added() -> None:
    answer = ask("GET", {"origin": GOOD}, [])

    assert "vary" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
