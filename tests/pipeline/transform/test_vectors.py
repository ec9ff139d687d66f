# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every recorded vector: what the last release with pipeline transformers made of the same samples."""

import json
from typing import Any

import pytest

from nephoscope.model import timestamp
from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import decode, encode
from nephoscope.pipeline.chain import Chain
from nephoscope.pipeline.config import TransformerConfig
from nephoscope.pipeline.transform import made
from tests.project import PROJECT

VECTORS: list[dict[str, Any]] = json.loads((PROJECT / "tests/data/transformer-vectors.json").read_text())["vectors"]
# Long after the recorded samples.
NOW_NS = timestamp.parse("2026-11-01T00:00:00", 0)


def samples(listed: list[dict[str, Any]]) -> Samples:
    return decode(json.dumps(listed).encode(), NOW_NS)[0]


def shown(found: Samples) -> list[dict[str, Any]]:
    return list(encode(found))


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_what_comes_out_is_what_was_recorded(vector: dict[str, Any]) -> None:
    configs = [
        TransformerConfig(each["name"], each.get("parameters") or {}, "test:1") for each in vector["transformers"]
    ]
    chain = Chain([made(each) for each in configs])
    for batch, expected in zip(vector["batches"], vector["expected"], strict=True):
        found = shown(chain.take(samples(batch), NOW_NS))
        wanted = shown(samples(expected))
        assert [each | {"volume": pytest.approx(each["volume"], rel=1e-9)} for each in wanted] == found


def test_there_are_all_of_them() -> None:
    assert 35 == len(VECTORS)
