# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the demo tells of each step, and when a part of its story is over."""

import io
from typing import Any

import pytest
from rich.console import Console

from nephoscope.client.ask import Server
from nephoscope.demo.autoscaling import __main__ as demo
from nephoscope.demo.autoscaling.balancer import Balancer, Load
from nephoscope.demo.autoscaling.loop import Loop, Plan, Seen
from nephoscope.model.alarm import State


class Told(Loop):
    """A loop that looks as it is said, one after the other, the last for ever."""

    def __init__(self, *seen: Seen, news: list[dict[str, Any]] | None = None) -> None:
        super().__init__(Server("http://127.0.0.1:9"), Plan())
        self._seen = list(seen)
        self._news = news or []

    def look(self) -> Seen:
        return self._seen.pop(0) if len(self._seen) > 1 else self._seen[0]

    def news(self) -> list[dict[str, Any]]:
        found, self._news = self._news, []
        return found


def seen(running: int, desired: int, busy: State = "ok", mean: float | None = 50.0) -> Seen:
    return Seen({"desired": desired}, {f"demo-{n}": "running" for n in range(1, running + 1)}, mean, busy, "ok")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps take no time."""
    monkeypatch.setattr(demo, "STEP_S", 1e-6)


def story(loop: Loop, said: io.StringIO) -> demo.Story:
    balancer = Balancer()
    return demo.Story(loop, Load(balancer, 1), balancer, 1800, Console(file=said, width=80))


def test_a_step_is_a_line_and_a_change_another() -> None:
    change = {"before": 1, "wanted": 3, "by": "the alarm [busy]", "failure": "no room"}
    said = io.StringIO()
    story(Told(seen(2, 3, "alarm", 91.4), news=[change]), said).step()
    line, more = said.getvalue().splitlines()
    assert line.split()[-6:] == ["3", "91", "%", "ALARM", "no", "##"]
    assert "1 -> 3 members, as the alarm [busy] said: it failed, no room" == more.strip()


def test_what_is_not_known_yet_is_a_dash() -> None:
    said = io.StringIO()
    story(Told(seen(0, 1, "insufficient data", None)), said).step()
    assert ["1", "-", "-", "no"] == said.getvalue().split()[-4:]


def test_a_part_is_over_when_it_has_held_for_some_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    told = story(Told(seen(1, 1), seen(2, 1), seen(1, 1)), said)
    assert told.part("Calm", 1, lambda each: len(each.running) == 1)
    # An empty line, the title and the names of columns; what held once and then did not counts for nothing.
    assert 3 + 2 + demo.STEADY_STEPS == len(said.getvalue().splitlines())
    monkeypatch.setattr(demo, "PART_S", 0)
    assert not told.part("Never", 1, lambda each: True)
