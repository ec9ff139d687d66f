# SPDX-License-Identifier: Apache-2.0
"""
The index's tables as the program sees them; `migrations/` makes them.

What is indexed, so that searches stay quick at 100 000 resources: resources by id, original id, project, user, creator
and its project, ended_at, started_at, and by the default order, with and without a type; `=` and `in` on text and UUID
attributes through `resource_attribute`; metrics by id, number, (resource, name), name, policy, creator and its project.
Other attribute comparisons read all resources of the type. Alarms by id, name, user, and newest first, with and without
a project; their history newest first, with and without an alarm or the project that has it. Deliveries by project, and
of each progress by alarm, by when they are due and by age.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # SQLite gives only INTEGER keys out by itself.
DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# Kept as it is written: JSONB would turn the number 1e300 into one of 301 digits.
VERBATIM = JSON(none_as_null=True)


def words(length: int = 255) -> TypeEngine[str]:
    """Text that both databases sort by code point, whatever the locale of PostgreSQL's database is."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


setting = Table(
    "setting",
    metadata,
    Column("name", words(), primary_key=True),
    Column("value", DOCUMENT),
)

archive_policy = Table(
    "archive_policy",
    metadata,
    Column("name", words(), primary_key=True),
    Column("back_window", BigInteger, nullable=False),
    Column("definition", DOCUMENT, nullable=False),
    Column("aggregation_methods", DOCUMENT, nullable=False),
)

archive_policy_rule = Table(
    "archive_policy_rule",
    metadata,
    Column("name", words(), primary_key=True),
    Column("metric_pattern", words(), nullable=False),
    Column("archive_policy_name", words(), ForeignKey("archive_policy.name"), nullable=False, index=True),
)

resource_type = Table(
    "resource_type",
    metadata,
    Column("name", words(), primary_key=True),
    Column("state", words(), nullable=False),
    Column("attributes", DOCUMENT, nullable=False),  # A list of pairs, because JSONB forgets the order of keys.
)


def _resource_columns(*, indexed: bool) -> list[Column[Any]]:
    """What a resource and an earlier revision of it have in common."""
    return [
        Column("original_resource_id", words(289), nullable=False, index=indexed),
        Column("type", words(), ForeignKey("resource_type.name"), nullable=False),
        Column("creator", words(), index=indexed),
        Column("created_by_user_id", words()),
        Column("created_by_project_id", words(), index=indexed),
        Column("user_id", words(), index=indexed),
        Column("project_id", words(), index=indexed),
        Column("started_at_ns", BigInteger, nullable=False),
        Column("ended_at_ns", BigInteger, index=indexed),
        Column("revision_start_ns", BigInteger, nullable=False),
        Column("attributes", DOCUMENT, nullable=False),  # Only those that are set, in the form kept.
    ]


resource = Table(
    "resource",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    *_resource_columns(indexed=True),
    Index(None, "revision_start_ns", "started_at_ns", "id"),
    Index(None, "started_at_ns", "id"),
    Index(None, "type", "revision_start_ns", "started_at_ns", "id"),
    sqlite_autoincrement=True,
)

resource_history = Table(
    "resource_history",
    metadata,
    Column("revision", NUMBER, primary_key=True),
    Column("id", Uuid, ForeignKey("resource.id", ondelete="CASCADE"), nullable=False),
    *_resource_columns(indexed=False),
    Column("revision_end_ns", BigInteger, nullable=False),
    Index(None, "id", "revision_start_ns"),
    Index(None, "type", "revision_start_ns"),
    sqlite_autoincrement=True,
)

resource_attribute = Table(
    "resource_attribute",
    metadata,
    Column("name", words(63), primary_key=True),
    Column("value", words(256), primary_key=True),
    Column("resource_number", NUMBER, ForeignKey("resource.number", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

metric = Table(
    "metric",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("name", words(), index=True),
    Column("unit", words(31)),
    Column("kind", words(15)),
    Column("creator", words(), index=True),
    Column("created_by_user_id", words()),
    Column("created_by_project_id", words(), index=True),
    Column("resource_id", Uuid, ForeignKey("resource.id")),
    # Null only for deleted metrics whose policy is gone, too.
    Column("archive_policy_name", words(), ForeignKey("archive_policy.name"), index=True),
    Column("status", words(15), nullable=False),
    # Deleted metrics have left their resource, so their names are free.
    UniqueConstraint("resource_id", "name"),
    Index(
        "ix_metric_deleted",
        "number",
        sqlite_where=text("status = 'delete'"),
        postgresql_where=text("status = 'delete'"),
    ),
    sqlite_autoincrement=True,
)

# Written out, not bound: only so do planners see that the partial index fits.
ACTIVE = metric.c.status == literal_column("'active'")
DELETED = metric.c.status == literal_column("'delete'")

# Filled by triggers on `metric` and `resource`, one of which each row names; whoever has brought a change over to the
# store's directory deletes it. It says nothing that the other tables do not, so copies go without it.
directory_change = Table(
    "directory_change",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("metric", NUMBER),
    Column("resource", NUMBER),
    info={"copied": False},
    sqlite_autoincrement=True,
)

user = Table(
    "user_account",
    metadata,
    Column("name", words(), primary_key=True),
    Column("password_hash", words(), nullable=False),  # Empty for service accounts: no password fits that.
    Column("roles", DOCUMENT, nullable=False),
    Column("project_id", words()),
    Column("created_ns", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("kind", words(15), nullable=False),
    Column("must_change_password", Boolean, nullable=False),
)

project = Table(
    "project",
    metadata,
    Column("id", words(), primary_key=True),
    Column("name", words(), nullable=False, unique=True),
    Column("description", words(1000), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("user_name", words(), ForeignKey("user_account.name", ondelete="CASCADE"), primary_key=True),
    Column("project_id", words(), ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("roles", DOCUMENT, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", words(32), primary_key=True),
    Column("secret_sha256", LargeBinary(32), nullable=False),
    Column("user_name", words(), ForeignKey("user_account.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("roles", DOCUMENT, nullable=False),
    Column("project_id", words()),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger),
    Column("last_used_ns", BigInteger),
    Column("name", words(), nullable=False),
)

# Users of other identity sources have no row to point to.
session = Table(
    "login_session",
    metadata,
    Column("id", words(32), primary_key=True),
    Column("secret_sha256", LargeBinary(32), nullable=False),
    Column("user_name", words(), nullable=False),
    Column("identity", words(15), nullable=False),
    Column("foreign_user", DOCUMENT),
    Column("created_ns", BigInteger, nullable=False),
    Column("used_ns", BigInteger, nullable=False),
    Column("idle_ns", BigInteger, nullable=False),
    Column("ends_ns", BigInteger, nullable=False),
    Column("peer", words()),
    Index(None, "user_name", "identity"),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("time_ns", BigInteger, nullable=False),
    Column("actor", words(), nullable=False),
    Column("project_id", words()),
    Column("peer", words()),
    Column("action", words(63), nullable=False),
    Column("target", words(600), nullable=False),
    Column("details", DOCUMENT, nullable=False),
    Index(None, "actor", "id"),
    Index(None, "action", "id"),
    Index(None, "time_ns"),
    sqlite_autoincrement=True,
)

lease = Table(
    "lease",
    metadata,
    Column("name", words(), primary_key=True),
    Column("holder", words()),
    Column("until_ns", BigInteger, nullable=False),
    Column("fencing", BigInteger, nullable=False),
)

# Agents that share work, and the slots in which it lies. What is copied elsewhere would have no holders.
work_member = Table(
    "work_member",
    metadata,
    Column("work_group", words(600), primary_key=True),
    Column("holder", words(), primary_key=True),
    Column("until_ns", BigInteger, nullable=False),
    info={"copied": False},
)

work_slot = Table(
    "work_slot",
    metadata,
    Column("work_group", words(600), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("holder", words()),
    Column("until_ns", BigInteger, nullable=False),
    Column("fencing", BigInteger, nullable=False),
    Column("claims", DOCUMENT, nullable=False),
    Column("state", LargeBinary),
    info={"copied": False},
)

# What agents say of themselves; of use for a day at most. A report replaces the one before it; rates are told by
# `before`, in whose place `next_before` comes.
agent_report = Table(
    "agent_report",
    metadata,
    Column("name", words(), primary_key=True),
    Column("owner", words(), primary_key=True),
    Column("project_id", words(), nullable=False, index=True),
    Column("creator", words(), nullable=False, index=True),
    Column("started_ns", BigInteger, nullable=False),
    Column("received_ns", BigInteger, nullable=False, index=True),
    Column("every_s", Float, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Column("before", LargeBinary),
    Column("before_ns", BigInteger, nullable=False),
    Column("next_before", LargeBinary, nullable=False),
    Column("next_before_ns", BigInteger, nullable=False),
    info={"copied": False},
)

# `definition` is what no search asks for, see `alarm_rows.Definition`; a severity is its place among them. `revision`
# grows with each change of definition or state, `version` tells evaluators what is new to them.
alarm = Table(
    "alarm",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", words(), nullable=False, unique=True),
    Column("name", words(), nullable=False, index=True),
    Column("type", words(63), nullable=False),
    Column("project_id", words(), nullable=False),
    Column("user_id", words(), nullable=False, index=True),
    Column("enabled", Boolean, nullable=False),
    Column("repeat_actions", Boolean, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("definition", VERBATIM, nullable=False),
    Column("timestamp_ns", BigInteger, nullable=False),
    Column("state", words(31), nullable=False),
    Column("state_timestamp_ns", BigInteger, nullable=False),
    Column("state_reason", Text, nullable=False),
    Column("evaluated_ns", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, index=True),
    Index(None, "timestamp_ns", "id"),
    Index(None, "project_id", "timestamp_ns", "id"),
    sqlite_autoincrement=True,
)

# Alarms that evaluators may still hold. Who reads a copy holds none.
alarm_gone = Table(
    "alarm_gone",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("id", words(), nullable=False),
    Column("gone_ns", BigInteger, nullable=False, index=True),
    info={"copied": False},
)

# Outlives the alarms.
alarm_history = Table(
    "alarm_history",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("event_id", words(36), nullable=False, unique=True),
    Column("alarm_id", words(), nullable=False),
    Column("type", words(31), nullable=False),
    Column("detail", VERBATIM, nullable=False),
    Column("project_id", words(), nullable=False),
    Column("user_id", words(), nullable=False),
    Column("on_behalf_of", words(), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("timestamp_ns", BigInteger, nullable=False),
    Index(None, "timestamp_ns", "number"),
    Index(None, "alarm_id", "timestamp_ns", "number"),
    Index(None, "on_behalf_of", "timestamp_ns", "number"),
    sqlite_autoincrement=True,
)

alarm_quota = Table(
    "alarm_quota",
    metadata,
    Column("project_id", words(), primary_key=True),
    Column("alarms_max", BigInteger, nullable=False),
)

# Bytes, as bodies may tell of events with signs that no column of text or JSON can hold.
outbox = Table(
    "outbox",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("key", words(), nullable=False, unique=True),
    Column("alarm_id", words(), nullable=False),
    Column("project_id", words(), nullable=False),
    Column("target", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("due_ns", BigInteger, nullable=False),
    Column("progress", words(15), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claim", BigInteger, nullable=False),
    Column("claimed_until_ns", BigInteger, nullable=False),
    Index(None, "alarm_id", "progress", "number"),
    Index(None, "project_id", "number"),
    Index(None, "progress", "due_ns", "number"),
    Index(None, "progress", "created_ns", "number"),
    sqlite_autoincrement=True,
)

outbox_attempt = Table(
    "outbox_attempt",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("delivery", NUMBER, ForeignKey("outbox.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("lasted_ns", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("error", Text, nullable=False),
    sqlite_autoincrement=True,
)
