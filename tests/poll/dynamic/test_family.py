# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Dynamic pollsters of all three kinds at work: a cloud, a server outside of it, a command of the host."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.observe import registry
from nephoscope.poll.contract import PermanentError, Polled, PollSettings, Target
from nephoscope.poll.openstack.connection import Cloud
from tests.poll.dynamic.made import NOW_NS, polled, serving, types
from tests.services.openstack import PASSWORD, Openstack

CLUSTERS = """
- name: dynamic.magnum.cluster
  sample_type: gauge
  unit: cluster
  value_attribute: status
  endpoint_type: container-infra
  url_path: v1/clusters/detail
  resource_id_attribute: uuid
  response_entries_key: clusters
  next_sample_url_attribute: next
  metadata_fields: [labels.kube_tag, name, "node_addresses | ','.join(value)", "coe_version | value or ''", missing]
  metadata_mapping: {name: display_name}
  preserve_mapped_metadata: false
  skip_sample_values: [CREATE_FAILED]
  value_mapping: {CREATE_COMPLETE: "2"}
"""
WITH_PROJECT = f"""{CLUSTERS}
  extra_metadata_fields:
    - name: project_name
      endpoint_type: identity
      url_path: "'/identity/v3/projects/' + str(sample['project_id'])"
      value: name
      metadata_fields: [enabled, description]
    - name: domain_id
      endpoint_type: identity
      url_path: "'/identity/v3/projects/' + str(sample['project_id'])"
      value: domain_id
      extra_metadata_fields_cache_seconds: 0
    - name: domain_name
      endpoint_type: identity
      url_path: "'/identity/v3/domains/' + extra_metadata_captured['domain_id']"
      value: name
    - name: never
      endpoint_type: identity
      url_path: "'/identity/v3/domains/' + extra_metadata_by_name['domain_id']['value']"
      value: name
      extra_metadata_fields_skip: [{{metadata: {{display_name: k8s}}}}, {{user_id: u-bob}}]
    - name: lost
      endpoint_type: identity
      url_path: "'/identity/v3/projects/' + sample['nothing']"
      value: name
"""


@pytest.fixture
def cloud() -> Iterator[Openstack]:
    with Openstack() as started:
        yield started


def of(cloud: Openstack) -> PollSettings:
    return PollSettings("here", cloud=Cloud(cloud.arguments))


def magnum(cloud: Openstack) -> Target:
    return Target(f"{cloud.url}/container-infra/")


def failures(name: str) -> float:
    return registry.value("nephoscope_poll_errors_total", pollster=name)


def test_a_service_of_the_cloud_is_asked_page_by_page(tmp_path: Path, cloud: Openstack) -> None:
    (found,) = types(tmp_path, CLUSTERS)
    samples = polled(found, magnum(cloud), settings=of(cloud))
    assert ["dynamic.magnum.cluster"] * 2 == samples.name.tolist()
    assert [2, -1] == samples.volume.tolist()
    assert [
        "0b4b766f-1500-44b3-9804-5a6e12fe6df4",
        "5d12f6fd-a196-4bf0-ae4c-1f639a523a52",
    ] == samples.resource_id.tolist()
    assert ["u-ann", "u-bob"] == samples.user_id.tolist()
    assert ["8e1b8b3d1c2e4f5aa6b7c8d9e0f1a2b3"] * 2 == samples.project_id.tolist()
    assert [NOW_NS] * 2 == samples.time_ns.tolist()
    assert {
        "labels.kube_tag": "v1.28.4",
        "display_name": "k8s",
        "node_addresses | ','.join(value)": "10.0.0.6,10.0.0.7",
        "coe_version | value or ''": "v1.28.4",
    } == samples.metadata[0]
    assert 2 == len([each for each in cloud.asked if "clusters" in each])


def test_extra_fields_come_from_follow_up_requests_which_are_kept(tmp_path: Path, cloud: Openstack) -> None:
    (found,) = types(tmp_path, WITH_PROJECT)
    samples = polled(found, magnum(cloud), settings=of(cloud))
    extra = {"project_name": "shop", "enabled": True, "description": "web shop"}
    extra |= {"domain_id": "default", "domain_name": "Default"}
    for metadata in samples.metadata.tolist():
        assert extra == {key: metadata[key] for key in extra}
        assert not {"never", "lost"} & metadata.keys()
    # One for the name, kept for both samples; two for the domain's id, which is not kept.
    assert 3 == len([each for each in cloud.asked if "/projects/" in each])
    assert 1 == len([each for each in cloud.asked if "/domains/" in each])


def test_a_token_that_expires_is_renewed(tmp_path: Path, cloud: Openstack) -> None:
    (found,) = types(tmp_path, CLUSTERS)
    family = found(of(cloud))
    for _ in range(2):
        read = family.poll([magnum(cloud)], ["dynamic.magnum.cluster"], NOW_NS)
        assert isinstance(read, Polled)
        assert 2 == len(read.samples)
        cloud.expire()


def test_the_token_is_not_taken_elsewhere(tmp_path: Path, cloud: Openstack) -> None:
    with serving({"/next": b"{}"}) as (other, asked):
        page = {"next": f"{other}/next", "clusters": []}
        cloud.answer("/container-infra/v1/clusters/detail", page)
        (found,) = types(tmp_path, CLUSTERS)
        before = failures("dynamic.magnum.cluster")
        assert 0 == len(polled(found, magnum(cloud), settings=of(cloud)))
        cloud.answer("/container-infra/v1/clusters/detail", None, status=302, headers={"Location": f"{other}/next"})
        assert 0 == len(polled(found, magnum(cloud), settings=of(cloud)))
        (found,) = types(tmp_path, CLUSTERS.replace("v1/clusters/detail", f"{other}/next"))
        assert 0 == len(polled(found, magnum(cloud), settings=of(cloud)))
        assert ([], 3) == (asked, failures("dynamic.magnum.cluster") - before)


def test_a_server_that_the_catalogue_does_not_know_gets_no_token(tmp_path: Path, cloud: Openstack) -> None:
    with serving({"/v1/clusters/detail": b'{"clusters": []}'}) as (other, asked):
        (found,) = types(tmp_path, CLUSTERS)
        before = failures("dynamic.magnum.cluster")
        polled(found, Target(other), settings=of(cloud))
    assert ([], 1) == (asked, failures("dynamic.magnum.cluster") - before)


def test_pages_in_a_circle_end(tmp_path: Path, cloud: Openstack) -> None:
    cloud.answer("/container-infra/v1/clusters/detail", {"next": "v1/clusters/detail", "clusters": []})
    (found,) = types(tmp_path, CLUSTERS)
    before = failures("dynamic.magnum.cluster")
    polled(found, magnum(cloud), settings=of(cloud))
    assert 1 == failures("dynamic.magnum.cluster") - before


def test_one_bad_entry_costs_only_itself(tmp_path: Path, cloud: Openstack) -> None:
    good = {"uuid": "u", "status": "CREATE_COMPLETE"}
    entries: list[Any] = [None, "x", {"status": "X"}, {"uuid": "no status"}, {"uuid": "l", "status": []}, good]
    cloud.answer("/container-infra/v1/clusters/detail", {"clusters": entries})
    (found,) = types(tmp_path, CLUSTERS)
    dropped_before = registry.series("nephoscope_dropped_total")
    samples = polled(found, magnum(cloud), settings=of(cloud))
    assert ["l", "u"] == samples.resource_id.tolist()
    now = registry.series("nephoscope_dropped_total")
    assert 4 == sum(now.values()) - sum(dropped_before.values())


def test_a_target_of_another_kind_is_refused_for_good(tmp_path: Path) -> None:
    (found,) = types(tmp_path, CLUSTERS)
    with pytest.raises(PermanentError) as told:
        polled(found, Target("ipmi://a"), Target("http://b"))
    assert {"ipmi://a"} == told.value.targets


def test_a_failing_service_is_told_once_and_the_others_are_asked(
    tmp_path: Path, cloud: Openstack, caplog: pytest.LogCaptureFixture
) -> None:
    (found,) = types(tmp_path, CLUSTERS)
    family = found(of(cloud))
    with caplog.at_level(logging.WARNING, "nephoscope.poll"):
        for _ in range(2):
            targets = [Target(f"{cloud.url}/nowhere/v1/"), magnum(cloud)]
            read = family.poll(targets, ["dynamic.magnum.cluster"], NOW_NS)
            assert isinstance(read, Polled)
            assert [1, 1] == read.target.tolist()
    told = [each for each in caplog.messages if "nowhere" in each]
    assert 1 == len(told)
    assert "status 404" in told[0]
    assert PASSWORD not in caplog.text


USAGE = {
    "summary": [
        {
            "user": "p1$p1",
            "categories": [
                {"category": "get_obj", "ops": 46, "bytes_sent": 2120428},
                {"category": "put_obj", "ops": 0, "bytes_sent": 0},
                {"category": "list_bucket", "ops": 8, "bytes_sent": 5},
            ],
        }
    ]
}
REQUESTS = """
- name: "radosgw.api.request.{{category}}"
  sample_type: gauge
  unit: request
  value_attribute: "[categories].ops"
  url_path: "{url}/admin/usage"
  module: awsauth
  authentication_object: S3Auth
  authentication_parameters: "access, secret-of-ours, rgw"
  user_id_attribute: "user | value.split('$')[0]"
  project_id_attribute: "user | value.split ('$') | value[0]"
  resource_id_attribute: "user | value.split('$') | value[0]"
  response_entries_key: summary
  skip_sample_values: [0, list_bucket]
"""


def test_several_meters_are_made_of_the_maps_of_a_list(tmp_path: Path) -> None:
    with serving({"/admin/usage": json.dumps(USAGE).encode()}) as (url, asked):
        (found,) = types(tmp_path, REQUESTS.format(url=url))
        samples = polled(found, Target("barbican"))
    assert ["radosgw.api.request.get_obj"] == samples.name.tolist()
    assert [46] == samples.volume.tolist()
    assert [("p1", "p1", "p1")] == list(zip(samples.user_id, samples.project_id, samples.resource_id, strict=True))
    authorization = asked[0][1]["Authorization"]
    assert authorization.startswith("AWS access:")
    assert "secret-of-ours" not in str(asked)


@pytest.mark.parametrize(
    ("module", "name", "parameters", "sent"),
    [
        ("requests", "HTTPBasicAuth", "ann, pw", "Basic YW5uOnB3"),
        ("nephoscope", "bearer", "t0k3n", "Bearer t0k3n"),
        ("nephoscope", "none", "", None),
    ],
)
@pytest.mark.parametrize("where", ["file", "secret"])
def test_known_authentications_are_sent(
    tmp_path: Path, module: str, name: str, parameters: str, sent: str | None, where: str
) -> None:
    with serving({"/x": b'[{"id": "r", "n": "1.5"}]'}) as (url, asked):
        text = (
            f"- {{name: x, sample_type: delta, unit: u, value_attribute: n, url_path: '{url}/x', module: {module}, "
            f"authentication_object: {name}, headers: {{X-Mine: '1'}}"
        )
        text += f", authentication_parameters: '{parameters}'}}" if where == "file" and parameters else "}"
        (found,) = types(tmp_path, text)
        samples = polled(found, Target("barbican", {} if where == "file" else {"secret": parameters}))
    assert [("x", "delta", 1.5, "r")] == list(
        zip(samples.name, samples.type, samples.volume, samples.resource_id, strict=True)
    )
    assert (sent, "1") == (asked[0][1].get("Authorization"), asked[0][1]["X-Mine"])


def test_a_redirection_is_not_followed_with_the_password(tmp_path: Path) -> None:
    with serving({"/x": b"[]"}) as (other, asked), serving({"/x": (302, f"{other}/x".encode())}) as (url, _):
        text = (
            f"- {{name: x, sample_type: gauge, unit: u, value_attribute: n, url_path: '{url}/x', module: nephoscope, "
        )
        (found,) = types(tmp_path, f"{text}authentication_object: basic, authentication_parameters: 'a,b'}}")
        before = failures("x")
        assert 0 == len(polled(found, Target("barbican")))
    assert ([], 1) == (asked, failures("x") - before)


def command(tmp_path: Path, line: str, more: str = "") -> Any:
    text = f"- name: host.x\n  sample_type: gauge\n  unit: u\n  host_command: {json.dumps(line)}\n{more}"
    (found,) = types(tmp_path, text)
    return found


def test_a_command_of_the_host_is_read_as_text_json_or_xml(tmp_path: Path) -> None:
    more = "  response_handlers: [json, xml, text]\n  value_attribute: out | value.split()[1]\n"
    more += '  resource_id_attribute: "out | value.split()[0]"\n  namespaces: compute\n'
    found = command(tmp_path, "echo disk1 17", more)
    assert "compute" == found.NAMESPACE
    samples = polled(found, Target("here"))
    assert [("disk1", 17)] == list(zip(samples.resource_id, samples.volume, strict=True))
    xml = "  response_handlers: [json, xml]\n  value_attribute: '@n'\n  resource_id_attribute: '#text'\n"
    found = command(tmp_path, 'echo \'<a><b n="1">x</b><b n="2">y</b></a>\'', f"{xml}  response_entries_key: a.b\n")
    samples = polled(found, Target("here"))
    assert [("x", 1), ("y", 2)] == list(zip(samples.resource_id, samples.volume, strict=True))


def test_a_command_may_be_an_expression_of_what_the_file_holds(tmp_path: Path) -> None:
    more = "  value_attribute: n\n  base_metadata: {volume: v1}\n"
    found = command(tmp_path, '\'echo [{\\\\"n\\\\":1,\\\\"id\\\\":\\\\"\' + volume + \'\\\\"}]\'', more)
    assert ["v1"] == polled(found, Target("here")).resource_id.tolist()


def test_a_command_that_hangs_is_counted_and_given_up(tmp_path: Path) -> None:
    before = failures("host.x")
    found = command(tmp_path, "sleep 100", "  value_attribute: n\n  timeout: 0.3\n")
    assert 0 == len(polled(found, Target("here")))
    assert 1 == failures("host.x") - before


def test_what_a_target_has_goes_into_the_path(tmp_path: Path) -> None:
    with serving({"/t/a%2Fb/x": b'{"id": "r", "n": 1}'}) as (url, _):
        text = f"- {{name: x, sample_type: gauge, unit: u, value_attribute: n, url_path: '{url}/t/${{region}}/x', "
        (found,) = types(tmp_path, f"{text}module: nephoscope, authentication_object: none, response_entries_key: .}}")
        assert ["r"] == polled(found, Target("barbican", {"region": "a/b"})).resource_id.tolist()
        before = failures("x")
        assert 0 == len(polled(found, Target("barbican")))
        assert 1 == failures("x") - before
