# SPDX-License-Identifier: Apache-2.0
"""Temperatures, on a machine that has sensors."""

from types import SimpleNamespace

import psutil
import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.temperature import Temperature


def test_each_sensor_is_a_resource_even_where_labels_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    sensors = {
        "coretemp": [
            SimpleNamespace(label="Core 0", current=41.0, high=80.0, critical=100.0),
            SimpleNamespace(label="Core 0", current=42.0, high=None, critical=None),
        ],
        "acpitz": [SimpleNamespace(label="", current=30.5, high=None, critical=None)],
    }
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: sensors)
    batch = Temperature(Host("box")).poll(1).batch()
    assert [resource.id for resource in batch.resources] == [
        "box.sensor.coretemp.0%20Core%200",
        "box.sensor.coretemp.1%20Core%200",
        "box.sensor.acpitz.0",
    ]
    assert [(r, batch.meters[m].name, v) for r, m, v in zip(batch.resource, batch.meter, batch.value, strict=True)] == [
        (0, "temperature", 41.0),
        (0, "temperature.high", 80.0),
        (0, "temperature.critical", 100.0),
        (1, "temperature", 42.0),
        (2, "temperature", 30.5),
    ]


def test_a_machine_without_sensors_has_no_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "sensors_temperatures", dict)
    assert Temperature(Host("box")).poll(1).batch().value == []
