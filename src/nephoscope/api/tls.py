# SPDX-License-Identifier: Apache-2.0
"""Our own TLS: certificate and key from files, which can be renewed while serving."""

import logging
import ssl
from pathlib import Path
from typing import Literal

import msgspec

from nephoscope.model.errors import BadRequest

log = logging.getLogger("nephoscope.api.tls")

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
# Of TLS 1.2 only what keeps recorded traffic unreadable after the key is lost; 1.3 has nothing else.
CIPHERS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20"


class TlsSettings(msgspec.Struct, frozen=True):
    """
    Files in PEM: the certificate with its chain, its key without a passphrase, and whose client certificates we take.

    `client_certificates` says whether those who connect may or must show one that `client_ca` has signed.
    """

    certificate: str
    key: str
    min_version: Literal["1.2", "1.3"] = "1.2"
    client_ca: str = ""
    client_certificates: Literal["none", "optional", "required"] = "none"


class Tls:
    """The context that connections are accepted with; `reload` puts a renewed certificate into it."""

    def __init__(self, settings: TlsSettings) -> None:
        """BadRequest names the setting whose file cannot be used, and why."""
        self._settings = settings
        self.context = _context(settings)

    def reload(self) -> bool:
        """
        Read certificate and key again, for connections from now on; False, with a line in the log, when they are bad.

        They are tried on a context of their own first, so that bad files change nothing.
        """
        try:
            _context(self._settings)
            _load(self.context, self._settings)
        except BadRequest as error:
            log.error("the certificate stays as it was: %s", error.message)
            return False
        log.info("the certificate was read again: %s", self._settings.certificate)
        return True


def _context(settings: TlsSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = VERSIONS[settings.min_version]
    context.set_ciphers(CIPHERS_1_2)
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    _load(context, settings)
    if settings.client_certificates != "none":
        context.verify_mode = ssl.CERT_REQUIRED if settings.client_certificates == "required" else ssl.CERT_OPTIONAL
        _readable("tls_client_ca", settings.client_ca)
        try:
            context.load_verify_locations(settings.client_ca)
        except (ssl.SSLError, OSError) as error:
            raise BadRequest(f"http.tls_client_ca: {settings.client_ca} holds no certificates: {error}") from None
    return context


def _load(context: ssl.SSLContext, settings: TlsSettings) -> None:
    _readable("tls_certificate", settings.certificate)
    _readable("tls_key", settings.key)
    try:
        # An empty answer to the question for a passphrase, which would else be asked at the terminal.
        context.load_cert_chain(settings.certificate, settings.key, password=lambda: "")
    except (ssl.SSLError, ValueError, OSError) as error:
        raise BadRequest(
            f"http.tls_certificate, http.tls_key: {settings.certificate} and {settings.key} are no certificate with "
            f"its key, both PEM, the key without a passphrase: {error}"
        ) from None


def _readable(setting: str, path: str) -> None:
    try:
        with Path(path).open("rb"):
            return
    except OSError as error:
        raise BadRequest(f"http.{setting}: {path or 'no file'} cannot be read: {error.strerror}") from None
