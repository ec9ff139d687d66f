# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Discoveries: how they are named, asked once a cycle, and what happens when there is nobody to ask."""

import logging
import threading
import time

import pytest

from nephoscope.model.errors import NotFound
from nephoscope.observe import registry
from nephoscope.poll import discovery
from nephoscope.poll.contract import PollSettings, ServiceAbsent, Target
from nephoscope.poll.discovery import Discoveries, Found, Once, is_local, parts
from tests.poll.counting import SETTINGS, finding


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is logged."""
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    return caplog


@pytest.mark.parametrize(
    ("name", "parameter", "url"),
    [
        ("tenant", "", "tenant"),
        ("tenant", "", "tenant://"),
        ("endpoint", "volumev3", "endpoint://volumev3"),
        ("endpoint", "volumev3", "endpoint:volumev3"),
        ("x", "http://a:1/b", "x://http://a:1/b"),
    ],
)
def test_a_url_is_a_name_and_a_parameter(name: str, parameter: str, url: str) -> None:
    assert (name, parameter) == parts(url)


def test_what_is_local_says_so_in_its_name() -> None:
    assert [True, True, False] == [is_local(url) for url in ("local_instances", "local_node://", "tenant")]


def test_a_url_is_asked_once_a_cycle() -> None:
    asked: list[str] = []
    discoveries = Discoveries(SETTINGS, {"x": finding("a", "b", "a", asked=asked)})
    found = Found(discoveries)
    assert [Target("1a"), Target("1b")] == found.by("x://1") == found.by("x://1")
    assert [Target("2a"), Target("2b")] == found.by("x://2")
    assert ["1", "2"] == asked
    Found(discoveries).by("x://1")
    assert ["1", "2", "1"] == asked


@pytest.mark.parametrize("error", [ServiceAbsent("no volume service"), ModuleNotFoundError("no openstack")])
def test_where_the_service_is_absent_nothing_is_found_and_that_is_said_once(
    log: pytest.LogCaptureFixture, error: Exception
) -> None:
    discoveries = Discoveries(SETTINGS, {"volumes": finding(error=error)})
    assert [[], []] == [Found(discoveries).by("volumes") for _ in range(2)]
    assert 1 == log.text.count(f"nothing is discovered by 'volumes': {error}")


def test_a_discovery_that_nobody_knows_finds_nothing_and_that_is_said_once(log: pytest.LogCaptureFixture) -> None:
    discoveries = Discoveries(SETTINGS)
    assert [[], []] == [Found(discoveries).by("zzz://a") for _ in range(2)]
    assert 1 == log.text.count("no discovery is called 'zzz'")


def test_an_error_comes_to_all_who_ask_and_is_counted_and_said_once(log: pytest.LogCaptureFixture) -> None:
    def errors() -> float:
        return registry.value("nephoscope_discovery_errors_total", discovery="broken")

    before, asked = errors(), list[str]()
    discoveries = Discoveries(SETTINGS, {"broken": finding(asked=asked, error=OSError("no route"))})
    for _ in range(2):
        found = Found(discoveries)
        for _ in range(3):
            with pytest.raises(OSError, match="no route"):
                found.by("broken")
    assert (2, 2) == (len(asked), errors() - before)
    assert 1 == log.text.count("no route")


def test_those_who_ask_at_the_same_time_wait_for_the_first() -> None:
    made: list[int] = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    once, got = Once(make), list[int]()
    threads = [threading.Thread(target=lambda: got.append(once.get())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert ([1] * 5, [1]) == (got, made)


def test_a_discovery_that_still_asks_is_not_asked_by_another_cycle_meanwhile() -> None:
    inside: list[int] = []
    most: list[int] = []

    class Slow:
        """Counts who is inside."""

        def __init__(self, settings: PollSettings) -> None:
            assert SETTINGS == settings

        def discover(self, parameter: str) -> list[Target]:
            """Nothing, slowly."""
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()
            return []

    discoveries = Discoveries(SETTINGS, {"slow": Slow})
    threads = [threading.Thread(target=Found(discoveries).by, args=("slow",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert [1, 1, 1] == most


def test_every_row_is_a_discovery() -> None:
    assert list(discovery.DISCOVERIES) == [name for name in discovery.offered() if name in discovery.DISCOVERIES]
    for name in discovery.DISCOVERIES:
        assert callable(discovery.load(name)(SETTINGS).discover)
    with pytest.raises(NotFound, match="no discovery is called 'zzz'; there are "):
        discovery.load("zzz")
