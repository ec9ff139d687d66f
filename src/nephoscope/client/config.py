# SPDX-License-Identifier: Apache-2.0
"""The agent's settings: one TOML file, every key typed, with defaults that need no file at all."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from nephoscope.model import toml
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.resource_type import ATTRIBUTE_NAME_LENGTH_MAX, RESERVED_NAMES

# Upper bounds are what the system's clocks and waits can bear; nothing polls faster than ten times a second.
Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e8)]
Interval = Annotated[float, msgspec.Meta(ge=0.1, le=1e8)]
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=1e8)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class ServerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where samples go, and who we are there: a token, a file that holds one, or a user with password."""

    url: str = "http://127.0.0.1:8040"
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    ca_file: str = ""
    verify: bool = True
    timeout_s: Seconds = 10.0

    def __repr__(self) -> str:
        # Whatever prints the settings must not print the secrets.
        return f"ServerConfig(url={self.url!r}, …)"


class HostConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this machine is called, whose it is, and what else is to be known of it."""

    name: str = ""
    project_id: str | None = None
    attributes: dict[str, str | float | bool | None] = {}


class PollConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which pollsters run (all of ours where none is named), and how often; `intervals_s` by pollster."""

    pollsters: list[str] = []
    interval_s: Interval = 10.0
    intervals_s: dict[str, Interval] = {}
    timeout_s: Seconds = 5.0
    jitter: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1


class BatchConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When readings are sent: `wait_s` after the first, or once there are `samples_max`."""

    wait_s: Seconds = 2.0
    samples_max: Count = 5000
    pending_samples_max: Count = 50_000
    gzip_over_bytes: Count = 1024


def default_spool_folder() -> str:
    """Where system services keep their state, or the user's own state folder."""
    if os.geteuid() == 0:
        return "/var/lib/nephoscope/agent"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return str(Path(state) / "nephoscope" / "agent")


class SpoolConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept on disk while the server is away: at most this much, at most this old."""

    folder: str = msgspec.field(default_factory=default_spool_folder)
    bytes_max: Count = 256 * 1024 * 1024
    age_s_max: Seconds = 7 * 86_400.0
    retry_s_max: Seconds = 60.0


class PollingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Polling of a cloud as a `polling.yaml` wants it; without a `file` only this host is watched.

    Agents of one `group` share the central work; without a group this one does all of it. `openstack` are arguments
    of an OpenStack connection, such as `cloud`. `instance_discovery_method` says who is asked about this host's
    servers: libvirt alone, or the compute service as well.
    """

    file: str = ""
    namespaces: tuple[Literal["compute", "central", "ipmi"], ...] = ("compute", "central")
    group: str = ""
    lease_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 15.0
    timeout_s: Seconds = 30.0
    definitions_dirs: list[str] = []
    libvirt_uri: str = "qemu:///system"
    openstack: dict[str, Any] = {}
    instance_discovery_method: Literal["libvirt_metadata", "naive", "workload_partitioning"] = "libvirt_metadata"
    resource_update_interval_s: NotNegative = 0.0
    resource_cache_expiry_s: NotNegative = 3600.0
    fetch_extra_metadata: bool = False
    report_stopped_instance_metrics: bool = False
    radosgw_access_key: str = ""
    radosgw_secret_key_file: str = ""

    def __repr__(self) -> str:
        # The cloud's password is among its arguments.
        return f"PollingConfig({self.file!r}, …)"


class NotificationsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Notifications of services from message buses, each of `urls` a broker; without one nothing is consumed.

    `urls_file` holds addresses instead, one a line, as they have passwords in them. `meters` are files and folders
    of meter definitions; without them, and without `events_file`, the built-in ones count. What is reserved of the
    metadata that users give their servers goes with polled samples, too.
    """

    urls: list[str] = []
    urls_file: str = ""
    exchanges: list[str] = []
    topics: tuple[str, ...] = ("notifications",)
    priorities: list[str] = []
    pool: str = ""
    durable_queues: bool = False
    auto_delete: bool = False
    batch_size_max: Count = 500
    prefetch: Count = 1000
    ca_file: str = ""
    meters: list[str] = []
    events_file: str = ""
    drop_unmatched_events: bool = False
    store_raw: list[Literal["info", "error"]] = []
    telemetry_secret_file: str = ""
    reserved_metadata_namespaces: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ("metering.",)
    reserved_metadata_keys: tuple[str, ...] = ()

    def __repr__(self) -> str:
        # The addresses hold passwords.
        return f"NotificationsConfig({len(self.urls)} brokers, …)"


class PipelineConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What samples and events pass through on their way; the built-in pipelines send everything to the server.

    `gnocchi_url` is where `gnocchi://` publishes; by default that is the server's own Gnocchi API. With
    `gnocchi_keystone` it is told who we are by tokens for `polling.openstack`.
    """

    file: str = ""
    events_file: str = ""
    resources_file: str = ""
    gnocchi_url: str = ""
    gnocchi_keystone: bool = False
    gnocchi_username: str = ""
    gnocchi_password: str = ""

    def __repr__(self) -> str:
        return f"PipelineConfig({self.file!r}, …)"


class ReportConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether, and how often, an agent that collects tells the server's page of agents how it is."""

    enabled: bool = True
    interval_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 10.0


class AgentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it; a section is a table of the file."""

    server: ServerConfig = ServerConfig()
    host: HostConfig = HostConfig()
    poll: PollConfig = PollConfig()
    batch: BatchConfig = BatchConfig()
    spool: SpoolConfig = msgspec.field(default_factory=SpoolConfig)
    polling: PollingConfig = PollingConfig()
    notifications: NotificationsConfig = NotificationsConfig()
    pipeline: PipelineConfig = PipelineConfig()
    report: ReportConfig = ReportConfig()

    @property
    def collects(self) -> bool:
        """Whether anything beyond this host is asked or listened to."""
        return bool(self.polling.file or self.notifications.urls or self.notifications.urls_file)


def read_config(path: Path) -> AgentConfig:
    """The settings in a file; NephoscopeError names the file, the key, and what was expected there."""
    config = toml.read(path, AgentConfig)
    check(config, str(path))
    return config


def check(config: AgentConfig, source: str) -> None:
    """What types cannot say: NephoscopeError names the key that does not fit with the others."""
    for wrong, message in _contradictions(config):
        if wrong:
            raise NephoscopeError(f"{source}: {message}")


def _contradictions(config: AgentConfig) -> Iterator[tuple[bool, str]]:
    server, poll, batch = config.server, config.poll, config.batch
    yield not _is_address(server.url), "server.url: expected an address such as https://nephoscope.example:8040"
    yield "@" in server.url, "server.url: would show credentials in logs; use server.username and server.password"
    ways = [server.token, server.token_file, server.username]
    yield sum(map(bool, ways)) > 1, "server: give one of token, token_file and username, not several"
    yield bool(server.password) and not server.username, "server.password: there is no server.username to go with it"
    left_out = sorted(set(poll.intervals_s) - set(poll.pollsters)) if poll.pollsters else []
    yield bool(left_out), f"poll.intervals_s: {', '.join(left_out)} not among poll.pollsters"
    yield batch.pending_samples_max < batch.samples_max, "batch.pending_samples_max: less than batch.samples_max"
    # The server would refuse every batch for it.
    names = [each for each in config.host.attributes if each in RESERVED_NAMES or not _is_attribute_name(each)]
    yield bool(names), f"host.attributes: {', '.join(names)} cannot be the name of an attribute"
    notifications, pipeline = config.notifications, config.pipeline
    yield bool(notifications.urls and notifications.urls_file), "notifications: give urls or urls_file, not both"
    too_few = notifications.prefetch < notifications.batch_size_max
    yield too_few, "notifications.prefetch: less than notifications.batch_size_max"
    keystone = pipeline.gnocchi_keystone and not (pipeline.gnocchi_url and config.polling.openstack)
    yield keystone, "pipeline.gnocchi_keystone: needs pipeline.gnocchi_url and polling.openstack"
    yield from _polling_contradictions(config.polling)
    yield bool(pipeline.gnocchi_password and not pipeline.gnocchi_username), "pipeline.gnocchi_password: without a user"
    for key, file in _files(config):
        yield bool(file) and not os.access(file, os.R_OK), f"{key}: {file} cannot be read"


def _polling_contradictions(polling: PollingConfig) -> Iterator[tuple[bool, str]]:
    asks = polling.instance_discovery_method != "libvirt_metadata" or polling.fetch_extra_metadata
    message = "asks the compute service, which needs polling.openstack"
    key = "fetch_extra_metadata" if polling.fetch_extra_metadata else "instance_discovery_method"
    yield asks and not polling.openstack, f"polling.{key}: {message}"
    halves = bool(polling.radosgw_access_key) != bool(polling.radosgw_secret_key_file)
    yield halves, "polling: give radosgw_access_key and radosgw_secret_key_file, or neither"


def _files(config: AgentConfig) -> Iterator[tuple[str, str]]:
    yield "server.token_file", config.server.token_file
    yield "server.ca_file", config.server.ca_file
    yield "polling.file", config.polling.file
    yield "polling.radosgw_secret_key_file", config.polling.radosgw_secret_key_file
    for key in ("urls_file", "ca_file", "events_file", "telemetry_secret_file"):
        yield f"notifications.{key}", getattr(config.notifications, key)
    for key in ("file", "events_file", "resources_file"):
        yield f"pipeline.{key}", getattr(config.pipeline, key)
    for folder in config.polling.definitions_dirs:
        yield "polling.definitions_dirs", folder
    for place in config.notifications.meters:
        yield "notifications.meters", place


def _is_address(url: str) -> bool:
    try:
        address = urlsplit(url)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return False


def _is_attribute_name(name: str) -> bool:
    plain = name.isascii() and name.isprintable() and not {'"', "\\"} & set(name)
    return plain and name[:1].isalnum() and len(name) <= ATTRIBUTE_NAME_LENGTH_MAX
