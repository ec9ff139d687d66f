# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Expressions: what they compute, and that they can do nothing else."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.expression import Expression
from nephoscope.pipeline.transform.target import ROOTS, column_of
from tests.pipeline.made import sample, samples


def value_of(text: str, **fields: Any) -> float:
    found = samples(sample(**fields))
    return float(Expression.read(text, ROOTS).values(1, column_of(found))[0])


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (7.0, "1 + 2 * 3"),
        (8.0, "2 ** 3"),
        (3.0, "7 // 2"),
        (1.0, "7 % 2"),
        (-4.0, "-volume"),
        (2.0, "volume / 2"),
        (5.0, "volume if volume > 10 else 5"),
        (1.0, "volume == 4"),
        (1.0, "1 < volume <= 4"),
        (4.0, "max(volume, 3)"),
        (3.0, "min(volume, 3)"),
        (4.0, "abs(-volume)"),
        (2.5, "round(2.46, 1)"),
        (2.0, "int(2.9)"),
        (4.0, "resource_metadata.vcpus or volume"),
        (8.0, "resource_metadata.flavor.vcpus"),
        (8.0, "resource_metadata['flavor']['vcpus']"),
        (3.0, "resource_metadata.flavor.nothing.at.all or 3"),
        (1.0, "not resource_metadata.nothing"),
        (1.0, "resource_metadata.state == 'active'"),
        (2.0, "2 if 'act' in resource_metadata.state else 3"),
        (1.0, "user_id == 'u1' and project_id == 'p1'"),
        (1_772_442_000.0, "timestamp"),
    ],
)
def test_what_it_computes(expected: float, text: str) -> None:
    metadata = {"flavor": {"vcpus": 8}, "state": "active", "nothing": None}
    assert expected == value_of(text, volume=4.0, resource_metadata=metadata)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "volume / (volume - volume)",
        "resource_metadata.state + 1",
        "resource_metadata.x * 2",
        "10.0 ** 1000",
        "'a'",
    ],
)
def test_what_has_no_value_is_no_number(text: str) -> None:
    assert math.isnan(value_of(text, resource_metadata={"state": "active"}))


def test_each_sample_has_its_own_value() -> None:
    found = samples(
        *(sample(volume=2.0, resource_metadata={"vcpus": each} if each else {}) for each in (1, 2, 0, "x", 2))
    )
    values = Expression.read("volume / (resource_metadata.vcpus or 4)", ROOTS).values(5, column_of(found))
    assert [2.0, 1.0, 0.5, 1.0] == values[[0, 1, 2, 4]].tolist()
    assert np.isnan(values[3])


def test_maps_and_lists_of_metadata_are_true_or_false() -> None:
    found = samples(*(sample(resource_metadata={"tags": each}) for each in ([], ["a"], {}, {"b": 1})))
    values = Expression.read("1 if resource_metadata.tags else 0", ROOTS).values(4, column_of(found))
    assert [0.0, 1.0, 0.0, 1.0] == values.tolist()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "invalid syntax"),
        ("1 +", "invalid syntax"),
        ("__import__('os')", "is not part of the grammar"),
        ("open", "'open' is no field of a sample; fields begin with name, project_id"),
        ("volume.__class__", "'volume.__class__' is no field"),
        ("resource_metadata.x()", "'resource_metadata.x()' is not part of the grammar"),
        ("[1 for x in volume]", "is not part of the grammar"),
        ("lambda: 1", "is not part of the grammar"),
        ("f'{volume}'", "is not part of the grammar"),
        ("(volume := 3)", "is not part of the grammar"),
        ("max()", "is not part of the grammar"),
        ("max(*volume)", "is not part of the grammar"),
        ("round(1, ndigits=2)", "is not part of the grammar"),
        ("volume @ 2", "is not part of the grammar"),
        ("1 << 100", "is not part of the grammar"),
        ("1j", "is not part of the grammar"),
        ("resource_metadata[volume]", "is no field"),
        ("(" * 60 + "1" + ")" * 60 + " + " + "-" * 60 + "1", "deeper than 40"),
        ("1+" * 1200 + "1", "at most 2000 are read"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        Expression.read(text, ROOTS, "pipeline.yaml:7")
    assert told in caught.value.message
    assert caught.value.message.startswith("pipeline.yaml:7: ")


ATOMS = st.sampled_from(
    ["volume", "2", "3.5", "0", "resource_metadata.a", "resource_metadata.b", "resource_metadata.no"]
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.flatmap(
            lambda each: st.sampled_from([f"({each[0]} {op} {each[1]})" for op in ("+", "-", "*", "/", "//", "%")])
        ),
        two.flatmap(
            lambda each: st.sampled_from([f"({each[0]} {op} {each[1]})" for op in ("and", "or", "<", "==", ">=")])
        ),
        inner.map(lambda each: f"(not {each})"),
        inner.map(lambda each: f"abs({each})"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} if {each[1]} else {each[2]})"),
    )


class Namespace(dict[str, Any]):
    """What evaluation by Python itself would be given."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name, 0)


@given(st.recursive(ATOMS, grown, max_leaves=12), st.lists(st.sampled_from([0, 1, 2, -3, 2.5]), min_size=1, max_size=5))
def test_it_computes_what_python_would(text: str, volumes: list[float]) -> None:
    """But for what is missing: there it is 0 here, so that both have a number."""
    fields = {"a": 2, "b": 0, "no": 0}
    found = samples(*(sample(volume=volume, resource_metadata=fields) for volume in volumes))
    values = Expression.read(text, ROOTS).values(len(volumes), column_of(found)).tolist()
    for volume, value in zip(volumes, values, strict=True):
        try:
            known = {
                "volume": float(volume),
                "resource_metadata": Namespace({key: float(each) for key, each in fields.items()}),
            }
            expected = float(eval(text, {"abs": abs}, known))
        except (ZeroDivisionError, OverflowError):
            expected = math.nan
        assert math.isnan(value) if not math.isfinite(expected) else value == pytest.approx(expected, rel=1e-12)


@given(st.one_of(st.text(max_size=60), st.text("volumeresc_mtadi.[]()'\"+-*/%<>=! 019,:", max_size=40)))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    found = samples(sample(), sample(resource_metadata={"a": "b"}))
    try:
        expression = Expression.read(text, ROOTS)
    except BadRequest:
        return
    assert 2 == len(expression.values(2, column_of(found)))
