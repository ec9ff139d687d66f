# SPDX-License-Identifier: Apache-2.0
"""The tables of scaling groups; groups are indexed by name and by when they are due, decisions newest first."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from nephoscope.store.index.tables import NUMBER, VERBATIM, metadata, words

# `definition` is what no search asks for. `due_ns` is when somebody has to look at the group; whoever does holds it
# until `held_until_ns`, 0 for nobody, and `fencing` grows with each who does. `change` is the decision under way.
scaling_group = Table(
    "scaling_group",
    metadata,
    Column("id", words(), primary_key=True),
    Column("name", words(63), nullable=False),
    Column("project_id", words(), nullable=False),
    Column("actuator", words(63), nullable=False),
    Column("definition", VERBATIM, nullable=False),
    Column("desired", Integer, nullable=False),
    Column("healthy", Boolean, nullable=False),
    Column("problem", Text, nullable=False),
    Column("deleting", Boolean, nullable=False),
    Column("busy", Boolean, nullable=False),
    Column("changing_to", Integer),
    Column("change", BigInteger),
    Column("cooldown_out_ns", BigInteger, nullable=False),
    Column("cooldown_in_ns", BigInteger, nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
    Column("looked_ns", BigInteger, nullable=False),
    Column("due_ns", BigInteger, nullable=False, index=True),
    Column("held_until_ns", BigInteger, nullable=False, index=True),
    Column("fencing", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

scaling_policy = Table(
    "scaling_policy",
    metadata,
    Column("id", words(36), primary_key=True),
    Column("group_id", words(), ForeignKey("scaling_group.id", ondelete="CASCADE"), nullable=False),
    Column("name", words(63), nullable=False),
    Column("rule", VERBATIM, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("secret", words(), nullable=False),
    Column("changed_ns", BigInteger, nullable=False),
    Column("done_ns", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    UniqueConstraint("group_id", "name"),
)

scaling_member = Table(
    "scaling_member",
    metadata,
    Column("group_id", words(), ForeignKey("scaling_group.id", ondelete="CASCADE"), primary_key=True),
    Column("name", words(), primary_key=True),
    Column("id", words(), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("state", words(15), nullable=False),
    Column("resource_id", words(), nullable=False),
    Column("detail", Text, nullable=False),
    Column("running_ns", BigInteger, nullable=False),
    Column("protected", Boolean, nullable=False),
)

# Outlives the groups.
scaling_decision = Table(
    "scaling_decision",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("key", words(), unique=True),
    Column("group_id", words(), nullable=False),
    Column("project_id", words(), nullable=False),
    Column("policy_id", words(36), nullable=False),
    Column("cause", words(15), nullable=False),
    Column("asker", words(), nullable=False),
    Column("verdict", words(15), nullable=False),
    Column("size_before", Integer, nullable=False),
    Column("size_wanted", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("cooldown_s", Float, nullable=False),
    Column("by_direction", Boolean, nullable=False),
    Column("progress", words(15), nullable=False),
    Column("failure", Text, nullable=False),
    Column("ended_ns", BigInteger, nullable=False),
    Index(None, "group_id", "number"),
    Index(None, "project_id", "number"),
    Index(None, "at_ns"),
    sqlite_autoincrement=True,
)
