# SPDX-License-Identifier: Apache-2.0
"""Builds the parts from the configuration, starts and stops them; the only file that knows them all."""

import fcntl
import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
import pyarrow.compute  # noqa: F401 - loaded at start, so that the first request need not wait for it
from starlette.types import ASGIApp

from nephoscope import __version__
from nephoscope.act.notify import offered as notifiers
from nephoscope.alarming import Alarming, open_alarming
from nephoscope.api.aodh.parts import AodhParts, AodhSettings
from nephoscope.api.aodh.scoping import Owners
from nephoscope.api.app import DIALECTS, HttpSettings, build
from nephoscope.api.auth.keystone_trusts import KeystoneTrusts
from nephoscope.api.auth.native import Native
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.caller import Authenticator
from nephoscope.api.gnocchi.parts import GnocchiSettings, Hooks, Parts, SeriesParts
from nephoscope.api.health import HealthPart
from nephoscope.api.native.call import NativeParts, anything_goes, nobody_sends, nobody_waits
from nephoscope.api.native.own_samples import OwnSamples
from nephoscope.api.offload import limit_threads
from nephoscope.api.pages import PagesPart
from nephoscope.api.tls import Tls, TlsSettings
from nephoscope.callers import (
    KeystoneParts,
    aodh_authenticator,
    aodh_policy,
    gnocchi_authenticator,
    gnocchi_policy,
    keystone_of,
    listen_address,
    listens_locally,
    logins,
    native_authenticator,
    refuse_unsafe,
)
from nephoscope.config import Config
from nephoscope.model.action_url import SCHEMES
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.timespan import DAY_NS
from nephoscope.poll.schedule import Job, Schedule
from nephoscope.poll.server import Server
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.receive import RECEIVERS
from nephoscope.rollup.housekeeping import Housekeeping
from nephoscope.scaling import Scaling, open_scaling
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
from nephoscope.store.index.alarm_contract import Limits
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


def open_catalog(config: Config, store: Store, index: Index, series: SeriesState) -> Catalog:
    """The memory of metrics, for ever where nobody else changes them."""
    ttl_s = SHARED_TTL_S if store.shared else None
    return Catalog(index, series, ttl_s=ttl_s, entries_max=config.index.known_metrics_max)


def open_housekeeping(
    config: Config,
    store: Store,
    index: Index,
    series: SeriesState,
    catalog: Catalog,
    refresh_names: Callable[[], None],
) -> Housekeeping:
    """Roll-up and expiry, not started yet."""
    return Housekeeping(
        store,
        index,
        series,
        catalog,
        config.rollup,
        schema.Layout(config.store.cluster),
        refresh_names=refresh_names,
        events_kept_ns=config.events.retention_days * DAY_NS,
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
    alarming: Alarming | None
    scaling: Scaling
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
        catalog = open_catalog(config, store, index, series)
        head = open_head(config, store, series)
        commit = GroupCommit(store, series, head, rows_max=config.store.commit_rows_max)
        reader = MetricReader(store, series, head)
        directory = Directory(store, index)
        directory.check()
        housekeeping = open_housekeeping(config, store, index, series, catalog, directory.refresh)
        housekeeping.start()
        keystone = keystone_of(config)
        statements = Statements(store, directory.refresh)
        identity = keystone.service if keystone else None
        alarming = open_alarming(config, store, index, catalog, reader, series, statements, identity)
        own = OwnSamples(index, store, catalog, commit, series)
        scaling = open_scaling(config, index, catalog, reader, own.publish, identity)
        authenticator = native_authenticator(config, index, keystone)
        aodh = aodh_parts(config, index, authenticator, keystone)
        if alarming is not None:
            aodh = msgspec.structs.replace(aodh, evaluations=alarming.evaluations)
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
                sql=statements,
                aodh=aodh,
                backup=backups.make,
                backup_done=backups.share_done,
                body=body,
                on_events=alarming.note if alarming else nobody_waits,
                on_notes=alarming.notifier.wake if alarming else nobody_sends,
                check_action=alarming.notifier.check if alarming else anything_goes,
                scaling=scaling.offer,
            ),
            "gnocchi": gnocchi_parts(
                config,
                index,
                gnocchi_authenticator(config, authenticator, keystone),
                SeriesParts(catalog, commit, reader, config.http.body_items_max),
            ),
            "aodh": aodh,
            "pages": PagesPart(Path(__file__).parent / "web"),
        }
        app = build(parts, HttpSettings(tuple(config.http.cors_allowed_origins), tuple(config.http.trusted_proxies)))
        watch = self_watch(config, own)
        if alarming is not None:
            alarming.start()
        scaling.start()
        return cls(config, store, index, commit, housekeeping, alarming, scaling, watch, app, lock)

    def close(self) -> None:
        """Commit what was accepted, then let go of everything."""
        if self.watch is not None:
            self.watch.stop(WATCH_STOP_S)
        if self.alarming is not None:
            self.alarming.stop()
        self.scaling.stop()
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


def gnocchi_parts(config: Config, index: Index, authenticator: Authenticator, series: SeriesParts) -> Parts:
    """What the Gnocchi dialect is handed, out of the [gnocchi] section."""
    return Parts(
        index=index,
        authenticator=authenticator,
        policy=gnocchi_policy(config),
        settings=GnocchiSettings(max_limit=config.gnocchi.max_limit, body=body_limits(config)),
        hooks=hooks_of(series.catalog),
        series=series,
    )


def aodh_parts(config: Config, index: Index, native: Native, keystone: KeystoneParts | None) -> AodhParts:
    """What the Aodh dialect is handed, out of the [aodh] section."""
    section = config.aodh
    owner = section.gnocchi_external_project_owner
    return AodhParts(
        index=index,
        authenticator=aodh_authenticator(config, native, keystone),
        policy=aodh_policy(config),
        settings=AodhSettings(
            max_limit=section.max_limit,
            quota=Limits(section.user_alarm_quota, section.project_alarm_quota),
            actions_max=section.alarm_max_actions,
            schemes=SCHEMES.union(notifiers()),
            evaluation_metrics=section.enable_evaluation_results_metrics,
            body=body_limits(config),
        ),
        owners=Owners(owner, keystone.service.project_id if keystone else None),
        trusts=KeystoneTrusts(keystone.service) if keystone else None,
    )


def hooks_of(catalog: Catalog) -> Hooks:
    """What the catalogue wants to know of changes in the index."""
    return Hooks(
        on_metrics_deleted=catalog.forget_metrics,
        on_policy_changed=lambda _: catalog.forget_policies(),
        on_resource_changed=lambda resource, replaced: catalog.resource_changed(resource, replaced=replaced),
        on_resource_type_changed=catalog.resource_type_changed,
    )


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
