# SPDX-License-Identifier: Apache-2.0
"""`nephoscope up`: the server and this host's agent, with nothing to set up."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from nephoscope.cli.connection import problems_shown
from nephoscope.cli.serve import Companions, configured, run
from nephoscope.config import Config
from nephoscope.model.errors import BadRequest
from nephoscope.observe import log_to_stderr
from nephoscope.service import agent_token, owner_token

STOP_S = 15


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where everything is kept; default: data.")
@click.option("--listen", metavar="HOST:PORT", help="Default 127.0.0.1:8040; port 0 takes a free one.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="The server's settings.")
@click.option("--interval", default=10.0, show_default=True, help="Seconds from one poll of this host to the next.")
def up(data_dir: Path | None, listen: str | None, config_file: Path | None, interval: float) -> None:
    """
    Start the server and an agent that watches this host. Ctrl-C stops both; the data stay.

    \b
        nephoscope up
        nephoscope up --data-dir ~/nephoscope --interval 5
    """
    agents: list[subprocess.Popen[bytes]] = []
    with problems_shown():
        config = configured(config_file, data_dir, listen)
        log_to_stderr(config.log.level, config.log.style)
        _refuse_client_certificates(config)

        def watch(url: str) -> None:
            arguments = ["--config", str(_agent_settings(config, url)), "--token-file", str(agent_token(config))]
            arguments += ["--interval", str(interval), "--spool-dir", str(config.folder / "spool")]
            # Ctrl-C in a terminal goes to the whole group; the agent is stopped by us, once its data has a receiver.
            agents.append(
                subprocess.Popen([sys.executable, "-m", "nephoscope", "agent", *arguments], start_new_session=True)
            )
            _say_where(_from_here(url), owner_token(config))

        def leave() -> None:
            for agent in agents:
                agent.terminate()
                agent.wait(STOP_S)

        try:
            run(config, Companions(watch, leave))
        finally:
            leave()


def _refuse_client_certificates(config: Config) -> None:
    if config.http.tls_client_certificates == "required":
        raise BadRequest("http.tls_client_certificates: the agent of `up` has none to show; make them optional")


def _agent_settings(config: Config, url: str) -> Path:
    """
    The settings of the agent beside us, in a file of the data directory.

    Our certificate names us as the outside knows us. The agent calls an address of this host that we hold ourselves,
    so there is nobody else who could answer, and no name to compare.
    """
    path = config.folder / "up-agent.toml"
    path.write_text(f'[server]\nurl = "{_from_here(url)}"\nverify = {"false" if url.startswith("https") else "true"}\n')
    return path


def _from_here(url: str) -> str:
    """
    The address at which this host reaches a server that listens at `url`.

    >>> _from_here("https://0.0.0.0:8040"), _from_here("http://[::]:1"), _from_here("http://127.0.0.1:8040")
    ('https://127.0.0.1:8040', 'http://[::1]:1', 'http://127.0.0.1:8040')
    """
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def _program() -> str:
    """How this program is called from here: by its name, or by its path where the shell would not find it."""
    return "nephoscope" if shutil.which("nephoscope") else os.path.relpath(sys.argv[0])


def _say_where(url: str, token_file: Path) -> None:
    program = _program()
    click.echo(
        f"""
  Nephoscope watches this host; within a minute, in another terminal:

    {program} show      what is measured, and the latest values
    {program} status    what comes in, what is stored
    {program} doctor    where data stops, if it does

  Web pages     {url}/              as admin; the first start printed the password
  Gnocchi API   {url}/gnocchi       for any Gnocchi client
  Native API    {url}/api/v1        with the token in {token_file}
  Own metrics   {url}/metrics       for Prometheus

  Ctrl-C stops it; the data stay.
"""
    )
