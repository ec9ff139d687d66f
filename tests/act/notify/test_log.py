# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`log:` writes one line, `test:` leaves no trace."""

import logging

import pytest

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.log import Log, Nowhere
from tests.act.notify.made import BODY, GROUP_BODY, delivery, tools


def test_a_notification_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nephoscope.notifications")
    body = {**BODY, "alarm_name": "two\r\nlines\x1b[31m"}
    assert Outcome("delivered") == Log(tools()).notify(delivery("log:", body=body))
    (record,) = caplog.records
    assert (
        "alarm two lines [31m (a-1, low) went from insufficient data to alarm: "
        "Transition to alarm due to 3 samples outside threshold, most recent: 50.0"
    ) == record.getMessage()
    assert {"alarm": body, "key": "a-1.1"} == record.__dict__["fields"]


def test_a_group_is_one_line_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nephoscope.notifications")
    assert Outcome("delivered") == Log(tools()).notify(delivery("log:", body=GROUP_BODY))
    (record,) = caplog.records
    assert "contact point ops: [FIRING:1] team=<db> firing: cpu since noon: high" == record.getMessage()


def test_nowhere_takes_all_and_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert Outcome("delivered") == Nowhere(tools()).notify(delivery("test:"))
    assert [] == caplog.records
