# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""SNMP spoken with a real snmpd, which tells of this machine."""

import logging
import os
import socket
import time
from collections.abc import Iterator

import psutil
import pytest

from nephoscope.model.sample_columns import Samples
from nephoscope.poll.contract import PermanentError, Polled, PollSettings, Target
from nephoscope.poll.snmp import Snmp, SnmpAgents
from nephoscope.poll.snmp_session import read_address
from tests.services.snmpd import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, Snmpd

NOW_NS = 1_772_442_000_000_000_000
ALL = [meter.name for meter in Snmp.METERS]


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    with Snmpd(tmp_path_factory.mktemp("snmpd")) as started:
        yield started


def polled(*urls: str, meters: list[str] = ALL, timeout_s: float = 10) -> Polled:
    return Snmp(PollSettings("here", timeout_s=timeout_s)).poll([Target(url) for url in urls], meters, NOW_NS)


def read(samples: Samples, name: str) -> dict[str, float]:
    rows = samples.take(samples.name == name)
    return dict(zip(rows.resource_id.tolist(), rows.volume.tolist(), strict=True))


def test_a_real_agent_tells_what_the_kernel_does(snmpd: Snmpd) -> None:
    samples = polled(f"snmp://{COMMUNITY}@{snmpd.address}").samples
    total = read(samples, "hardware.memory.total")["127.0.0.1"]
    assert total == pytest.approx(psutil.virtual_memory().total / 1024, rel=0.01)
    assert 0 < read(samples, "hardware.memory.used")["127.0.0.1"] <= total
    assert read(samples, "hardware.cpu.load.1min")["127.0.0.1"] == pytest.approx(os.getloadavg()[0], abs=5)
    loopback = read(samples, "hardware.network.incoming.bytes")["127.0.0.1.lo"]
    assert 0 < loopback <= psutil.net_io_counters(pernic=True)["lo"].bytes_recv
    assert {"cumulative"} == set(samples.type[samples.name == "hardware.network.incoming.bytes"])
    assert {NOW_NS} == set(samples.time_ns.tolist())
    assert set(samples.name) <= set(ALL)
    assert COMMUNITY not in str([samples.resource_id, samples.metadata])


def test_counters_of_an_interface_move(snmpd: Snmpd) -> None:
    url, name = f"snmp://{COMMUNITY}@{snmpd.address}", "hardware.network.incoming.bytes"
    before = read(polled(url, meters=[name]).samples, name)["127.0.0.1.lo"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        for _ in range(20):
            sending.sendto(bytes(10_000), ("127.0.0.1", 9))
    give_up = time.monotonic() + 20  # the agent keeps what it read for some seconds
    while read(polled(url, meters=[name]).samples, name)["127.0.0.1.lo"] < before + 200_000:
        assert time.monotonic() < give_up
        time.sleep(0.2)


def test_only_what_is_wanted_is_read(snmpd: Snmpd) -> None:
    samples = polled(f"snmp://{COMMUNITY}@{snmpd.address}", meters=["hardware.memory.total"]).samples
    assert ["hardware.memory.total"] == samples.name.tolist()
    assert 0 == len(polled(f"snmp://{COMMUNITY}@{snmpd.address}", meters=["cpu"]).samples)


def test_version_3_with_its_keys(snmpd: Snmpd, caplog: pytest.LogCaptureFixture) -> None:
    url = f"snmp://{USER}@{snmpd.address}?version=3&auth=sha&priv=aes&priv_key={PRIV_KEY}&auth_key="
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        right = polled(url + AUTH_KEY, meters=["hardware.memory.total"])
        wrong = polled(f"{url}wrong-and-secret", meters=["hardware.memory.total"], timeout_s=3)
    assert (1, 0) == (len(right.samples), len(wrong.samples))
    assert snmpd.address in caplog.text
    assert not [each for each in (PRIV_KEY, "wrong-and-secret", AUTH_KEY) if each in caplog.text]


def test_an_agent_that_does_not_answer_keeps_nobody_waiting(snmpd: Snmpd, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        dead = [f"snmp://secret-{n}@127.0.0.1:{silent.getsockname()[1]}" for n in range(5)]
        started = time.monotonic()
        with caplog.at_level(logging.WARNING, "nephoscope.poll"):
            found = polled(*dead, f"snmp://{COMMUNITY}@{snmpd.address}", meters=["hardware.memory.total"], timeout_s=4)
    assert time.monotonic() - started < 10
    assert [5] == found.target.tolist()
    assert "secret-" not in caplog.text
    assert caplog.messages


def test_targets_of_other_families_are_refused_for_good() -> None:
    with pytest.raises(PermanentError) as told:
        polled("http://a", "snmp://b")
    assert {"http://a"} == told.value.targets


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("snmp://", "expected snmp://community@host:port"),
        ("snmp://c@h?version=1", "expected version=2c or version=3"),
        ("snmp://c@h?key=1", "expected the parameters auth, auth_key"),
        ("snmp://c@h?version=3&auth=rot13&auth_key=x", "expected auth to be one of md5, sha"),
        ("snmp://c@h?version=3&auth=sha", "expected both auth and auth_key"),
        ("snmp://c@h?version=3&priv=aes&priv_key=secret", "expected auth and auth_key beside priv"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as told:
        read_address(url)
    assert "secret" not in str(told.value)


def test_an_address_shows_no_secret() -> None:
    address = read_address("snmp://hidden@h?version=3&auth=sha&auth_key=hidden&priv=aes&priv_key=hidden")
    assert "hidden" not in repr(address)


def test_agents_may_be_listed_in_one_discovery() -> None:
    assert ["snmp://c@a", "snmp://b:1161"] == [t.id for t in SnmpAgents(PollSettings("x")).discover("c@a, b:1161")]
