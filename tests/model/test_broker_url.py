# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Addresses of brokers in both notations, and that no secret gets out of them."""

import pytest

from nephoscope.model.broker_url import BrokerHost, BrokerUrl, require_client
from nephoscope.model.errors import BadRequest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amqp://host", BrokerUrl((BrokerHost("host", 5672),))),
        ("amqp://host/", BrokerUrl((BrokerHost("host", 5672),))),
        ("amqp://u:p%40s%2Fs@host:5673/%2F", BrokerUrl((BrokerHost("host", 5673, "u", "p@s/s"),))),
        ("amqp://u:p@[::1]:5673/cloud", BrokerUrl((BrokerHost("::1", 5673, "u", "p"),), "cloud")),
        ("amqps://u:p@host", BrokerUrl((BrokerHost("host", 5671, "u", "p"),), tls=True)),
        ("rabbit://u:p@host/?ssl=1", BrokerUrl((BrokerHost("host", 5671, "u", "p"),), tls=True)),
        (
            "rabbit://u:p@a:1,v:q@b:2,c/vh",
            BrokerUrl(
                (BrokerHost("a", 1, "u", "p"), BrokerHost("b", 2, "v", "q"), BrokerHost("c", 5672, "v", "q")), "vh"
            ),
        ),
    ],
)
def test_addresses_are_read_in_both_notations(text: str, expected: BrokerUrl) -> None:
    assert expected == BrokerUrl.of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host:5672",
        "http://u:s3cret@host",
        "amqp://",
        "amqp://u:s3cret@",
        "amqp://u:s3cret@host:port",
        "amqp://u:s3cret@host:99999",
        "amqp://u:s3cret@[::1",
        "rabbit://u:s3cret@a,/vh",
        "rabbit://u:s3cret@a/vh?hidden",
        "rabbit://u:s3cret@a/vh?heartbeat=3",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(BadRequest, match="expected") as problem:
        BrokerUrl.of(text)
    assert "s3cret" not in problem.value.message


def test_texts_show_neither_user_nor_password() -> None:
    url = BrokerUrl.of("rabbit://user:s3cret@a:1,[::1]:2/vh")
    assert "a:1,[::1]:2/vh" == str(url)
    assert "s3cret" not in repr(url)


def test_each_host_becomes_the_parameters_of_one_try() -> None:
    found = BrokerUrl.of("amqps://u:s3cret@a:1,b/vh").connection_parameters("me", heartbeat_s=7, ca_file=None)
    assert [("a", 1), ("b", 5671)] == [(each.host, each.port) for each in found]
    assert {("vh", 7, "me")} == {(p.virtual_host, p.heartbeat, p.client_properties["connection_name"]) for p in found}
    assert ["a", "b"] == [each.ssl_options.server_hostname for each in found]
    assert "s3cret" not in repr(found)


def test_a_file_of_authorities_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        BrokerUrl.of("amqps://a").connection_parameters("me", heartbeat_s=7, ca_file="/nowhere/ca.pem")


def test_without_the_library_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    require_client()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadRequest, match=r"nephoscope\[amqp\]"):
        require_client()
