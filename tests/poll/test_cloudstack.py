# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""CloudStack's lists, asked of a server that checks signatures and gives recorded answers."""

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest

from nephoscope.poll import cloudstack_request
from nephoscope.poll.cloudstack import Cloudstack, ManagementServers
from nephoscope.poll.cloudstack_request import read_address, signature
from nephoscope.poll.contract import PermanentError, Polled, PollSettings, Target

RECORDED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "cloudstack-metrics.json").read_text())
LISTS = {"listHosts": ("host", "hosts"), "listVirtualMachinesMetrics": ("virtualmachine", "virtualmachines")}
KEY, SECRET = "apiKey~of*tests", "secret/key-not-for-logs"
NOW_NS = 1_772_442_000_000_000_000
ALL = [meter.name for meter in Cloudstack.METERS]
WEB = "0b6c1d52-6a0e-4a57-9a3f-000000000001"


class Handler(BaseHTTPRequestHandler):
    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        given = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.asked.append(given)
        # As the Java server does it: its encoder escapes `~`, keeps `*`, and writes blanks as `+`.
        pairs = (
            f"{name}={quote_plus(value, safe='*').replace('+', '%20').replace('~', '%7E')}"
            for name, value in sorted(given.items())
            if name != "signature"
        )
        digest = hmac.new(SECRET.encode(), "&".join(pairs).lower().encode(), hashlib.sha1).digest()
        good = given.get("apiKey") == KEY and given["signature"] == base64.b64encode(digest).decode()
        command = given["command"]
        name, data = LISTS[command]
        page, size = int(given["page"]), int(given["pagesize"])
        found = RECORDED[data][(page - 1) * size : page * size]
        inner: dict[str, Any] = {"count": len(RECORDED[data]), name: found} if found else {}
        if not good:
            inner = {"uuidList": [], "errorcode": 401, "errortext": "unable to verify user credentials"}
        body = json.dumps({f"{command.lower()}response": inner}).encode()
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    listening.server_close()
    thread.join()


def polled(*urls: str, meters: list[str] = ALL) -> Polled:
    return Cloudstack(PollSettings("here", timeout_s=5)).poll([Target(url) for url in urls], meters, NOW_NS)


def address(server: str, secret: str = "secret%2Fkey-not-for-logs") -> str:
    return f"cloudstack+http://{KEY}:{secret}@{server}"


def read(found: Polled, resource_id: str) -> dict[str, tuple[float, str]]:
    rows = found.samples.take(found.samples.resource_id == resource_id)
    return {name: (value, unit) for name, value, unit in zip(rows.name, rows.volume, rows.unit, strict=True)}


@pytest.mark.parametrize("case", RECORDED["signatures"], ids=lambda case: case["name"])
def test_requests_are_signed_as_recorded_ones(case: dict[str, Any]) -> None:
    assert case["signature"] == signature(case["params"], case["secret"])


def test_a_machine_is_read_as_it_was_last_measured(server: str) -> None:
    found = polled(address(server))
    assert {
        "cloudstack.vm.cpu.util": (100, "%"),
        "cloudstack.vm.cpu.count": (2, "vcpu"),
        "cloudstack.vm.memory.total": (2097152, "KiB"),
        "cloudstack.vm.memory.target": (2097152, "KiB"),
        "cloudstack.vm.memory.free": (700000, "KiB"),
        "cloudstack.vm.network.incoming.latest": (15, "KiB"),
        "cloudstack.vm.network.outgoing.latest": (10, "KiB"),
        "cloudstack.vm.disk.read.latest": (4, "KiB"),
        "cloudstack.vm.disk.write.latest": (8, "KiB"),
        "cloudstack.vm.disk.read.requests.latest": (1, "request"),
        "cloudstack.vm.disk.write.requests.latest": (1, "request"),
    } == read(found, WEB)
    metadata = found.samples.metadata[found.samples.resource_id.tolist().index(WEB)]
    assert ("Web Front 01", "alice") == (metadata["displayname"], metadata["account"])
    assert {"false"} == {asked["accumulate"] for asked in Handler.asked if "accumulate" in asked}


def test_a_machine_without_measurements_has_no_usage(server: str) -> None:
    assert {"cloudstack.vm.cpu.count"} == set(read(polled(address(server)), "0b6c1d52-6a0e-4a57-9a3f-000000000005"))


def test_hosts_are_read_with_their_state(server: str) -> None:
    found = polled(address(server))
    up = read(found, "5f4e2b6a-3a0f-4c43-9d2b-7a3f2a9c1e01")
    assert (1, "1") == up["cloudstack.host.up"]
    assert (3.27, "%") == up["cloudstack.host.cpu.util"]
    assert (9126805504, "B") == up["cloudstack.host.memory.used"]
    down = read(found, "5f4e2b6a-3a0f-4c43-9d2b-7a3f2a9c1e02")
    assert {"cloudstack.host.up": (0, "1"), "cloudstack.host.cpu.count": (16, "cpu")} == down


def test_only_what_is_wanted_is_asked_for(server: str) -> None:
    polled(address(server), meters=["cloudstack.host.up"])
    assert ["listHosts"] == [asked["command"] for asked in Handler.asked]


def test_all_pages_are_read(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudstack_request, "PAGE_SIZE", 1)
    assert 2 == len(set(polled(address(server), meters=["cloudstack.host.up"]).samples.resource_id))
    assert ["1", "2", "3"] == [asked["page"] for asked in Handler.asked]


def test_a_refusal_is_told_without_keys_and_the_others_are_asked(server: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        found = polled(address(server, "wrong-and-secret"), address(server), meters=["cloudstack.host.up"])
    assert [1, 1] == found.target.tolist()
    assert "status 401" in caplog.text
    assert not [each for each in (KEY, "wrong-and-secret", "signature") if each in caplog.text]


def test_targets_of_other_families_are_refused_for_good() -> None:
    with pytest.raises(PermanentError) as told:
        polled("snmp://a", "cloudstack://k:s@b")
    assert {"snmp://a"} == told.value.targets


@pytest.mark.parametrize("url", ["cloudstack://host", "cloudstack://key@host", "https://key:secret@host"])
def test_an_address_without_keys_says_what_is_expected(url: str) -> None:
    with pytest.raises(ValueError, match="expected cloudstack://apikey:secretkey@host") as told:
        read_address(url)
    assert ":secret@" not in str(told.value)


def test_an_address_shows_no_secret() -> None:
    assert "hidden" not in repr(read_address("cloudstack://hidden:hidden@h"))


def test_servers_may_be_listed_in_one_discovery() -> None:
    assert ["cloudstack://k:s@a", "cloudstack://k:s@b"] == [
        target.id for target in ManagementServers(PollSettings("x")).discover("k:s@a, k:s@b")
    ]
