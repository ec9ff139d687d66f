# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the server reads of itself."""

from nephoscope.observe import dropped, registry
from nephoscope.poll.server import OWN_MEASURES, Server, dropped_meter


def read(server: Server) -> dict[str, float]:
    batch = server.poll(5).batch()
    assert {5} == set(batch.time_ns)
    return {batch.meters[meter].name: value for meter, value in zip(batch.meter, batch.value, strict=True)}


def test_every_declared_meter_is_read_given_the_facts() -> None:
    asked: list[int] = []

    def facts(now_ns: int) -> dict[str, float]:
        asked.append(now_ns)
        return {"server.store.bytes": 1, "server.store.rows": 2, "server.disk.free": 3, "server.lag": 4}

    found = read(Server("node/1", "1.0", facts))

    assert {meter.name for meter in Server.METERS} == {name for name in found if not name.startswith("server.dropped.")}
    assert ([5], 2) == (asked, found["server.store.rows"])
    assert found["server.memory.resident"] > 10**6


def test_the_resource_is_named_after_the_host() -> None:
    (resource,) = Server("node/1", "1.0", lambda now_ns: {}).poll(1).batch().resources

    assert ("nephoscope.node:1", "nephoscope", {"host": "node/1", "version": "1.0"}) == (
        resource.id,
        resource.type,
        resource.attributes,
    )


def test_drops_have_a_meter_for_each_station_and_cause() -> None:
    server = Server("node", "1.0", lambda now_ns: {})
    before = read(server)
    dropped("door", "much too late", 3)
    dropped("door", "a/b", 2)

    after = read(server)

    assert 3 == after["server.dropped.door.much_too_late"] - before.get("server.dropped.door.much_too_late", 0)
    assert 2 == after[dropped_meter("door", "a/b")] - before.get(dropped_meter("door", "a/b"), 0)
    assert 5 == after["server.dropped"] - before["server.dropped"]


def test_the_servers_own_measures_do_not_count_as_accepted() -> None:
    server = Server("node", "1.0", lambda now_ns: {})
    before = read(server)["server.measures.accepted"]
    registry.count("nephoscope_measures_accepted_total", 10)
    registry.count(OWN_MEASURES, 4)

    assert 6 == read(server)["server.measures.accepted"] - before
