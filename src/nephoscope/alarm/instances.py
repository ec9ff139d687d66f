# SPDX-License-Identifier: Apache-2.0
"""What is seen of a rule that many things are decided by, each by itself: its instances, known by their labels."""

from collections.abc import Sequence
from dataclasses import dataclass

from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.resource import Scalar
from nephoscope.model.series_rule import InstanceRule
from nephoscope.model.text import TEXT_LENGTH_MAX, made_storable

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted."""

# More than anybody looks at one by one: such a rule asks for something else.
INSTANCES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, the project within which it reads (None: everything), and where values have to be back to recover."""

    rule: InstanceRule
    project_id: str | None
    recovery_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One instance: what its values say against the threshold and, where there is one, the recovery threshold."""

    labels: Labels
    verdict: Verdict
    recovery: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Instances:
    """
    The instances that there are now, no labels twice: those that were seen before and are not among them are gone.

    `missing` says why nothing is known, `failed` why that could not be told; `seen` is empty with either. With neither
    an empty `seen` is an answer: there is nothing that could be beyond the threshold.
    """

    seen: Sequence[Seen] = ()
    missing: str = ""
    failed: str = ""


def label(value: Scalar) -> str:
    """
    The text of a value in a label, which can be kept: unset is "".

    >>> label(None), label(True), label(2.0), label("web")
    ('', 'true', '2', 'web')
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.15g}"
    return made_storable(str(value))[:TEXT_LENGTH_MAX]
