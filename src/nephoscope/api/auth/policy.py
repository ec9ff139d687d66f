# SPDX-License-Identifier: Apache-2.0
"""
Who may do what: rules in the style of oslo.policy, each a short text, every one of them open to overrides.

    role:admin                             the caller has the role
    rule:owner                             another rule holds
    user:%(creator)s                       the caller's creator string is the target's `creator`
    project_id:%(resource.project_id)s     the caller's project is that of the target's resource
    'blue':%(project_id)s                  the target's project is `blue`
    @   !   (nothing)                      always, never, always
    not A   A and B   A or B   (A)         binding in this order

The rules themselves are in `rules.py`. A comparison in which either side is missing or empty never holds, so that
nobody owns what belongs to nobody.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from nephoscope.api.auth.rules import BEFORE_PASSWORD_CHANGE, DEFAULT_RULES, is_kept_from
from nephoscope.api.caller import Caller
from nephoscope.model.errors import Forbidden

Target = Mapping[str, str | None]
Check = Callable[[Caller, Target], bool]


class Reach(msgspec.Struct, frozen=True):
    """
    How far a caller sees in a list: everything, or what some of the three marks make its own.

    Marks: the resource's project is the caller's; the caller created it; someone of its project did.
    """

    everything: bool
    same_project: bool = False
    own_creation: bool = False
    project_creation: bool = False


class Policy:
    """The rules in force. Overrides replace rules by name and may add new ones for `rule:` to refer to."""

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        """Raises ValueError, naming rule and text, for a rule that cannot be read, is missing or goes in circles."""
        texts = {**DEFAULT_RULES, **(overrides or {})}
        self._checks: dict[str, Check] = {}
        for name in texts:
            _compile(name, texts, self._checks)

    def allows(self, rule: str, caller: Caller, target: Target) -> bool:
        """Whether `rule` holds for this caller and target. KeyError is a mistake of ours: no such rule."""
        if caller.must_change_password and rule not in BEFORE_PASSWORD_CHANGE:
            return False
        return not is_kept_from(rule, caller) and self._checks[rule](caller, target)

    def enforce(self, rule: str, caller: Caller, target: Target) -> None:
        """Raises Forbidden unless `rule` holds."""
        if not self.allows(rule, caller, target):
            raise _refusal(rule, caller)

    def reach(self, rule: str, caller: Caller, target: Target, project_field: str = "project_id") -> Reach:
        """
        What a list under `rule` is narrowed to: each mark is tried on a target that has nothing else.

        `project_field` is where the resource's project stands in targets of this rule. Raises Forbidden when the
        caller would see nothing whatever the list holds.
        """
        if self.allows(rule, caller, target):
            return Reach(everything=True)

        def holds(field: str, value: str) -> bool:
            return self.allows(rule, caller, {**target, field: value})

        found = Reach(
            everything=False,
            same_project=holds(project_field, caller.project_id),
            own_creation=holds("creator", caller.creator),
            project_creation=holds("created_by_project_id", caller.project_id),
        )
        if not (found.same_project or found.own_creation or found.project_creation):
            raise _refusal(rule, caller)
        return found


def _refusal(rule: str, caller: Caller) -> Forbidden:
    if caller.must_change_password:
        return Forbidden(
            "choose another password first: POST /api/v1/session/password, or at the web page",
            cause="password change required",
        )
    return Forbidden(f"the policy does not let {caller.user_id!r} do this: {rule}")


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign>[()@!])
      | (?P<word>not|and|or)(?=[\s(]|$)
      | (?P<kind>'[^']*'|[^\s()@!:'%]+):(?:%\((?P<field>[\w.]+)\)s|(?P<value>'[^']*'|[^\s()]+))
    )""",
    re.VERBOSE,
)
_DEPTH_MAX = 50


def _compile(name: str, texts: Mapping[str, str], checks: dict[str, Check], within: tuple[str, ...] = ()) -> Check:
    """The check of one rule; the rules that it refers to are compiled on the way, each once."""
    if name in within:
        raise ValueError(f"policy rules refer to each other in a circle: {' -> '.join((*within, name))}")
    if name not in texts:
        raise ValueError(f"policy rule {within[-1]!r} refers to {name!r}, which does not exist")
    if name not in checks:
        parser = _Parser(name, texts[name], lambda other: _compile(other, texts, checks, (*within, name)))
        checks[name] = parser.whole()
    return checks[name]


class _Parser:
    """Recursive descent over the text of one rule: `or` binds loosest, then `and`, then `not`."""

    def __init__(self, name: str, text: str, referred: Callable[[str], Check]) -> None:
        self._name = name
        self._text = text
        self._referred = referred
        self._tokens = self._split()
        self._at = 0
        self._depth = 0

    def whole(self) -> Check:
        if not self._tokens:
            return lambda caller, target: True
        check = self._either()
        if self._at < len(self._tokens):
            raise self._unreadable()
        return check

    def _split(self) -> list[re.Match[str]]:
        found: list[re.Match[str]] = []
        position, end = 0, len(self._text.rstrip())
        while position < end:
            token = _TOKEN.match(self._text, position)
            if token is None:
                raise self._unreadable()
            found.append(token)
            position = token.end()
        return found

    def _unreadable(self) -> ValueError:
        return ValueError(f"policy rule {self._name!r} cannot be read: {self._text!r}")

    def _next_is(self, text: str) -> bool:
        if self._at < len(self._tokens) and text in (self._tokens[self._at]["sign"], self._tokens[self._at]["word"]):
            self._at += 1
            return True
        return False

    def _either(self) -> Check:
        checks = [self._all()]
        while self._next_is("or"):
            checks.append(self._all())
        return checks[0] if len(checks) == 1 else lambda caller, target: any(c(caller, target) for c in checks)

    def _all(self) -> Check:
        checks = [self._one()]
        while self._next_is("and"):
            checks.append(self._one())
        return checks[0] if len(checks) == 1 else lambda caller, target: all(c(caller, target) for c in checks)

    def _one(self) -> Check:
        self._depth += 1
        if self._depth > _DEPTH_MAX or self._at == len(self._tokens):
            raise self._unreadable()
        try:
            return self._leaf()
        finally:
            self._depth -= 1

    def _leaf(self) -> Check:
        if self._next_is("not"):
            inner = self._one()
            return lambda caller, target: not inner(caller, target)
        if self._next_is("("):
            check = self._either()
            if not self._next_is(")"):
                raise self._unreadable()
            return check
        if self._next_is("@"):
            return lambda caller, target: True
        if self._next_is("!"):
            return lambda caller, target: False
        token = self._tokens[self._at]
        self._at += 1
        if token["kind"] is None:
            raise self._unreadable()
        return self._comparison(token["kind"], token["field"], (token["value"] or "").strip("'"))

    def _comparison(self, kind: str, field: str | None, value: str) -> Check:
        if kind == "rule" and not field:
            return self._referred(value)
        if kind == "role":
            return lambda caller, target: (_read(target, field, value) or "").lower() in caller.roles
        if kind.startswith("'"):
            return lambda caller, target: bool(kind[1:-1]) and kind[1:-1] == _read(target, field, value)
        if kind not in _CALLER_FIELDS:
            known = ", ".join(["rule", "role", *_CALLER_FIELDS])
            raise ValueError(f"policy rule {self._name!r} asks for {kind!r}; known here: {known}")
        attribute = _CALLER_FIELDS[kind]
        return lambda caller, target: (
            bool(getattr(caller, attribute)) and (getattr(caller, attribute) == _read(target, field, value))
        )


_CALLER_FIELDS = {"user": "creator", "user_id": "user_id", "project_id": "project_id", "domain_id": "domain_id"}


def _read(target: Target, field: str | None, value: str) -> str | None:
    return target.get(field) if field else value
