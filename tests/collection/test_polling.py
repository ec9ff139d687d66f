# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Polling as an agent's settings make it: who polls is told everything, and writes what it reads into pipelines."""

import json
from pathlib import Path
from typing import Any

from tests.collection.made import collection, config
from tests.poll.libvirt.polled import until
from tests.services.libvirt_node import domain_xml, node
from tests.services.openstack import Openstack


def test_the_settings_of_polling_reach_those_who_poll(tmp_path: Path) -> None:
    """Of a host with a server and a cloud with a RADOS gateway, as a publisher writes the samples down."""
    text = """
[host]
name = "node-1"
[polling]
file = "{folder}/polling"
libvirt_uri = "test://{folder}/node.xml"
instance_discovery_method = "naive"
radosgw_access_key = "access"
radosgw_secret_key_file = "{folder}/key"
openstack = %s
[pipeline]
file = "{folder}/pipeline"
[notifications]
reserved_metadata_namespaces = ["metering.server_"]
reserved_metadata_keys = ["role"]
"""
    files = {
        "polling": "sources: [{name: a, interval: 60, meters: [vcpus, radosgw.objects]}]\n",
        "pipeline": f"""
sources: [{{name: a, meters: ["*"], sinks: [s]}}]
sinks: [{{name: s, publishers: ["file://{tmp_path}/samples?json"]}}]
""",
        "key": "secret-of-ours\n",
    }
    node(tmp_path / "node.xml", [domain_xml(1)])
    with Openstack() as cloud:
        arguments = cloud.arguments
        auth = ", ".join(f'{key} = "{value}"' for key, value in arguments["auth"].items())
        settings = config(tmp_path, text % f'{{auth = {{{auth}}}, region_name = "RegionOne"}}', **files)
        with collection(settings) as found:
            found.start()
            until(lambda: len(_written(tmp_path / "samples")) >= 2)
            asked_by = found.cloud.connection()
        assert asked_by is not found.cloud.connection(), "it was not closed when the agent stopped"
    samples_ = {each["name"]: each for each in _written(tmp_path / "samples")}
    assert {"vcpus": 2, "radosgw.objects": 4} == {name: each["volume"] for name, each in samples_.items()}
    assert {"group": "web", "role": "frontend"} == samples_["vcpus"]["resource_metadata"]["user_metadata"]


def _written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
