# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The server's own samples go the way of any agent's."""

import pytest

from nephoscope.api.native.own_samples import OWN_MEASURES, OwnSamples
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.search import equal
from nephoscope.observe import registry
from nephoscope.poll.server import Server
from tests.api.native.cloud import NOW_NS, Asker, Cloud


@pytest.fixture
def own(cloud: Cloud) -> OwnSamples:
    """The server's own samples."""
    parts = cloud.parts
    return OwnSamples(parts.index, parts.store, parts.catalog, parts.commit, parts.series)


def test_they_become_metrics_of_a_resource_that_operators_see(
    admin: Asker, member: Asker, cloud: Cloud, own: OwnSamples
) -> None:
    before = registry.value(OWN_MEASURES)
    batch = Server("node", "1.0", own.facts).poll(NOW_NS).batch()

    own.publish(batch)

    shown = admin.get("/resources/nephoscope.node")
    assert ("nephoscope", {"host": "node", "version": "1.0"}) == (
        shown["resource"]["type"],
        shown["resource"]["attributes"],
    )
    values = {each["name"]: each["latest"]["value"] for each in shown["metrics"]}
    assert values["server.memory.resident"] > 1e6
    assert values["server.store.rows"] >= 1
    assert {"high"} == {each["policy"] for each in shown["metrics"]}
    assert len(batch.value) == registry.value(OWN_MEASURES) - before
    assert 404 == member.ask("GET", "/resources/nephoscope.node").status
    assert cloud.index.metrics.count() == len(shown["metrics"])


def test_the_lag_is_that_of_what_others_send(cloud: Cloud, own: OwnSamples) -> None:
    assert "server.lag" not in own.facts(NOW_NS)
    own.publish(Server("node", "1.0", own.facts).poll(NOW_NS).batch())
    assert "server.lag" not in own.facts(NOW_NS)

    cloud.put(cloud.metric(cloud.resource("vm-1"), "cpu"), [1], NOW_NS - 90 * 10**9)

    assert 90 == own.facts(NOW_NS)["server.lag"]


def test_without_the_policy_a_rule_decides(admin: Asker, cloud: Cloud, own: OwnSamples) -> None:
    cloud.index.archive_policies.delete("high")

    own.publish(Server("node", "1.0", own.facts).poll(NOW_NS).batch())

    assert {"low"} == {each["policy"] for each in admin.get("/resources/nephoscope.node")["metrics"]}


def test_what_cannot_be_stored_is_counted_as_dropped(cloud: Cloud, own: OwnSamples) -> None:
    cloud.index.archive_policies.delete("high")
    cloud.index.rules.delete("default")
    cloud.index.rules.create(ArchivePolicyRule("else", "else", "low"))
    batch = Server("node", "1.0", own.facts).poll(NOW_NS).batch()
    before = registry.value("nephoscope_dropped_total", station="poll", cause="not stored")

    own.publish(batch)

    assert len(batch.value) == registry.value("nephoscope_dropped_total", station="poll", cause="not stored") - before
    assert [] == cloud.index.metrics.find(equal("creator", "system:nephoscope"))
