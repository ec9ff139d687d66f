# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What groups read follows whatever changes in the index, and is what a look at everything would find."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.alarm.targets import KEPT_GROUP_S, Found, Missing, Scoped, Target, Targets
from nephoscope.model.errors import IndexUnavailable, NephoscopeError
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceChange
from nephoscope.model.search import Compare
from nephoscope.store.catalog import Catalog
from nephoscope.store.index import directory, open_index
from nephoscope.store.index.contract import Index
from tests.alarm.instances import GROUPS, IMAGE, draft, filled, rule
from tests.store.measured import Measured

Act = Callable[["Cloud"], object]


def change(number: int, **fields: Any) -> Act:
    return lambda cloud: cloud.index.resources.change(draft(number).id, ResourceChange(**fields), "instance")


def add_metric(number: int, name: str, policy: str) -> Act:
    metrics = {name: MetricDraft(archive_policy_name=policy)}
    return lambda cloud: cloud.index.resources.add_metrics(draft(number).id, metrics, "admin")


def delete_metric(number: int, name: str) -> Act:
    return lambda cloud: cloud.index.metrics.delete(
        [cloud.index.metrics.named([draft(number).id])[draft(number).id, name].id]
    )


def move_metrics(number: int, other: int) -> Act:
    """All metrics of one go to another, which loses its own."""
    return lambda cloud: cloud.index.resources.change(
        draft(other).id, ResourceChange(metrics=cloud.index.resources.get(draft(number).id).metrics)
    )


def patch_type(operations: object) -> Act:
    return lambda cloud: cloud.index.resource_types.change("instance", operations)


def tell_the_store(index: Index, limit: int = 10_000) -> None:
    """All, or some, of what is noted."""
    changes = index.directory.take(limit)
    if changes is not None:
        index.directory.done(changes)


NUMBERS = st.integers(0, 12)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "server_group": st.sampled_from(["web", "db", "", None]),
        "image": st.sampled_from([IMAGE, None]),
        "vcpus": st.sampled_from([0, 1, 1.0, None]),
    },
)
METRIC_NAMES = st.sampled_from(["cpu", "cpu_util", "mem"])
LOSES = [{"op": "remove", "path": "/attributes/vcpus"}]
GAINS = [{"op": "add", "path": "/attributes/vcpus", "value": {"type": "string", "required": False}}]
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(change, NUMBERS, attributes=ATTRIBUTES),
    st.builds(change, NUMBERS, attributes=ATTRIBUTES),
    st.builds(change, NUMBERS, project_id=st.sampled_from(["blue", "red", None])),
    st.builds(change, NUMBERS, ended_at_ns=st.sampled_from([2 * 10**18, None])),
    st.builds(change, NUMBERS, metrics=st.just({})),
    # That of `high` is not kept in the width that rules ask for.
    st.builds(add_metric, NUMBERS, METRIC_NAMES, st.sampled_from(["low", "high"])),
    st.builds(delete_metric, NUMBERS, METRIC_NAMES),
    st.builds(move_metrics, NUMBERS, NUMBERS),
    NUMBERS.map(lambda number: lambda cloud: cloud.index.resources.create([draft(number)])),
    NUMBERS.map(lambda number: lambda cloud: cloud.index.resources.delete(draft(number).id)),
    st.just(lambda cloud: cloud.index.resources.delete_matching("instance", Compare("eq", "server_group", "db"))),
    st.sampled_from([patch_type(LOSES), patch_type(GAINS)]),
    st.sampled_from([3, 10_000]).map(lambda limit: lambda cloud: tell_the_store(cloud.index, limit)),
    st.just(lambda cloud: tell_the_store(cloud.other)),
)


@dataclass
class Cloud:
    """Twelve instances, and what finds groups of them, at a time that stands still unless told; `other` is a server."""

    index: Index
    other: Index
    catalog: Catalog
    now_s: float = 1000.0

    def targets(self) -> Targets:
        return Targets(self.index, self.catalog, lambda: self.now_s)

    def act(self, acts: Sequence[Act]) -> None:
        for act in acts:
            try:
                act(self)
            except (NephoscopeError, KeyError):
                # It, or its metric, is not there, or there already.
                continue


@pytest.fixture(params=["sqlite", "postgresql"])
def cloud(request: pytest.FixtureRequest, tmp_path: Path, measured: Measured) -> Iterator[Cloud]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/i.db" if sqlite else request.getfixturevalue("fresh_postgresql_url")
    index, other = filled(url), open_index(url)
    yield Cloud(index, other, Catalog(index, measured.series))
    other.close()
    index.close()


def seen(found: dict[Scoped, Found]) -> dict[Scoped, Any]:
    """Of several reasons why there is nothing any may be told."""
    return {each: Missing if isinstance(target, Missing) else target for each, target in found.items()}


# Each finds something at first.
FINDING = [
    (rule('{"=": {"server_group": "web"}}'), None),
    (rule('{"=": {"server_group": "web"}}', "cpu*"), "blue"),
    (rule('{"=": {"server_group": "db"}}', "mem"), None),
    (rule('{"and": [{"=": {"image": "%s"}}, {"=": {"ended_at": null}}]}' % IMAGE.upper()), None),  # noqa: UP031
    (rule('{"=": {"vcpus": "1"}}', "cpu_util"), None),
    (rule('{"not": {"=": {"server_group": "web"}}}'), "red"),
    (rule('{"=": {"project_id": "blue"}}', resource_type="generic"), None),
]


@given(
    groups=st.lists(GROUPS.filter(lambda group: group not in FINDING), max_size=8, unique=True),
    rounds=st.lists(st.lists(ACTS, max_size=5), min_size=1, max_size=4),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_followed_is_what_a_fresh_look_finds(
    cloud: Cloud, groups: list[tuple[Any, str | None]], rounds: list[list[Act]]
) -> None:
    wanted = [Scoped(*group) for group in (*FINDING, *groups)]
    following = cloud.targets()
    following.find(wanted)
    for acts in rounds:
        cloud.act(acts)
        cloud.now_s += KEPT_GROUP_S
        assert seen(cloud.targets().find(wanted)) == seen(following.find(wanted))


WEB = Scoped(rule('{"=": {"server_group": "web"}}'), None)
DB = Scoped(rule('{"=": {"server_group": "db"}}'), None)


def asked(cloud: Cloud, targets: Targets, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of what the index was asked, twenty seconds later: whether only of what was touched, question by question."""
    original = cloud.index.resources.members
    questions: list[bool] = []

    def noted(*arguments: Any, **options: Any) -> Any:
        questions.append(options.get("numbers") is not None)
        return original(*arguments, **options)

    cloud.now_s += KEPT_GROUP_S
    with monkeypatch.context() as patch:
        patch.setattr(cloud.index.resources, "members", noted)
        assert seen(targets.find([WEB, DB])) == seen(cloud.targets().find([WEB, DB]))
    return questions[:-1]


def test_only_what_was_touched_is_asked_for(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    targets = cloud.targets()
    before = targets.find([WEB, DB])
    change(1, attributes={"server_group": "web"})(cloud)
    assert [True] == asked(cloud, targets, monkeypatch)
    after = targets.find([WEB, DB])
    kept, moved = after[WEB], after[DB]
    assert isinstance(kept, Target)
    assert isinstance(moved, Target)
    assert {*kept.numbers} > {*getattr(before[WEB], "numbers", ())}
    assert {*moved.numbers} < {*getattr(before[DB], "numbers", ())}
    assert [] == asked(cloud, targets, monkeypatch)


def test_all_is_looked_up_anew_where_it_is_not_known_what_was_touched(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = cloud.targets()
    targets.find([WEB, DB])
    change(1, attributes={"server_group": "web"})(cloud)
    tell_the_store(cloud.index)
    assert [True] == asked(cloud, targets, monkeypatch)
    change(1, attributes={"server_group": "db"})(cloud)
    tell_the_store(cloud.other)
    assert [False] == asked(cloud, targets, monkeypatch)
    change(1, attributes={"server_group": "web"})(cloud)
    assert [True] == asked(cloud, targets, monkeypatch)
    monkeypatch.setattr(directory, "TOUCHED_MAX", 1)
    change(1, attributes={"server_group": "db"})(cloud)
    assert [False] == asked(cloud, targets, monkeypatch)


def test_a_change_is_not_lost_where_the_index_was_away_meanwhile(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    targets = cloud.targets()
    targets.find([WEB, DB])
    change(1, attributes={"server_group": "web"})(cloud)
    cloud.now_s += KEPT_GROUP_S

    def away(*_arguments: Any, **_options: Any) -> Any:
        raise IndexUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(cloud.index.resources, "members", away)
        with pytest.raises(IndexUnavailable):
            targets.find([WEB, DB])
    assert [True] == asked(cloud, targets, monkeypatch)


def test_what_a_type_has_lost_is_missed_at_once(cloud: Cloud) -> None:
    counted = Scoped(rule('{"=": {"vcpus": "1"}}'), None)
    targets = cloud.targets()
    assert isinstance(targets.find([counted])[counted], Target)
    patch_type(LOSES)(cloud)
    cloud.now_s += KEPT_GROUP_S
    assert isinstance(targets.find([counted])[counted], Missing)


def test_a_metric_joins_that_does_not_keep_what_is_asked_for(cloud: Cloud) -> None:
    targets = cloud.targets()
    assert isinstance(targets.find([WEB])[WEB], Target)
    add_metric(0, "cpu", "high")(cloud)
    cloud.now_s += KEPT_GROUP_S
    found = targets.find([WEB])[WEB]
    assert isinstance(found, Missing)
    assert "archive policy high" in found.text
    delete_metric(0, "cpu")(cloud)
    cloud.now_s += KEPT_GROUP_S
    assert isinstance(targets.find([WEB])[WEB], Target)
