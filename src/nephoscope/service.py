# SPDX-License-Identifier: Apache-2.0
"""Builds the parts from the configuration, starts and stops them; the only file that knows them all."""

import fcntl
import ipaddress
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

from nephoscope import __version__
from nephoscope.api.app import DIALECTS, HttpSettings, build
from nephoscope.api.auth.basic import Basic, RemoteUser
from nephoscope.api.auth.front_end import FrontEnd
from nephoscope.api.auth.keystone import Keystone, KeystoneService, KeystoneSettings
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.logins import Logins, SessionSettings
from nephoscope.api.auth.native import Native
from nephoscope.api.auth.policy import Policy
from nephoscope.api.auth.roles import RoleMap
from nephoscope.api.auth.throttle import Slope, Throttle, ThrottleSettings
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.caller import Authenticator
from nephoscope.api.gnocchi.parts import GnocchiSettings, Hooks, Parts, SeriesParts
from nephoscope.api.health import HealthPart
from nephoscope.api.native.call import NativeParts
from nephoscope.api.native.own_samples import OwnSamples
from nephoscope.api.offload import limit_threads
from nephoscope.api.pages import PagesPart
from nephoscope.api.proxy import TrustedPeers
from nephoscope.api.tls import Tls, TlsSettings
from nephoscope.config import Config
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.timespan import DAY_NS
from nephoscope.poll.schedule import Job, Schedule
from nephoscope.poll.server import Server
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.receive import RECEIVERS
from nephoscope.rollup.housekeeping import Housekeeping
from nephoscope.store import schema
from nephoscope.store.backup import Backups
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.directory import Directory
from nephoscope.store.engines import ENGINES, open_store
from nephoscope.store.engines.settings import EngineSettings
from nephoscope.store.head import Head
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
    "Tls",
    "first_users",
    "hold_folder",
    "listening_socket",
    "open_index",
    "open_parts",
    "tls_of",
]

log = logging.getLogger("nephoscope.service")

SHARED_TTL_S = 60.0
WATCH_STOP_S = 5.0


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


def open_head(config: Config, store: Store, series: SeriesState) -> Head | None:
    """The newest measures in memory; None where that is off, or other nodes write to the store as well."""
    if store.shared or not config.store.head_bytes_max:
        return None
    return Head(series, config.store.head_bytes_max)


@dataclass
class Service:
    """The running parts of one server; `close` stops them from the journey's front to its end."""

    config: Config
    store: Store
    index: Index
    commit: GroupCommit
    housekeeping: Housekeeping
    watch: Schedule | None
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
        head = open_head(config, store, series)
        commit = GroupCommit(store, series, head, rows_max=config.store.commit_rows_max)
        reader = MetricReader(store, series, head)
        directory = Directory(store, index)
        directory.check()
        housekeeping = Housekeeping(
            store,
            index,
            series,
            catalog,
            config.rollup,
            schema.Layout(config.store.cluster),
            refresh_names=directory.refresh,
            events_kept_ns=config.events.retention_days * DAY_NS,
        )
        housekeeping.start()
        keystone = keystone_of(config)
        authenticator = native_authenticator(config, index, keystone)
        body = body_limits(config)
        policy = gnocchi_policy(config)
        backups = Backups(store, index, config.folder / "backups")
        parts: dict[str, object] = {
            "health": HealthPart(
                lambda: obstacles(store, index), None if listens_locally(config) else authenticator, policy
            ),
            "native": NativeParts(
                index=index,
                store=store,
                authenticator=authenticator,
                logins=logins(config, index, authenticator, keystone),
                accounts_changed=authenticator.forget,
                policy=policy,
                catalog=catalog,
                commit=commit,
                reader=reader,
                series=series,
                sql=Statements(store, directory.refresh),
                backup=backups.make,
                backup_done=backups.share_done,
                body=body,
            ),
            "gnocchi": Parts(
                index=index,
                authenticator=gnocchi_authenticator(config, authenticator, keystone),
                policy=policy,
                settings=GnocchiSettings(max_limit=config.gnocchi.max_limit, body=body),
                hooks=hooks_of(catalog),
                series=SeriesParts(catalog, commit, reader, config.http.body_items_max),
            ),
            "pages": PagesPart(Path(__file__).parent / "web"),
        }
        app = build(
            parts,
            HttpSettings(tuple(config.http.cors_allowed_origins), tuple(config.http.trusted_proxies)),
        )
        watch = self_watch(config, OwnSamples(index, store, catalog, commit, series))
        return cls(config, store, index, commit, housekeeping, watch, app, lock)

    def close(self) -> None:
        """Commit what was accepted, then let go of everything."""
        if self.watch is not None:
            self.watch.stop(WATCH_STOP_S)
        self.housekeeping.stop()
        self.commit.close()
        self.store.close()
        self.index.close()
        self.lock.close()


def self_watch(config: Config, own: OwnSamples) -> Schedule | None:
    """The running schedule by which the server reads itself; None where that is off."""
    interval_s = config.watch.interval_s
    if not interval_s:
        return None
    server = Server(socket.gethostname(), __version__, own.facts)
    watch = Schedule([Job("server", server, interval_s, timeout_s=2 * interval_s)], own.publish)
    watch.start()
    return watch


def body_limits(config: Config) -> BodyLimits:
    """How large bodies may be, out of the [http] section."""
    http = config.http
    return BodyLimits(
        bytes_max=http.body_bytes_max,
        unpacked_bytes_max=4 * http.body_bytes_max,
        depth_max=http.body_depth_max,
        count_max=http.body_items_max,
    )


def hooks_of(catalog: Catalog) -> Hooks:
    """What the catalogue wants to know of changes in the index."""
    return Hooks(
        on_metrics_deleted=catalog.forget_metrics,
        on_policy_changed=lambda _: catalog.forget_policies(),
        on_resource_changed=lambda resource, replaced: catalog.resource_changed(resource, replaced=replaced),
    )


@dataclass(frozen=True)
class KeystoneParts:
    """Keystone's API, and the memory of what it said about tokens, which all dialects share."""

    service: KeystoneService
    tokens: Keystone


def keystone_of(config: Config) -> KeystoneParts | None:
    """What asks Keystone, where something is configured to."""
    if config.auth.identity != "keystone" and config.gnocchi.auth_mode != "keystone":
        return None
    section = config.keystone
    settings = KeystoneSettings(
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
        login_domain=section.login_domain,
        projects_max=section.login_projects_max,
    )
    service = KeystoneService(settings, RoleMap(config.auth.roles))
    return KeystoneParts(service, Keystone(settings, service.validate))


def native_authenticator(config: Config, index: Index, keystone: KeystoneParts | None) -> Native:
    """The way of identifying callers of our own API, and of every dialect that has none of its own."""
    pair = Slope(config.auth.wrong_passwords_free, config.auth.wrong_password_delay_s_max)
    trusted = TrustedPeers(tuple(config.http.trusted_proxies))
    return Native(
        LocalAccounts(index),
        identity=config.auth.identity,
        throttle=Throttle(ThrottleSettings(pair=pair)),
        tokens=keystone.tokens if keystone and config.auth.identity == "keystone" else None,
        front_end=FrontEnd(trusted, RoleMap(config.auth.roles)) if config.auth.identity == "headers" else None,
    )


def logins(config: Config, index: Index, authenticator: Native, keystone: KeystoneParts | None) -> Logins:
    """Sessions of browsers, whoever knows the users."""
    section = config.auth
    life_s = section.session_life_s
    if section.identity == "keystone":
        life_s = min(life_s, config.keystone.session_life_s)
    return Logins(
        index,
        authenticator,
        identity=section.identity,
        source=keystone.service if keystone and section.identity == "keystone" else None,
        settings=SessionSettings(section.session_idle_s, life_s),
    )


def gnocchi_authenticator(config: Config, native: Native, keystone: KeystoneParts | None) -> Authenticator:
    """The way of identifying callers that [gnocchi] auth_mode asks for."""
    mode = config.gnocchi.auth_mode
    if mode == "basic":
        return Basic()
    if mode == "remoteuser":
        return RemoteUser(TrustedPeers(tuple(config.http.trusted_proxies)))
    if mode == "keystone":
        assert keystone is not None
        return keystone.tokens
    return native


def gnocchi_policy(config: Config) -> Policy:
    """The rules in force; BadRequest names an override that cannot be read."""
    try:
        return Policy(config.gnocchi.policy)
    except ValueError as error:
        raise BadRequest(f"gnocchi.policy: {error}") from None


def refuse_unsafe(config: Config) -> None:
    """BadRequest for settings that would serve strangers without credentials or in the clear, or that do not fit."""
    local = listens_locally(config)
    http, mode, identity = config.http, config.gnocchi.auth_mode, config.auth.identity
    if mode == "basic" and not local:
        raise BadRequest("gnocchi.auth_mode: basic believes every caller; it works only where http.listen is loopback")
    if mode == "remoteuser" and not http.trusted_proxies:
        raise BadRequest("gnocchi.auth_mode: remoteuser needs http.trusted_proxies, the networks of the front end")
    if identity == "headers" and not http.trusted_proxies:
        raise BadRequest("auth.identity: headers needs http.trusted_proxies, the networks of the front end")
    for key, asks in (("gnocchi.auth_mode", mode), ("auth.identity", identity)):
        if asks == "keystone" and not config.keystone.url:
            raise BadRequest(f"{key}: keystone needs [keystone] url, username and password")
    try:
        RoleMap(config.auth.roles)
    except ValueError as error:
        raise BadRequest(f"auth.roles: {error}") from None
    try:
        TrustedPeers(http.trusted_proxies)
    except ValueError as error:
        raise BadRequest(f"http.trusted_proxies: {error}") from None
    if bool(http.tls_certificate) != bool(http.tls_key):
        raise BadRequest("http.tls_certificate and http.tls_key belong together")
    if (http.tls_client_certificates == "none") != (not http.tls_client_ca):
        raise BadRequest("http.tls_client_ca and http.tls_client_certificates (optional or required) belong together")
    if http.tls_client_ca and not http.tls_certificate:
        raise BadRequest("http.tls_client_ca: without http.tls_certificate there is no TLS to show certificates in")
    if not local and not http.tls_certificate and not http.allow_insecure:
        raise BadRequest(
            "http.listen is reachable from outside without TLS: set http.tls_certificate and http.tls_key, "
            "or http.allow_insecure = true behind a front end that has them"
        )


def listens_locally(config: Config) -> bool:
    """Whether only this host can reach us."""
    host, _ = listen_address(config)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen_address(config: Config) -> tuple[str, int]:
    """Host and port of http.listen; BadRequest when it is none."""
    host, _, port = config.http.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise BadRequest(f"http.listen: {config.http.listen!r} is not HOST:PORT, as in 127.0.0.1:8040")
    return host.strip("[]"), int(port)


def tls_of(config: Config) -> Tls | None:
    """What [http] says about TLS, its files read; None without a certificate. BadRequest says which file is bad."""
    http = config.http
    if not http.tls_certificate:
        return None
    return Tls(
        TlsSettings(
            http.tls_certificate, http.tls_key, http.tls_min_version, http.tls_client_ca, http.tls_client_certificates
        )
    )


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

    Gives the password of `admin` when it was just made and local passwords count; it is not kept anywhere in the
    clear. The tokens of the local agent and of the data directory's owner are files that only this user can read.
    """
    password = None
    if not index.users.list_all():
        password = secrets.token_urlsafe(18)
        index.users.add("admin", password, roles=["admin"], must_change_password=True)
        index.users.add("agent", None, roles=["writer"], kind="service")
    known = {each.name: each.roles for each in index.users.list_all()}
    for user, roles, path in (("agent", ["writer"], agent_token(config)), ("admin", ["admin"], owner_token(config))):
        # Somebody may have deleted these users in favour of others, or taken their roles.
        if set(roles) <= set(known.get(user, ())) and not path.exists():
            _, secret = index.tokens.add(user, roles=roles)
            _write_secret(path, secret)
    return password if config.auth.identity == "local" else None


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
