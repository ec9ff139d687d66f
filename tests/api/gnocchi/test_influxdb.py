# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Writers for InfluxDB over HTTP: ping, CREATE DATABASE, and lines whose points can be read at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from nephoscope.observe import registry
from tests.api.asgi import Answer, Client, basic

PATH = "/gnocchi/v1/influxdb"
NOON = 1_748_779_200
LINES = f"cpu,host=web1,cpu=cpu0 idle=1.5,user=2i {NOON}000000000\ncpu,host=web2 idle=3 {NOON}000000000\n"


@pytest.fixture(autouse=True)
def _database(writer: Client) -> None:
    assert 204 == writer.request("POST", f"{PATH}/query?q=CREATE%20DATABASE%20telegraf").status


def write(client: Client, lines: str | bytes, arguments: str = "db=telegraf", **headers: str) -> Answer:
    raw = lines.encode() if isinstance(lines, str) else lines
    return client.request("POST", f"{PATH}/write?{arguments}", body=raw, headers=headers)


def get(client: Client, path: str) -> Any:
    answer = client.request("GET", f"/gnocchi/v1{path}")
    assert 200 == answer.status, answer.text
    return answer.json()


def names(client: Client) -> set[tuple[str, str]]:
    """(resource, metric) of everything there is."""
    return {
        (each["original_resource_id"], name) for each in get(client, "/resource/telegraf") for name in each["metrics"]
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_ping_answers_anybody_with_a_version(writer: Client, method: str) -> None:
    answer = writer.request(method, f"{PATH}/ping", headers={"authorization": ""})

    assert (204, b"") == (answer.status, answer.body)
    assert "Gnocchi 4.7.1" == answer.headers["x-influxdb-version"]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("CREATE DATABASE collectd", "collectd"),
        ("create  database collectd;", "collectd"),
        ('CREATE DATABASE "my base"', "my base"),
        ('CREATE DATABASE "telegraf"', "telegraf"),
        ("CREATE DATABASE x WITH DURATION 3d REPLICATION 1", "x"),
    ],
)
def test_create_database_makes_a_resource_type_unless_it_is_there(writer: Client, statement: str, name: str) -> None:
    for _ in range(2):
        assert 204 == writer.request("POST", f"{PATH}/query?q={quote(statement)}").status
    assert {} == get(writer, f"/resource_type/{quote(name)}")["attributes"]


def test_the_statement_may_come_in_a_form(writer: Client) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}

    assert 204 == writer.request("POST", f"{PATH}/query", body=b"q=CREATE+DATABASE+%22a%22", headers=form).status
    assert "a" == get(writer, "/resource_type/a")["name"]


@pytest.mark.parametrize(
    "statement", ["", "SHOW DATABASES", "CREATE DATABASE", "CREATE DATABASE ;", "CREATE DATABASEx", "DROP DATABASE x"]
)
def test_other_statements_are_not_offered(writer: Client, statement: str) -> None:
    answer = writer.request("POST", f"{PATH}/query?q={quote(statement)}")

    assert 501 == answer.status
    assert "Not implemented error" == answer.json()["description"]["cause"]


@pytest.mark.parametrize("statement", ["CREATE DATABASE a/b", "CREATE DATABASE " + "x" * 300])
def test_a_name_that_no_resource_type_can_have_is_refused(writer: Client, statement: str) -> None:
    assert 400 == writer.request("POST", f"{PATH}/query?q={quote(statement)}").status


def test_only_those_who_may_make_resource_types_create_databases(writer: Client) -> None:
    assert 403 == writer.request("POST", f"{PATH}/query?q=CREATE%20DATABASE%20x", headers=basic("bob")).status


def test_points_are_stored_under_their_host_when_they_are_answered(writer: Client) -> None:
    answer = write(writer, LINES)

    assert (204, b"") == (answer.status, answer.body)
    assert {("web1", "cpu.idle@cpu=cpu0"), ("web1", "cpu.user@cpu=cpu0"), ("web2", "cpu.idle")} == names(writer)
    assert [["2025-06-01T12:00:00+00:00", 300.0, 3.0]] == get(
        writer, "/resource/telegraf/web2/metric/cpu.idle/measures"
    )


def test_policies_are_chosen_by_rule(writer: Client) -> None:
    rule = {"name": "cpu", "metric_pattern": "cpu.idle*", "archive_policy_name": "high"}
    writer.request("POST", "/gnocchi/v1/archive_policy_rule", data=rule)
    write(writer, LINES)

    policies = {each["name"]: each["archive_policy"]["name"] for each in get(writer, "/metric")}
    assert {"cpu.idle@cpu=cpu0": "high", "cpu.user@cpu=cpu0": "low", "cpu.idle": "high"} == policies


def test_later_writes_add_to_what_is_there(writer: Client) -> None:
    write(writer, LINES)
    write(writer, f"cpu,host=web2 idle=5,user=1 {NOON + 1}000000000\n")
    write(writer, LINES)

    assert {"web1", "web2"} == {resource for resource, _ in names(writer)}
    assert 4.0 == get(writer, "/resource/telegraf/web2/metric/cpu.idle/measures")[0][2]


def test_a_header_names_another_tag_for_the_resource(writer: Client) -> None:
    write(writer, LINES.splitlines()[0], **{"X-Gnocchi-InfluxDB-Tag-Resource-ID": "cpu"})
    assert {("cpu0", "cpu.idle@host=web1"), ("cpu0", "cpu.user@host=web1")} == names(writer)


def test_times_count_in_the_unit_asked_for_and_missing_ones_are_now(writer: Client) -> None:
    write(writer, f"m,host=a v=1 {NOON}", "db=telegraf&precision=s")
    assert [["2025-06-01T12:00:00+00:00", 300.0, 1.0]] == get(writer, "/resource/telegraf/a/metric/m.v/measures")

    before = time.time() // 300 * 300
    write(writer, "m,host=b v=1")
    [[stamp, _, _]] = get(writer, f"/resource/telegraf/b/metric/m.v/measures?start={before}")
    assert stamp > "2025-06-01T12"


def test_a_body_may_arrive_in_pieces_without_a_length(writer: Client) -> None:
    raw = LINES.encode()
    answer = writer.request("POST", f"{PATH}/write?db=telegraf", pieces=[raw[:11], raw[11:40], raw[40:]])

    assert 204 == answer.status
    assert 3 == len(names(writer))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("cpu,host=a v=1\nnonsense\n", "Unable to parse line 2"),
        ("cpu,host=a v=1\n\ncpu,host=a v=x", "Unable to parse line 3"),
        ("cpu,hosts=a v=1", "Unable to find key `host' in tags"),
        (b"\xff", "Unable to parse line 1"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_stored(writer: Client, lines: str | bytes, reason: str) -> None:
    answer = write(writer, lines)

    assert 400 == answer.status
    assert ("Value error", reason) == tuple(answer.json()["description"][key] for key in ("cause", "reason"))
    assert set() == names(writer)


@pytest.mark.parametrize(
    ("lines", "arguments", "status"),
    [
        (LINES, "db=nothing", 404),
        (LINES, "", 404),
        (LINES, "db=telegraf&precision=weeks", 400),
        ("m,host=a " + "v" * 256 + "=1", "db=telegraf", 400),
        ("m,host=" + "h" * 290 + " v=1", "db=telegraf", 400),
        ("m,host=a\0b v=1", "db=telegraf", 400),
        ("m,host=a v\0=1", "db=telegraf", 400),
        ("m,host=a v=1\n" * 1001, "db=telegraf", 413),
    ],
)
def test_bad_requests_store_nothing(writer: Client, lines: str, arguments: str, status: int) -> None:
    assert status == write(writer, lines, arguments).status
    assert [] == get(writer, "/metric") == get(writer, "/resource/generic")


def test_texts_are_counted_and_make_nothing(writer: Client) -> None:
    before = registry.value("nephoscope_dropped_total", station="receive", cause="text field")

    assert 204 == write(writer, 'log,host=a message="hello, world",level="info"').status
    assert before + 2 == registry.value("nephoscope_dropped_total", station="receive", cause="text field")
    assert [] == get(writer, "/resource/telegraf")


def test_an_empty_body_is_fine(writer: Client) -> None:
    assert 204 == write(writer, "").status


def test_a_uuid_names_a_resource_that_only_its_creator_may_add_to(writer: Client) -> None:
    uuid = "11111111-1111-1111-1111-111111111111"
    write(writer, f"m,host={uuid} v=1")

    assert {(uuid, "m.v")} == names(writer)
    assert 204 == write(writer, f"m,host={uuid.replace('-', '')} v=1\nm,host={uuid} w=1").status
    assert 403 == write(writer, f"m,host={uuid} v=1", **basic("bob")).status
    assert 403 == write(writer, f"m,host={uuid} new=1", **basic("bob")).status
    assert {(uuid, "m.v"), (uuid, "m.w")} == names(writer)


def test_anybody_writes_to_resources_of_their_own(writer: Client) -> None:
    assert 401 == write(writer, LINES, authorization="").status
    for user in ("admin", "bob"):
        assert 204 == write(writer, LINES, **basic(user)).status
    assert 4 == len(get(writer, "/resource/telegraf"))


def test_many_may_be_the_first_at_once(writer: Client) -> None:
    lines = "\n".join(f"net,host=h{n % 3},if=e{n} rx={n},tx=2i {NOON}000000000" for n in range(60))

    def send(_: int) -> int:
        with Client(writer.app, headers=writer.headers) as client:
            return write(client, lines).status

    with ThreadPoolExecutor(8) as threads:
        assert {204} == set(threads.map(send, range(16)))
    assert 120 == len(names(writer)) == len(get(writer, "/metric"))
