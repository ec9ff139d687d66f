# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""IPMI spoken with a controller in a process of its own."""

import logging
import socket
import time
from collections.abc import Iterator

import pytest

from nephoscope.poll.contract import PermanentError, Polled, PollSettings, Target
from nephoscope.poll.ipmi import Controllers, Ipmi
from tests.services.bmc import PASSWORD, USER, Controller

NOW_NS = 1_772_442_000_000_000_000
ALL = [meter.name for meter in Ipmi.METERS]


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    with Controller(tmp_path_factory.mktemp("bmc")) as started:
        yield started


def polled(*urls: str, meters: list[str] = ALL, timeout_s: float = 20) -> Polled:
    return Ipmi(PollSettings("here", timeout_s=timeout_s)).poll([Target(url) for url in urls], meters, NOW_NS)


def test_every_kind_of_sensor_is_read(controller: Controller) -> None:
    samples = polled(f"ipmi://{USER}:{PASSWORD}@{controller.address}").samples
    read = zip(samples.name, samples.unit, samples.volume.round(9), samples.resource_id, strict=True)
    assert [
        ("hardware.ipmi.temperature", "C", 47.0, "127.0.0.1-cpu_1_temp"),
        ("hardware.ipmi.voltage", "V", 12.06, "127.0.0.1-12v"),
        ("hardware.ipmi.current", "A", 2.3, "127.0.0.1-psu_1_current"),
        ("hardware.ipmi.fan", "RPM", 5400.0, "127.0.0.1-fan_a"),
        ("hardware.ipmi.power", "W", 220.0, "127.0.0.1-system_power"),
    ] == list(read)
    assert {"gauge"} == set(samples.type)
    assert {"host": "127.0.0.1", "sensor": "CPU 1 Temp", "health": 0, "states": ""} == samples.metadata[0]
    assert PASSWORD not in str(samples.metadata.tolist())


def test_only_what_is_wanted_is_read(controller: Controller) -> None:
    url = f"ipmi://{USER}:{PASSWORD}@{controller.address}"
    assert ["hardware.ipmi.fan"] == polled(url, meters=["hardware.ipmi.fan"]).samples.name.tolist()


def test_a_wrong_password_is_told_without_it_and_the_others_are_read(
    controller: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        found = polled(
            f"ipmi://{USER}:wrong-and-secret@{controller.address}",
            f"ipmi://{USER}:{PASSWORD}@{controller.address}",
            meters=["hardware.ipmi.power"],
        )
    assert [1] == found.target.tolist()
    assert controller.address in caplog.text
    assert "wrong-and-secret" not in caplog.text


def test_a_controller_that_does_not_answer_is_given_up_in_time(
    controller: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        started = time.monotonic()
        with caplog.at_level(logging.WARNING, "nephoscope.poll"):
            assert 0 == len(polled(f"ipmi://u:secret@127.0.0.1:{silent.getsockname()[1]}", timeout_s=2).samples)
    assert time.monotonic() - started < 5
    assert "takes over 2 s" in caplog.text
    assert "secret" not in caplog.text


def test_targets_of_other_families_are_refused_for_good() -> None:
    with pytest.raises(PermanentError) as told:
        polled("snmp://a", "ipmi://b")
    assert {"snmp://a"} == told.value.targets


def test_controllers_may_be_listed_in_one_discovery() -> None:
    assert ["ipmi://u:p@a", "ipmi://b"] == [t.id for t in Controllers(PollSettings("x")).discover("u:p@a, b")]
