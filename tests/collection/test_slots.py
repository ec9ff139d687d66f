# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What pipelines remember goes with the slots of shared work."""

from pathlib import Path
from typing import Any

from nephoscope.collection.slots import SlotResources
from tests.collection.made import RATES, collection, config
from tests.pipeline.made import sample, samples


def test_what_is_remembered_of_a_slot_goes_to_who_takes_it(tmp_path: Path) -> None:
    def made(name: str) -> Any:
        (tmp_path / name).mkdir()
        return collection(config(tmp_path / name, '[pipeline]\nfile = "{folder}/rates"\n', rates=RATES))

    with made("one") as one, made("two") as two:
        old, new = SlotResources(one.pipelines.running), SlotResources(two.pipelines.running)
        told: list[int] = []
        old.changed = told.append
        old.publish("central/3", samples(sample("a", 5, 0)))
        old.publish("", samples(sample("a", 7, 0, resource_id="mine")))
        packed = old.packed(3)
        assert ([3], None) == (told, old.packed(4))
        assert packed is not None
        new.take_over(3, packed)
        old.gone(3)
        running = one.pipelines.running
        assert ({}, 1) == (running.of_resources(["r1"]), len(running.of_resources(["mine"])))
        assert packed == new.packed(3)
        new.take_over(5, b"what is this")
        assert None is new.packed(5)
