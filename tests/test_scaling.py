# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What works on scaling groups, put together out of the configuration."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from nephoscope.act.scale.actuators.tools import ActuatorSettings
from nephoscope.act.scale.tools import WorkSettings
from nephoscope.config import Config, ScaleConfig
from nephoscope.model.errors import BadRequest
from nephoscope.model.scaling import ScalingGroup
from nephoscope.scaling import Scaling, open_scaling
from nephoscope.store.catalog import Catalog
from nephoscope.store.index import open_index
from tests.store.measured import Measured


def opened(folder: Path, measured: Measured, **settings: Any) -> Scaling:
    config = Config(data_dir=str(folder), scale=ScaleConfig(**settings))
    index = open_index(f"sqlite:///{folder}/index.db")
    return open_scaling(config, index, Catalog(index, measured.series), measured.reader, lambda _batch: None, None)


def group(actuator: str, **options: Any) -> ScalingGroup:
    return ScalingGroup(id="g", min_size=0, max_size=1, actuator=actuator, options=options)


def test_limits_are_those_of_the_section(tmp_path: Path, measured: Measured) -> None:
    found = opened(tmp_path, measured, groups_max=3, policies_max=2, options_bytes_max=9)
    assert (3, 2, 9) == (found.offer.groups_max, found.offer.policies_max, found.offer.options_bytes_max)


def test_a_server_that_works_on_no_groups_still_offers_them(tmp_path: Path, measured: Measured) -> None:
    found = opened(tmp_path, measured, enabled=False, commands={"x": ["/bin/true"]})
    assert None is found.worker
    found.start()
    found.offer.wake()
    found.offer.check(group("command", command="x"))
    found.stop()


def test_an_actuator_that_cannot_be_is_told(tmp_path: Path, measured: Measured) -> None:
    check = opened(tmp_path, measured).offer.check
    with pytest.raises(BadRequest, match="no actuator is called 'magic'; there are"):
        check(group("magic"))
    with pytest.raises(BadRequest, match="rm"):
        check(group("command", command="rm"))


@pytest.mark.parametrize("kind", [WorkSettings, ActuatorSettings])
def test_settings_have_the_names_and_defaults_of_the_section(kind: Any) -> None:
    section = msgspec.structs.asdict(ScaleConfig())
    found = {name: getattr(kind(), name) for name in kind.__dataclass_fields__ if name != "hang_s"}
    assert found.keys() <= section.keys()
    for name, value in found.items():
        assert section[name] == (list(value) if isinstance(value, tuple) else value), name
