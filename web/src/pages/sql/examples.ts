// SPDX-License-Identifier: Apache-2.0
// Statements that give something as soon as one host is watched.

export interface Example {
  title: string;
  sql: string;
}

export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    title: 'The newest value of every metric',
    sql: `SELECT resource, name, argMax(value, time) AS newest, any(unit) AS unit, max(time) AS at
FROM measures
WHERE time >= $from AND time < $to
GROUP BY resource, name
ORDER BY resource, name`,
  },
  {
    title: 'CPU over time, one line a thing',
    sql: `SELECT toStartOfInterval(time, INTERVAL 1 MINUTE) AS at, resource, avg(value) AS mean, any(unit) AS unit
FROM measures
WHERE name IN ('cpu.util', 'cpu_util')
  AND time >= $from AND time < $to
GROUP BY at, resource
ORDER BY at`,
  },
  {
    title: 'How many measures come in each minute',
    sql: `SELECT toStartOfMinute(time) AS minute, count() AS measures, uniqExact(metric_id) AS metrics
FROM measures
WHERE time >= $from AND time < $to
GROUP BY minute
ORDER BY minute`,
  },
  {
    title: 'The busiest things',
    sql: `SELECT resource, type, avg(value) AS mean, quantile(0.95)(value) AS p95, max(value) AS highest
FROM measures
WHERE name IN ('cpu.util', 'cpu_util')
  AND time >= $from AND time < $to
GROUP BY resource, type
ORDER BY p95 DESC
LIMIT 20`,
  },
  {
    title: 'What there is, by type',
    sql: `SELECT type, count() AS resources, countIf(ended IS NULL) AS living
FROM resources
GROUP BY type
ORDER BY resources DESC`,
  },
  {
    title: 'Metrics by archive policy',
    sql: `SELECT policy, count() AS metrics, uniqExact(resource_id) AS things
FROM metrics
GROUP BY policy
ORDER BY metrics DESC`,
  },
  {
    title: 'What was refused, and why',
    sql: `SELECT time, station, cause, project_id, record
FROM dead_letters
ORDER BY time DESC
LIMIT 100`,
  },
];
