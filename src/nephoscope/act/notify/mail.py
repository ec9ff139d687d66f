# SPDX-License-Identifier: Apache-2.0
"""`mailto:`: a mail by the server of the settings, such as `mailto:ops@example.org?subject=${alarm_name}`."""

import logging
import re
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import sha256
from urllib.parse import unquote

from nephoscope.act.notify.body import is_group
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.exchange import tls_context
from nephoscope.act.notify.secret import SecretFile
from nephoscope.act.notify.template import Template, one_line
from nephoscope.act.notify.url import query_of
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest, Unavailable

log = logging.getLogger("nephoscope.notify")

RECIPIENTS_MAX = 20
SUBJECT_LENGTH_MAX = 200
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
PERMANENT = 500


@dataclass(frozen=True)
class Addressed:
    """To whom a mail goes, and the template of its subject, None for the usual one."""

    recipients: Sequence[str]
    subject: Template | None

    @classmethod
    def of(cls, target: str) -> "Addressed":
        """
        Read an action; BadRequest names the address or option that is wrong.

        >>> Addressed.of("mailto:ops@example.org,b%40example.org").recipients
        ['ops@example.org', 'b@example.org']
        """
        _, _, rest = target.partition(":")
        options = query_of(target)
        if unknown := sorted(set(options) - {"subject", "to"}):
            raise BadRequest(f"mailto: option {unknown[0][:40]} is not known; there are subject and to")
        listed = [*rest.partition("?")[0].split(","), *(each for to in options.get("to", []) for each in to.split(","))]
        recipients = [unquote(each).strip() for each in listed if each.strip()]
        for each in recipients:
            if not ADDRESS.fullmatch(each):
                raise BadRequest(f"mailto: expected an address such as ops@example.org, found '{one_line(each)[:80]}'")
        if not 0 < len(recipients) <= RECIPIENTS_MAX:
            raise BadRequest(f"mailto: expected 1 to {RECIPIENTS_MAX} addresses, found {len(recipients)}")
        subject = options.get("subject", [""])[-1]
        return cls(list(dict.fromkeys(recipients)), Template(subject) if subject else None)


class Mail:
    """Hands mails to one server, a connection for each."""

    def __init__(self, tools: Tools) -> None:
        settings = tools.settings
        if not settings.mail_server:
            raise BadRequest("notifications by mail need a server; set [act] mail_server")
        if not ADDRESS.fullmatch(settings.mail_sender):
            raise BadRequest(f"[act] mail_sender: expected an address, found '{settings.mail_sender}'")
        self._settings = settings
        self._context = tls_context(settings, verify=settings.verify)
        self._password = SecretFile("mail_password_file", settings.mail_password_file)
        self._wall_s = tools.wall_s
        self._subject = _template("mail_subject", settings.mail_subject)
        self._body = _template("mail_body", settings.mail_body)
        self._group_subject = _template("group_mail_subject", settings.group_mail_subject)
        self._group_body = _template("group_mail_body", settings.group_mail_body)

    def place(self, target: str) -> str:
        Addressed.of(target)
        return f"mail {self._settings.mail_server}:{self._settings.mail_port}"

    def notify(self, delivery: Delivery) -> Outcome:
        addressed = Addressed.of(delivery.target)
        message = self._message(delivery, addressed)
        try:
            refused = self._sent(message, addressed.recipients)
        except Unavailable as error:
            return Outcome("again", cause="settings", error=error.message)
        except (OSError, smtplib.SMTPException) as error:
            return _failure(error)
        if refused:
            log.warning("the mail server took a notification, but not for %s", ", ".join(sorted(refused)))
        return Outcome("delivered", 250)

    def _sent(self, message: EmailMessage, recipients: Sequence[str]) -> Iterable[str]:
        """Hand a mail over; gives the recipients that the server does not take, while it takes others."""
        server = self._connected()
        try:
            if self._settings.mail_username:
                server.login(self._settings.mail_username, self._password.read())
            refused = server.send_message(message, self._settings.mail_sender, recipients)
            # It is sent, whatever comes of the good-bye.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            return refused
        finally:
            server.close()

    def _message(self, delivery: Delivery, addressed: Addressed) -> EmailMessage:
        usual, text = self._subject, self._body
        if is_group(delivery.body):
            usual, text = self._group_subject, self._group_body
        subject = addressed.subject or usual
        message = EmailMessage(policy=SMTP)
        message["From"] = self._settings.mail_sender
        message["To"] = ", ".join(addressed.recipients)
        message["Subject"] = one_line(subject.render(delivery.body))[:SUBJECT_LENGTH_MAX]
        message["Date"] = formatdate(self._wall_s())
        # The same for each try, so that what arrives twice can be told.
        domain = self._settings.mail_sender.rpartition("@")[2]
        message["Message-ID"] = f"<{sha256(delivery.key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.render(delivery.body))
        return message

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.mail_security == "tls":
            return smtplib.SMTP_SSL(
                settings.mail_server, settings.mail_port, timeout=settings.read_timeout_s, context=self._context
            )
        server = smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=settings.read_timeout_s)
        try:
            if settings.mail_security == "starttls":
                server.starttls(context=self._context)
            return server
        except BaseException:
            server.close()
            raise


def _template(setting: str, text: str) -> Template:
    try:
        return Template(text)
    except BadRequest as error:
        raise BadRequest(f"[act] {setting}: {error.message}") from None


def _failure(error: OSError | smtplib.SMTPException) -> Outcome:
    """What is wrong with recipient or content stays so; what is wrong with the server or our login is repaired."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            status = min(code for code, _ in error.recipients.values())
            cause, text = "recipient", f"the mail server refused every recipient: {status}"
        case smtplib.SMTPDataError():
            status = error.smtp_code
            cause, text = "content", f"the mail server refused the mail: {status}"
        case smtplib.SMTPAuthenticationError():
            status, cause, text = error.smtp_code, "login", f"the mail server refused our login: {error.smtp_code}"
        case smtplib.SMTPResponseException():
            status, cause, text = error.smtp_code, "mail server", f"the mail server answered {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            status, cause, text = 0, "mail server", f"the mail server cannot do what it should: {error}"
        case _:
            return Outcome("again", cause="connection", error=f"the mail server: {_reason(error)}", out_of_reach=True)
    if status >= PERMANENT and cause in {"recipient", "content"}:
        return Outcome("refused", status, cause, text)
    return Outcome("again", status, cause, text)


def _reason(error: OSError | smtplib.SMTPException) -> str:
    """Why it was not reached."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    # The library tells of a hanging server as of one that has hung up.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "the connection was closed"
