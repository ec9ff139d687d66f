# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Mails through a real server: their content, TLS and logins, and what a refusal means."""

import doctest
import ssl
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify import mail
from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.mail import Addressed, Mail
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import BODY, GROUP_BODY, delivery, tools
from tests.act.notify.mail_server import mail_server
from tests.act.notify.receivers import hanging, receiver
from tests.services.certificates import Authority
from tests.services.ports import free_port

DELIVERED = Outcome("delivered", 250)
OPS = "mailto:ops@example.org"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def context(authority: Authority) -> ssl.SSLContext:
    issued = authority.issue("mail")
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(issued.certificate, issued.key)
    return made


def channel(port: int, **settings: Any) -> Mail:
    usual: dict[str, Any] = {"mail_server": "127.0.0.1", "mail_port": port, "mail_sender": "cloud@example.org"}
    return Mail(tools(**(usual | settings)))


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(mail).failed


def test_a_mail_is_the_templates_filled_in() -> None:
    with mail_server() as (server, port):
        assert DELIVERED == channel(port).notify(delivery(OPS))
        assert DELIVERED == channel(port).notify(delivery(OPS))
    first, second = server.mails
    assert ("cloud@example.org", ["ops@example.org"]) == (first.sender, first.recipients)
    message = first.message
    assert "[low] cli1 is alarm" == message["Subject"]
    assert ("cloud@example.org", "ops@example.org") == (message["From"], message["To"])
    assert "auto-generated" == message["Auto-Submitted"]
    assert "Fri, 15 Jan 2027 08:00:00 -0000" == message["Date"]
    assert (
        "cli1 went from insufficient data to alarm.\n\n"
        "Transition to alarm due to 3 samples outside threshold, most recent: 50.0\n\n"
        "Severity: low\nAlarm: a-1\n"
    ) == message.get_content().replace("\r\n", "\n")
    # What comes twice can be told.
    assert message["Message-ID"] == second.message["Message-ID"]
    assert message["Message-ID"].endswith("@example.org>")


def test_a_subject_of_the_address_is_a_template_and_cannot_add_headers() -> None:
    target = f"{OPS},b%40example.org?to=c@example.org&subject=${{alarm_name|upper}}%0D%0ABcc:x@evil.example"
    body = {**BODY, "alarm_name": "über\r\nBcc: y@evil.example"}
    with mail_server() as (server, port):
        assert DELIVERED == channel(port).notify(delivery(target, body=body))
    (found,) = server.mails
    assert ["ops@example.org", "b@example.org", "c@example.org"] == found.recipients
    assert "ÜBER BCC: Y@EVIL.EXAMPLE Bcc:x@evil.example" == found.message["Subject"]
    assert "Bcc" not in found.message


def test_a_group_has_templates_of_its_own() -> None:
    with mail_server() as (server, port):
        assert DELIVERED == channel(port).notify(delivery(OPS, body=GROUP_BODY))
    message = server.mails[0].message
    assert "[FIRING:1] team=<db>" == message["Subject"]
    expected = "[FIRING:1] team=<db>\n\nfiring: cpu since noon: high\n"
    assert expected == message.get_content().replace("\r\n", "\n")


def test_a_long_body_in_any_script_arrives() -> None:
    body = {**BODY, "reason": "\N{GREEK SMALL LETTER ALPHA}" * 5000 + "\n.\nend"}
    with mail_server() as (server, port):
        assert DELIVERED == channel(port, mail_body="${reason}").notify(delivery(OPS, body=body))
    assert body["reason"] == server.mails[0].message.get_content().replace("\r\n", "\n").rstrip("\n")


def test_starttls_and_a_login(authority: Authority, context: ssl.SSLContext, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    settings: dict[str, Any] = {
        "mail_security": "starttls",
        "mail_username": "cloud",
        "mail_password_file": str(password),
        "ca_file": str(authority.certificate),
    }
    with mail_server(starttls=context, login=True) as (server, port):
        assert DELIVERED == channel(port, **settings).notify(delivery(OPS))
        assert (["cloud"], [True]) == (server.users, server.encrypted)

        password.write_text("wrong-pass")
        outcome = channel(port, **settings).notify(delivery(OPS))
        assert Outcome("again", 535, "login", "the mail server refused our login: 535") == outcome

        password.write_text("")
        assert "settings" == channel_with_lost_password(port, settings, password).cause

        outcome = channel(port, **(settings | {"ca_file": ""})).notify(delivery(OPS))
        assert ("again", True) == (outcome.result, outcome.out_of_reach)
        assert "certificate is not good" in outcome.error
    assert 1 == len(server.mails)


def channel_with_lost_password(port: int, settings: dict[str, Any], password: Path) -> Outcome:
    """What comes of a try when the file with the password is emptied while we run."""
    password.write_text("s3cret")
    found = channel(port, **settings)
    password.write_text("")
    outcome = found.notify(delivery(OPS))
    password.write_text("s3cret")
    return outcome


def test_tls_from_the_start(authority: Authority, context: ssl.SSLContext) -> None:
    with mail_server(tls=context) as (server, port):
        found = channel(port, mail_security="tls", ca_file=str(authority.certificate))
        assert DELIVERED == found.notify(delivery(OPS))
        assert [True] == server.encrypted


def test_a_server_without_starttls_gets_nothing() -> None:
    with mail_server() as (server, port):
        outcome = channel(port, mail_security="starttls").notify(delivery(OPS))
        assert ("again", "mail server", []) == (outcome.result, outcome.cause, server.mails)


@pytest.mark.parametrize(("answer", "result"), [("550 no such user", "refused"), ("451 come back", "again")])
def test_a_recipient_that_is_refused(answer: str, result: str) -> None:
    with mail_server() as (server, port):
        server.recipient_answers = {"ops@example.org": answer}
        outcome = channel(port).notify(delivery(OPS))
        assert (result, int(answer[:3]), "recipient") == (outcome.result, outcome.status, outcome.cause)


def test_of_several_recipients_some_are_enough(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as (server, port):
        server.recipient_answers = {"ops@example.org": "550 no such user"}
        assert DELIVERED == channel(port).notify(delivery(f"{OPS},b@example.org"))
    assert ["b@example.org"] == server.mails[0].recipients
    assert ["the mail server took a notification, but not for ops@example.org"] == caplog.messages


@pytest.mark.parametrize(("answer", "result"), [("554 spam", "refused"), ("452 disk full", "again")])
def test_a_mail_that_is_refused(answer: str, result: str) -> None:
    with mail_server() as (server, port):
        server.data_answer = answer
        outcome = channel(port).notify(delivery(OPS))
        assert (result, int(answer[:3]), "content") == (outcome.result, outcome.status, outcome.cause)


def test_a_server_that_is_away_or_hangs_is_tried_again() -> None:
    outcome = channel(free_port()).notify(delivery(OPS))
    assert ("again", "connection", True) == (outcome.result, outcome.cause, outcome.out_of_reach)
    with receiver() as silent:
        silent.usual = hanging
        outcome = channel(silent.port, read_timeout_s=0.2).notify(delivery(OPS))
        assert ("again", "the mail server: no answer in time") == (outcome.result, outcome.error)


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("mailto:", "expected 1 to 20 addresses, found 0"),
        ("mailto:ops", "expected an address such as ops@example.org, found 'ops'"),
        ("mailto:a@b@c", "expected an address"),
        ("mailto:a%0D%0ARCPT@example.org", "expected an address"),
        ("mailto:<a@example.org>", "expected an address"),
        ("mailto:ä@example.org", "expected an address"),
        ("mailto:" + ",".join(f"a{n}@example.org" for n in range(21)), "expected 1 to 20 addresses, found 21"),
        (f"{OPS}?bcc=x@example.org", "option bcc is not known; there are subject and to"),
        (f"{OPS}?subject=$", "line 1, column 1: a dollar sign alone"),
    ],
)
def test_what_is_wrong_with_an_address_is_named(target: str, error: str) -> None:
    with pytest.raises(BadRequest, match=error):
        channel(25).place(target)


@given(st.text())
def test_any_address_is_refused_or_fits_on_a_line(text: str) -> None:
    try:
        found = Addressed.of(f"mailto:{text}")
    except BadRequest:
        return
    assert all(each.isprintable() and each.isascii() and " " not in each for each in found.recipients)


def test_what_is_wrong_with_the_settings_is_named() -> None:
    with pytest.raises(BadRequest, match=r"set \[act\] mail_server"):
        Mail(tools())
    with pytest.raises(BadRequest, match=r"\[act\] mail_sender: expected an address, found 'cloud'"):
        channel(25, mail_sender="cloud")
    with pytest.raises(BadRequest, match=r"\[act\] mail_body: line 1, column 1"):
        channel(25, mail_body="$")
    assert "mail 127.0.0.1:25" == channel(25).place(OPS)
