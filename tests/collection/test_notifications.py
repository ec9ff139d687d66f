# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What an agent's settings say of notifications reaches those who make samples of them."""

from pathlib import Path

import pytest

from nephoscope.collection.notifications import meter_definitions
from tests.collection.made import config
from tests.receive.notifications.recorded import message


@pytest.mark.parametrize("files", ["", 'meters = ["{folder}/meters"]\n'])
def test_what_is_reserved_of_metadata_counts_for_notifications_too(tmp_path: Path, files: str) -> None:
    meters = """
metric:
  - {name: memory, event_type: compute.instance, type: gauge, unit: MiB, volume: $.payload.memory_mb,
     resource_id: $.payload.instance_id, user_metadata: $.payload.metadata}
"""
    text = '[notifications]\nreserved_metadata_namespaces = ["bill."]\nreserved_metadata_keys = ["role"]\n'
    definitions = meter_definitions(config(tmp_path, text + files, meters=meters).notifications)
    payload = {"memory_mb": 1, "instance_id": "i", "metadata": {"bill.to": "b", "role": "r", "metering.c": "no"}}
    found = definitions.samples_of([message(payload, "compute.instance.exists")], 0)
    kept = {name: told["user_metadata"] for name, told in zip(found.name, found.metadata, strict=True)}
    assert {"to": "b", "role": "r"} == kept["memory"]
