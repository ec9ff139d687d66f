# SPDX-License-Identifier: Apache-2.0

"""What is wrong with a transformer's parameters is told with file, line and key."""

from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.pipeline.config import TRANSFORMER_NAMES
from nephoscope.pipeline.transform import TRANSFORMERS
from tests.pipeline.made import transformer


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("rate_of_change", {"target": 5}, "parameters.target must be a map, not '5'"),
        (
            "rate_of_change",
            {"target": {"type": "meter"}},
            "parameters.target.type must be one of gauge, delta, cumulative",
        ),
        ("rate_of_change", {"target": {"max": "x"}}, "parameters.target.max must be a number, not 'x'"),
        ("rate_of_change", {"target": {"scale": "open('x')"}}, "is not part of the grammar"),
        ("unit_conversion", {"source": {"map_from": {"name": "("}}}, "parameters.source.map_from.name is no regular"),
        ("delta", {"growth_only": "yes"}, "parameters.growth_only must be true or false, not 'yes'"),
        ("arithmetic", {"target": {"name": "x"}}, "parameters.target.expr is needed"),
        ("arithmetic", {"target": {"expr": "$(a).resource_metadata.x() "}}, "is not part of the grammar"),
        ("aggregator", {"user_id": "middle"}, "parameters.user_id must be one of first, last, not 'middle'"),
        ("aggregator", {"size": "many"}, "parameters.size must be a number, not 'many'"),
    ],
)
def test_wrong_parameters(name: str, parameters: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        transformer(name, **parameters)
    assert told in caught.value.message
    assert caught.value.message.startswith("pipeline.yaml:7: ")


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("accumulator", {"length": 3}, "parameters.length is ignored: the keys here are size"),
        (
            "rate_of_change",
            {"target": {"scales": 3}},
            "parameters.target.scales is ignored: the keys here are map_to, max",
        ),
    ],
)
def test_unknown_parameters_are_ignored_and_told(
    caplog: pytest.LogCaptureFixture, name: str, parameters: dict[str, Any], told: str
) -> None:
    transformer(name, **parameters)
    assert caplog.messages[0].startswith(f"pipeline.yaml:7: {told}")


def test_every_name_of_a_file_has_its_row() -> None:
    assert sorted(TRANSFORMER_NAMES) == sorted(TRANSFORMERS)
