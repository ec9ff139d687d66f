# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The whole program over TLS: what it demands, what it refuses, and a certificate renewed while serving."""

import json
import signal
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import urllib3

from nephoscope.cli.serve import DRAIN_S
from tests.services.certificates import Authority, Certificate
from tests.system.commands import run
from tests.system.server import Server, serving

EVERYWHERE = ["--listen", "0.0.0.0:0"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def config(pair: Certificate, *more: str) -> str:
    lines = ["[http]", f'tls_certificate = "{pair.certificate}"', f'tls_key = "{pair.key}"', *more]
    return "\n".join(lines) + "\n"


class Browser:
    """Trusts one authority; perhaps shows a certificate."""

    def __init__(self, server: Server, authority: Authority, **more: Any) -> None:
        self._server = server
        self._pool = urllib3.PoolManager(ca_certs=str(authority.certificate), retries=False, timeout=20.0, **more)

    def __call__(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        address = self._server.url.replace("0.0.0.0", "127.0.0.1") + path
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._pool.request(method, address, body=json.dumps(body) if body else None, headers=sent)


def first_password(server: Server) -> str:
    return server.stderr().partition("user admin, password ")[2].split()[0]


def test_beyond_loopback_everything_asks_for_credentials_and_the_cookie_is_bound_to_tls(
    tmp_path: Path, authority: Authority
) -> None:
    with serving(tmp_path, config=config(authority.issue("server")), arguments=EVERYWHERE) as server:
        browser = Browser(server, authority)
        assert server.url.startswith("https://0.0.0.0:")
        assert [200, 200, 401, 401, 401] == [
            browser("GET", path).status
            for path in ("/healthz", "/readyz", "/metrics", "/api/v1/session", "/gnocchi/v1/metric")
        ]
        token = {"Authorization": f"Bearer {server.token_file.read_text().strip()}"}
        agent = {"Authorization": f"Bearer {(server.data_dir / 'agent.token').read_text().strip()}"}
        assert (200, 403) == tuple(browser("GET", "/metrics", headers=each).status for each in (token, agent))

        answer = browser("POST", "/api/v1/session", {"user": "admin", "password": first_password(server)})
        name, *marks = answer.headers["Set-Cookie"].split("; ")
        assert name.startswith("__Host-nephoscope_session=")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(marks)
        assert "max-age=31536000" == answer.headers["Strict-Transport-Security"]
        assert 200 == browser("GET", "/api/v1/session", headers={"Cookie": name}).status

        in_the_clear = server.url.replace("https://0.0.0.0", "http://127.0.0.1")
        with pytest.raises(urllib3.exceptions.HTTPError):
            urllib3.request("GET", in_the_clear, retries=False, timeout=5.0)


def test_sighup_takes_a_renewed_certificate_and_keeps_the_old_one_when_the_new_is_bad(
    tmp_path: Path, authority: Authority
) -> None:
    pair = Certificate(tmp_path / "tls.crt", tmp_path / "tls.key")
    fresh = Authority(tmp_path / "fresh", "fresh")

    def put(new: Certificate) -> None:
        pair.certificate.write_bytes(new.certificate.read_bytes())
        pair.key.write_bytes(new.key.read_bytes())

    put(authority.issue("server"))
    with serving(tmp_path, config=config(pair)) as server:
        old = Browser(server, authority)
        assert 200 == old("GET", "/healthz").status
        pair.certificate.write_text("broken")
        hang_up(server, "the certificate stays as it was")
        assert 200 == Browser(server, authority)("GET", "/healthz").status
        put(fresh.issue("server"))
        hang_up(server, "the certificate was read again")
        assert 200 == Browser(server, fresh)("GET", "/healthz").status
        with pytest.raises(urllib3.exceptions.SSLError):
            Browser(server, authority)("GET", "/healthz")
        assert 200 == old("GET", "/healthz").status  # its connection goes on


def test_a_connection_that_idles_does_not_hold_up_the_stop(tmp_path: Path, authority: Authority) -> None:
    with serving(tmp_path, config=config(authority.issue("server"))) as server:
        idle = Browser(server, authority)
        assert 200 == idle("GET", "/healthz").status
        began = time.monotonic()
        assert 0 == server.stop()
        assert time.monotonic() - began < DRAIN_S / 2


def hang_up(server: Server, expected: str) -> None:
    server.process.signal(signal.SIGHUP)
    give_up = time.monotonic() + 20
    while expected not in server.stderr():
        assert time.monotonic() < give_up, server.stderr()
        time.sleep(0.05)


def test_versions_and_client_certificates_are_demanded_as_set(tmp_path: Path, authority: Authority) -> None:
    shown = authority.issue("somebody")
    more = [
        'tls_min_version = "1.3"',
        'tls_client_certificates = "required"',
        f'tls_client_ca = "{authority.certificate}"',
    ]
    with serving(tmp_path, config=config(authority.issue("server"), *more)) as server:
        good = {"cert_file": str(shown.certificate), "key_file": str(shown.key)}
        assert 200 == Browser(server, authority, **good)("GET", "/healthz").status
        for bad in ({}, {**good, "ssl_maximum_version": ssl.TLSVersion.TLSv1_2}):
            with pytest.raises(urllib3.exceptions.HTTPError):
                Browser(server, authority, **bad)("GET", "/healthz")


def test_without_tls_it_ends_in_order_when_its_terminal_goes_away(server: Server) -> None:
    server.process.signal(signal.SIGHUP)

    assert 0 == server.process.process.wait(30)


@pytest.mark.parametrize(
    ("lines", "listen", "complaint"),
    [
        ("", "0.0.0.0:0", "reachable from outside without TLS"),
        ('[gnocchi]\nauth_mode = "basic"\n[http]\nallow_insecure = true', "0.0.0.0:0", "believes every caller"),
        ('[auth]\nidentity = "headers"', "127.0.0.1:0", "auth.identity: headers needs http.trusted_proxies"),
        ('[http]\ntls_certificate = "/nowhere.crt"\ntls_key = "/nowhere.key"', "127.0.0.1:0", "/nowhere.crt cannot be"),
    ],
)
def test_what_is_unsafe_does_not_start(tmp_path: Path, lines: str, listen: str, complaint: str) -> None:
    (tmp_path / "nephoscope.toml").write_text(lines)

    told = run(
        "nephoscope", "serve", "--data-dir", str(tmp_path / "data"), "--listen", listen, "--config",
        str(tmp_path / "nephoscope.toml"),
    )  # fmt: skip

    assert 1 == told.returncode
    assert complaint in told.stderr
    assert not (tmp_path / "data").exists()
