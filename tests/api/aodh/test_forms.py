# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The forms of answers and errors: XML where it is preferred, what the router says, ids of requests, slashes."""

import doctest
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from nephoscope.api.aodh import inner_json, values, xml
from nephoscope.api.aodh.xml import error_message, prefers_xml, result
from tests.api.aodh.callers import Asker, event_alarm, threshold_alarm
from tests.api.asgi import Answer, Client

XML = "application/xml"


def test_the_examples_hold() -> None:
    for module in (inner_json, values, xml):
        tried = doctest.testmod(module)
        assert (True, 0) == (tried.attempted > 0, tried.failed)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/xml", True),
        ("application/xml, application/json;q=0.5", True),
        ("Application/XML;q=0.9, */*;q=0.8", True),
        ("application/*;q=0.2, application/xml", True),
        ("application/json, application/xml", False),
        ("application/xml;q=0", False),
        ("application/xml;q=bad", False),
        ("*/*", False),
        ("text/xml", False),
        ("", False),
        (";;,,q=", False),
    ],
)
def test_xml_is_for_those_who_prefer_it(accept: str, expected: bool) -> None:
    assert expected == prefers_xml(accept)


def tree(answer: Answer) -> ET.Element:
    assert XML == answer.headers["content-type"]
    return ET.fromstring(answer.body)


def test_an_alarm_as_xml(mia: Asker) -> None:
    constraint = {"name": "n", "start": "0 1 * * *", "duration": 60}
    body = threshold_alarm(alarm_actions=["http://a?b&c"], ok_actions=None, time_constraints=[constraint])
    root = tree(mia("POST", "/alarms", body, Accept=XML))
    assert ("result", "tried", "true", "false") == (
        root.tag,
        root.findtext("name"),
        root.findtext("enabled"),
        root.findtext("repeat_actions"),
    )
    assert ["http://a?b&c"] == [each.text for each in root.findall("alarm_actions/item")]
    nothing = root.find("ok_actions")
    assert nothing is not None
    assert "true" == nothing.get("nil")
    assert "80.0" == root.findtext("gnocchi_resources_threshold_rule/threshold")
    assert "60" == root.findtext("time_constraints/item/duration")


def test_lists_states_and_tables_as_xml(mia: Asker) -> None:
    composite = {"or": [{"type": "prometheus", "query": "up", "threshold": 1}]}
    made = mia.done("POST", "/alarms", {"name": "a\x01b", "type": "composite", "composite_rule": composite})
    path = f"/alarms/{made['alarm_id']}"
    (item,) = tree(mia("GET", "/alarms", Accept=XML)).findall("item")
    assert ("a\ufffdb", made["alarm_id"]) == (item.findtext("name"), item.findtext("alarm_id"))
    assert '{"or": [{' in (item.findtext("composite_rule") or "")
    assert "insufficient data" == tree(mia("GET", f"{path}/state", Accept=XML)).text
    keys = tree(mia("GET", "/capabilities", Accept=XML)).findall("api/item/key")
    assert {"alarms:query:complex", "alarms:history:query:simple"} < {each.text for each in keys}
    assert "creation" == tree(mia("GET", f"{path}/history", Accept=XML)).findtext("item/type")
    assert b"" == mia("DELETE", path, Accept=XML).body


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/alarms/nope", 404, ("Client", "Alarm nope not found")),
        ("POST", "/alarms", 400, ("Client", 'Missing argument: "data"')),
    ],
)
def test_a_fault_as_xml(mia: Asker, method: str, path: str, status: int, expected: tuple[str, str]) -> None:
    answer = mia(method, path, Accept=XML)
    root = tree(answer)
    assert (status, "error_message") == (answer.status, root.tag)
    assert expected == (root.findtext("error/faultcode"), root.findtext("error/faultstring"))
    assert "" == root.findtext("error/debuginfo")


def test_what_the_router_says_as_xml(mia: Asker) -> None:
    assert "404 Not Found" in (tree(mia("GET", "/nothing", Accept=XML)).text or "")


def test_structured_faults_as_xml() -> None:
    fault = {"faultcode": "Client", "faultstring": {"cause": "Invalid input"}, "debuginfo": None}
    assert '{"cause": "Invalid input"}' == ET.fromstring(error_message(fault)).findtext("error/faultstring")
    assert b"<result><item>&lt;&amp;&gt;</item></result>" == result(["<&>"])


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/alarms", "GET, POST"),
        ("DELETE", "/alarms", "GET, POST"),
        ("POST", "/alarms/a", "DELETE, GET, PUT"),
        ("POST", "/alarms/a/state", "GET, PUT"),
        ("POST", "/alarms/a/history", "GET"),
        ("GET", "/query/alarms", "POST"),
        ("GET", "/query/alarms/history", "POST"),
        ("PUT", "/quotas", "GET, POST"),
        ("GET", "/quotas/p", "DELETE"),
        ("POST", "/capabilities", "GET"),
        ("POST", "/metrics", "GET"),
    ],
)
def test_methods_that_an_address_does_not_have(mia: Asker, method: str, path: str, allow: str) -> None:
    answer = mia(method, path)
    said = f"405 Method Not Allowed\n\nThe method {method} is not allowed for this resource. \n\n "
    assert (405, allow, said) == (answer.status, answer.headers["allow"], answer.json()["error_message"])


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/alarm", "/alarms/a/b", "/query", "/alarms/a/state/x"])
def test_addresses_that_there_are_not(mia: Asker, path: str) -> None:
    answer = mia("GET", path)
    said = "404 Not Found\n\nThe resource could not be found.\n\n   "
    assert (404, said) == (answer.status, answer.json()["error_message"])


@pytest.mark.parametrize("path", ["/alarms/", "//alarms", "/capabilities/", "/quotas/"])
def test_slashes_too_many_change_nothing(mia: Asker, path: str) -> None:
    assert 200 == mia("GET", path).status


def test_every_answer_of_the_second_version_has_an_id_of_its_own(client: Client, mia: Asker) -> None:
    answers = [mia("GET", path) for path in ("/alarms", "/nothing", "/alarms/x", "/alarms?x=1", "/capabilities")]
    answers += [mia("PUT", "/alarms"), mia("POST", "/alarms", event_alarm()), client.request("GET", "/aodh/v2/alarms")]
    ids = {each.headers["x-openstack-request-id"] for each in answers}
    assert len(answers) == len(ids)
    assert all(re.fullmatch(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in ids)
    for path in ("/aodh", "/aodh/", "/aodh/healthcheck"):
        answer = client.request("GET", path)
        assert (200, False) == (answer.status, "x-openstack-request-id" in answer.headers)


def test_versions_and_health_ask_for_nobody_and_all_else_does(client: Client) -> None:
    assert "v2" == client.request("GET", "/aodh").json()["versions"]["values"][0]["id"]
    health = client.request("GET", "/aodh/healthcheck")
    assert (b"", "text/plain; charset=utf-8") == (health.body, health.headers["content-type"])
    for path in ("alarms", "capabilities", "quotas", "metrics", "alarms/x"):
        answer = client.request("GET", f"/aodh/v2/{path}")
        fault: Any = answer.json()["error_message"]
        assert (401, "Client") == (answer.status, fault["faultcode"])
        assert "www-authenticate" in answer.headers


def test_callers_from_elsewhere_are_not_believed(client: Client, mia: Asker) -> None:
    with Client(client.app, peer="192.0.2.7") as stranger:
        assert 401 == stranger.request("GET", "/aodh/v2/alarms", headers=mia.headers).status
