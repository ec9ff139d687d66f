# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""
Runs the specs of web/browser against the real program with a small made-up cloud, one test a file.

One of them by itself: `make test ARGS='tests/browser -k login'`. Pictures of all pages are left in web/browser/out.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import PACKAGE, PROJECT
from tests.system.server import Server, serving

WEB = PROJECT / "web"
SPECS = sorted((WEB / "browser").glob("*.spec.ts"))
PROGRAM = Path(sys.executable).with_name("nephoscope")
PASSWORD = "made up for the browser tests"
CLOUD = ("--instances", "60", "--projects", "3", "--days", "2", "--password", PASSWORD)
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


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that serves the built pages and holds a made-up cloud with its users."""
    assert (PACKAGE / "web" / "index.html").exists(), "the pages are not built; `make web` builds them"
    with serving(tmp_path_factory.mktemp("cloud")) as server:
        env = {**os.environ, "NEPHOSCOPE_SERVER": server.url, "NEPHOSCOPE_TOKEN_FILE": str(server.token_file)}
        filled = subprocess.run(
            [PROGRAM, "demo", *CLOUD], env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
        assert 0 == filled.returncode, filled.stderr
        yield server


@pytest.mark.timeout(TIMEOUT_S)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name.removesuffix(".spec.ts"))
def test_in_a_browser(cloud: Server, spec: Path) -> None:
    env = {
        **os.environ,
        "CHROMIUM": browser(),
        "NEPHOSCOPE_SERVER": cloud.url,
        "NEPHOSCOPE_DEMO_PASSWORD": PASSWORD,
        "NEPHOSCOPE_PROGRAM": str(PROGRAM),
        "CI": "1",
    }
    command = [node(), "node_modules/@playwright/test/cli.js", "test", f"browser/{spec.name}"]
    done = subprocess.run(command, cwd=WEB, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    said = COLOUR.sub("", done.stdout + done.stderr)
    assert 0 == done.returncode, f"\n{said}"
    # Figures of the specs that measure; `pytest -rP` shows them.
    sys.stdout.write(said)


def test_there_are_specs_to_run() -> None:
    assert {"login", "pages", "address", "keys", "rights", "gone", "export", "speed"} <= {
        spec.name.removesuffix(".spec.ts") for spec in SPECS
    }
