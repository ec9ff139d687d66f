# SPDX-License-Identifier: Apache-2.0
"""The agent's settings."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.client.config import AgentConfig, ServerConfig, check, default_spool_folder, read_config
from nephoscope.model import toml
from nephoscope.model.errors import NephoscopeError

EVERYTHING = """
[server]
url = "https://nephoscope.example:8040"
username = "ann"
password = "secret"
timeout_s = 3
[host]
name = "box-1"
project_id = "p1"
attributes = { rack = "r7", row = 3 }
[poll]
pollsters = ["cpu", "disk"]
interval_s = 30
intervals_s = { disk = 60.5 }
timeout_s = 2
jitter = 0
[batch]
wait_s = 0.5
samples_max = 10
pending_samples_max = 100
gzip_over_bytes = 10
[spool]
folder = "/srv/spool"
bytes_max = 1000
age_s_max = 60
retry_s_max = 5
"""


def write(tmp_path: Path, text: str) -> Path:
    """The settings in a file."""
    file = tmp_path / "agent.toml"
    file.write_text(text)
    return file


def test_without_a_file_the_agent_talks_to_a_server_on_this_machine() -> None:
    config = AgentConfig()
    assert config.server.url == "http://127.0.0.1:8040"
    assert config.poll.interval_s == 10
    assert toml.parse({}, AgentConfig, "nothing") == config


def test_every_key_can_be_written(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, EVERYTHING))
    assert config.server.username == "ann"
    assert config.host.attributes == {"rack": "r7", "row": 3}
    assert config.poll.intervals_s == {"disk": 60.5}
    assert (config.batch.samples_max, config.spool.folder) == (10, "/srv/spool")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[server]\nadress = 'x'", "agent.toml: unknown key server.adress; expected one of: ca_file, password,"),
        (
            "[serve]",
            "agent.toml: unknown key serve; expected one of: batch, host, notifications, pipeline, poll, polling",
        ),
        ("[poll]\ninterval_s = 'often'", "agent.toml: poll.interval_s: Expected `float`, got `str`"),
        ("[poll]\ninterval_s = 0", "agent.toml: poll.interval_s: Expected `float` >= 0.1"),
        ("[poll]\ninterval_s = nan", "agent.toml: poll.interval_s: Expected `float` >= 0.1"),
        ("[poll]\ninterval_s = inf", "agent.toml: poll.interval_s: Expected `float` <= 100000000.0"),
        ("[spool]\nbytes_max = 1.5", "agent.toml: spool.bytes_max: Expected `int`, got `float`"),
        ("spool = 1", "agent.toml: spool: Expected `object`, got `int`"),
        ("[server]\nurl = 'nephoscope.example'", "agent.toml: server.url: expected an address such as"),
        ("[server]\nurl = 'http://[::1'", "agent.toml: server.url: expected an address such as"),
        ("[server]\nurl = 'http://a:99999'", "agent.toml: server.url: expected an address such as"),
        ("[server]\nurl = 'http://u:p@a'", "agent.toml: server.url: would show credentials in logs"),
        ("[server]\ntoken = 'a'\nusername = 'b'", "agent.toml: server: give one of token, token_file and username"),
        ("[server]\npassword = 'b'", "agent.toml: server.password: there is no server.username"),
        ("[server]\ntoken_file = '/no/such'", "agent.toml: server.token_file: /no/such cannot be read"),
        ("[poll]\npollsters = ['cpu']\nintervals_s = {disk = 5}", "agent.toml: poll.intervals_s: disk not among"),
        ("[batch]\nsamples_max = 99999", "agent.toml: batch.pending_samples_max: less than batch.samples_max"),
        ("[host.attributes]\ncreator = 'me'", "agent.toml: host.attributes: creator cannot be the name of"),
        ("[host.attributes]\n_x = 'me'", "agent.toml: host.attributes: _x cannot be the name of"),
        (
            "[polling]\ninstance_discovery_method = 'nova'",
            "agent.toml: polling.instance_discovery_method: Invalid enum",
        ),
        (
            "[polling]\ninstance_discovery_method = 'naive'",
            "agent.toml: polling.instance_discovery_method: asks the compute service, which needs polling.openstack",
        ),
        ("[polling]\nfetch_extra_metadata = true", "agent.toml: polling.fetch_extra_metadata: asks the compute"),
        (
            "[polling]\nresource_cache_expiry_s = -1",
            "agent.toml: polling.resource_cache_expiry_s: Expected `float` >= 0",
        ),
        ("[polling]\nradosgw_access_key = 'a'", "agent.toml: polling: give radosgw_access_key and radosgw_secret_key"),
        (
            "[polling]\nradosgw_access_key = 'a'\nradosgw_secret_key_file = '/no/such'",
            "agent.toml: polling.radosgw_secret_key_file: /no/such cannot be read",
        ),
        (
            "[notifications]\nreserved_metadata_namespaces = ['']",
            "agent.toml: notifications.reserved_metadata_namespaces[0]: Expected `str` of length >= 1",
        ),
        ("[server", "agent.toml: not TOML:"),
    ],
)
def test_a_mistake_stops_the_start_and_is_named_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(NephoscopeError) as raised:
        read_config(write(tmp_path, text))
    assert message in raised.value.message


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(NephoscopeError, match=r"cannot read /no/such/agent\.toml: No such file"):
        read_config(Path("/no/such/agent.toml"))


def test_printing_the_settings_prints_no_secret(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, EVERYTHING))
    assert "secret" not in repr(config)
    assert "t0ken" not in str(ServerConfig(token="t0ken"))


def test_the_spool_lies_where_services_or_users_keep_their_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_spool_folder() == "/var/lib/nephoscope/agent"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_STATE_HOME", "/home/ann/state")
    assert default_spool_folder() == "/home/ann/state/nephoscope/agent"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/ann")
    assert default_spool_folder() == "/home/ann/.local/state/nephoscope/agent"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
keys = st.sampled_from(["server", "poll", "url", "token", "interval_s", "intervals_s", "host", "name"]) | st.text()
tables = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=8)


@given(st.dictionaries(keys, tables))
def test_anything_else_is_settings_or_a_named_mistake(written: dict[str, object]) -> None:
    mistake = ""
    try:
        check(toml.parse(written, AgentConfig, "here"), "here")
    except NephoscopeError as error:
        mistake = error.message
    assert mistake.startswith("here: ") or set(written) <= {"server", "poll", "host"}
