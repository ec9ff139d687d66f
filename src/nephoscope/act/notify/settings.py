# SPDX-License-Identifier: Apache-2.0
"""What the operator says about notifications: bounds, whom they may reach, and as whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Security = Literal["none", "starttls", "tls"]

MAIL_SUBJECT = "[${severity}] ${alarm_name} is ${current}"
MAIL_BODY = """\
${alarm_name} went from ${previous} to ${current}.

${reason}

Severity: ${severity}
Alarm: ${alarm_id}
"""
GROUP_SUBJECT = "${title}"
GROUP_BODY = """\
${title}

${message}
"""
GROUP_SLACK_TEXT = "*${title}*\n${message}"
SLACK_TEXT = "*${alarm_name}* is *${current}* (was ${previous}, severity ${severity})\n${reason}"


@dataclass(frozen=True, kw_only=True)
class NotifierSettings:
    """
    All that notifiers are told; the names, defaults and meanings are those of the section `[act]`.

    Times are seconds. Files are read when they are needed, so that a secret can be renewed while we run.
    """

    threads_max: int = 16
    place_threads_max: int = 2
    waiting_max: int = 1000
    poll_interval_s: float = 1
    claim_s: float = 15
    connect_timeout_s: float = 5
    read_timeout_s: float = 10
    total_timeout_s: float = 30
    retry_s_min: float = 2
    retry_s_max: float = 300
    attempts_max: int = 500
    age_s_max: float = 24 * 3600
    allowed_networks: Sequence[str] = ()
    refused_networks: Sequence[str] = ()
    verify: bool = True
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    signature_secret_file: str = ""
    zaqar_url: str = ""
    heat_url: str = ""
    mail_server: str = ""
    mail_port: int = 25
    mail_security: Security = "none"
    mail_username: str = ""
    mail_password_file: str = ""
    mail_sender: str = "nephoscope@localhost"
    mail_subject: str = MAIL_SUBJECT
    mail_body: str = MAIL_BODY
    slack_text: str = SLACK_TEXT
    group_mail_subject: str = GROUP_SUBJECT
    group_mail_body: str = GROUP_BODY
    group_slack_text: str = GROUP_SLACK_TEXT
    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)
    command_timeout_s: float = 10
    command_output_bytes_max: int = 10_000
