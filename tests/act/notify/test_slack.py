# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A chat gets one text, over TLS, that cannot call anybody."""

import doctest
import ssl
from collections.abc import Iterator

import pytest

from nephoscope.act.notify import slack
from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.slack import Slack
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import BODY, GROUP_BODY, delivery, tools
from tests.act.notify.receivers import Receiver, answering, receiver
from tests.services.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def chat(authority: Authority) -> Iterator[Receiver]:
    issued = authority.issue("chat")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    with receiver(context) as made:
        yield made


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(slack).failed


def test_a_message_is_the_template_filled_in(chat: Receiver, authority: Authority) -> None:
    channel = Slack(tools(ca_file=str(authority.certificate)))
    body = {**BODY, "alarm_name": "<!channel> & co"}
    target = f"slack+{chat.url}/services/T0/B0/s3cret"
    assert Outcome("delivered", 200) == channel.notify(delivery(target, body=body))
    (request,) = chat.requests
    assert "/services/T0/B0/s3cret" == request.target
    assert {
        "text": "*&lt;!channel&gt; &amp; co* is *alarm* (was insufficient data, severity low)\n"
        "Transition to alarm due to 3 samples outside threshold, most recent: 50.0"
    } == request.json
    assert "application/json" == request.headers["content-type"]


def test_a_group_has_a_template_of_its_own(chat: Receiver, authority: Authority) -> None:
    channel = Slack(tools(ca_file=str(authority.certificate)))
    channel.notify(delivery(f"slack+{chat.url}/services/T0/B0/s3cret", body=GROUP_BODY))
    assert {"text": "*[FIRING:1] team=&lt;db&gt;*\nfiring: cpu since noon: high"} == chat.requests[0].json


def test_a_webhook_that_is_gone_is_given_up(chat: Receiver, authority: Authority) -> None:
    chat.usual = answering(404, body=b"no_service")
    channel = Slack(tools(ca_file=str(authority.certificate)))
    outcome = channel.notify(delivery(f"slack+{chat.url}/services/T0/B0/s3cret"))
    assert ("refused", "answered 404") == (outcome.result, outcome.error)


def test_the_place_is_that_of_the_webhook() -> None:
    assert "hooks.slack.com:443" == Slack(tools()).place("slack+https://hooks.slack.com/services/T/B/X")


def test_a_template_that_is_wrong_is_named() -> None:
    with pytest.raises(BadRequest, match=r"\[act\] slack_text: line 1, column 3: a dollar sign alone"):
        Slack(tools(slack_text="a $"))
    with pytest.raises(BadRequest, match=r"\[act\] group_slack_text: line 1, column 1"):
        Slack(tools(group_slack_text="$"))
