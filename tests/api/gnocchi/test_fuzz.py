# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent, almost right or noise, the answer is never a failure of our own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.metric import MetricDraft
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.api.asgi import Answer, Client, basic
from tests.api.gnocchi.near_misses import ATTRIBUTES, METRIC, REQUESTS, RESOURCE, VALID, VALUES, NearMiss
from tests.api.gnocchi.server import opened_copy, served
from tests.services.postgresql import PostgreSQL

PATHS = sorted({path for _, path, _, _ in VALID} | {"/", "/v1", "/v1/", "/v1/capabilities", "/healthcheck"})
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "BREW"])
HEADER_NAMES = (
    *("accept", "content-type", "content-encoding", "content-length", "authorization", "host", "origin"),
    *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "forwarded", "x-forwarded-host"),
    *("x-forwarded-prefix", "x-forwarded-proto", "transfer-encoding", "access-control-request-method"),
)
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20)
    | st.sampled_from(["application/json", "application/json-patch+json", "gzip", "*", "text/html", "Basic YWRtaW46"]),
    max_size=4,
)
BODIES = st.binary(max_size=30) | VALUES.map(lambda value: json.dumps(value).encode())
SEGMENTS = st.sampled_from(["v1", "metric", "resource", "generic", "archive_policy", "..", ""]) | st.text(max_size=6)
THOROUGHLY = settings(deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def furnished(index: Index) -> Iterator[Client]:
    """A client on an index that has what the valid requests refer to."""
    index.metrics.create([MetricDraft(name="old", creator="admin", id=UUID(METRIC))])
    with Client(served(index), headers={"accept": "application/json", **basic("admin")}) as client:
        client.request("POST", "/gnocchi/v1/resource_type", data={"name": "vm", "attributes": ATTRIBUTES})
        furnish(client)
        yield client


def furnish(client: Client) -> None:
    """Put back what an earlier example may have deleted."""
    draft = {"id": RESOURCE, "host": "h", "metrics": {"cpu": {}}}
    client.request("POST", "/gnocchi/v1/resource/vm", data=draft)


@pytest.fixture(scope="module")
def client(index_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with opened_copy(index_template, tmp_path_factory.mktemp("fuzz")) as index, furnished(index) as client:
        yield client


@pytest.fixture(scope="module")
def client_on_postgresql(postgresql: PostgreSQL) -> Iterator[Client]:
    name = postgresql.create_database()
    index = open_index(postgresql.url(name))
    index.upgrade()
    index.install_builtins()
    with furnished(index) as client:
        yield client
    index.close()
    postgresql.drop_database(name)


def check(answer: Answer) -> None:
    assert 200 <= answer.status < 500, answer.text
    if answer.body and "application/json" in answer.headers.get("content-type", ""):
        json.loads(answer.body)
    if answer.status in (204, 304):
        assert answer.body == b""


@pytest.mark.parametrize(("method", "path", "body", "media_type"), VALID)
def test_the_requests_that_near_misses_start_from_are_right(
    index: Index, method: str, path: str, body: Any, media_type: str
) -> None:
    with furnished(index) as client:
        answer = client.request(method, f"/gnocchi{path}", data=body, headers={"content-type": media_type})

    assert answer.status in (200, 201), answer.text


@settings(THOROUGHLY, max_examples=200)
@given(REQUESTS)
def test_any_near_miss(client: Client, sent: NearMiss) -> None:
    try_near_miss(client, sent)


@settings(THOROUGHLY, max_examples=200)
@given(REQUESTS)
def test_any_near_miss_on_postgresql(client_on_postgresql: Client, sent: NearMiss) -> None:
    try_near_miss(client_on_postgresql, sent)


def try_near_miss(client: Client, sent: NearMiss) -> None:
    method, path, query, body, media_type = sent
    furnish(client)

    check(client.request(method, f"/gnocchi{path}?{query}", data=body, headers={"content-type": media_type}))


@settings(THOROUGHLY, max_examples=100)
@given(METHODS, st.sampled_from(PATHS), HEADERS, BODIES)
def test_any_headers_and_bytes(client: Client, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    check(client.request(method, f"/gnocchi{path}", body=body, headers=headers))


@settings(THOROUGHLY, max_examples=100)
@given(METHODS, st.lists(SEGMENTS, max_size=6))
def test_any_path(client: Client, method: str, segments: list[str]) -> None:
    path = "/".join(quote(segment, safe="", errors="replace") for segment in segments)

    check(client.request(method, f"/gnocchi/{path}"))
