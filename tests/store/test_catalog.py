# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The catalogue knows metrics as the index does: after changes, in time, and within its bounds."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np
import pytest
from msgspec import structs

from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.errors import IndexUnavailable, NotFound
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.resource import ResourceChange, ResourceDraft
from nephoscope.store.catalog import Catalog, numbers_of
from nephoscope.store.index.contract import Index
from nephoscope.store.series import NEVER, SeriesState
from tests.api.gnocchi.server import make_template, opened_copy
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, Measured, measures_of


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Meddled:
    """A part of the index after whose reads something happens, once, before the answer arrives."""

    def __init__(self, part: object) -> None:
        self._part = part
        self.meanwhile: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in {"get", "named"}:
            return found

        def read(*arguments: object) -> object:
            answer = found(*arguments)
            work, self.meanwhile = self.meanwhile, None
            if work is not None:
                work()
            return answer

        return read


class Counted:
    """An index that counts its reads of metrics."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.metrics = Meddled(index.metrics)
        self.archive_policies = Meddled(index.archive_policies)
        self.resources = index.resources


@pytest.fixture(scope="session")
def index_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("catalog"))


@pytest.fixture
def index(index_template: Path, tmp_path: Path) -> Iterator[Index]:
    with opened_copy(index_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def counted(index: Index) -> Counted:
    return Counted(index)


@pytest.fixture
def catalog(counted: Counted, measured: Measured) -> Catalog:
    return Catalog(cast(Index, counted), measured.series)


def resource(index: Index, *names: str, **fields: Any) -> UUID:
    """A new resource with metrics of these names."""
    draft = ResourceDraft(
        id=uuid4(), original_resource_id="r", metrics={name: MetricDraft(archive_policy_name="low") for name in names}
    )
    return index.resources.create([structs.replace(draft, **fields)])[0].id


def metrics(index: Index, count: int) -> list[Metric]:
    return index.metrics.create([MetricDraft(archive_policy_name="low")] * count)


def must_not_be_asked(*_: object) -> None:
    raise AssertionError("the index was asked again")


def test_metrics_are_found_by_id_by_text_and_by_name_and_then_known(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu", "disk")
    cpu = counted.index.metrics.named([owner], ["cpu"])[owner, "cpu"]
    for _ in range(2):
        assert {cpu.id: cpu} == catalog.by_id([cpu.id, uuid4()])
        texts = [str(cpu.id), str(cpu.id).upper(), cpu.id.hex, str(uuid4()), "nonsense", ""]
        assert dict.fromkeys(texts[:3], cpu) == catalog.by_text(texts)
        assert {(owner, "cpu"): cpu} == catalog.by_name([(owner, "cpu"), (owner, "nothing"), (uuid4(), "cpu")])
    counted.metrics.meanwhile = must_not_be_asked
    assert [cpu] == list(catalog.by_id([cpu.id]).values())
    assert [cpu] == list(catalog.by_text([str(cpu.id)]).values())
    assert [cpu] == list(catalog.by_name([(owner, "cpu")]).values())


def test_what_others_keep_is_not_kept_here(catalog: Catalog, counted: Counted, measured: Measured) -> None:
    owner = resource(counted.index, "cpu")
    found = catalog.look_up([(owner, "cpu"), (owner, "nothing")])
    assert ([(owner, "cpu")], {}) == (list(found), catalog._by_id)
    assert 0 < measured.series.finest[numbers_of(found.values())].min()
    assert found == catalog.by_name(found) == catalog.look_up(found)


def test_the_answer_is_in_the_order_of_the_question(catalog: Catalog, counted: Counted) -> None:
    made = metrics(counted.index, 5)
    catalog.by_id([made[2].id])
    asked = [made[each].id for each in (4, 2, 0, 3, 1)]
    assert asked == list(catalog.by_id(asked))
    assert asked == [metric.id for metric in catalog.by_text(list(map(str, asked))).values()]


def test_the_windows_of_the_metrics_it_meets_are_made_known(
    catalog: Catalog, counted: Counted, measured: Measured
) -> None:
    fine = (definition(granularity_ns=MINUTE_NS, points=5), definition(granularity_ns=HOUR_NS, points=5))
    counted.index.archive_policies.create(ArchivePolicy("fine", 3, fine, frozenset(["rate:sum"])))
    [metric] = counted.index.metrics.create([MetricDraft(archive_policy_name="fine")])
    catalog.by_id([metric.id])
    number = numbers_of([metric])
    assert [MINUTE_NS] == measured.series.finest[number].tolist()
    assert [NOON_NS - 4 * HOUR_NS] == measured.series.open_since(number, np.array([NOON_NS + 1])).tolist()


def test_a_changed_policy_is_read_anew(catalog: Catalog, counted: Counted, measured: Measured) -> None:
    [metric] = metrics(counted.index, 1)
    catalog.by_id([metric.id])
    low = catalog.policy("low")
    counted.index.archive_policies.change("low", low.definition, back_window=7)
    assert 0 == catalog.policy("low").back_window
    catalog.forget_policies()
    assert 7 == catalog.policy("low").back_window
    catalog.by_id([metric.id])
    assert [7] == measured.series.window_blocks[numbers_of([metric])].tolist()
    with pytest.raises(NotFound):
        catalog.policy("nothing")


def test_deleted_metrics_are_forgotten_and_others_are_not(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu", "disk")
    found = catalog.by_name([(owner, "cpu"), (owner, "disk")])
    cpu, disk = found.values()
    catalog.by_text([str(cpu.id), str(disk.id)])
    counted.index.metrics.delete([cpu.id])
    catalog.forget_metrics([cpu.id])
    assert {} == catalog.by_id([cpu.id])
    assert {} == catalog.by_text([str(cpu.id)])
    assert {} == catalog.by_name([(owner, "cpu")])
    counted.metrics.meanwhile = must_not_be_asked
    assert [disk] == list(catalog.by_text([str(disk.id)]).values())
    assert [disk] == list(catalog.by_name([(owner, "disk")]).values())


def test_a_metric_that_is_deleted_while_it_is_read_is_not_kept(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu")
    [cpu] = counted.index.metrics.named([owner], ["cpu"]).values()

    def delete() -> None:
        counted.index.metrics.delete([cpu.id])
        catalog.forget_metrics([cpu.id])

    counted.metrics.meanwhile = delete
    catalog.by_text([str(cpu.id)])
    assert {} == catalog.by_text([str(cpu.id)])
    assert {} == catalog.by_name([(owner, "cpu")])


def test_a_policy_that_is_changed_while_it_is_read_is_not_kept(catalog: Catalog, counted: Counted) -> None:
    low = counted.index.archive_policies.get("low")

    def change() -> None:
        counted.index.archive_policies.change("low", low.definition, back_window=7)
        catalog.forget_policies()

    counted.archive_policies.meanwhile = change
    catalog.policy("low")
    assert 7 == catalog.policy("low").back_window


def test_a_policy_that_is_changed_while_windows_are_made_known_is_followed(
    catalog: Catalog, counted: Counted, measured: Measured
) -> None:
    [metric] = metrics(counted.index, 1)
    low = counted.index.archive_policies.get("low")

    def change() -> None:
        counted.index.archive_policies.change("low", low.definition, back_window=7)
        catalog.forget_policies()

    counted.archive_policies.meanwhile = change
    catalog.by_id([metric.id])
    assert [7] == measured.series.window_blocks[numbers_of([metric])].tolist()


def test_metrics_stay_known_when_their_policy_changes(catalog: Catalog, counted: Counted, measured: Measured) -> None:
    owner = resource(counted.index, "cpu", "disk")
    cpu = catalog.by_name([(owner, "cpu")])[owner, "cpu"]
    [disk] = catalog.numbers([(owner, "disk")]).values()
    low = catalog.policy("low")
    counted.index.archive_policies.change("low", low.definition, back_window=7)
    catalog.forget_policies()
    counted.metrics.meanwhile = must_not_be_asked
    assert {"disk": disk} == catalog.known_numbers([owner])[0]
    assert [7, 7] == measured.series.window_blocks[[cpu.number, disk]].tolist()
    assert [cpu] == list(catalog.by_id([cpu.id]).values())


def test_windows_follow_a_policy_later_where_the_index_was_away(
    catalog: Catalog, counted: Counted, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    [metric] = metrics(counted.index, 1)
    catalog.by_id([metric.id])
    low = catalog.policy("low")
    counted.index.archive_policies.change("low", low.definition, back_window=7)
    catalog.forget_policies()

    def away() -> None:
        raise IndexUnavailable("the index is away")

    with monkeypatch.context() as patch:
        patch.setattr(counted.index.metrics, "numbers_by_policy", away)
        with pytest.raises(IndexUnavailable):
            catalog.by_id([metric.id])
    catalog.by_id([metric.id])
    assert [7] == measured.series.window_blocks[numbers_of([metric])].tolist()


def test_numbers_are_found_by_resource_and_name_and_then_known(catalog: Catalog, counted: Counted) -> None:
    owner, other = resource(counted.index, "cpu", "disk"), resource(counted.index, "cpu")
    there = {place: each.number for place, each in counted.index.metrics.named([owner, other]).items()}
    assert [{}, {}] == catalog.known_numbers([owner, other])
    asked = [(owner, "cpu"), (other, "cpu"), (other, "disk"), (uuid4(), "cpu")]
    assert {place: there[place] for place in asked[:2]} == catalog.numbers(asked)
    assert {**there} == catalog.numbers([*there])
    counted.metrics.meanwhile = must_not_be_asked
    assert {**there} == catalog.numbers([*there])
    assert [{"cpu": there[owner, "cpu"], "disk": there[owner, "disk"]}] == catalog.known_numbers([owner])


def test_numbers_of_deleted_metrics_are_forgotten(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu", "disk")
    cpu = counted.index.metrics.named([owner], ["cpu"])[owner, "cpu"]
    both = [(owner, "cpu"), (owner, "disk")]
    assert 2 == len(catalog.numbers(both))
    counted.index.metrics.delete([cpu.id])
    catalog.forget_metrics([cpu.id])
    assert [(owner, "disk")] == list(catalog.numbers(both))


def test_numbers_of_a_metric_that_is_deleted_while_it_is_read_are_not_kept(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu")
    [cpu] = counted.index.metrics.named([owner], ["cpu"]).values()

    def delete() -> None:
        counted.index.metrics.delete([cpu.id])
        catalog.forget_metrics([cpu.id])

    counted.metrics.meanwhile = delete
    assert {(owner, "cpu"): cpu.number} == catalog.numbers([(owner, "cpu")])
    assert {} == catalog.numbers([(owner, "cpu")])


def test_numbers_follow_metrics_that_left_their_resource_or_came_to_it(catalog: Catalog, counted: Counted) -> None:
    owner, giver = resource(counted.index, "cpu", "disk"), resource(counted.index, "load")
    places = [(owner, "cpu"), (owner, "disk"), (owner, "load"), (giver, "load")]
    before = catalog.numbers(places)
    found = counted.index.metrics.named([owner, giver])
    wanted: dict[str, UUID | MetricDraft] = {"disk": found[owner, "disk"].id, "load": found[giver, "load"].id}
    changed = counted.index.resources.change(owner, ResourceChange(metrics=wanted))
    catalog.resource_changed(changed, replaced=True)
    assert {
        (owner, "disk"): before[owner, "disk"],
        (owner, "load"): before[giver, "load"],
    } == catalog.numbers(places)


def test_what_was_said_of_a_resource_is_noted_unless_something_changed_meanwhile(
    catalog: Catalog, counted: Counted
) -> None:
    owner = resource(counted.index, "cpu")
    catalog.numbers([(owner, "cpu")])
    seen = catalog.changes
    catalog.note({owner: b"here"}, seen)
    assert catalog.is_noted(owner, b"here")
    catalog.resource_changed(counted.index.resources.get(owner), replaced=False)
    assert not catalog.is_noted(owner, b"here")
    catalog.note({owner: b"here"}, seen)
    assert not catalog.is_noted(owner, b"here")
    catalog.note({owner: b"here"}, catalog.changes)
    assert catalog.is_noted(owner, b"here")
    catalog.resource_type_changed()
    assert not catalog.is_noted(owner, b"here")


def test_a_deleted_resource_is_noted_no_more(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu")
    catalog.numbers([(owner, "cpu")])
    catalog.note({owner: b"here"}, catalog.changes)
    catalog.forget_metrics(counted.index.resources.delete(owner).metric_ids)
    assert not catalog.is_noted(owner, b"here")
    assert [{}] == catalog.known_numbers([owner])


def test_metrics_that_left_their_resource_or_came_to_it_are_read_anew(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu", "disk")
    [loose] = metrics(counted.index, 1)
    found = catalog.by_name([(owner, "cpu"), (owner, "disk")])
    catalog.by_id([loose.id])
    disk = found[owner, "disk"]
    changed = counted.index.resources.change(owner, ResourceChange(metrics={"disk": disk.id, "load": loose.id}))
    catalog.resource_changed(changed, replaced=True)
    assert {"disk", "load"} == {
        name for _, name in catalog.by_name([(owner, each) for each in ("cpu", "disk", "load")])
    }
    assert [owner] == [metric.resource_id for metric in catalog.by_id([loose.id]).values()]
    assert [None] == [metric.resource_id for metric in catalog.by_id([found[owner, "cpu"].id]).values()]


def test_a_resource_that_ends_after_its_metrics_were_met_lives_again_with_a_new_point(
    catalog: Catalog, counted: Counted
) -> None:
    owner = resource(counted.index, "cpu", started_at_ns=0)
    [cpu] = catalog.by_name([(owner, "cpu")]).values()
    assert not catalog.any_ended([cpu])
    changed = counted.index.resources.change(owner, ResourceChange(ended_at_ns=NOON_NS))
    catalog.resource_changed(changed, replaced=False)
    assert catalog.any_ended([cpu])
    catalog.reopen([cpu], measures_of((cpu.number, NOON_NS - 1, 1.0), (cpu.number + 1, NOON_NS + DAY_NS, 1.0)))
    assert NOON_NS == counted.index.resources.get(owner).ended_at_ns
    assert catalog.any_ended([cpu])
    catalog.reopen([cpu], measures_of((cpu.number, NOON_NS - DAY_NS, 1.0), (cpu.number, NOON_NS, 1.0)))
    assert counted.index.resources.get(owner).ended_at_ns is None
    assert not catalog.any_ended([cpu])


def test_a_resource_that_has_ended_already_is_known_with_its_metrics(catalog: Catalog, counted: Counted) -> None:
    owner = resource(counted.index, "cpu", started_at_ns=0, ended_at_ns=NOON_NS)
    other = resource(counted.index, "cpu")
    ended, running = catalog.by_name([(owner, "cpu"), (other, "cpu")]).values()
    assert catalog.any_ended([running, ended])
    assert not catalog.any_ended([running])
    catalog.resource_changed(counted.index.resources.change(owner, ResourceChange(ended_at_ns=None)), replaced=False)
    assert not catalog.any_ended([ended])


def test_what_other_nodes_change_is_seen_after_a_while(counted: Counted, measured: Measured) -> None:
    clock = Clock()
    catalog = Catalog(cast(Index, counted), measured.series, ttl_s=60, clock=clock)
    [metric] = metrics(counted.index, 1)
    catalog.by_text([str(metric.id)])
    counted.index.metrics.delete([metric.id])
    clock.now += 59
    assert {str(metric.id): metric} == catalog.by_text([str(metric.id)])
    clock.now += 2
    assert {} == catalog.by_text([str(metric.id)])


def test_without_other_nodes_nothing_is_forgotten_by_time(counted: Counted, measured: Measured) -> None:
    clock = Clock()
    catalog = Catalog(cast(Index, counted), measured.series, clock=clock)
    [metric] = metrics(counted.index, 1)
    catalog.by_id([metric.id])
    clock.now += 10**9
    counted.metrics.meanwhile = must_not_be_asked
    assert {metric.id: metric} == catalog.by_id([metric.id])


def test_each_metric_is_forgotten_at_its_own_time(counted: Counted, measured: Measured) -> None:
    clock = Clock()
    catalog = Catalog(cast(Index, counted), measured.series, ttl_s=60, clock=clock)
    old, young = metrics(counted.index, 2)
    catalog.by_id([old.id])
    clock.now += 40
    catalog.by_id([young.id])
    counted.index.metrics.delete([old.id, young.id])
    clock.now += 21
    assert {young.id: young} == catalog.by_id([old.id, young.id])
    clock.now += 40
    assert {} == catalog.by_id([old.id, young.id])


def test_what_other_nodes_do_to_a_resource_is_seen_after_a_while(counted: Counted, measured: Measured) -> None:
    clock = Clock()
    catalog = Catalog(cast(Index, counted), measured.series, ttl_s=60, clock=clock)
    owner = resource(counted.index, "cpu")
    catalog.numbers([(owner, "cpu")])
    catalog.note({owner: b"here"}, catalog.changes)
    counted.index.resources.delete(owner)
    clock.now += 59
    assert catalog.is_noted(owner, b"here")
    assert 1 == len(catalog.numbers([(owner, "cpu")]))
    clock.now += 2
    assert not catalog.is_noted(owner, b"here")
    assert {} == catalog.numbers([(owner, "cpu")])


def test_policies_that_other_nodes_change_are_followed_after_a_while(
    counted: Counted, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    catalog = Catalog(cast(Index, counted), measured.series, ttl_s=60, clock=clock)
    [metric] = metrics(counted.index, 1)
    catalog.by_id([metric.id])
    clock.now += 61
    with monkeypatch.context() as patch:
        patch.setattr(counted.index.metrics, "numbers_by_policy", must_not_be_asked)
        assert 0 == catalog.policy("low").back_window
    low = counted.index.archive_policies.get("low")
    counted.index.archive_policies.change("low", low.definition, back_window=7)
    clock.now += 59
    assert 0 == catalog.policy("low").back_window
    clock.now += 2
    assert 7 == catalog.policy("low").back_window
    assert [7] == measured.series.window_blocks[numbers_of([metric])].tolist()


def test_what_is_kept_is_bounded_and_no_answer_misses_a_metric_for_it(counted: Counted, measured: Measured) -> None:
    catalog = Catalog(cast(Index, counted), measured.series, entries_max=10)
    made = metrics(counted.index, 25)
    for first in range(0, 20, 3):
        some = made[first : first + 7]
        assert {metric.id: metric for metric in some} == catalog.by_id([metric.id for metric in some])
        spelled = [text for metric in some for text in (str(metric.id), metric.id.hex, str(metric.id).upper())]
        assert set(spelled) == set(catalog.by_text(spelled))
        kept = [len(each) for each in (catalog._by_id, catalog._by_text, catalog._by_name)]
        assert max(kept) <= 10
    assert 25 == len(catalog.by_id([metric.id for metric in made]))
    assert len(catalog._by_id) <= 10


def test_a_full_memory_lets_go_of_a_part_only(counted: Counted, measured: Measured) -> None:
    catalog = Catalog(cast(Index, counted), measured.series, entries_max=128, choose=lambda below: below // 2)
    made = metrics(counted.index, 129)
    catalog.by_id([metric.id for metric in made[:128]])
    before = list(catalog._by_id)
    catalog.by_id([made[128].id])
    assert [*before[:64], *before[66:], made[128].id] == list(catalog._by_id)
    assert catalog._by_text.keys() == {str(each) for each in catalog._by_id}


def test_what_many_threads_ask_and_change_at_once_is_right_in_the_end(counted: Counted, measured: Measured) -> None:
    catalog = Catalog(cast(Index, counted), measured.series, entries_max=30)
    owners = [resource(counted.index, "cpu", "disk", "load") for _ in range(12)]
    places = [(owner, name) for owner in owners for name in ("cpu", "disk", "load")]

    def ask(turn: int) -> None:
        some = places[turn % 30 : turn % 30 + 6]
        seen = catalog.changes
        catalog.by_name(some)
        catalog.numbers(some)
        catalog.note({owner: b"here" for owner, _ in some}, seen)
        if turn % 5 == 0:
            [(owner, name)] = some[:1]
            gone = [metric.id for metric in counted.index.metrics.named([owner], [name]).values()]
            counted.index.metrics.delete(gone)
            catalog.forget_metrics(gone)
        if turn % 7 == 0:
            catalog.forget_policies()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(120)))
    there = counted.index.metrics.named(owners)
    assert 0 < len(there) < len(places)
    for _ in range(2):
        assert {place: metric.number for place, metric in there.items()} == catalog.numbers(places)
        assert there == catalog.by_name(places)


def test_new_metrics_need_no_look_into_the_store(
    counted: Counted, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = SeriesState(measured.store)
    catalog = Catalog(cast(Index, counted), series)
    made = metrics(counted.index, 3)
    catalog.remember(made, new=True)
    monkeypatch.setattr(measured.store, "query", must_not_be_asked)
    assert [NEVER] * 3 == series.newest_of(numbers_of(made)).tolist()
    assert 3 == len(catalog.by_id([metric.id for metric in made]))
