# SPDX-License-Identifier: Apache-2.0
"""The tables of silences, routes and whom they lead to, and what groups of alarms were told last."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table

from nephoscope.store.index.tables import NUMBER, VERBATIM, metadata, words

# An empty project stands for all of them, here and below.
silence = Table(
    "silence",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", words(36), nullable=False, unique=True),
    Column("project_id", words(), nullable=False),
    Column("matchers", VERBATIM, nullable=False),
    Column("starts_ns", BigInteger, nullable=False),
    Column("ends_ns", BigInteger, nullable=False),
    Column("comment", words(1000), nullable=False),
    Column("author", words(), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
    Index(None, "ends_ns"),
    Index(None, "project_id", "ends_ns"),
    sqlite_autoincrement=True,
)

routing_tree = Table(
    "routing_tree",
    metadata,
    Column("project_id", words(), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("document", VERBATIM, nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
    Column("changed_by", words(), nullable=False),
)

contact_point = Table(
    "contact_point",
    metadata,
    Column("project_id", words(), primary_key=True),
    Column("name", words(), primary_key=True),
    Column("targets", VERBATIM, nullable=False),
    Column("resolved", Boolean, nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
)

# Bytes, as reasons may hold signs that no column of text or JSON can.
route_group = Table(
    "route_group",
    metadata,
    Column("key", words(64), primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("memory", LargeBinary, nullable=False),
)

# Notifications that a silence holds back, until it is decided whether they are made up for at its end.
held_delivery = Table(
    "held_delivery",
    metadata,
    Column("delivery", NUMBER, ForeignKey("outbox.number", ondelete="CASCADE"), primary_key=True),
)
