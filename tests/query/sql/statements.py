# SPDX-License-Identifier: Apache-2.0
"""Statements that reach for what is not theirs, and some that do not, one a line."""

BROKEN_OUT = """
    SELECT * FROM system.tables
    SELECT * FROM `system`.`tables`
    SELECT * FROM system . tables
    SELECT * FROM information_schema.tables
    SELECT * FROM nephoscope.measures
    SELECT * FROM rollups
    SELECT * FROM schema_versions
    SELECT * FROM Measures
    SELECT * FROM measures, system.tables
    SELECT * FROM measures JOIN rollups USING metric
    SELECT * FROM measures CROSS JOIN (SELECT * FROM rollups)
    SELECT * FROM measures UNION ALL SELECT * FROM rollups
    SELECT * FROM (SELECT * FROM (SELECT * FROM rollups))
    SELECT (SELECT count() FROM system.tables)
    SELECT 1 WHERE EXISTS (SELECT 1 FROM system.tables)
    SELECT * FROM measures WHERE metric IN (SELECT metric FROM rollups)
    SELECT * FROM measures WHERE metric IN rollups
    SELECT * FROM measures WHERE metric IN (rollups)
    SELECT * FROM measures WHERE metric IN ((rollups))
    SELECT * FROM measures WHERE metric NOT IN "rollups"
    SELECT 'a' IN system.databases
    SELECT 'a' GLOBAL IN system.databases
    SELECT 'a' GLOBAL NOT IN (system.databases)
    SELECT globalIn('a', system.databases)
    SELECT notIn('a', system.databases)
    SELECT nullIn('a', rollups)
    SELECT * FROM file('/etc/passwd')
    SELECT * FROM '/etc/passwd'
    SELECT * FROM "/etc/passwd"
    SELECT * FROM url('http://127.0.0.1/', CSV)
    SELECT * FROM s3('http://127.0.0.1/x')
    SELECT * FROM remote('127.0.0.1', system.tables)
    SELECT * FROM cluster('default', system.tables)
    SELECT * FROM merge('system', '.*')
    SELECT * FROM numbers(10)
    SELECT * FROM generateRandom('a UInt8')
    SELECT * FROM executable('id', CSV, 'a String')
    SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')
    SELECT * FROM python('x')
    SELECT * FROM view(SELECT * FROM rollups)
    SELECT * FROM loop(system.tables)
    SELECT * FROM dictionary('x')
    SELECT * FROM {table:Identifier}
    SELECT * FROM (EXPLAIN SELECT 1)
    SELECT file('/etc/passwd')
    SELECT FILE('/etc/passwd')
    SELECT `file`('/etc/passwd')
    SELECT "file"('/etc/passwd')
    SELECT f(file('/etc/passwd'))
    SELECT * APPLY(file) FROM (SELECT '/etc/passwd')
    SELECT COLUMNS('.') APPLY(file) FROM (SELECT '/etc/passwd')
    SELECT arrayMap(file, ['/etc/passwd'])
    SELECT arrayMap("file", ['/etc/passwd'])
    SELECT arrayMap(x -> file(x), ['/etc/passwd'])
    SELECT joinGet('horizons', 'until', 1, 1)
    SELECT dictGet('a', 'b', 1)
    SELECT dictHas('a', 1)
    SELECT getSetting('readonly')
    SELECT get_setting('readonly')
    SELECT getMacro('shard')
    SELECT hasColumnInTable('system', 'tables', 'name')
    SELECT reverseDNSQuery('127.0.0.1')
    SELECT aiGenerate('x')
    SELECT sleep(3)
    SELECT sleepEachRow(3) FROM measures
    SELECT hostName()
    SELECT fqdn()
    SELECT 1 SETTINGS readonly = 0
    SELECT * FROM measures SETTINGS max_execution_time = 1000
    (SELECT 1) SETTINGS readonly = 0
    SELECT * FROM (SELECT 1 SETTINGS readonly = 0)
    SELECT 1 UNION ALL SELECT 1 SETTINGS readonly = 0
    SELECT 1 FORMAT JSON
    SELECT 1 UNION ALL SELECT 2 FORMAT CSV
    SELECT 1 INTO OUTFILE '/tmp/x'
    SELECT 1 INTO OUTFILE '/tmp/x' FORMAT CSV
    WITH rollups AS (SELECT * FROM rollups) SELECT * FROM rollups
    WITH a AS (SELECT * FROM rollups), rollups AS (SELECT 1) SELECT * FROM a
    WITH RECURSIVE rollups AS (SELECT * FROM rollups) SELECT * FROM rollups
    WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT * FROM a
    WITH 1 AS rollups SELECT * FROM rollups
    WITH (SELECT 1) AS rollups SELECT * FROM rollups
    SELECT * FROM (WITH rollups AS (SELECT 1) SELECT * FROM rollups) AS a, rollups
    SELECT * FROM (SELECT 1) AS rollups, (SELECT * FROM rollups)
    SELECT 1 AS rollups, * FROM rollups
    SELECT * FROM measures AS rollups, rollups
    SELECT 1 AS `a\\" FROM system.tables -- `
    SELECT 1 AS "a\\\\", 2 AS " FROM system.tables -- "
    SELECT 1 AS "a""b"
    SELECT 1; DROP TABLE measures
    SELECT 1; SELECT 2
    SELECT 1 -- x\\n; DROP TABLE measures
    DROP TABLE measures
    TRUNCATE TABLE measures
    INSERT INTO measures SELECT 1, 1, 1
    INSERT INTO FUNCTION file('/tmp/x') SELECT 1
    CREATE TABLE x AS SELECT 1
    CREATE TABLE x ENGINE = Memory AS SELECT * FROM measures
    ALTER TABLE measures DELETE WHERE 1
    SET readonly = 0
    USE system
    SYSTEM SHUTDOWN
    EXPLAIN SELECT 1
    BACKUP DATABASE nephoscope TO File('/tmp/x')
    KILL QUERY WHERE 1
    TABLE system.tables
    nonsense
    SELECT * FROM nephoscope.names
    SELECT * FROM names
    SELECT * FROM resource_names
    SELECT * FROM with_a
    SELECT * FROM "with_rollups"
    SELECT * FROM ((((rollups))))
    SELECT * FROM (((SELECT * FROM ((rollups)))))
    SELECT * FROM measures AS m, m
    SELECT * FROM measures AS names JOIN names USING (name)
    SELECT * FROM measures NATURAL JOIN rollups
    SELECT * FROM measures PASTE JOIN rollups
    SELECT * FROM measures AS m (a, b)
    SELECT * FROM measures SAMPLE 0.1
    SELECT * FROM measures /* */ , /* */ system /* */ . /* */ tables
    SELECT * FROM mеasures
    SELECT * FROM ｍeasures
    SELECT * FROM measures\u200b
    SELECT ﬁle('/etc/passwd')
    SELECT fіle('/etc/passwd')
    SELECT * FROM numbers(1000000000000)
    SELECT * FROM numbers_mt(10)
    SELECT * FROM zeros(10)
    SELECT * FROM generateSeries(1, 10)
    SELECT * FROM values('a UInt8', 1)
    SELECT * FROM VALUES (1)
    SELECT * FROM input('a UInt8')
    SELECT * FROM null('a UInt8')
    SELECT * FROM format(CSV, '1,2')
    SELECT * FROM hdfs('x'), azureBlobStorage('y')
    SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')
    SELECT * FROM sqlite('/tmp/x', 'y')
    SELECT * FROM jdbc('x', 'y')
    SELECT * FROM remoteSecure('127.0.0.1', system.tables)
    SELECT * FROM clusterAllReplicas('default', system.tables)
    SELECT * FROM fileCluster('default', '/etc/passwd')
    SELECT * FROM mergeTreeIndex(nephoscope, measures)
    SELECT * FROM fuzzQuery('SELECT 1')
    SELECT * FROM deltaLake('x')
    SELECT * FROM (SELECT * FROM measures) AS m, m
    SELECT a.* FROM measures AS a WHERE EXISTS (SELECT 1 FROM a)
    SELECT arrayMap(x -> joinGet('horizons', 'until', x, 1), [1])
    SELECT arrayFilter(hostName, [1])
    SELECT arrayFold(file, ['a'], 'b')
    SELECT arrayReduce('count', [1])
    SELECT mapApply(file, map('a', 'b'))
    SELECT initializeAggregation('count', 1)
    SELECT catboostEvaluate('/x', 1)
    SELECT currentUser(), currentDatabase(), version()
    SELECT CURRENT_USER
    SELECT @@version
    SELECT globalVariable('version')
    SELECT throwIf(1)
    SELECT dictGetOrDefault('a', 'b', 1, 2)
    SELECT dictionary('x')
    SELECT merge('a', 'b')
    SELECT inIgnoreSet(1, system.one)
    SELECT formatRow('CSV', 1)
    SELECT timeSeriesStoreTags(1, [])
    SELECT runningAccumulate(1)
    SELECT countState()
    SELECT sumMerge(x) FROM measures
    SELECT fileIf('/etc/passwd', 1)
    SELECT quantileFile(1)
    SELECT {nephoscope_project: String}
    SELECT {x: Identifier} FROM measures
    SELECT $1
    SELECT ?
    SELECT 1 WHERE 1 IN nephoscope.rollups
    SELECT 1 WHERE 1 IN `rollups`
    SELECT (1, 2) IN (((rollups)))
    SELECT count() FROM measures GROUP BY name WITH TOTALS
    SELECT 1 PARALLEL WITH SELECT 2
    WITH x -> file(x) AS f SELECT f('/etc/passwd')
    WITH file AS f SELECT arrayMap(f, ['/etc/passwd'])
    WITH a AS (SELECT 1) SELECT * FROM a FINAL
    WITH measures AS (SELECT * FROM rollups) SELECT * FROM measures
    WITH a AS MATERIALIZED (SELECT * FROM rollups) SELECT * FROM a
    EXPLAIN AST SELECT * FROM measures
    DESCRIBE rollups
    DESCRIBE system.tables
    SHOW DATABASES
    SHOW CREATE TABLE measures
    SHOW TABLES FROM system
    EXISTS TABLE rollups
    CHECK TABLE measures
    OPTIMIZE TABLE measures FINAL
    DETACH TABLE measures
    RENAME TABLE measures TO x
    GRANT ALL ON *.* TO default
    CREATE FUNCTION f AS x -> x
    CALL x()
    EXECUTE x
"""

HARMLESS = """
    SELECT 1
    SELECT 1;
    SELECT 1; -- done
    SELECT /* a comment; DROP TABLE measures */ 1
    SELECT ';', 'it''s', 'a\\'b', 'a\\\\', 'FROM system.tables'
    SELECT 'file', 'sleep' AS settings
    SELECT * FROM measures
    FROM measures SELECT name
    SELECT * FROM measures FINAL WHERE value = 1 ORDER BY time DESC LIMIT 3
    SELECT m.value FROM measures AS m PREWHERE m.value > 1 WHERE m.value > 0
    SELECT "name", `time` FROM measures
    SELECT * EXCEPT (time) FROM measures
    SELECT * APPLY(toString) FROM measures
    SELECT count(), uniq(name), avg(value), quantileExact(0.5)(value), sumIf(value, value > 3) FROM measures
    SELECT name, max(value) AS top FROM measures GROUP BY name HAVING top > 1 ORDER BY top
    SELECT toStartOfHour(time) AS hour, avg(value) FROM measures GROUP BY hour ORDER BY hour
    SELECT name, value - lagInFrame(value) OVER (PARTITION BY name ORDER BY time) AS step FROM measures
    SELECT name IN ('a', 'b'), name IN ('a'), name IN ['a'], name IN (SELECT name FROM aggregates) FROM measures
    SELECT name FROM measures LIMIT 1 BY name
    SELECT * FROM measures AS m ASOF LEFT JOIN aggregates AS a ON m.name = a.name AND m.time >= a.time
    SELECT * FROM measures UNION ALL SELECT * EXCEPT (method, granularity) FROM aggregates
    WITH tops AS (SELECT name, max(value) AS top FROM measures GROUP BY name) SELECT * FROM tops WHERE top > 1
    WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS n FROM a) SELECT * FROM b UNION ALL SELECT * FROM a
    WITH a AS (SELECT 1 AS n) SELECT * FROM (SELECT n FROM a WHERE n IN (SELECT n FROM a))
    WITH 3 AS least SELECT * FROM measures WHERE value > least
    SELECT cause, count() FROM dead_letters WHERE record LIKE '%100 %%' GROUP BY cause
    SELECT arrayMap(x -> x + 1, [1, 2]), map('a', 1)['a'], tuple(1, 2).1, CAST(1 AS String), 1::Int8
    SELECT length(cause) AS filename, count() AS dictionary FROM dead_letters GROUP BY filename
    SELECT multiIf(value > 1, 'a', 'b'), CASE WHEN value > 1 THEN 2 ELSE 3 END FROM measures
    SELECT now() - INTERVAL 1 HOUR > toDateTime(0)
    SELECT resource, avg(value) FROM measures WHERE name = 'cpu.util' AND time > '2025-01-01' GROUP BY resource
    SELECT count() FROM measures
    SELECT * FROM metrics
    SELECT * FROM resources
    SELECT * FROM aggregates
    SELECT attributes['rack'] AS rack, toStartOfHour(time) AS h, max(value) FROM measures GROUP BY rack, h
    SELECT m.name, r.name FROM metrics AS m INNER JOIN resources AS r ON m.resource_id = r.id
    SELECT arrayMap((x, y) -> x + y, [1], [2]), arrayMap(lower, ['A']), quantileIf(0.5)(value, value > 1) FROM measures
    SELECT date_add(HOUR, 1, now()), dateDiff('hour', now(), now()), INTERVAL 5 MINUTE + now(), toDate('2024-01-01')
    SELECT name, count() FROM measures GROUP BY name WITH ROLLUP
    SELECT * FROM measures WHERE time BETWEEN '2025-06-01 12:00:00' AND '2025-06-01 12:01:00'
    SELECT name, row_number() OVER (PARTITION BY name ORDER BY time) AS n FROM measures QUALIFY n = 1
    SELECT count(DISTINCT name), count(*) FROM measures
    SELECT time, value FROM measures ORDER BY time WITH FILL STEP INTERVAL 30 SECOND LIMIT 3
    SELECT quantiles(0.5, 0.9)(value), topK(3)(name), argMax(value, time) FROM measures
    WITH measures AS (SELECT name FROM measures) SELECT name FROM measures
    WITH rollups AS (SELECT 1 AS one) SELECT one FROM rollups
    SELECT names.name FROM measures AS names
"""


def listed(text: str) -> list[str]:
    """One statement a line; \\n stands for a line's end."""
    return [line.strip().replace("\\n", "\n") for line in text.strip().splitlines()]
