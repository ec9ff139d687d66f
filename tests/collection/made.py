# SPDX-License-Identifier: Apache-2.0
"""Settings of an agent with the files that they name, and what they come to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nephoscope.client.config import AgentConfig, read_config
from nephoscope.client.send import no_credentials
from nephoscope.collection import Collection, opened

POLLING = 'sources: [{name: a, interval: 60, meters: ["cpu"]}]\n'
RATES = """
sources: [{name: a, meters: ["*"], sinks: [s]}]
sinks:
  - name: s
    transformers: [{name: delta, parameters: {target: {name: grown}}}]
    publishers: ["nephoscope://"]
"""


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
