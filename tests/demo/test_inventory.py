# SPDX-License-Identifier: Apache-2.0

"""What the server is told of a cloud's resources."""

from datetime import datetime

import numpy as np

from nephoscope.demo.filling import Filling
from nephoscope.demo.inventory import COUNTERS, GAUGES, MARK, TYPES, bodies, count
from tests.demo.clouds import START_S, cloud

NEVER = np.iinfo(np.int64).max
PROJECTS = ["a", "b", "c"]


def test_there_are_as_many_resources_as_are_counted() -> None:
    for some, resources in ((cloud(), 2 + 3 * 40), (cloud(metrics=2), 2 + 40)):
        made = {type_name: list(each) for type_name, each in bodies(some, PROJECTS)}
        assert resources == count(some) == sum(map(len, made.values()))
        ids = [body["id"] for each in made.values() for body in each]
        assert len(set(ids)) == len(ids)


def test_every_metric_that_is_sent_was_made_beforehand() -> None:
    some = cloud()
    made = {
        (body["id"], name, metric["unit"]): metric["archive_policy_name"]
        for _, each in bodies(some, PROJECTS)
        for body in each
        for name, metric in body["metrics"].items()
    }
    [(_, batch, _)] = Filling(some, {}).batches(START_S)
    assert batch is not None
    sent = {
        (batch.resources[r].id, batch.meters[m].name, batch.meters[m].unit): batch.meters[m].kind
        for r, m in zip(batch.resource, batch.meter, strict=True)
        if batch.resources[r].id != MARK
    }
    assert len(sent) > 600
    assert set(sent) <= set(made)
    for key, kind in sent.items():
        assert {"gauge": GAUGES, "cumulative": COUNTERS}[kind] == made[key]


def test_attributes_are_those_of_their_type() -> None:
    common = {"id", "project_id", "user_id", "started_at", "ended_at", "metrics"}
    for type_name, each in bodies(cloud(), PROJECTS):
        for body in each:
            assert set(body) - common <= set(TYPES[type_name])


def test_disks_and_interfaces_live_as_long_as_their_instance() -> None:
    some = cloud(instances=250)
    made = {type_name: list(each) for type_name, each in bodies(some, PROJECTS)}
    lives = {body["id"]: life(body) for body in made["instance"]}
    assert sum(ended is not None for _, ended, _ in lives.values()) == (some.ended_s < NEVER).sum() > 0
    for body in made["instance_disk"] + made["instance_network_interface"]:
        assert lives[body["instance_id"]] == life(body)
    for started, ended, _ in lives.values():
        assert ended is None or datetime.fromisoformat(started) < datetime.fromisoformat(ended)


def life(body: dict[str, str]) -> tuple[str, str | None, str]:
    return body["started_at"], body.get("ended_at"), body["project_id"]
