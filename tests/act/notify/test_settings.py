# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the notifier is told is what stands in the section `[act]`."""

import msgspec

from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.config import ActConfig


def test_the_section_and_the_settings_agree() -> None:
    read = msgspec.convert(msgspec.to_builtins(ActConfig()), NotifierSettings)
    assert NotifierSettings(allowed_networks=[], refused_networks=[]) == read


def test_what_is_written_arrives() -> None:
    section = ActConfig(allowed_networks=["10.0.0.0/8"], commands={"page": ["/bin/page", "x"]}, mail_security="tls")
    read = msgspec.convert(msgspec.to_builtins(section), NotifierSettings)
    assert (["10.0.0.0/8"], {"page": ["/bin/page", "x"]}, "tls") == (
        list(read.allowed_networks),
        {name: list(command) for name, command in read.commands.items()},
        read.mail_security,
    )
