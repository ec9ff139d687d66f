# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Tables of what settings may name, and the rows that packages outside add."""

import math
from importlib.metadata import EntryPoint

import pytest

from nephoscope.model.errors import NotFound
from nephoscope.model.row_table import load, offered

ROWS = {"root": "math:sqrt", "half": "math:absent"}
POINTS = [EntryPoint("edge", "math:floor", "group"), EntryPoint("root", "math:ceil", "group")]


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: POINTS if group == "group" else [])


def test_a_name_leads_to_what_its_row_says() -> None:
    assert math.sqrt is load("function", "root", ROWS, "other")
    with pytest.raises(AttributeError):
        load("function", "half", ROWS, "other")


def test_packages_outside_add_rows_and_replace_none() -> None:
    assert {"edge": "math:floor", "half": "math:absent", "root": "math:sqrt"} == offered(ROWS, "group")
    assert ["edge", "half", "root"] == list(offered(ROWS, "group"))
    assert (math.floor, math.sqrt) == (load("function", "edge", ROWS, "group"), load("function", "root", ROWS, "group"))


def test_a_name_that_nobody_offers_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="no function is called 'edge'; there are half, root"):
        load("function", "edge", ROWS, "other")
    with pytest.raises(NotFound, match="'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; there are none"):
        load("function", "x" * 1000, {}, "other")
