# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Scaling groups in both databases: kept, decided once, held by one, and counted against quotas."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.model.errors import BadRequest, Conflict, Forbidden, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.scaling import (
    GroupMember,
    KeptPolicy,
    ScalingDecision,
    ScalingGroup,
    ScalingPolicy,
    ScheduledSize,
    TargetTracking,
    shown_options,
    with_secrets,
)
from nephoscope.model.search import equal
from nephoscope.store.index.contract import Index
from nephoscope.store.index.scaling_contract import Asked, Ended
from tests.store.index.racing import at_once
from tests.store.index.samples import SECOND, START_NS, Clock

TTL_NS = 15 * SECOND
UP = ScalingPolicy(adjustment_type="change_in_capacity", scaling_adjustment=1)


def group(index: Index, group_id: str = "web", size: int | None = None, **fields: Any) -> ScalingGroup:
    own: dict[str, Any] = {
        "id": group_id,
        "name": group_id,
        "project_id": "blue",
        "min_size": 1,
        "max_size": 9,
        "desired": 2,
    }
    return index.scaling.create(ScalingGroup(**(own | fields)), "ann", groups_max=100, size=size)


def policy(index: Index, name: str = "up", **fields: Any) -> KeptPolicy:
    own: dict[str, Any] = {"id": name, "group_id": "web", "name": name, "rule": UP}
    return index.scaling.add_policy(KeptPolicy(**(own | fields)), policies_max=3)


def decision(wanted: int = 3, verdict: Any = "accepted", at_ns: int = START_NS) -> ScalingDecision:
    return ScalingDecision(verdict=verdict, before=2, wanted=wanted, reason="because", at_ns=at_ns, cooldown_s=1.5)


def member(name: str, **fields: Any) -> GroupMember:
    own: dict[str, Any] = {"name": name, "id": f"id-{name}", "created_ns": START_NS}
    return GroupMember(**(own | fields))


def ask(index: Index, found: ScalingDecision, **fields: Any) -> Any:
    own: dict[str, Any] = {"group_id": "web", "cause": "hand"}
    return index.scaling.decide(Asked(**(own | fields)), lambda *_: found)


def test_a_group_is_kept_as_it_is_given(index: Index, clock: Clock) -> None:
    given: dict[str, Any] = {
        "actuator": "command",
        "options": {"a": [1, None, "é"], "big": 1e300},
        "user_id": "ann",
        "cooldown_s": 1.5,
        "cooldown_in_s": 0.0,
        "warm_up_s": 9.0,
        "paused": True,
        "sees_all": True,
        "healthy": False,
        "problem": "new",
    }
    made = group(index, **given)
    assert made == index.scaling.get("web")
    assert given == {name: getattr(made, name) for name in given}
    assert (clock(), 2, False) == (made.changed_ns, made.desired, made.busy)


def test_policies_of_each_kind_are_kept_and_go_with_the_group(index: Index) -> None:
    group(index)
    rules = (UP, TargetTracking(metric="cpu", target=5.5), ScheduledSize(cron="0 1 * * *", desired=3))
    made = [policy(index, f"p{place}", rule=rule, secret="s") for place, rule in enumerate(rules)]
    assert made == index.scaling.policies(["web", "other"])
    with pytest.raises(Forbidden):
        policy(index, "one-more")
    index.scaling.delete_policy("p0")
    with pytest.raises(NotFound):
        index.scaling.delete_policy("p0")
    with pytest.raises(Conflict):
        index.scaling.change_policy(structs.replace(made[1], name="p2"))
    index.scaling.note_policy("p1", 7, "as near as can be\0")
    noted = index.scaling.policy("p1")
    assert (7, "as near as can be�") == (noted.done_ns, noted.note)
    assert 7 == index.scaling.change_policy(structs.replace(noted, enabled=False)).done_ns
    again = index.scaling.change_policy(structs.replace(noted, rule=TargetTracking(metric="cpu", target=6)))
    assert 0 == again.done_ns, "another rule has decided nothing yet"
    index.scaling.delete("web")
    assert [] == index.scaling.policies(["web"])
    with pytest.raises(NotFound):
        index.scaling.policy("p1")


def test_names_are_a_project_s_own_and_quotas_count(index: Index) -> None:
    group(index)
    group(index, "web2", name="web", project_id="green")
    with pytest.raises(Conflict):
        group(index, "web3", name="web")
    assert ["web"] == [each.id for each in index.scaling.find(equal("project_id", "blue"))]
    with pytest.raises(Forbidden):
        index.scaling.create(
            ScalingGroup(id="x", min_size=0, max_size=1, project_id="blue"), "a", groups_max=1, size=None
        )
    group(index, "other")
    with pytest.raises(Conflict):
        index.scaling.change("other", lambda found: structs.replace(found, name="web"))


@pytest.mark.parametrize("fields", [{"name": "x" * 256}, {"actuator": "a\0"}, {"options": {"a": "\ud800"}}])
def test_what_cannot_be_kept_is_refused(index: Index, fields: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        group(index, **fields)
    assert [] == index.scaling.find()


def test_groups_come_in_pages_by_name(index: Index) -> None:
    for name in ("c", "a", "b"):
        group(index, name)
    first = index.scaling.find(page=Page(2))
    assert ["a", "b"] == [each.name for each in first]
    assert ["c"] == [each.name for each in index.scaling.find(page=Page(2, first[-1].id))]


def test_an_accepted_decision_makes_the_group_busy_and_due(index: Index, clock: Clock) -> None:
    group(index)
    index.scaling.claim(10, TTL_NS)
    index.scaling.release("web", 1, 2**62)
    assert [] == index.scaling.claim(10, TTL_NS)
    refused = ask(index, decision(verdict="refused"))
    assert ("", False) == (refused.progress, index.scaling.get("web").busy)
    assert [] == index.scaling.claim(10, TTL_NS)
    record = ask(index, decision(), by="alarm a", policy_id="up")
    found = index.scaling.get("web")
    assert (True, 3, 3) == (found.busy, found.changing_to, found.desired)
    (claim,) = index.scaling.claim(10, TTL_NS)
    assert (record, 2) == (claim.change, claim.fencing)
    assert ("blue", "under way", 1.5) == (record.project_id, record.progress, record.decision.cooldown_s)


def test_a_key_is_decided_once(index: Index) -> None:
    group(index)
    first = ask(index, decision(), key="k")
    assert first == ask(index, decision(9, "refused"), key="k")
    assert 1 == len(index.scaling.decisions())
    assert first != ask(index, decision(9, "refused"), key="")


def test_of_many_at_once_one_is_accepted(nodes: list[Index]) -> None:
    group(nodes[0])

    def signalled(index: Index, _place: int) -> str:
        def decider(found: ScalingGroup, _members: Sequence[GroupMember]) -> ScalingDecision:
            return decision(verdict="refused" if found.busy else "accepted")

        asked = Asked(group_id="web", cause="signal")
        return index.scaling.decide(asked, decider).decision.verdict

    verdicts = at_once(nodes, signalled)
    assert 1 == sum(each == "accepted" for each in verdicts)
    assert len(verdicts) == len(nodes[0].scaling.decisions())


def test_the_same_key_at_once_is_decided_once(nodes: list[Index]) -> None:
    group(nodes[0])
    numbers = at_once(nodes, lambda index, _: ask(index, decision(), key="k").number)
    assert 1 == len(set(numbers))


def test_a_definition_can_change_with_a_decision(index: Index) -> None:
    group(index)
    asked = Asked(group_id="web", cause="schedule")
    index.scaling.decide(
        asked,
        lambda found, _: decision(found.min_size, "refused"),
        lambda found: structs.replace(found, min_size=4, max_size=5, desired=4),
    )
    found = index.scaling.get("web")
    assert (4, 5, 4) == (found.min_size, found.max_size, found.desired)
    assert 4 == index.scaling.decisions()[0].decision.wanted


def test_a_group_is_held_by_one_for_a_time(index: Index, clock: Clock) -> None:
    group(index)
    (first,) = index.scaling.claim(10, TTL_NS)
    assert [] == index.scaling.claim(10, TTL_NS)
    clock.forward(14)
    assert {"web"} == index.scaling.renew({"web": first.fencing, "other": 1}, TTL_NS)
    clock.forward(14)
    assert [] == index.scaling.claim(10, TTL_NS)
    clock.forward(2)
    (second,) = index.scaling.claim(10, TTL_NS)
    assert first.fencing < second.fencing
    assert set() == index.scaling.renew({"web": first.fencing}, TTL_NS)
    with pytest.raises(Conflict):
        index.scaling.keep("web", first.fencing, lambda found: structs.replace(found, desired=9))
    with pytest.raises(Conflict):
        index.scaling.disown("web", first.fencing, "late")
    with pytest.raises(Conflict):
        ask(index, decision(), fencing=first.fencing)
    index.scaling.release("web", first.fencing, 0)
    assert [] == index.scaling.claim(10, TTL_NS)
    index.scaling.release("web", second.fencing, clock() + 5)
    assert [] == index.scaling.claim(10, TTL_NS)
    assert 2 == index.scaling.get("web").desired
    clock.forward(1)
    assert 1 == len(index.scaling.claim(10, TTL_NS))


def test_no_two_nodes_claim_the_same(nodes: list[Index]) -> None:
    for number in range(12):
        group(nodes[0], f"g{number:02}")
    claimed: list[Any] = at_once(nodes, lambda index, _: [each.group.id for each in index.scaling.claim(4, TTL_NS)])
    listed = [each for part in claimed for each in part]
    assert len(listed) == len(set(listed))


def test_what_comes_up_meanwhile_is_due_at_the_release(index: Index, clock: Clock) -> None:
    group(index)
    (claim,) = index.scaling.claim(10, TTL_NS)
    ask(index, decision())
    index.scaling.release("web", claim.fencing, clock() + 1000 * SECOND)
    assert 1 == len(index.scaling.claim(10, TTL_NS))


def test_members_are_as_they_were_seen_last_and_protection_stays(index: Index) -> None:
    group(index)
    (claim,) = index.scaling.claim(10, TTL_NS)

    def see(*members: GroupMember) -> ScalingGroup:
        return index.scaling.keep("web", claim.fencing, lambda found: found, members)

    see(member("b"), member("a"), member("c", created_ns=1, detail="x\0" * 10, id="i" * 400))
    assert ["c", "a", "b"] == [each.name for each in index.scaling.members("web")]
    assert index.scaling.protect("web", "a", True).protected
    assert 1 == see(member("a"), member("b", state="failed")).protected
    assert [("a", True), ("b", False)] == [(each.name, each.protected) for each in index.scaling.members("web")]
    assert 0 == see(member("a", state="failed")).protected, "who failed protects nothing"
    with pytest.raises(NotFound):
        index.scaling.protect("web", "z", True)


def test_what_became_of_a_change_is_kept_with_it(index: Index) -> None:
    group(index)
    record = ask(index, decision())
    (claim,) = index.scaling.claim(10, TTL_NS)
    ended = Ended(number=record.number, progress="failed", at_ns=START_NS + 9, failure="no room\0")
    index.scaling.keep(
        "web", claim.fencing, lambda found: structs.replace(found, busy=False, changing_to=None), None, ended
    )
    (kept,) = index.scaling.decisions()
    assert ("failed", "no room�", START_NS + 9) == (kept.progress, kept.failure, kept.ended_ns)
    index.scaling.release("web", claim.fencing, 0)
    (again,) = index.scaling.claim(10, TTL_NS)
    assert (None, False) == (again.change, again.group.busy)


def test_who_does_not_come_back_is_disowned(index: Index) -> None:
    group(index)
    ask(index, decision(7))
    (claim,) = index.scaling.claim(10, TTL_NS)
    fencing = index.scaling.disown("web", claim.fencing, "it hangs")
    found = index.scaling.get("web")
    assert (False, False, "it hangs", 2) == (found.busy, found.healthy, found.problem, found.desired)
    (kept,) = index.scaling.decisions()
    assert ("failed", "it hangs") == (kept.progress, kept.failure)
    with pytest.raises(Conflict):
        index.scaling.keep("web", claim.fencing, lambda found: found)
    assert {"web"} == index.scaling.renew({"web": fencing}, TTL_NS)
    index.scaling.release("web", fencing, 0)
    assert 1 == len(index.scaling.claim(10, TTL_NS))


def test_decisions_outlive_their_group_until_they_are_old(index: Index, clock: Clock) -> None:
    group(index)
    ask(index, decision())
    ask(index, decision(verdict="refused"))
    index.scaling.delete("web")
    with pytest.raises(NotFound):
        index.scaling.delete("web")
    assert ["", "failed"] == [each.progress for each in index.scaling.decisions(equal("group_id", "web"))]
    assert [1, 1, 0] == [index.scaling.expire_decisions(START_NS + 1, 1) for _ in range(3)]


def test_a_change_under_way_is_not_forgotten(index: Index) -> None:
    group(index)
    ask(index, decision())
    assert 0 == index.scaling.expire_decisions(START_NS + 1, 10)


def test_a_group_that_is_gone_says_so(index: Index) -> None:
    for call in (
        lambda: index.scaling.get("web"),
        lambda: index.scaling.change("web", lambda found: found),
        lambda: ask(index, decision()),
        lambda: policy(index),
    ):
        with pytest.raises(NotFound, match="Scaling group web not found"):
            call()
    with pytest.raises(Conflict, match="was deleted meanwhile"):
        index.scaling.keep("web", 1, lambda found: found)


TEXT = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TEXT | st.just("https://u:p@h/x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "api_token", "b_secret", "password", "url", "x"]), VALUES, max_size=5))
def test_options_that_come_back_as_they_were_shown_are_the_same(options: dict[str, Any]) -> None:
    assert options == with_secrets(shown_options(options), options)


def test_threads_are_not_in_each_other_s_way(index: Index) -> None:
    for number in range(4):
        group(index, f"g{number}")

    def work(name: str) -> None:
        for _ in range(5):
            index.scaling.wake(name)
            for each in index.scaling.claim(1, TTL_NS):
                index.scaling.keep(each.group.id, each.fencing, lambda found: found, [member("m")])
                index.scaling.release(each.group.id, each.fencing, 2**62)

    threads = [threading.Thread(target=work, args=(f"g{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 4 == len(index.scaling.find())
