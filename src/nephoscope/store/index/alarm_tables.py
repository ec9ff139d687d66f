# SPDX-License-Identifier: Apache-2.0
"""The tables of what alarms remember of each thing that they watch, and of when they were looked at last."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, Table, Text, UniqueConstraint

from nephoscope.store.index.tables import NUMBER, VERBATIM, metadata, words

# `digest` stands for the labels, which may be longer than a key can be. It is written thousands at once, by who holds
# the version of alarms, and goes with its alarm.
alarm_instance = Table(
    "alarm_instance",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("alarm_id", words(), nullable=False),
    Column("digest", words(32), nullable=False),
    Column("labels", VERBATIM, nullable=False),
    Column("state", words(31), nullable=False),
    Column("since_ns", BigInteger, nullable=False),
    Column("value", Float),
    Column("reason", Text, nullable=False),
    Column("beyond_since_ns", BigInteger, nullable=False),
    Column("cleared_since_ns", BigInteger, nullable=False),
    Column("missing_since_ns", BigInteger, nullable=False),
    UniqueConstraint("alarm_id", "digest"),
    Index(None, "state", "alarm_id"),
    sqlite_autoincrement=True,
)

# Which share of the alarms was decided when, and how often that is done: alarms that stay as they are are not written.
alarm_cycle = Table(
    "alarm_cycle",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("slots", Integer, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("interval_ns", BigInteger, nullable=False),
    Column("settle_ns", BigInteger, nullable=False),
    info={"copied": False},
)
