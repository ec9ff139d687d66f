# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What an agent's settings come to: all parts, or an error that says which file is wrong and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nephoscope.client.config import AgentConfig, read_config
from nephoscope.client.send import no_credentials
from nephoscope.collection import Collection, Resources, opened
from nephoscope.model.errors import NephoscopeError
from tests.pipeline.made import sample, samples


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
    assert "hidden" not in repr(config(tmp_path, bus + gnocchi))


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
