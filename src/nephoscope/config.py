# SPDX-License-Identifier: Apache-2.0
"""Every setting of the server, typed, in one tree; a section is named after its station or dialect."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from nephoscope.model import toml

Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
# A number at most, or -1 for any.
Unlimited = Annotated[int, msgspec.Meta(ge=-1, le=2**31 - 1)]


class StoreConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The column store. An empty `dsn` means the embedded engine in the data directory."""

    dsn: str = ""
    cluster: str = ""
    readers_max: Positive = 8
    writers_max: Positive = 4
    memory_bytes_max: Positive = 2_000_000_000
    query_memory_bytes_max: Positive = 1_000_000_000
    mark_cache_bytes: Positive = 100_000_000
    free_bytes_min: Positive = 200_000_000
    query_timeout_s: Positive = 60
    commit_rows_max: Positive = 2_000_000
    head_bytes_max: Natural = 64_000_000


class IndexConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The relational database. An empty `url` means SQLite in the data directory."""

    url: str = ""
    known_metrics_max: Positive = 2_000_000


class HttpConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The one HTTP port, its TLS, and how much of a request is taken."""

    listen: str = "127.0.0.1:8040"
    tls_certificate: str = ""
    tls_key: str = ""
    tls_min_version: Literal["1.2", "1.3"] = "1.2"
    tls_client_certificates: Literal["none", "optional", "required"] = "none"
    tls_client_ca: str = ""
    cors_allowed_origins: list[str] = []
    trusted_proxies: list[str] = []
    body_bytes_max: Positive = 64_000_000
    body_depth_max: Positive = 64
    body_items_max: Positive = 1_000_000
    threads_max: Positive = 16
    waiting_max: Positive = 2000
    allow_insecure: bool = False


class AuthConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Who knows the users, and how long logins last and wrong passwords hurt."""

    identity: Literal["local", "keystone", "headers"] = "local"
    roles: dict[str, str] = msgspec.field(
        default_factory=lambda: {role: role for role in ("admin", "member", "reader", "service")}
    )
    session_idle_s: Positive = 12 * 3600
    session_life_s: Positive = 7 * 24 * 3600
    wrong_passwords_free: Positive = 5
    wrong_password_delay_s_max: Positive = 300


class GnocchiConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The Gnocchi dialect under /gnocchi."""

    auth_mode: Literal["native", "basic", "remoteuser", "keystone"] = "native"
    max_limit: Positive = 1000
    builtin_policies: bool = True
    policy: dict[str, str] = {}


class AodhConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The Aodh dialect under /aodh."""

    auth_mode: Literal["native", "headers", "keystone"] = "native"
    max_limit: Positive = 10_000
    project_alarm_quota: Unlimited = -1
    user_alarm_quota: Unlimited = -1
    alarm_max_actions: Unlimited = -1
    enable_evaluation_results_metrics: bool = False
    gnocchi_external_project_owner: str = "service"
    policy: dict[str, str] = {}


class KeystoneConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The identity service that knows users and validates tokens, and the credentials to ask it with."""

    url: str = ""
    username: str = ""
    password: str = ""
    project: str = "service"
    user_domain: str = "Default"
    project_domain: str = "Default"
    ca_file: str = ""
    login_domain: str = "Default"
    login_projects_max: Positive = 50
    session_life_s: Positive = 8 * 3600
    cache_s: Seconds = 60
    cache_tokens_max: Positive = 10_000
    timeout_s: Seconds = 10


class RollupConfig(msgspec.Struct, forbid_unknown_fields=True):
    """When measures become coarser aggregates, and when what is past its retention is taken away."""

    interval_s: Seconds = 60
    expiry_interval_s: Seconds = 3600
    expired_share_min: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.2


class EventsConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Events, as notifications and programs tell of them."""

    retention_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 90


class AlarmConfig(msgspec.Struct, forbid_unknown_fields=True):
    """When alarms are decided, from what, and how long their history is kept."""

    enabled: bool = True
    interval_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 60
    settle_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 1
    lag_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0
    gnocchi_url: str = ""
    gnocchi_username: str = ""
    gnocchi_password: str = ""
    prometheus_url: str = ""
    load_balancer_url: str = ""
    load_balancer_creation_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 120
    timeout_s: Seconds = 10
    ca_file: str = ""
    history_days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] = 365
    deliveries_days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] = 30


class ActConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Who is told of alarms, and how: bounds, where requests may go, and what mail, chat and programs need."""

    threads_max: Positive = 16
    place_threads_max: Positive = 2
    waiting_max: Positive = 1000
    poll_interval_s: Seconds = 1
    claim_s: Seconds = 15
    connect_timeout_s: Seconds = 5
    read_timeout_s: Seconds = 10
    total_timeout_s: Seconds = 30
    retry_s_min: Seconds = 2
    retry_s_max: Seconds = 300
    attempts_max: Positive = 500
    age_s_max: Seconds = 24 * 3600
    allowed_networks: list[str] = []
    refused_networks: list[str] = []
    verify: bool = True
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    signature_secret_file: str = ""
    zaqar_url: str = ""
    heat_url: str = ""
    mail_server: str = ""
    mail_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 25
    mail_security: Literal["none", "starttls", "tls"] = "none"
    mail_username: str = ""
    mail_password_file: str = ""
    mail_sender: str = "nephoscope@localhost"
    mail_subject: str = "[${severity}] ${alarm_name} is ${current}"
    mail_body: str = """\
${alarm_name} went from ${previous} to ${current}.

${reason}

Severity: ${severity}
Alarm: ${alarm_id}
"""
    slack_text: str = "*${alarm_name}* is *${current}* (was ${previous}, severity ${severity})\n${reason}"
    group_mail_subject: str = "${title}"
    group_mail_body: str = """\
${title}

${message}
"""
    group_slack_text: str = "*${title}*\n${message}"
    commands: dict[str, list[str]] = {}
    command_timeout_s: Seconds = 10
    command_output_bytes_max: Natural = 10_000


class ScaleConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Who works on scaling groups and how often, how large they may be, and what their actuators may use."""

    enabled: bool = True
    threads_max: Positive = 8
    poll_interval_s: Seconds = 1
    hold_s: Annotated[float, msgspec.Meta(ge=2, le=600)] = 15
    reconcile_interval_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 30
    change_timeout_s: Seconds = 600
    lag_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 1
    decisions_days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] = 365
    groups_max: Natural = 100
    policies_max: Natural = 20
    options_bytes_max: Positive = 16_000
    commands: dict[str, list[str]] = {}
    units: list[str] = []
    systemctl: list[str] = msgspec.field(default_factory=lambda: ["systemctl"])
    hypervisors: dict[str, str] = {}
    templates: list[str] = []
    clouds: list[str] = []
    service_cloud: bool = False
    settle_s: Annotated[float, msgspec.Meta(ge=0)] = 1
    stop_grace_s: Annotated[float, msgspec.Meta(ge=0)] = 10
    look_interval_s: Seconds = 2


class WatchConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The server's metrics of itself, written like any agent's."""

    interval_s: Annotated[float, msgspec.Meta(ge=0)] = 10


class LogConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Logs go to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    style: Literal["text", "json"] = "text"


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """The whole tree. `data_dir` holds what is embedded: store, index, the agent's token."""

    data_dir: str = "data"
    store: StoreConfig = msgspec.field(default_factory=StoreConfig)
    index: IndexConfig = msgspec.field(default_factory=IndexConfig)
    http: HttpConfig = msgspec.field(default_factory=HttpConfig)
    auth: AuthConfig = msgspec.field(default_factory=AuthConfig)
    gnocchi: GnocchiConfig = msgspec.field(default_factory=GnocchiConfig)
    aodh: AodhConfig = msgspec.field(default_factory=AodhConfig)
    keystone: KeystoneConfig = msgspec.field(default_factory=KeystoneConfig)
    rollup: RollupConfig = msgspec.field(default_factory=RollupConfig)
    events: EventsConfig = msgspec.field(default_factory=EventsConfig)
    alarm: AlarmConfig = msgspec.field(default_factory=AlarmConfig)
    act: ActConfig = msgspec.field(default_factory=ActConfig)
    scale: ScaleConfig = msgspec.field(default_factory=ScaleConfig)
    watch: WatchConfig = msgspec.field(default_factory=WatchConfig)
    log: LogConfig = msgspec.field(default_factory=LogConfig)

    @property
    def folder(self) -> Path:
        """The data directory as an absolute path."""
        return Path(self.data_dir).expanduser().absolute()

    @property
    def store_dsn(self) -> str:
        """The column store's DSN, the embedded one unless configured."""
        return self.store.dsn or f"chdb://{self.folder / 'store'}"

    @property
    def index_url(self) -> str:
        """The index's URL, SQLite unless configured."""
        return self.index.url or f"sqlite:///{self.folder / 'index.sqlite'}"


def load(path: Path | None) -> Config:
    """The configuration of a file, or the defaults; BadRequest names file, key and what was expected."""
    return Config() if path is None else toml.read(path, Config)
