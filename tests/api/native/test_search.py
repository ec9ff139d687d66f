# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Everything by what people call it."""

import pytest

from nephoscope.api.native.search import SearchQuery
from tests.api.native.cloud import Asker, Cloud


@pytest.fixture
def things(cloud: Cloud) -> dict[str, str]:
    """Instances with metrics, one of another project; gives their ids by name."""
    found = {}
    for name, label, project in (
        ("vm-10", "web-front", "blue"),
        ("vm-1", "web", "blue"),
        ("vm-2", "Webmail", "red"),
        ("vm-3", "db", "blue"),
    ):
        made = cloud.resource(name, project, display_name=label)
        found[name] = str(made.id)
        for metric in ("cpu.util", "cpu"):
            found[f"{name} {metric}"] = str(cloud.metric(made, metric).id)
    return found


def labels(asker: Asker, q: str) -> list[str]:
    return [each["label"] for each in asker.get("/search", q=q)["resources"]]


def metrics(asker: Asker, q: str, limit: int = 20) -> list[tuple[str, str]]:
    found = asker.get("/search", q=q, limit=limit)["metrics"]
    return [(each["resource"]["name"], each["name"]) for each in found]


@pytest.mark.usefixtures("things")
def test_what_is_called_exactly_so_comes_first(admin: Asker) -> None:
    assert ["web", "Webmail", "web-front"] == labels(admin, "web")
    assert ["web", "web-front"] == labels(admin, "vm-1")
    assert [] == labels(admin, "nothing")


@pytest.mark.usefixtures("things")
def test_metrics_are_found_by_name_and_by_their_resources_name(admin: Asker) -> None:
    assert [("vm-3", "cpu"), ("vm-3", "cpu.util")] == metrics(admin, "vm-3 cpu")
    assert [("vm-3", "cpu"), ("vm-3", "cpu.util")] == metrics(admin, "DB CPU")
    assert {"cpu"} == {name for _, name in metrics(admin, "cpu", 4)}
    assert 8 == len(metrics(admin, "cpu"))


def test_ids_are_found(things: dict[str, str], admin: Asker) -> None:
    assert ["db"] == labels(admin, things["vm-3"])
    assert [("vm-3", "cpu")] == metrics(admin, things["vm-3 cpu"])


def test_members_find_their_own(things: dict[str, str], member: Asker) -> None:
    assert ["web", "web-front"] == labels(member, "web")
    assert 6 == len(metrics(member, "cpu"))
    assert [] == labels(member, things["vm-2"])
    assert [] == metrics(member, things["vm-2 cpu"])


@pytest.mark.usefixtures("things")
def test_signs_are_taken_literally(admin: Asker) -> None:
    assert [] == labels(admin, "w_b")
    assert [] == labels(admin, "%")
    assert {"web", "web-front", "Webmail"} == set(labels(admin, "w*b*"))


def test_nothing_and_too_much_are_refused(admin: Asker) -> None:
    assert 400 == admin.ask("GET", "/search").status
    assert 400 == admin.ask("GET", "/search", arguments={"q": ""}).status
    assert 400 == admin.ask("GET", "/search", arguments={"q": "x" * 201}).status
    assert {"resources": [], "metrics": []} == admin.get("/search", q="   ")
    assert 20 == SearchQuery(q="x").limit
