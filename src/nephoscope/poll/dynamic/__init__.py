# SPDX-License-Identifier: Apache-2.0
"""Pollsters that operators describe in files, `pollsters.d/*.yaml`, instead of in code."""

import logging
from collections.abc import Sequence
from pathlib import Path

from nephoscope.model.errors import BadRequest
from nephoscope.model.sample import Meter
from nephoscope.model.yaml_tree import BYTES_MAX, Part, read_tree
from nephoscope.poll.contract import Family, Namespace, PollSettings
from nephoscope.poll.dynamic.definition import Definition, read_all

log = logging.getLogger("nephoscope.poll")

FILES_MAX = 10_000


class DynamicType:
    """
    The family that a definition describes, in one namespace.

    `METERS` has one meter under its name as it was written; a name that ends in `.{attribute}` stands for all meters
    that the answers name. Its targets are endpoints of the service, a secret for the authentication, or this host.
    """

    def __init__(self, definition: Definition, namespace: Namespace) -> None:
        self.METERS: tuple[Meter, ...] = (Meter(definition.name, definition.kind, definition.unit),)
        self.NAMESPACE: Namespace = namespace
        self.DISCOVERY = _discovery(definition)
        self._definition = definition

    def __call__(self, settings: PollSettings) -> Family:
        """Make it; connects to nobody yet."""
        from nephoscope.poll.dynamic.asking import Asking
        from nephoscope.poll.dynamic.family import DynamicFamily

        return DynamicFamily(self._definition, Asking(settings.cloud))


def family_types(folders: Sequence[str]) -> list[DynamicType]:
    """
    A family for each definition in the folders and each of its namespaces.

    Files of a folder are read in the order of their names; of definitions with one name the first counts. A folder
    that is not there has none.

    Errors  BadRequest as `file:line: path: expected …, there is …`, for the first thing that is wrong.
    """
    parts = [_tree(path) for folder in folders for path in _files(Path(folder))]
    return [
        DynamicType(definition, namespace)
        for definition in read_all(parts, log.warning)
        for namespace in definition.namespaces
    ]


def _discovery(definition: Definition) -> str:
    match definition.source:
        case "openstack":
            return f"endpoint://{definition.endpoint_type}"
        case "http":
            return f"barbican://{definition.barbican_secret_id}"
        case "command":
            return "local_node"


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if len(found) > FILES_MAX:
        raise BadRequest(f"{folder}: has {len(found)} files, at most {FILES_MAX} are read")
    return found


def _tree(path: Path) -> Part:
    try:
        with path.open("rb") as file:
            text = file.read(BYTES_MAX + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path}: cannot be read: {error}") from None
    return read_tree(text, str(path))
