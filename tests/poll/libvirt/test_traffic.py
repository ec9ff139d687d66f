# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What came since the poll before."""

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.poll.libvirt.traffic import Traffic


@given(st.lists(st.integers(0, 2**63), min_size=1))
def test_gains_of_a_counter_that_only_grows_add_up_to_its_growth(gains: list[int]) -> None:
    traffic, total, seen = Traffic(), 7, 0.0
    for gain in gains:
        total += gain
        seen += traffic.since("a", "port", "rx.bytes", total) or 0
    assert sum(gains[1:]) == seen or abs(sum(gains[1:]) - seen) <= 1e-9 * seen


def test_first_is_nought_and_a_counter_that_began_anew_counts_whole() -> None:
    traffic = Traffic()
    assert [0.0, 30, None, 20, 0] == [traffic.since("a", "p", "rx", value) for value in (100, 130, None, 20, 20)]


def test_each_counter_of_each_port_of_each_domain_is_its_own() -> None:
    traffic = Traffic()
    for domain, port, counter in (("a", "p", "rx"), ("a", "p", "tx"), ("a", "q", "rx"), ("b", "p", "rx")):
        assert 0.0 == traffic.since(domain, port, counter, 50)
    assert [1, 2] == [traffic.since("a", "p", "tx", 51), traffic.since("b", "p", "rx", 52)]


def test_a_domain_that_went_begins_anew_when_it_returns() -> None:
    traffic = Traffic()
    for domain in ("a", "b"):
        traffic.since(domain, "p", "rx", 100)
    traffic.keep({"a"})
    assert [5, 0.0] == [traffic.since(domain, "p", "rx", 105) for domain in ("a", "b")]
