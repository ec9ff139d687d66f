# SPDX-License-Identifier: Apache-2.0
"""Rules in SQL: run as the alarm's project within the limits of everybody's statements; each row is an instance."""

import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID, uuid4

from nephoscope.alarm.instances import INSTANCES_MAX, Asked, Instances, Labels, Seen, label
from nephoscope.alarm.verdicts import Verdict, judge_values, unknown
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.errors import BadRequest, InvalidInput, NephoscopeError
from nephoscope.model.series_rule import SqlRule, check_sql_fields
from nephoscope.query.sql.narrow import Reach, columns_of
from nephoscope.query.sql.statements import Answer, ResultColumn, Statements

# Nobody else's statements are known by it.
CALLER = "alarms"
STATEMENT_S = 10.0
# As many statements at a time as leave one of the engine's sessions for statements to people.
SIDE_BY_SIDE = 2
TEXTS = re.compile(r"(?:(?:LowCardinality|Nullable)\()*(?:String|FixedString|UUID|Enum)")
NUMBERS = re.compile(r"(?:(?:LowCardinality|Nullable)\()*(?:U?Int|Float|Decimal|Bool)")
AT_ALL = Verdict("alarm", "alarm", 1, 1)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is run once, however many rules ask it."""

    sql: str
    project_id: str | None


def check_sql_rule(rule: SqlRule, where: Sequence[str] = ()) -> None:
    """
    Refuse, as InvalidInput with the path below `where`, a rule that cannot be meant so.

    The statement is read and rewritten as it would be to run, but not run.
    """
    check_sql_fields(rule, where)
    try:
        given = columns_of(rule.sql)
    except BadRequest as error:
        raise InvalidInput(f"sql: {error.message}", [*where, "sql"]) from None
    if rule.value and given is not None and rule.value not in given:
        told = f"the statement gives no column {rule.value}; it gives {', '.join(given)}"
        raise InvalidInput(f"value: {told}", [*where, "value"])


class SqlReading:
    """
    Runs and judges SQL rules; for `SIDE_BY_SIDE` threads at once.

    A statement that takes longer than `statement_s` seconds is stopped.
    """

    def __init__(self, statements: Statements, statement_s: float = STATEMENT_S) -> None:
        self._statements = statements
        self._statement_s = statement_s
        self._lock = threading.Lock()
        self._running: dict[UUID, Future[Answer]] = {}
        self._runner = ThreadPoolExecutor(SIDE_BY_SIDE, "alarm sql")

    def close(self) -> None:
        """Stop what is running, wait for its end, and run nothing more; who still asks gets an error."""
        self._runner.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            running = dict(self._running)
        for id_, future in running.items():
            self._cancel(future, id_)
        self._runner.shutdown()

    def look(self, wanted: Mapping[Asked, SqlRule]) -> dict[Asked, Instances]:
        """What is seen of each rule now."""
        rules: dict[_Text, list[Asked]] = defaultdict(list)
        for asked, rule in wanted.items():
            rules[_Text(rule.sql, asked.project_id)].append(asked)
        found: dict[Asked, Instances] = {}
        for text, alike in rules.items():
            answer = self._answer(text)
            found |= {each: _instances(each, wanted[each], answer) for each in alike}
        return found

    def _answer(self, text: _Text) -> Answer | Instances:
        """The rows; or why there are none."""
        id_ = uuid4()
        reach = Reach(everything=True) if text.project_id is None else Reach(project_id=text.project_id)
        with self._lock:
            running = self._running[id_] = self._runner.submit(self._statements.run, text.sql, reach, CALLER, id_)
        try:
            return running.result(self._statement_s)
        except TimeoutError:
            self._cancel(running, id_)
            return Instances(failed=f"no answer within {self._statement_s:g} s")
        except BadRequest as error:
            if error.cause in {"limit", "cancelled"}:
                return Instances(failed=error.message)
            return Instances(missing=RETRIEVAL_FAILED + error.message)
        except NephoscopeError as error:
            return Instances(failed=error.message)
        finally:
            with self._lock:
                del self._running[id_]

    def _cancel(self, running: Future[Answer], id_: UUID) -> None:
        try:
            self._statements.cancel(CALLER, id_)
        except NephoscopeError:
            # It ended this moment, or the engine is away: its own limits end it.
            running.cancel()


def _instances(asked: Asked, rule: SqlRule, answer: Answer | Instances) -> Instances:
    if isinstance(answer, Instances):
        return answer
    names = [column.name for column in answer.columns]
    if rule.value and rule.value not in names:
        return Instances(missing=f"the statement gives no column {rule.value}; it gives {', '.join(names)}")
    place = names.index(rule.value) if rule.value else None
    if place is not None and not NUMBERS.match(type_ := answer.columns[place].type):
        return Instances(missing=f"column {rule.value} is of type {type_}; numbers can be compared")
    by_labels: dict[Labels, list[object]] = defaultdict(list)
    texts = [at for at, column in enumerate(answer.columns) if at != place and TEXTS.match(column.type)]
    for row in answer.rows:
        by_labels[_labels(answer.columns, texts, row)].append(None if place is None else row[place])
    if not answer.complete or len(by_labels) > INSTANCES_MAX:
        return Instances(failed=f"the statement gives more than {INSTANCES_MAX} instances; aggregate, or ask for fewer")
    return Instances([_seen(asked, rule, labels, values) for labels, values in by_labels.items()])


def _labels(columns: list[ResultColumn], texts: list[int], row: list[object]) -> Labels:
    told = {columns[at].name: label(None if row[at] is None else str(row[at])) for at in texts}
    return tuple(sorted(told.items()))


def _seen(asked: Asked, rule: SqlRule, labels: Labels, values: list[object]) -> Seen:
    """An instance of one row; rows of the same labels count as the one that is beyond, where one is."""
    if not rule.value:
        return Seen(labels, AT_ALL, None if asked.recovery_threshold is None else AT_ALL)
    numbers = [number for value in values if (number := _number(value)) is not None]
    verdict = _judged(numbers, rule, rule.threshold)
    if asked.recovery_threshold is None:
        return Seen(labels, verdict)
    return Seen(labels, verdict, _judged(numbers, rule, asked.recovery_threshold))


def _judged(numbers: list[float], rule: SqlRule, threshold: float) -> Verdict:
    if not numbers:
        return unknown(f"datapoints are unknown: {rule.value} is null", 1)
    verdicts = [judge_values([each], threshold, rule.comparison_operator) for each in numbers]
    return next((each for each in verdicts if each.state == "alarm"), verdicts[0])


def _number(value: object) -> float | None:
    """A number as the engine's JSON has it: decimals and whole numbers beyond JSON's are texts."""
    return float(value) if isinstance(value, bool | int | float | str) else None
