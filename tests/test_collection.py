# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What an agent's settings come to: all parts, or an error that says which file is wrong and where."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nephoscope.client.config import AgentConfig, read_config
from nephoscope.client.send import no_credentials
from nephoscope.collection import Collection, Resources, _meters, opened
from nephoscope.model.agent_report import AgentReport
from nephoscope.model.errors import NephoscopeError
from tests.pipeline.made import sample, samples
from tests.poll.libvirt.polled import until
from tests.receive.notifications.recorded import message
from tests.services.libvirt_node import domain_xml, node
from tests.services.openstack import Openstack


def config(folder: Path, text: str = "", **files: str) -> AgentConfig:
    """Settings with files beside them, which the text names as `{folder}/name`."""
    for name, content in files.items():
        (folder / name).write_text(content)
    path = folder / "agent.toml"
    path.write_text(
        f'[server]\nurl = "http://127.0.0.1:9"\n[spool]\nfolder = "{folder}/spool"\n{text}'.replace(
            "{folder}", str(folder)
        )
    )
    return read_config(path)


@contextmanager
def collection(settings: AgentConfig) -> Iterator[Collection]:
    found = opened(settings, no_credentials)
    try:
        yield found
    finally:
        found.stop()


POLLING = 'sources: [{name: a, interval: 60, meters: ["cpu"]}]\n'
RATES = """
sources: [{name: a, meters: ["*"], sinks: [s]}]
sinks:
  - name: s
    transformers: [{name: delta, parameters: {target: {name: grown}}}]
    publishers: ["nephoscope://"]
"""


def test_only_what_is_asked_for_is_made(tmp_path: Path) -> None:
    with collection(config(tmp_path, '[polling]\nfile = "{folder}/polling"\n', polling=POLLING)) as found:
        assert (True, None, None) == (found.rounds is not None, found.share, found.consumer)
    text = '[polling]\nfile = "{folder}/polling"\ngroup = "central"\n[notifications]\nurls = ["amqp://127.0.0.1:9/"]\n'
    with collection(config(tmp_path, text, polling=POLLING)) as found:
        assert None not in (found.share, found.consumer)


@pytest.mark.parametrize(
    ("section", "content", "message"),
    [
        ('polling]\nfile = "{folder}/f"', "sources: [{name: a}]", r"f:1: sources\[0\]\.meters"),
        ('pipeline]\nfile = "{folder}/f"', "sources: []", "f:1: sinks"),
        (
            'pipeline]\nfile = "{folder}/f"',
            RATES.replace("nephoscope:", "nowhere:"),
            "no publisher is called 'nowhere'",
        ),
        ('pipeline]\nfile = "{folder}/f"', RATES.replace("delta", "rename"), "f:5: parameters.from is needed"),
        ('pipeline]\nevents_file = "{folder}/f"', "sources: [{name: a}]\nsinks: []", r"f:1: sources\[0\]\.events"),
        ('pipeline]\nresources_file = "{folder}/f"', "7", "f:1"),
        ('notifications]\nmeters = ["{folder}/f"]', "metric: [{name: x}]", r"f:1: metric\[0\]"),
        ('notifications]\nevents_file = "{folder}/f"', "[{traits: {}}]", r"f:1: \[0\]"),
        ('notifications]\nurls_file = "{folder}/f"', "mysql://x", "expected amqp://"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(tmp_path: Path, section: str, content: str, message: str) -> None:
    text = f"[{section}\n"
    if "urls" not in section and "notifications" in section:
        text += 'urls = ["amqp://127.0.0.1:9/"]\n'
    settings = config(tmp_path, text, f=content)
    with pytest.raises(NephoscopeError, match=message):
        opened(settings, no_credentials)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    bus = '[notifications]\nurls = ["amqp://me:hidden@127.0.0.1:9/"]\n'
    gnocchi = '[pipeline]\ngnocchi_username = "me"\ngnocchi_password = "hidden"\n'
    cloud = '[polling]\nopenstack = {auth = {password = "hidden"}}\n'
    assert "hidden" not in repr(config(tmp_path, bus + gnocchi + cloud))


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
    samples_ = {each["name"]: each for each in _written(tmp_path / "samples")}
    assert {"vcpus": 2, "radosgw.objects": 4} == {name: each["volume"] for name, each in samples_.items()}
    assert {"group": "web", "role": "frontend"} == samples_["vcpus"]["resource_metadata"]["user_metadata"]


@pytest.mark.parametrize("files", ["", 'meters = ["{folder}/meters"]\n'])
def test_what_is_reserved_of_metadata_counts_for_notifications_too(tmp_path: Path, files: str) -> None:
    meters = """
metric:
  - {name: memory, event_type: compute.instance, type: gauge, unit: MiB, volume: $.payload.memory_mb,
     resource_id: $.payload.instance_id, user_metadata: $.payload.metadata}
"""
    text = '[notifications]\nreserved_metadata_namespaces = ["bill."]\nreserved_metadata_keys = ["role"]\n'
    definitions = _meters(config(tmp_path, text + files, meters=meters).notifications)
    payload = {"memory_mb": 1, "instance_id": "i", "metadata": {"bill.to": "b", "role": "r", "metering.c": "no"}}
    found = definitions.samples_of([message(payload, "compute.instance.exists")], 0)
    kept = {name: told["user_metadata"] for name, told in zip(found.name, found.metadata, strict=True)}
    assert {"to": "b", "role": "r"} == kept["memory"]


def _written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_its_report_tells_all_that_runs_and_no_secret(tmp_path: Path) -> None:
    text = """
[polling]
file = "{folder}/polling"
[notifications]
urls = ["amqp://somebody:s3cret@127.0.0.1:9/cloud"]
[pipeline]
file = "{folder}/pipeline"
[host]
name = "box"
"""
    url = "http://somebody:s3cret@127.0.0.1:9/take?token=s3cret"
    pipeline = RATES.replace("nephoscope://", url)
    with collection(config(tmp_path, text, polling=POLLING, pipeline=pipeline)) as found:
        found.running.take_or_drop(samples(sample("cpu", 1), sample("cpu", 3, 10)))
        about = AgentReport("box", "1", 1, 0, 10)
        report, short = found.report(about, 100), found.report(about, 2)
    assert "s3cret" not in msgspec.json.encode(report).decode()
    assert ["a"] == [each.name for each in report.sources]
    assert ["60s"] == [each.name for each in report.tasks]
    assert ["127.0.0.1:9/cloud"] == [each.address for each in report.brokers]
    assert ["meters", "events"] == [each.takes for each in report.pipelines]
    assert ("http://127.0.0.1:9/take", "dead letters") == (report.outlets[0].name, report.outlets[-1].name)
    assert 1 == report.outlets[0].waiting
    assert ["delta"] == [each.name for each in report.pipelines[0].sinks[0].steps]
    assert ["http://127.0.0.1:9/take", "dead letters"] == [each.name for each in short.outlets]
    assert 2 >= len(short.drops)


def test_an_agent_may_be_told_to_report_nothing(tmp_path: Path) -> None:
    polling = '[polling]\nfile = "{folder}/polling"\n'
    with collection(config(tmp_path, polling, polling=POLLING)) as found:
        assert found.reporting is not None
    with collection(config(tmp_path, polling + "[report]\nenabled = false\n", polling=POLLING)) as found:
        assert found.reporting is None


def test_what_is_remembered_of_a_slot_goes_to_who_takes_it(tmp_path: Path) -> None:
    def made(name: str) -> Any:
        (tmp_path / name).mkdir()
        return collection(config(tmp_path / name, '[pipeline]\nfile = "{folder}/rates"\n', rates=RATES))

    with made("one") as one, made("two") as two:
        old, new = Resources(one.running), Resources(two.running)
        told: list[int] = []
        old.changed = told.append
        old.publish("central/3", samples(sample("a", 5, 0)))
        old.publish("", samples(sample("a", 7, 0, resource_id="mine")))
        packed = old.packed(3)
        assert ([3], None) == (told, old.packed(4))
        assert packed is not None
        new.take_over(3, packed)
        old.gone(3)
        assert ({}, ["mine"]) == (
            one.running.of_resources(["r1"]),
            [item.resource for items in one.running.of_resources(["mine"]).values() for item in items],
        )
        assert packed == new.packed(3)
        new.take_over(5, b"what is this")
        assert None is new.packed(5)
