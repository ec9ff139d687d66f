# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The built front end as files, and what is said where it is not built."""

import re
from pathlib import Path

import pytest

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.health import HealthPart
from nephoscope.api.pages import PAGES, PagesPart
from tests.api.asgi import Client
from tests.project import PROJECT

INDEX = '<!doctype html><script type="module" src="/assets/index-abc.js"></script>'
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "web"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(INDEX)
    (built / "theme.js").write_text("theme()")
    (built / "assets" / "index-abc.js").write_text("plain()")
    (built / "assets" / "index-abc.js.br").write_bytes(b"packed by brotli")
    (built / "assets" / "index-abc.js.gz").write_bytes(b"packed by gzip")
    (tmp_path / "secret.json").write_text("{}")
    return built


def served(folder: Path) -> Client:
    return Client(build({"health": HealthPart(lambda: []), "pages": PagesPart(folder)}, HttpSettings()))


@pytest.mark.parametrize("path", ["/", "/overview", "/resources/a-b-c", "/settings/users", "/login?next=%2Fsql"])
def test_every_page_is_the_one_html_file(folder: Path, path: str) -> None:
    with served(folder) as client:
        answer = client.request("GET", path)

    assert (200, INDEX) == (answer.status, answer.text)
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    assert "no-cache" == answer.headers["cache-control"]


def test_pages_may_load_scripts_of_their_own_only(folder: Path) -> None:
    with served(folder) as client:
        policy = client.request("GET", "/").headers["content-security-policy"]

    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy


def test_hashed_files_are_kept_for_ever(folder: Path) -> None:
    with served(folder) as client:
        answer = client.request("GET", "/assets/index-abc.js")

    assert (200, "plain()") == (answer.status, answer.text)
    assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
    assert "text/javascript; charset=utf-8" == answer.headers["content-type"]


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"packed by brotli"),
        ("gzip;q=0.8", "gzip", b"packed by gzip"),
        ("gzip, br;q=0", "gzip", b"packed by gzip"),
        ("identity", None, b"plain()"),
    ],
)
def test_the_best_encoding_that_a_browser_takes_is_sent(
    folder: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    with served(folder) as client:
        answer = client.request("GET", "/assets/index-abc.js", headers={"Accept-Encoding": accepted})

    assert (encoding, body) == (answer.headers.get("content-encoding"), answer.body)
    assert "Accept-Encoding" == answer.headers["vary"]


def test_an_unchanged_file_is_not_sent_again(folder: Path) -> None:
    with served(folder) as client:
        tag = client.request("GET", "/theme.js").headers["etag"]
        again = client.request("GET", "/theme.js", headers={"If-None-Match": tag})
        (folder / "theme.js").write_text("changed()")
        changed = client.request("GET", "/theme.js", headers={"If-None-Match": tag})

    assert (304, b"") == (again.status, again.body)
    assert (200, "changed()") == (changed.status, changed.text)


@pytest.mark.parametrize(
    "path", ["/assets/../../secret.json", "/..%2fsecret.json", "/assets/gone.js", "/a%00.js", "/nowhere"]
)
def test_what_is_not_there_is_a_problem(folder: Path, path: str) -> None:
    with served(folder) as client:
        answer = client.request("GET", path)

    assert (404, 404) == (answer.status, answer.json()["status"])


def test_links_do_not_lead_out_of_the_folder(folder: Path) -> None:
    (folder / "out.json").symlink_to(folder.parent / "secret.json")
    with served(folder) as client:
        assert client.request("GET", "/out.json").status == 404


def test_somebody_at_a_browser_sees_a_page_even_where_there_is_none(folder: Path) -> None:
    with served(folder) as client:
        answer = client.request("GET", "/nowhere", headers=BROWSER)

    assert (404, INDEX) == (answer.status, answer.text)


@pytest.mark.parametrize(("path", "status"), [("/overview", 405), ("/theme.js", 405), ("/nowhere", 404)])
def test_pages_take_no_data(folder: Path, path: str, status: int) -> None:
    with served(folder) as client:
        assert client.request("POST", path).status == status


def test_other_dialects_without_a_prefix_keep_their_addresses(folder: Path) -> None:
    with served(folder) as client:
        assert client.request("GET", "/healthz").text == "alive\n"
        assert client.request("POST", "/healthz").status == 405


def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    with served(tmp_path / "nothing") as client:
        answer = client.request("GET", "/overview", headers=BROWSER)

    assert 503 == answer.status
    assert "make web" in answer.text


def test_every_path_of_the_front_end_is_a_page() -> None:
    source = (PROJECT / "web" / "src" / "pages" / "index.ts").read_text()
    paths = re.findall(r"\bpath: '/([\w-]*)", source)

    assert "login" in paths
    assert set(paths) <= PAGES
