# SPDX-License-Identifier: Apache-2.0
"""Pauses between tries: longer each time, up to a bound, never the same for all."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.receive.transport.amqp_worker import FIRST_PAUSE_S, pause_s


@given(st.integers(1, 10_000), st.floats(0.01, 3600), st.integers())
def test_pauses_stay_between_half_and_the_whole_of_a_doubling_bound(failures: int, longest_s: float, seed: int) -> None:
    whole_s = min(longest_s, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 40))
    assert whole_s / 2 <= pause_s(failures, longest_s, Random(seed)) <= whole_s


def test_two_clients_do_not_wait_equally_long() -> None:
    assert pause_s(3, 60, Random(1)) != pause_s(3, 60, Random(2))
