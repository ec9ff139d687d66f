# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rules about metrics that live in a Gnocchi elsewhere are judged as those about our own."""

from typing import Any

import msgspec
import pytest

from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.remote import RemoteThresholds
from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.verdicts import Verdict
from nephoscope.api.gnocchi.parts import SeriesParts
from nephoscope.model.alarm_rule import MetricsThreshold, ResourcesThreshold, ResourceThreshold, ThresholdRule
from tests.alarm.answering import Answer, answering
from tests.alarm.conftest import NOW_NS, World
from tests.api.asgi import Client, basic
from tests.api.gnocchi.server import served

ABOVE: dict[str, Any] = {"threshold": 50.0, "aggregation_method": "max", "comparison_operator": "gt"}


def dialect(world: World) -> tuple[Client, Answer]:
    """Our own Gnocchi dialect as the service elsewhere."""
    parts = SeriesParts(world.catalog, world.measured.commit, world.measured.reader, measures_max=1000)
    client = Client(served(world.index, series=parts), headers=basic("admin"))

    def answer(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        said = client.request(method, f"/gnocchi{path}", data=msgspec.json.decode(body) if body else None)
        return said.status, said.text.encode()

    return client, answer


def verdicts(url: str, *scoped: Scoped) -> list[Verdict]:
    remote = RemoteThresholds(Asker(url))
    try:
        looked = remote.look(list(scoped), NOW_NS)
        return [remote.verdict(looked, each) for each in scoped]
    finally:
        remote.close()


def test_answers_from_elsewhere_are_judged_as_our_own(world: World) -> None:
    metrics = []
    for name, project, values in (
        ("one", "blue", (60.0, 70.0)),
        ("two", "blue", (10.0, 20.0)),
        ("three", "red", (9.0,)),
    ):
        metrics.append(world.metric(world.resource(name, project, server_group="web")))
        world.put(metrics[-1], [(60.0 * (place + 1), value) for place, value in enumerate(values)])
    query = '{"=": {"server_group": "web"}}'
    rules: list[ThresholdRule] = [
        *(
            ResourceThreshold(metric="cpu", resource_id=name, resource_type="instance", evaluation_periods=2, **ABOVE)
            for name in ("one", "two", "three", "four")
        ),
        MetricsThreshold(metrics=tuple(str(each.id) for each in metrics), **ABOVE),
        ResourcesThreshold(metric="cpu", query=query, resource_type="instance", **ABOVE),
        ResourcesThreshold(metric="none", query=query, resource_type="instance", **ABOVE),
    ]
    scoped = [Scoped(rule, project) for rule in rules for project in (None, "blue", "red")]
    client, answer = dialect(world)
    with client, answering(answer) as url:
        found = verdicts(url, *scoped)
    here = world.thresholds()
    looked = here.look(scoped, NOW_NS)
    expected = [here.verdict(looked, each) for each in scoped]
    assert [(each.state, each.outside, each.most_recent) for each in expected] == [
        (each.state, each.outside, each.most_recent) for each in found
    ]
    assert {"alarm", "ok", "insufficient data"} == {each.state for each in found}


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (503, b"{}", "alarm statistics retrieval failed: URL answered 503"),
        (200, b"<html>", "alarm statistics retrieval failed: URL answered no JSON: <html>"),
        (200, b'[["a", 60]]', "alarm statistics retrieval failed: the answer holds no measures"),
        (200, b'{"other": 1}', "No datapoint for granularity 60"),
        (200, b'[["2026", 300, 1]]', "No datapoint for granularity 60"),
        (404, b"{}", "metric cpu for resource vm does not exists"),
    ],
)
def test_what_comes_back_wrong_is_told(status: int, said: bytes, reason: str) -> None:
    rule = ResourceThreshold(metric="cpu", resource_id="vm", resource_type="instance", **ABOVE)
    with answering(lambda _method, _path, _body: (status, said)) as url:
        (found,) = verdicts(url, Scoped(rule, None))
    assert "insufficient data" == found.state
    assert found.reason.startswith(reason.replace("URL", url)), found.reason
