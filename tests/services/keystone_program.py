# SPDX-License-Identifier: Apache-2.0
"""
A real Keystone over SQLite in one process: run by the Python of its own environment, knowing nothing of ours.

    .venv-keystone/bin/python -P tests/services/keystone_program.py FOLDER PORT PASSWORD SECONDS

Sets itself up in FOLDER when that is new, prints `ready http://127.0.0.1:PORT`, gives tokens that live for SECONDS, and
ends when standard input closes. What it has set up once is kept in its environment, and copied from there.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

SETTINGS = """
[database]
connection = sqlite:///{folder}/keystone.sqlite
[token]
expiration = {seconds}
[fernet_tokens]
key_repository = {folder}/fernet
[fernet_receipts]
key_repository = {folder}/fernet
[credential]
key_repository = {folder}/credential
[cache]
enabled = false
[identity]
password_hash_rounds = 4
"""


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


def configure(folder: Path, seconds: int) -> None:
    """Say where everything is."""
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(folder / "keystone.conf")
    (folder / "keystone.conf").write_text(SETTINGS.format(folder=folder, seconds=seconds))


def prepared(password: str) -> Path:
    """A folder in which everything is set up, made at the first use; several may make it at the same time."""
    this = hashlib.sha256(Path(__file__).read_bytes() + password.encode()).hexdigest()
    found = Path(sys.prefix) / f"set-up-{this[:16]}"
    if not found.exists():
        making = Path(tempfile.mkdtemp(dir=sys.prefix))
        configure(making, 0)
        set_up(making, password)
        try:
            making.rename(found)
        except OSError:  # another was first
            shutil.rmtree(making)
    return found


def set_up(folder: Path, password: str) -> None:
    """
    What an operator does with keystone-manage: in a copy of this process, since importing Keystone takes its time,
    and what it has read from a command line stays.
    """
    import_module("keystone.cmd.cli")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit("Keystone could not be set up")
        return
    _manage(folder, password)
    os._exit(0)


def _manage(folder: Path, password: str) -> None:
    manage = import_module("keystone.cmd.cli").main
    settings = import_module("keystone.conf").CONF
    owner = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
    address = "http://127.0.0.1/v3"
    for command in (
        ["db_sync"],
        ["fernet_setup", *owner],
        ["credential_setup", *owner],
        ["bootstrap", "--bootstrap-password", password, "--bootstrap-public-url", address],
    ):
        manage(["keystone-manage", "--config-file", str(folder / "keystone.conf"), *command])
        settings.clear()


def main() -> None:
    """Set up, serve, end."""
    folder, port, password, seconds = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    del sys.argv[1:]  # Keystone would take them for its own
    if not (folder / "keystone.sqlite").exists():
        shutil.copytree(prepared(password), folder, dirs_exist_ok=True)
    configure(folder, seconds)
    application = import_module("keystone.server.wsgi").initialize_public_application()
    with make_server("127.0.0.1", port, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
