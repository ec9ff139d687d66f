# SPDX-License-Identifier: Apache-2.0
"""Builds the parts from the configuration, starts and stops them; the only file that knows them all."""

import fcntl
import logging
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow.compute  # noqa: F401 - loaded at start, so that the first request need not wait for it
from starlette.types import ASGIApp

from nephoscope.api.app import DIALECTS, HttpSettings, build
from nephoscope.api.auth.basic import Basic, RemoteUser
from nephoscope.api.auth.keystone import Keystone, KeystoneSettings
from nephoscope.api.auth.native import Native
from nephoscope.api.auth.policy import Policy
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.caller import Authenticator
from nephoscope.api.gnocchi.parts import GnocchiSettings, Hooks, Parts, SeriesParts
from nephoscope.api.health import HealthPart
from nephoscope.api.native.call import NativeParts
from nephoscope.api.offload import limit_threads
from nephoscope.api.proxy import TrustedPeers
from nephoscope.config import Config
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.query.metrics import MetricReader
from nephoscope.receive import RECEIVERS
from nephoscope.rollup.housekeeping import Housekeeping
from nephoscope.store import schema
from nephoscope.store.backup import Backups
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.engines import ENGINES, open_store
from nephoscope.store.engines.settings import EngineSettings
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState

# What the command line lists and opens comes from here, as it knows no station itself.
__all__ = [
    "DIALECTS",
    "ENGINES",
    "RECEIVERS",
    "Index",
    "Service",
    "first_users",
    "hold_folder",
    "listening_socket",
    "open_index",
    "open_parts",
]

log = logging.getLogger("nephoscope.service")

LOOPBACK = ("127.", "::1", "localhost")
SHARED_TTL_S = 60.0


def hold_folder(config: Config) -> IO[str]:
    """
    Make the data directory and keep it for this process until the file given is closed.

    BadRequest when another process has it: two embedded engines over one folder would destroy it.
    """
    try:
        config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (config.folder / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise BadRequest(f"data_dir: {config.folder} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise BadRequest(f"data_dir: {config.folder} is in use by process {holder}; stop that one first") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def open_parts(config: Config) -> tuple[Store, Index]:
    """Store and index at this program's schema, in a data directory that is held."""
    index = open_index(config.index_url)
    index.upgrade()
    store = open_store(config.store_dsn, engine_settings(config))
    schema.upgrade(store, schema.Layout(config.store.cluster))
    return store, index


def engine_settings(config: Config) -> EngineSettings:
    """The engine's bounds out of the [store] section."""
    section = config.store
    return EngineSettings(
        readers_max=section.readers_max,
        writers_max=section.writers_max,
        memory_bytes_max=section.memory_bytes_max,
        query_memory_bytes_max=section.query_memory_bytes_max,
        mark_cache_bytes=section.mark_cache_bytes,
        free_bytes_min=section.free_bytes_min,
        query_timeout_s=section.query_timeout_s,
        cluster=section.cluster,
    )


@dataclass
class Service:
    """The running parts of one server; `close` stops them from the journey's front to its end."""

    config: Config
    store: Store
    index: Index
    commit: GroupCommit
    housekeeping: Housekeeping
    app: ASGIApp
    lock: IO[str]

    @classmethod
    def start(cls, config: Config) -> "Service":
        """Open everything; NephoscopeError says what cannot be opened and why."""
        refuse_unsafe(config)
        limit_threads(config.http.threads_max, waiting_max=config.http.waiting_max)
        lock = hold_folder(config)
        store, index = open_parts(config)
        if config.gnocchi.builtin_policies:
            index.install_builtins()
        series = SeriesState(store)
        catalog = Catalog(index, series, ttl_s=SHARED_TTL_S if store.shared else None)
        commit = GroupCommit(store, series, rows_max=config.store.commit_rows_max)
        reader = MetricReader(store, series)
        housekeeping = Housekeeping(store, index, series, catalog, config.rollup, schema.Layout(config.store.cluster))
        housekeeping.start()
        authenticator = Native(index.users.verify, index.tokens.verify)
        body = BodyLimits(
            bytes_max=config.http.body_bytes_max,
            unpacked_bytes_max=4 * config.http.body_bytes_max,
            depth_max=config.http.body_depth_max,
            count_max=config.http.body_items_max,
        )
        policy = gnocchi_policy(config)
        backups = Backups(store, index, config.folder / "backups")
        parts: dict[str, object] = {
            "health": HealthPart(lambda: obstacles(store, index)),
            "native": NativeParts(
                index=index,
                store=store,
                authenticator=authenticator,
                policy=policy,
                catalog=catalog,
                commit=commit,
                reader=reader,
                series=series,
                backup=backups.make,
                backup_done=backups.share_done,
                body=body,
            ),
            "gnocchi": Parts(
                index=index,
                authenticator=gnocchi_authenticator(config, authenticator),
                policy=policy,
                settings=GnocchiSettings(max_limit=config.gnocchi.max_limit, body=body),
                hooks=Hooks(
                    on_metrics_deleted=catalog.forget_metrics,
                    on_policy_changed=lambda _: catalog.forget_policies(),
                    on_resource_changed=lambda resource, replaced: catalog.resource_changed(
                        resource, replaced=replaced
                    ),
                ),
                series=SeriesParts(catalog, commit, reader, config.http.body_items_max),
            ),
        }
        app = build(
            parts,
            HttpSettings(tuple(config.http.cors_allowed_origins), tuple(config.http.trusted_proxies)),
        )
        return cls(config, store, index, commit, housekeeping, app, lock)

    def close(self) -> None:
        """Commit what was accepted, then let go of everything."""
        self.housekeeping.stop()
        self.commit.close()
        self.store.close()
        self.index.close()
        self.lock.close()


def gnocchi_authenticator(config: Config, native: Native) -> Authenticator:
    """The way of identifying callers that [gnocchi] auth_mode asks for."""
    mode = config.gnocchi.auth_mode
    if mode == "native":
        return native
    if mode == "basic":
        return Basic()
    if mode == "remoteuser":
        return RemoteUser(TrustedPeers(tuple(config.http.trusted_proxies)))
    section = config.keystone
    return Keystone(
        KeystoneSettings(
            url=section.url,
            username=section.username,
            password=section.password,
            project_name=section.project,
            user_domain_name=section.user_domain,
            project_domain_name=section.project_domain,
            timeout_s=section.timeout_s,
            remember_s=section.cache_s,
            size_max=section.cache_tokens_max,
            ca_file=section.ca_file,
        )
    )


def gnocchi_policy(config: Config) -> Policy:
    """The rules in force; BadRequest names an override that cannot be read."""
    try:
        return Policy(config.gnocchi.policy)
    except ValueError as error:
        raise BadRequest(f"gnocchi.policy: {error}") from None


def refuse_unsafe(config: Config) -> None:
    """BadRequest for settings that would serve strangers without credentials or in the clear."""
    host, _ = listen_address(config)
    local = host.startswith(LOOPBACK)
    http, mode = config.http, config.gnocchi.auth_mode
    if mode == "basic" and not local:
        raise BadRequest("gnocchi.auth_mode: basic believes every caller; it works only where http.listen is loopback")
    if mode == "remoteuser" and not http.trusted_proxies:
        raise BadRequest("gnocchi.auth_mode: remoteuser needs http.trusted_proxies, the networks of the front end")
    if mode == "keystone" and not config.keystone.url:
        raise BadRequest("gnocchi.auth_mode: keystone needs [keystone] url, username and password")
    if bool(http.tls_certificate) != bool(http.tls_key):
        raise BadRequest("http.tls_certificate and http.tls_key belong together")
    if not local and not http.tls_certificate and not http.allow_insecure:
        raise BadRequest(
            "http.listen is reachable from outside without TLS: set http.tls_certificate and http.tls_key, "
            "or http.allow_insecure = true behind a front end that has them"
        )


def listen_address(config: Config) -> tuple[str, int]:
    """Host and port of http.listen; BadRequest when it is none."""
    host, _, port = config.http.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise BadRequest(f"http.listen: {config.http.listen!r} is not HOST:PORT, as in 127.0.0.1:8040")
    return host.strip("[]"), int(port)


def listening_socket(config: Config) -> socket.socket:
    """The bound socket of http.listen; BadRequest says why it cannot be had."""
    host, port = listen_address(config)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise BadRequest(
            f"http.listen: {config.http.listen} cannot be listened on ({error.strerror}); "
            "another address goes into --listen, port 0 takes a free one"
        ) from None
    return bound


def obstacles(store: Store, index: Index) -> Sequence[str]:
    """Why requests cannot be served now, one sentence each."""
    found = []
    try:
        store.query("SELECT 1")
    except NephoscopeError as error:
        found.append(f"store: {error.message}")
    try:
        index.check()
    except NephoscopeError as error:
        found.append(f"index: {error.message}")
    return found


def first_users(config: Config, index: Index) -> str | None:
    """
    Make sure that somebody can log in and this host's agent can write.

    Gives the password of `admin` when it was just made; it is not kept anywhere in the clear. The tokens of the local
    agent and of the data directory's owner are files that only this user can read.
    """
    password = None
    if not index.users.list_all():
        password = secrets.token_urlsafe(18)
        index.users.add("admin", password, roles=["admin"])
        index.users.add("agent", secrets.token_urlsafe(32), roles=["writer"])
    known = {each.name for each in index.users.list_all()}
    for user, roles, path in (("agent", ["writer"], agent_token(config)), ("admin", ["admin"], owner_token(config))):
        # Somebody may have deleted these users in favour of others.
        if user in known and not path.exists():
            _, secret = index.tokens.add(user, roles=roles)
            _write_secret(path, secret)
    return password


def agent_token(config: Config) -> Path:
    """The file with the token that this host's agent sends with."""
    return config.folder / "agent.token"


def owner_token(config: Config) -> Path:
    """The file with the token that commands of the data directory's owner use."""
    return config.folder / "owner.token"


def _write_secret(path: Path, secret: str) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")
    scratch.replace(path)
