# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The server's settings, and the ones it refuses to start with."""

from pathlib import Path

import pytest

from nephoscope.callers import aodh_policy, gnocchi_policy, listen_address, refuse_unsafe
from nephoscope.config import AodhConfig, AuthConfig, Config, GnocchiConfig, HttpConfig, KeystoneConfig, load
from nephoscope.model.errors import BadRequest
from nephoscope.service import hold_folder, listening_socket


def test_without_a_file_everything_is_embedded_in_the_data_directory(tmp_path: Path) -> None:
    config = load(None)
    config.data_dir = str(tmp_path)
    assert f"chdb://{tmp_path}/store" == config.store_dsn
    assert f"sqlite:///{tmp_path}/index.sqlite" == config.index_url
    assert ("127.0.0.1", 8040) == listen_address(config)


def test_a_file_overrides_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "nephoscope.toml"
    file.write_text('[store]\ndsn = "clickhouse://u:p@db:8123/n"\n[gnocchi]\nmax_limit = 5\n')
    config = load(file)
    assert ("clickhouse://u:p@db:8123/n", 5) == (config.store_dsn, config.gnocchi.max_limit)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(http=HttpConfig(listen="0.0.0.0:1")), "reachable from outside without TLS"),
        (Config(http=HttpConfig(listen="0.0.0.0:1"), gnocchi=GnocchiConfig(auth_mode="basic")), "only where"),
        (Config(gnocchi=GnocchiConfig(auth_mode="remoteuser")), "needs http.trusted_proxies"),
        (Config(gnocchi=GnocchiConfig(auth_mode="keystone")), "needs [keystone] url"),
        (Config(http=HttpConfig(tls_certificate="c.pem")), "belong together"),
        (Config(http=HttpConfig(tls_client_certificates="required")), "http.tls_client_ca and http.tls_client_cert"),
        (Config(http=HttpConfig(tls_client_ca="ca", tls_client_certificates="required")), "there is no TLS to show"),
        (Config(http=HttpConfig(listen="127.0.0.1.example.org:1")), "reachable from outside without TLS"),
        (Config(http=HttpConfig(listen="[::1234]:1")), "reachable from outside without TLS"),
        (Config(http=HttpConfig(trusted_proxies=["friends"])), "http.trusted_proxies: 'friends'"),
        (Config(auth=AuthConfig(identity="headers")), "auth.identity: headers needs http.trusted_proxies"),
        (Config(auth=AuthConfig(identity="keystone")), "auth.identity: keystone needs [keystone] url"),
        (Config(aodh=AodhConfig(auth_mode="headers")), "aodh.auth_mode: headers needs http.trusted_proxies"),
        (Config(aodh=AodhConfig(auth_mode="keystone")), "aodh.auth_mode: keystone needs [keystone] url"),
        (
            Config(
                http=HttpConfig(listen="0.0.0.0:1", allow_insecure=True, trusted_proxies=["10.0.0.0/8", "::/0"]),
                aodh=AodhConfig(auth_mode="headers"),
            ),
            "aodh.auth_mode: headers believes whoever http.trusted_proxies names, which is everybody",
        ),
        (Config(auth=AuthConfig(roles={"boss": "root"})), "auth.roles: 'boss' cannot become 'root'"),
        (Config(http=HttpConfig(listen="8040")), "is not HOST:PORT"),
        (Config(http=HttpConfig(listen="127.0.0.1:99999")), "is not HOST:PORT"),
    ],
)
def test_unsafe_and_broken_settings_stop_the_start(config: Config, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        refuse_unsafe(config)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(http=HttpConfig(listen="[::1]:0")),
        Config(http=HttpConfig(listen="0.0.0.0:1", allow_insecure=True)),
        Config(gnocchi=GnocchiConfig(auth_mode="keystone"), keystone=KeystoneConfig(url="http://127.0.0.1:1")),
        Config(aodh=AodhConfig(auth_mode="headers"), http=HttpConfig(trusted_proxies=["0.0.0.0/0"])),
    ],
)
def test_safe_settings_pass(config: Config) -> None:
    refuse_unsafe(config)


def test_a_policy_rule_that_cannot_be_read_is_named() -> None:
    config = Config(
        gnocchi=GnocchiConfig(policy={"get status": "role:("}),
        aodh=AodhConfig(policy={"telemetry:get_alarm": "rule:nobody"}),
    )
    with pytest.raises(BadRequest, match=r"gnocchi\.policy: .*'get status'"):
        gnocchi_policy(config)
    with pytest.raises(BadRequest, match=r"aodh\.policy: .*'telemetry:get_alarm'"):
        aodh_policy(config)


def test_a_data_directory_belongs_to_one_process(tmp_path: Path) -> None:
    config = Config(data_dir=str(tmp_path / "data"))
    with hold_folder(config), pytest.raises(BadRequest, match="in use by process"):
        hold_folder(config)
    hold_folder(config).close()


def test_an_address_in_use_is_said(tmp_path: Path) -> None:
    with listening_socket(Config(http=HttpConfig(listen="127.0.0.1:0"))) as taken:
        taken.listen()
        again = Config(http=HttpConfig(listen=f"127.0.0.1:{taken.getsockname()[1]}"))
        with pytest.raises(BadRequest, match="Address already in use"):
            listening_socket(again)
