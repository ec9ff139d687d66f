# SPDX-License-Identifier: Apache-2.0
"""What an agent says of itself, as texts that can be kept and numbers that can be."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.agent_report import AgentReport, Outlet, shown
from nephoscope.model.text import is_storable


@given(st.text() | st.text("\ud800\x00 \n\té", min_size=200))
def test_whatever_is_shown_is_one_line_that_can_be_kept(text: str) -> None:
    said = shown(text)
    assert len(said) <= 255
    assert is_storable(said)
    assert not {"\n", "\r", "\t"} & set(said)
    assert said == shown(said)


@given(
    st.text(min_size=1, max_size=255), st.floats(0, 1e18), st.integers(0, 2**53), st.none() | st.integers(0, 2**63 - 1)
)
def test_what_was_said_is_read_as_it_was(name: str, sent: float, waiting: int, trouble_ns: int | None) -> None:
    outlets = (Outlet(name, sent=sent, waiting=waiting, trouble_ns=trouble_ns),)
    report = AgentReport(name, "1", 1, 2, 10, outlets=outlets)
    assert report == msgspec.json.decode(msgspec.json.encode(report), type=AgentReport)


@pytest.mark.parametrize("number", ["-1", "1e19", "NaN", "1e999", '"1"'])
def test_no_count_is_below_nothing_or_beyond_measure(number: str) -> None:
    text = '{"name":"a","version":"1","started_ns":1,"time_ns":2,"interval_s":10,"outlets":[{"name":"x","sent":%s}]}'
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(text % number, type=AgentReport)
