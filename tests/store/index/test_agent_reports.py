# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What agents say of themselves: the newest counts, beside what was said a while before."""

import threading

import pytest

from nephoscope.model.agent_report import AgentReport, Outlet, PollingTask, Viewer
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.store.index import agent_reports, open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import Clock

EVERYTHING = Viewer(everything=True)
BLUE = Viewer(project_id="blue")


def report(name: str = "a", sent: float = 0, *, started_ns: int = 1, interval_s: float = 10) -> AgentReport:
    return AgentReport(name, "1.0", started_ns, 2, interval_s, outlets=(Outlet("nephoscope://", sent=sent),))


def say(index: Index, *reports: AgentReport, project: str = "blue", creator: str = "ann") -> float:
    return [index.agent_reports.keep(each, project_id=project, creator=creator) for each in reports][-1]


def names(index: Index, viewer: Viewer = EVERYTHING) -> list[str]:
    return [each.report.name for each in index.agent_reports.find(viewer, limit=100)]


def test_the_newest_report_takes_the_place_of_the_one_before(index: Index, clock: Clock) -> None:
    say(index, report(sent=1))
    first_ns = clock.now_ns
    clock.forward(10)
    say(index, report(sent=5))
    kept = index.agent_reports.get("a", BLUE)
    assert (report(sent=5), clock.now_ns) == (kept.report, kept.received_ns)
    assert (report(sent=1), first_ns) == (kept.before, kept.before_ns)
    assert ("blue", "ann", 10) == (kept.project_id, kept.creator, kept.every_s)
    assert ["a"] == names(index)


def test_of_a_first_report_nothing_is_known_to_have_been_before(index: Index) -> None:
    say(index, report(sent=1))
    assert index.agent_reports.get("a", BLUE).before is None


@pytest.mark.parametrize(("interval_s", "window_s"), [(10, 60), (300, 300), (86400, 3600)])
def test_rates_are_told_over_one_to_two_windows_that_hold_a_cycle(
    index: Index, clock: Clock, interval_s: int, window_s: int
) -> None:
    step_s, spans = window_s // 6, []
    task = PollingTask("t", interval_s, shared=False)
    for number in range(40):
        said = AgentReport("a", "1", 1, 2, 10, tasks=(task,), outlets=(Outlet("o", sent=number * step_s),))
        say(index, said)
        kept = index.agent_reports.get("a", BLUE)
        if kept.before is not None:
            span_s = (kept.received_ns - kept.before_ns) / 10**9
            assert span_s == said.outlets[0].sent - kept.before.outlets[0].sent
            spans.append(span_s)
        clock.forward(step_s)
    assert (window_s, 2 * window_s - step_s) == (min(spans[12:]), max(spans))


def test_an_agent_that_was_started_anew_begins_anew(index: Index, clock: Clock) -> None:
    for sent in (1, 2, 3):
        say(index, report(sent=sent))
        clock.forward(70)
    say(index, report(sent=0, started_ns=9))
    assert index.agent_reports.get("a", BLUE).before is None
    clock.forward(10)
    say(index, report(sent=7, started_ns=9))
    before = index.agent_reports.get("a", BLUE).before
    assert before is not None
    assert 0 == before.outlets[0].sent


def test_everybody_sees_the_agents_of_the_own_project_and_operators_all(index: Index) -> None:
    say(index, report("b"), report("a"))
    say(index, report("r"), report("a"), project="red", creator="rob")
    say(index, report("n"), project="", creator="nora")
    say(index, report("m"), project="", creator="mike")
    assert ["a", "a", "b", "m", "n", "r"] == names(index)
    assert ["a", "b"] == names(index, BLUE)
    assert ["n"] == names(index, Viewer(creator="nora"))
    assert ["a", "b", "m"] == names(index, Viewer(project_id="blue", creator="mike"))
    assert [] == names(index, Viewer())
    assert "red" == index.agent_reports.get("a", EVERYTHING, project_id="red").project_id
    with pytest.raises(NotFound, match="no agent called r "):
        index.agent_reports.get("r", BLUE)


def test_of_several_of_one_name_the_one_that_was_heard_of_last_is_shown(index: Index, clock: Clock) -> None:
    for project in ("red", "blue", "green"):
        say(index, report(), project=project)
        clock.forward(1)
    assert "green" == index.agent_reports.get("a", EVERYTHING).project_id


def test_pages_lead_through_all(index: Index) -> None:
    for project in ("blue", "red"):
        say(index, *(report(name) for name in "cabd"), project=project)
    found: list[tuple[str, str]] = []
    while page := index.agent_reports.find(EVERYTHING, limit=3, after=found[-1] if found else None):
        found += [(each.report.name, each.owner) for each in page]
    assert [(name, project) for name in "abcd" for project in ("blue", "red")] == found


def test_an_agent_is_forgotten_after_a_day(index: Index, clock: Clock) -> None:
    say(index, report("old"))
    clock.forward(86_000)
    assert ["old"] == names(index)
    clock.forward(500)
    assert [] == names(index)
    say(index, report("new"))
    assert ["new"] == names(index)


def test_many_agents_report_less_often(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_reports, "REPORTS_PER_S_MAX", 0.2)
    say(index, *(report(str(number)) for number in range(10)))
    assert 50 == say(index, report("0"))
    assert 120 == say(index, report("0", interval_s=120))


def test_a_project_has_so_many_agents_at_most(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_reports, "AGENTS_MAX", 2)
    say(index, report("a"), report("b"))
    with pytest.raises(BadRequest, match="2 agents already"):
        say(index, report("c"))
    say(index, report("b"), report("a"))
    say(index, report("c"), project="red")
    assert ["a", "b", "c"] == names(index)


def test_reports_that_come_at_once_are_all_kept(index_url: str) -> None:
    index = open_index(index_url)
    index.upgrade()
    failed: list[Exception] = []

    def work(number: int) -> None:
        try:
            say(index, report("same"), report(f"own {number}"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = names(index)
    index.close()
    assert [] == failed
    assert [*(f"own {number}" for number in range(8)), "same"] == found
