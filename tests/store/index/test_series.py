# SPDX-License-Identifier: Apache-2.0
"""Which series an aggregation over resources finds, and how they are grouped."""

import pytest

from nephoscope.model.errors import BadRequest, NotFound, TooLarge
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceChange, SeriesGroup
from nephoscope.model.search import EVERYTHING, equal
from nephoscope.store.index.contract import Index
from tests.store.index.samples import INSTANCE, SECOND, START_NS, Clock, make

LOW = MetricDraft(archive_policy_name="low")
HIGH = MetricDraft(archive_policy_name="high")


@pytest.fixture(autouse=True)
def instances(index: Index) -> None:
    index.resource_types.create(INSTANCE)


def found(groups: list[SeriesGroup]) -> list[tuple[object, list[str]]]:
    """The groups' keys, each with `resource/metric` of its series."""
    return [
        (group.key, [f"{each.resource.original_resource_id}/{each.metric_name}" for each in group.series])
        for group in groups
    ]


def test_series_are_found_by_search_and_name(index: Index, clock: Clock) -> None:
    for name, host in (("a", "x"), ("b", "y"), ("c", "x")):
        clock.forward(1)
        make(index, name, "instance", host=host, metrics={"cpu": LOW, "mem": HIGH})
    groups = index.resources.series("instance", equal("host", "x"), ["mem", "cpu"])
    assert found(groups) == [((), ["a/cpu", "a/mem", "c/cpu", "c/mem"])]
    first = groups[0].series[1]
    metric = index.metrics.get([first.metric_id])[first.metric_id]
    assert (metric.number, "high") == (first.metric_number, first.archive_policy_name)
    assert first.resource.attributes["host"] == "x"


@pytest.mark.parametrize(
    ("expected", "names"),
    [
        (["cpu"], ["cpu"]),
        (["disk.a", "disk.b"], ["disk.*"]),
        (["cpu", "disk.a"], ["cp?", "disk.[a]"]),
        (["disk.b"], ["disk.[!a]"]),
        (["cpu", "disk.a", "disk.b", "mem[0]", "x%y_z\\"], ["*"]),
        (["mem[0]"], ["mem[0]"]),
        (["mem[0]"], ["mem[[]*"]),
        (["x%y_z\\"], ["x%y_z*"]),
        ([], ["CPU", "x%", "nope", "mem[0"]),
        ([], []),
    ],
)
def test_names_may_be_globs(index: Index, expected: list[str], names: list[str]) -> None:
    every = ["cpu", "disk.a", "disk.b", "mem[0]", "x%y_z\\", "xAyBz"]
    make(index, "vm", metrics=dict.fromkeys(every[:5], LOW))
    groups = index.resources.series("generic", EVERYTHING, names)
    assert expected == sorted(each.metric_name for group in groups for each in group.series)


def test_groups_come_in_the_order_of_their_keys_unset_first(index: Index) -> None:
    for name, host, project, on in (
        ("a", "y", "p", True),
        ("b", None, "q", False),
        ("c", "x", "q", None),
        ("d", "x", "p", True),
        ("e", None, None, None),
    ):
        make(index, name, "instance", project_id=project, host=host, on=on, metrics={"cpu": LOW})
    make(index, "without", "instance", host="z")
    by_host = index.resources.series("instance", EVERYTHING, ["cpu"], groupby=["host"])
    assert [group.key for group in by_host] == [(None,), ("x",), ("y",)]
    assert [len(group.series) for group in by_host] == [2, 2, 1]
    both = index.resources.series("instance", EVERYTHING, ["cpu"], groupby=["project_id", "on"])
    assert [(key, sorted(series)) for key, series in found(both)] == [
        ((None, None), ["e/cpu"]),
        (("p", True), ["a/cpu", "d/cpu"]),
        (("q", None), ["c/cpu"]),
        (("q", False), ["b/cpu"]),
    ]


def test_common_fields_group_as_they_are_shown(index: Index) -> None:
    vm = make(index, "vm", ended_at_ns=START_NS + SECOND, metrics={"cpu": LOW})
    keys = ["id", "type", "created_by_project_id", "ended_at", "original_resource_id"]
    groups = index.resources.series("generic", EVERYTHING, ["cpu"], groupby=keys)
    expected = (str(vm.id), "generic", "blue", "2027-01-15T08:00:01+00:00", "vm")
    assert [expected] == [group.key for group in groups]


def test_revisions_that_overlap_the_time_are_found_each(index: Index, clock: Clock) -> None:
    vm = make(index, "vm", "instance", host="a", metrics={"cpu": LOW})
    for host in ("b", "c"):
        clock.forward(100)
        index.resources.change(vm.id, ResourceChange(attributes={"host": host}), "instance")

    def hosts(start: int | None, stop: int | None) -> list[object]:
        groups = index.resources.series(
            "instance",
            EVERYTHING,
            ["cpu"],
            groupby=["host"],
            history=True,
            start_ns=None if start is None else START_NS + start * SECOND,
            stop_ns=None if stop is None else START_NS + stop * SECOND,
        )
        return [group.key[0] for group in groups]

    assert hosts(None, None) == ["a", "b", "c"]
    assert hosts(0, 100) == ["a"]
    assert hosts(0, 101) == ["a", "b"]
    assert hosts(100, 200) == ["b"]
    assert hosts(99, 201) == ["a", "b", "c"]
    assert hosts(500, None) == ["c"]
    assert hosts(None, 0) == []
    groups = index.resources.series("instance", equal("host", "b"), ["cpu"], history=True)
    revision = groups[0].series[0].resource
    assert (revision.revision_start_ns, revision.revision_end_ns) == (START_NS + 100 * SECOND, START_NS + 200 * SECOND)
    assert found(index.resources.series("instance", equal("host", "c"), ["cpu"])) == [((), ["vm/cpu"])]
    assert index.resources.series("instance", equal("host", "b"), ["cpu"]) == []


def test_what_is_not_visible_is_not_found(index: Index) -> None:
    make(index, "a", project_id="p", metrics={"cpu": LOW})
    make(index, "b", project_id="q", metrics={"cpu": LOW})
    groups = index.resources.series("generic", EVERYTHING, ["cpu"], visible=equal("project_id", "p"))
    assert found(groups) == [((), ["a/cpu"])]


def test_deleted_metrics_are_not_found(index: Index) -> None:
    vm = make(index, "a", metrics={"cpu": LOW})
    index.metrics.delete([vm.metrics["cpu"]])
    assert index.resources.series("generic", EVERYTHING, ["cpu"]) == []


def test_too_much_and_unknown_is_refused(index: Index) -> None:
    make(index, "a", metrics={"cpu": LOW, "mem": LOW})
    assert len(index.resources.series("generic", EVERYTHING, ["*"], limit=2)[0].series) == 2
    with pytest.raises(TooLarge, match="more than 1 series"):
        index.resources.series("generic", EVERYTHING, ["*"], limit=1)
    with pytest.raises(NotFound):
        index.resources.series("nope", EVERYTHING, ["cpu"])
    for name in ("nope", "host", "lifespan", "metrics", "attributes"):
        with pytest.raises(BadRequest) as refused:
            index.resources.series("generic", EVERYTHING, ["cpu"], groupby=[name])
        assert refused.value.cause == "Invalid groupby attribute"
