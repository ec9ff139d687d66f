# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Families of meters: how they are found, and what is said of those that this installation lacks."""

import json
from pathlib import Path
from typing import ClassVar, get_args

import pytest

from nephoscope.model.errors import NotFound
from nephoscope.model.sample import Meter
from nephoscope.poll import families
from nephoscope.poll.contract import Namespace, PollSettings
from nephoscope.poll.families import defined, load, load_all, made, offered
from tests.poll.counting import SETTINGS, Counting


class Plain(Counting):
    """What it reads stands in its class."""

    METERS: ClassVar[tuple[Meter, ...]] = (Meter("plain"),)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "tenant"

    def __init__(self, settings: PollSettings) -> None:
        super().__init__()
        assert SETTINGS == settings


class Defined(Plain):
    """What it reads is defined by its settings."""

    def __init__(self, settings: PollSettings) -> None:
        super().__init__(settings)
        vars(self)["METERS"] = (Meter("of.a.file"),)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of this test beside those of the table."""
    monkeypatch.setitem(families.FAMILIES, "plain", f"{__name__}:Plain")
    monkeypatch.setitem(families.FAMILIES, "lacking", "absent_package_of_a_test:Lacking")
    monkeypatch.setitem(families.FAMILIES, "broken", "nephoscope.poll.no_such_module:Broken")


@pytest.mark.usefixtures("rows")
def test_families_are_loaded_by_name() -> None:
    found, missing = load_all(SETTINGS, ["plain"])
    assert [] == missing
    assert [("plain", "central", "tenant", (Meter("plain"),))] == [
        (each.name, each.namespace, each.discovery, each.meters) for each in found
    ]
    assert isinstance(found[0].family, Plain)
    assert "plain" in offered()


def test_what_is_defined_by_settings_is_known_once_it_is_made() -> None:
    assert (Meter("of.a.file"),) == made("defined", Defined, SETTINGS).meters


@pytest.mark.usefixtures("rows")
def test_a_package_that_is_not_installed_costs_one_family() -> None:
    found, missing = load_all(SETTINGS, ["lacking", "plain"])
    assert ["plain"] == [each.name for each in found]
    assert ["the meters of 'lacking' need absent_package_of_a_test, which is not installed"] == missing


@pytest.mark.usefixtures("rows")
def test_a_module_of_ours_that_is_missing_is_no_lacking_package() -> None:
    with pytest.raises(ModuleNotFoundError):
        load_all(SETTINGS, ["broken"])


def test_a_name_that_nobody_offers_is_refused() -> None:
    with pytest.raises(NotFound, match="no family of meters is called 'zzz'; there are "):
        load("zzz")


def test_what_operators_define_in_files_are_families_too(tmp_path: Path) -> None:
    definition = {
        "name": "dynamic.load",
        "sample_type": "gauge",
        "unit": "process",
        "value_attribute": "load",
        "endpoint_type": "compute",
        "url_path": "v1/load",
        "namespaces": ["central", "compute"],
    }
    (tmp_path / "a.yaml").write_text(json.dumps([definition]))
    found = defined(PollSettings("box", definitions_dirs=(str(tmp_path),)))
    assert [("dynamic.load in central", "central"), ("dynamic.load in compute", "compute")] == [
        (each.name, each.namespace) for each in found
    ]
    assert {("dynamic.load",)} == {tuple(meter.name for meter in each.meters) for each in found}
    assert [] == defined(SETTINGS)


def test_every_row_is_a_family_with_meters_of_its_own() -> None:
    found, missing = load_all(SETTINGS)
    assert [] == missing
    assert set(families.FAMILIES) <= {each.name for each in found}
    meters = [meter.name for each in found for meter in each.meters]
    assert len(set(meters)) == len(meters)
    assert all(each.namespace in get_args(Namespace) for each in found)
    assert all(callable(each.family.poll) for each in found)
