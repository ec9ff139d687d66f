# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files become a context that is as strict as the settings say; bad files are named and change nothing."""

import logging
import ssl
import subprocess
from pathlib import Path

import msgspec
import pytest

from nephoscope.api.tls import Tls, TlsSettings
from nephoscope.model.errors import BadRequest
from tests.services.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def settings(authority: Authority, tmp_path: Path) -> TlsSettings:
    """Copies of a good pair, which a test may spoil."""
    pair = authority.issue("server")
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    certificate.write_bytes(pair.certificate.read_bytes())
    key.write_bytes(pair.key.read_bytes())
    return TlsSettings(str(certificate), str(key))


def shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[str, str]:
    """Version and cipher of a handshake in memory. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    finished = [False, False]
    for _ in range(10):
        for number, side in enumerate((theirs, ours)):
            try:
                side.do_handshake()
                finished[number] = True
            except ssl.SSLWantReadError:
                continue
        if all(finished):
            cipher = ours.cipher()
            return ours.version() or "", cipher[0] if cipher else ""
    raise AssertionError("the handshake did not end")


def client_of(authority: Authority, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.maximum_version = newest
    return context


def test_both_versions_are_spoken_with_forward_secrecy(settings: TlsSettings, authority: Authority) -> None:
    version, cipher = shaken(Tls(settings).context, client_of(authority, ssl.TLSVersion.TLSv1_2))

    assert "TLSv1.2" == version
    assert cipher.startswith("ECDHE-")
    assert "TLSv1.3" == shaken(Tls(settings).context, client_of(authority))[0]


def test_an_older_version_than_the_least_is_refused(settings: TlsSettings, authority: Authority) -> None:
    strict = Tls(msgspec.structs.replace(settings, min_version="1.3")).context

    with pytest.raises(ssl.SSLError):
        shaken(strict, client_of(authority, ssl.TLSVersion.TLSv1_2))
    assert "TLSv1.3" == shaken(strict, client_of(authority))[0]


@pytest.mark.parametrize(("kind", "without", "strange"), [("optional", True, False), ("required", False, False)])
def test_client_certificates_are_asked_for(
    settings: TlsSettings, authority: Authority, tmp_path: Path, kind: str, without: bool, strange: bool
) -> None:
    asking = msgspec.structs.replace(settings, client_ca=str(authority.certificate), client_certificates=kind)
    known, stranger = client_of(authority), client_of(authority)
    known.load_cert_chain(*authority.issue("agent"))
    stranger.load_cert_chain(*Authority(tmp_path / "other", "other").issue("agent"))

    assert (True, without, strange) == tuple(
        let_in(Tls(asking).context, each) for each in (known, client_of(authority), stranger)
    )


def let_in(server: ssl.SSLContext, client: ssl.SSLContext) -> bool:
    try:
        shaken(server, client)
    except ssl.SSLError:
        return False
    return True


def test_files_that_cannot_be_used_are_named(settings: TlsSettings, authority: Authority, tmp_path: Path) -> None:
    replace = msgspec.structs.replace
    other = authority.issue("other")
    locked = tmp_path / "locked.key"
    command = ["openssl", "pkey", "-in", settings.key, "-aes256", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    wrong = [
        (replace(settings, certificate="/nowhere.crt"), "http.tls_certificate: /nowhere.crt cannot be read: No such"),
        (replace(settings, key="/nowhere.key"), "http.tls_key: /nowhere.key cannot be read: No such"),
        (replace(settings, key=str(other.key)), "are no certificate with its key"),
        (replace(settings, key=str(locked)), "the key without a passphrase"),
        (replace(settings, certificate=settings.key), "are no certificate with its key"),
        (replace(settings, client_certificates="required"), "http.tls_client_ca: no file cannot be read"),
        (
            replace(settings, client_certificates="required", client_ca=settings.key),
            f"http.tls_client_ca: {settings.key} holds no certificates",
        ),
    ]
    for each, message in wrong:
        with pytest.raises(BadRequest) as caught:
            Tls(each)
        assert message in caught.value.message


def test_a_renewed_certificate_is_taken_over_and_a_bad_one_is_not(
    settings: TlsSettings, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tls = Tls(settings)
    other = Authority(tmp_path / "new", "new")
    assert (True, False) == tuple(let_in(tls.context, client_of(each)) for each in (authority, other))
    fresh = other.issue("server")

    Path(settings.certificate).write_bytes(fresh.certificate.read_bytes())
    with caplog.at_level(logging.INFO):
        assert not tls.reload()
    assert "the certificate stays as it was: " in caplog.text
    assert let_in(tls.context, client_of(authority))

    Path(settings.key).write_bytes(fresh.key.read_bytes())
    assert tls.reload()
    assert (False, True) == tuple(let_in(tls.context, client_of(each)) for each in (authority, other))
