# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples as agents write them."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload
from nephoscope.model.sample_json import decode, encode
from tests.pipeline.made import NINE_NS, sample


def decoded(value: Any) -> list[dict[str, Any]]:
    return list(encode(decode(json.dumps(value).encode(), NINE_NS)[0]))


def test_both_ways_of_writing_mean_the_same() -> None:
    usual = sample(volume=2.5)
    wire = {f"counter_{key}" if key in ("name", "type", "unit", "volume") else key: each for key, each in usual.items()}
    assert decoded([usual]) == decoded({"samples": [wire | {"message_id": "x", "source": "openstack"}]})


@pytest.mark.parametrize("stamp", ["2026-03-02T09:00:00", "2026-03-02 09:00:00", "2026-03-02T10:00:00+01:00"])
def test_times_are_utc_unless_they_say_otherwise(stamp: str) -> None:
    assert "2026-03-02T09:00:00+00:00" == decoded([sample(timestamp=stamp)])[0]["timestamp"]


def test_a_volume_that_is_no_number_is_left_out_and_told() -> None:
    listed = [sample(volume=each) for each in ("7", None, "many", 3)]
    assert [7.0, 3.0] == [each["volume"] for each in decoded(listed)]
    assert 2 == decode(json.dumps(listed).encode(), NINE_NS)[1]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (5, "samples are a JSON list"),
        ({"other": []}, "samples are a JSON list"),
        ([5], "sample 0: Expected `object`"),
        ([sample(), {"name": "x"}], "sample 1: Object missing required field `type`"),
        ([sample(resource_metadata=[])], "sample 0: Expected `object | null`, got `array` - at `$.resource_metadata`"),
        ([sample(timestamp="yesterday-ish")], "sample 0: "),
    ],
)
def test_what_is_no_sample_is_named(value: Any, told: str) -> None:
    with pytest.raises(BadPayload) as caught:
        decoded(value)
    assert told in caught.value.message


@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5)),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(sample())), inner, max_size=9)
            ),
            max_leaves=20,
        ).map(lambda each: json.dumps(each).encode()),
    )
)
def test_anything_is_samples_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadPayload):
        assert 0 <= len(decode(body, NINE_NS)[0])
