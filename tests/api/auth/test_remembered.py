# SPDX-License-Identifier: Apache-2.0
"""Verdicts are remembered for a while, and never more of them than allowed."""

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.api.auth.remembered import Remembered


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_value_lasts_as_long_as_it_was_put_for() -> None:
    clock = Clock()
    memory: Remembered[str] = Remembered(10, clock)
    memory.put("token", "alice", for_s=5)

    clock.now_s += 4.9
    assert memory.get("token") == "alice"
    clock.now_s += 0.1
    assert memory.get("token") is None
    assert len(memory) == 0


def test_the_least_recently_used_goes_first() -> None:
    memory: Remembered[int] = Remembered(2)
    memory.put("a", 1, 60)
    memory.put("b", 2, 60)
    memory.get("a")
    memory.put("c", 3, 60)

    assert [memory.get(name) for name in "abc"] == [1, None, 3]


def test_forgetting_drops_everything() -> None:
    memory: Remembered[int] = Remembered(2)
    memory.put("a", 1, 60)
    memory.forget()

    assert memory.get("a") is None


def test_secrets_are_not_kept() -> None:
    memory: Remembered[int] = Remembered(2)
    memory.put("hunter2", 1, 60)

    assert "hunter2" not in str(memory.__dict__)


@given(st.lists(st.tuples(st.text(max_size=2), st.floats(0, 10))), st.integers(1, 5))
def test_it_never_grows_beyond_its_size(puts: list[tuple[str, float]], size_max: int) -> None:
    memory: Remembered[int] = Remembered(size_max)
    for number, (secret, for_s) in enumerate(puts):
        memory.put(secret, number, for_s)
        assert len(memory) <= size_max
