# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A guest of a real hypervisor, kept busy, as the real `gnocchi` command shows it: with the files operators have."""

from pathlib import Path
from typing import Any

import pytest

from tests.project import PROJECT
from tests.services.libvirt import BUSY, IDLE, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import PROJECT as CLOUD_PROJECT
from tests.services.libvirt_node import nova_metadata
from tests.services.rabbitmq import RabbitMQ
from tests.system.agent import collecting, wait_until
from tests.system.server import BASIC, Server
from tests.system.test_gnocchi_command import Client

DATA = PROJECT / "tests/data"
BUSY_ID, IDLE_ID = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70", "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e71"


def sections(server: Server, libvirtd: Libvirtd, broker: RabbitMQ, folder: Path) -> str:
    """The example files, but that instances are polled every two seconds, and that we may not write to /var/log."""
    polling = (DATA / "polling-example.yaml").read_text().replace("interval: 60\n", "interval: 2\n")
    (folder / "polling.yaml").write_text(polling.replace("interval: 300\n", "interval: 2\n"))
    pipeline = (DATA / "pipeline-example.yaml").read_text().replace("/var/log/telemetry", str(folder))
    (folder / "pipeline.yaml").write_text(pipeline)
    return (
        f'[polling]\nfile = "{folder}/polling.yaml"\nnamespaces = ["compute"]\nlibvirt_uri = "{libvirtd.uri}"\n'
        f'[notifications]\nurls = ["{broker.url()}"]\ntopics = ["hypervisor"]\n'
        f'[pipeline]\nfile = "{folder}/pipeline.yaml"\nresources_file = "{DATA / "gnocchi-resources-example.yaml"}"\n'
        f'gnocchi_url = "{server.url}/gnocchi"\ngnocchi_username = "admin"\n'
    )


@pytest.mark.parametrize("server", [BASIC], indirect=True)
def test_gnocchi_shows_which_guest_is_busy(
    server: Server, libvirtd: Libvirtd, rabbitmq: RabbitMQ, tmp_path: Path
) -> None:
    with connected(libvirtd) as connection:
        for name, program, uuid in (("busy", BUSY, BUSY_ID), ("idle", IDLE, IDLE_ID)):
            xml = guest_xml(name, libvirtd.disk(program), uuid=uuid, metadata=nova_metadata(name))
            connection.createXML(xml, 0)
        gnocchi = Client(server)
        with collecting(tmp_path / "agent", server, sections(server, libvirtd, rabbitmq, tmp_path)) as agent:

            def shown(uuid: str, metric: str) -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = gnocchi(
                    *("measures", "show", metric, "--resource-id", uuid, "--granularity", "60", "--refresh")
                )
                return found

            def resources() -> set[str]:
                return {each["original_resource_id"] for each in gnocchi("resource", "list")}

            wait_until(lambda: {BUSY_ID, IDLE_ID} <= resources(), agent.said)
            wait_until(lambda: has(gnocchi, BUSY_ID, "cpu_util") and has(gnocchi, IDLE_ID, "cpu_util"), agent.said)
            wait_until(lambda: shown(BUSY_ID, "cpu_util")[-1]["value"] > 10, agent.said)
            assert shown(IDLE_ID, "cpu_util")[-1]["value"] < 10
    instance = gnocchi("resource", "show", BUSY_ID, "--type", "instance")
    assert ("instance", CLOUD_PROJECT) == (instance["type"], instance["project_id"])
    assert "ceilometer" == gnocchi("metric", "show", "cpu_util", "--resource-id", BUSY_ID)["archive_policy/name"]
    disk = gnocchi("resource", "search", "--type", "instance_disk", f"instance_id='{BUSY_ID}'")
    assert [f"{BUSY_ID}-vda"] == [each["original_resource_id"] for each in disk]


def has(gnocchi: Client, uuid: str, metric: str) -> bool:
    shown = gnocchi("resource", "show", uuid)
    return metric in str(shown["metrics"])
