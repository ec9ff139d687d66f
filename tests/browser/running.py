# SPDX-License-Identifier: Apache-2.0
"""Specs of web/browser in Debian's Chromium, against a running server that holds a made-up cloud."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.project import PACKAGE, PROJECT
from tests.system.server import Server, serving

WEB = PROJECT / "web"
SPECS = {path.name.removesuffix(".spec.ts"): path for path in sorted((WEB / "browser").glob("*.spec.ts"))}
PROGRAM = Path(sys.executable).with_name("nephoscope")
PASSWORD = "made up for the browser tests"
CLOUD = ("--instances", "60", "--projects", "3", "--days", "2", "--password", PASSWORD)
# Where specs listen for what scaling groups ask; elsewhere on this machine nobody is to be told of anything.
CONFIG = '[act]\nallowed_networks = ["127.0.0.2/32"]\n'
TIMEOUT_S = 900
# Node's packages say how fast they are in colours.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def browser() -> str:
    """The Chromium of this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise AssertionError("there is no Chromium here; `make test-packages` installs Debian's")


def node() -> str:
    """Node of this machine, else the one that a wheel brought into the environment."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert found, "there is no Node here; `make web` says where it comes from"
    return found


@contextmanager
def made_up_cloud(folder: Path) -> Iterator[Server]:
    """A server that serves the built pages and holds a made-up cloud with its users."""
    assert (PACKAGE / "web" / "index.html").exists(), "the pages are not built; `make web` builds them"
    with serving(folder, config=CONFIG) as server:
        env = {**os.environ, "NEPHOSCOPE_SERVER": server.url, "NEPHOSCOPE_TOKEN_FILE": str(server.token_file)}
        filled = subprocess.run(
            [PROGRAM, "demo", *CLOUD], env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
        assert filled.returncode == 0, filled.stderr
        yield server


def run(spec: str, cloud: Server) -> None:
    """Run one spec; what it says is printed, which `pytest -rP` shows, and told where it fails."""
    env = {
        **os.environ,
        "CHROMIUM": browser(),
        "NEPHOSCOPE_SERVER": cloud.url,
        "NEPHOSCOPE_DEMO_PASSWORD": PASSWORD,
        "NEPHOSCOPE_PROGRAM": str(PROGRAM),
        "CI": "1",
    }
    command = [node(), "node_modules/@playwright/test/cli.js", "test", f"browser/{SPECS[spec].name}"]
    # It is emptied first, and another spec may be at work.
    command += ["--output", f"browser/out/failed/{spec}"]
    done = subprocess.run(command, cwd=WEB, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    said = COLOUR.sub("", done.stdout + done.stderr)
    assert done.returncode == 0, f"\n{said}"
    sys.stdout.write(said)
