# SPDX-License-Identifier: Apache-2.0
"""
What SQLite's planner is told about the tables' contents: a large installation, whatever there is by now.

SQLite counts only when it is told to (ANALYZE), and without counts it reads all resources of a type in order where an
index would find ten of them. Written down here, its plans are good from the first day and the same on each.
Numbers are rows in the table, then rows per distinct value of the index's first column, of its first two, and so on.
Source  SQLite's pages on ANALYZE and on the sqlite_stat1 table. PostgreSQL counts by itself.
"""

from sqlalchemy import Connection, text

TYPICAL = {
    ("resource", "sqlite_autoindex_resource_1"): "100000 1",
    ("resource", "ix_resource_original_resource_id"): "100000 1",
    ("resource", "ix_resource_creator"): "100000 1000",
    ("resource", "ix_resource_created_by_project_id"): "100000 1000",
    ("resource", "ix_resource_user_id"): "100000 1000",
    ("resource", "ix_resource_project_id"): "100000 1000",
    # Most have not ended.
    ("resource", "ix_resource_ended_at_ns"): "100000 50000",
    ("resource", "ix_resource_revision_start_ns_started_at_ns_id"): "100000 10 10 1",
    ("resource", "ix_resource_type_revision_start_ns_started_at_ns_id"): "100000 20000 10 10 1",
    ("resource", "ix_resource_started_at_ns_id"): "100000 10 1",
    ("resource_attribute", "resource_attribute"): "500000 100000 50 1",
    ("resource_attribute", "ix_resource_attribute_resource_number"): "500000 5",
    ("resource_history", "ix_resource_history_id_revision_start_ns"): "300000 3 1",
    ("resource_history", "ix_resource_history_type_revision_start_ns"): "300000 60000 3",
    ("metric", "sqlite_autoindex_metric_1"): "1000000 1",
    ("metric", "sqlite_autoindex_metric_2"): "1000000 10 1",
    ("metric", "ix_metric_name"): "1000000 10000",
    ("metric", "ix_metric_creator"): "1000000 10000",
    ("metric", "ix_metric_created_by_project_id"): "1000000 10000",
    ("metric", "ix_metric_archive_policy_name"): "1000000 200000",
    ("alarm", "sqlite_autoindex_alarm_1"): "100000 1",
    ("alarm", "ix_alarm_name"): "100000 10",
    ("alarm", "ix_alarm_user_id"): "100000 500",
    # Those that are decided together have one in common.
    ("alarm", "ix_alarm_version"): "100000 100",
    ("alarm", "ix_alarm_timestamp_ns_id"): "100000 10 1",
    ("alarm", "ix_alarm_project_id_timestamp_ns_id"): "100000 500 1 1",
    ("alarm_history", "sqlite_autoindex_alarm_history_1"): "1000000 1",
    ("alarm_history", "ix_alarm_history_timestamp_ns_number"): "1000000 100 1",
    ("alarm_history", "ix_alarm_history_alarm_id_timestamp_ns_number"): "1000000 10 1 1",
    ("alarm_history", "ix_alarm_history_on_behalf_of_timestamp_ns_number"): "1000000 5000 1 1",
    ("outbox", "sqlite_autoindex_outbox_1"): "100000 1",
    ("outbox", "ix_outbox_alarm_id_progress_number"): "100000 10 5 1",
    ("outbox", "ix_outbox_project_id_number"): "100000 500 1",
    ("outbox", "ix_outbox_progress_due_ns_number"): "100000 33333 10 1",
    ("outbox", "ix_outbox_progress_created_ns_number"): "100000 33333 100 1",
}


def tell_planner(connection: Connection) -> None:
    """Write the counts unless they are there; only for SQLite, inside a writing transaction."""
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # Makes the table of counts, and counts nothing.
    present = connection.execute(text("SELECT tbl, idx, stat FROM sqlite_stat1"))
    if {(row.tbl, row.idx): row.stat for row in present} == TYPICAL:
        return
    connection.execute(text("DELETE FROM sqlite_stat1"))
    rows = [{"tbl": table, "idx": index, "stat": counts} for (table, index), counts in TYPICAL.items()]
    connection.execute(text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"), rows)
