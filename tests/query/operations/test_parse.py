# SPDX-License-Identifier: Apache-2.0
"""Reading operations: what is understood, what is refused, and with which words."""

from typing import Any

import pytest
from hypothesis import given

from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.timespan import HOUR_NS
from nephoscope.query.operations import Reference, parse, references
from nephoscope.query.operations.tree import Aggregate, Binary, Clip, Metric, Number, Resample, Rolling, Unary, as_lists
from tests.query.operations.trees import NEARLY, NEARLY_TEXT, OPERATIONS, as_text

A = Metric((Reference("a", "mean"),))
WHERE = "for dictionary value @ data['operations']"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(metric a mean)", A),
        ("(metric (a mean))", A),
        ("(metric (a mean) (b max))", Metric((Reference("a", "mean"), Reference("b", "max")))),
        ("(abs (metric a mean))", Unary("abs", A)),
        ("(rateofchangesec (metric a mean))", Unary("rateofchangesec", A)),
        ("(÷ (metric a mean) -2.5e3)", Binary("÷", A, Number(-2500.0))),
        ("(clip (metric a mean) 0 1)", Clip(A, Number(0.0), Number(1.0))),
        ("(clip (metric a mean) 0)", Clip(A, Number(0.0), None)),
        ("(aggregate rate:median (metric a mean))", Aggregate("rate:median", A)),
        ("(resample mean 1h (metric a mean))", Resample("mean", HOUR_NS, A)),
        ('(resample mean "1 hour" (metric a mean))', Resample("mean", HOUR_NS, A)),
        ("(rolling max 3 (metric a mean))", Rolling("max", 3, A)),
        ("\n(\tmetric  'disk (a)'\n mean ) ", Metric((Reference("disk (a)", "mean"),))),
    ],
)
def test_text_is_read_as_the_tree_it_shows(text: str, tree: Any) -> None:
    assert tree == parse(text)


@given(OPERATIONS)
def test_text_and_lists_read_alike(operations: Any) -> None:
    assert parse(operations) == parse(as_text(operations))


@given(OPERATIONS)
def test_a_tree_written_as_lists_reads_as_the_same_tree(operations: Any) -> None:
    assert parse(operations) == parse(as_lists(parse(operations)))


@given(NEARLY)
def test_any_json_gives_a_tree_or_a_refusal(operations: Any) -> None:
    assert_read_or_refused(operations)


@given(NEARLY_TEXT)
def test_any_text_gives_a_tree_or_a_refusal(text: str) -> None:
    assert_read_or_refused(text)


@given(NEARLY)
def test_nonsense_inside_something_sensible_gives_a_tree_or_a_refusal(operations: Any) -> None:
    assert_read_or_refused(["+", ["metric", "a", "mean"], operations])
    assert_read_or_refused(["rolling", "mean", operations, ["metric", "a", "mean"]])
    assert_read_or_refused(["resample", "mean", operations, ["metric", "a", "mean"]])
    assert_read_or_refused(["metric", operations])


def assert_read_or_refused(operations: Any) -> None:
    cause = None
    try:
        tree = parse(operations)
    except BadRequest as refusal:
        cause = refusal.cause
    if cause is None:
        assert references(tree)
    else:
        assert cause in {"Invalid input", "Invalid operations", "Operations is invalid"}


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        (["frob", ["metric", "a", "mean"]], "'frob' operation invalid"),
        (["abs", ["frob", ["metric", "a", "mean"]]], "'frob' operation invalid"),
        ([], "Operation must not be empty"),
        (["abs"], "Operation need at least one argument"),
        (5, "Expected a tuple/list, got a value"),
        (None, "Expected a tuple/list, got null"),
        ({"metric": "a"}, "Expected a tuple/list, got an object"),
        ([["metric", "a", "mean"], 1], "Expected the name of an operation, got a list"),
        (["abs", 1, 2], "'abs' operation invalid: expected 1 arguments, got 2"),
        (["metric", "a"], "'metric' operation invalid: expected a reference and a method, or lists of those two"),
        (["metric", ["a", "mean"], "b"], "'metric' operation invalid: expected a reference and a method"),
        (["metric", "a", "mean", "b"], "'metric' operation invalid: expected a reference and a method"),
        (["aggregate", "first", ["metric", "a", "mean"]], "'aggregate' operation invalid: first is not an aggregation"),
        (["aggregate", "mean", 5], "'aggregate' operation invalid: expected an operand with a metric in it"),
        (["rateofchange", 5], "'rateofchange' operation invalid: expected an operand with a metric in it"),
        (["rolling", "mean", 0, ["metric", "a", "mean"]], "'rolling' operation invalid: the window is an integer"),
        (["rolling", "mean", 1.5, ["metric", "a", "mean"]], "'rolling' operation invalid: the window is an integer"),
        (["resample", "mean", 0, ["metric", "a", "mean"]], "'resample' operation invalid: Timespan must be positive"),
        (["resample", "mean", "M", ["metric", "a", "mean"]], "'resample' operation invalid: Unable to parse timespan"),
        (["resample", "mean", 10**5000, ["metric", "a", "mean"]], "'resample' operation invalid: Unable to parse"),
        (["+", "five", ["metric", "a", "mean"]], "'five' operation invalid: expected a number or an operation"),
        (["+", True, ["metric", "a", "mean"]], "'a boolean' operation invalid: expected a number or an operation"),
        (["+", 10**5000, ["metric", "a", "mean"]], "'a large integer' operation invalid: expected a number"),
    ],
)
def test_what_is_wrong_is_named(operations: Any, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse(operations)
    assert refusal.value.reason.startswith(reason)
    assert refusal.value.reason.endswith(WHERE)
    assert refusal.value.detail == ["operations"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "metric a mean",
        "(",
        ")",
        "(metric a mean",
        "(metric a mean))",
        "(metric a mean) x",
        "x (metric a mean)",
    ],
)
def test_unbalanced_text_is_refused_as_invalid_operations(text: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        parse(text)
    assert (refusal.value.cause, refusal.value.reason) == ("Invalid operations", "Fail to parse the operations string")


def test_operations_without_a_metric_are_refused_and_shown() -> None:
    with pytest.raises(BadRequest) as refusal:
        parse(["+", 1, ["abs", "2"]])
    assert refusal.value.cause == "Operations is invalid"
    assert refusal.value.detail == ["+", 1.0, ["abs", 2.0]]


def test_references_come_once_each_in_the_order_of_their_mention() -> None:
    tree = parse("(+ (metric (b mean) (a max)) (- (metric a mean) (metric b mean)))")
    assert references(tree) == [("b", "mean"), ("a", "max"), ("a", "mean")]


def test_nesting_up_to_the_limit_is_read_and_one_deeper_is_refused() -> None:
    assert references(parse(nested(49)))
    very_deep = "(abs " * 5000 + "(metric a mean)" + ")" * 5000
    for deeper in (nested(50), as_text(nested(50)), nested(5000), very_deep, "(" * 100_000):
        with pytest.raises(BadRequest, match=r"nested deeper than 50|Invalid operations"):
            parse(deeper)


def nested(depth: int) -> Any:
    operations: Any = ["metric", "a", "mean"]
    for _ in range(depth):
        operations = ["abs", operations]
    return operations


def test_nodes_up_to_the_limit_are_read_and_one_more_is_refused() -> None:
    pairs = [["a", "mean"]] * 9
    assert references(parse(["metric", *pairs], max_nodes=10))
    with pytest.raises(InvalidInput, match="More than 10 operations, numbers and metrics"):
        parse(["metric", *pairs, ["a", "mean"]], max_nodes=10)
