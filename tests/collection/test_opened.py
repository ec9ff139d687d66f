# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What an agent's settings come to: all parts, or an error that says which file is wrong and where."""

from pathlib import Path

import msgspec
import pytest

from nephoscope.client.send import no_credentials
from nephoscope.collection import opened
from nephoscope.model.agent_report import AgentReport
from nephoscope.model.errors import NephoscopeError
from tests.collection.made import POLLING, RATES, collection, config
from tests.pipeline.made import sample, samples


def test_only_what_is_asked_for_is_made(tmp_path: Path) -> None:
    with collection(config(tmp_path, '[polling]\nfile = "{folder}/polling"\n', polling=POLLING)) as found:
        assert found.polling is not None
        assert (None, None) == (found.polling.share, found.consumer)
    text = '[polling]\nfile = "{folder}/polling"\ngroup = "central"\n[notifications]\nurls = ["amqp://127.0.0.1:9/"]\n'
    with collection(config(tmp_path, text, polling=POLLING)) as found:
        assert found.polling is not None
        assert None not in (found.polling.share, found.consumer)
    with collection(config(tmp_path)) as found:
        assert found.polling is None


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
        found.pipelines.running.take_or_drop(samples(sample("cpu", 1), sample("cpu", 3, 10)))
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
