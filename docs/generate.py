# SPDX-License-Identifier: Apache-2.0
"""
Write the pages of docs/reference/ that repeat what the program knows: commands, settings, pollsters, problems.

    python docs/generate.py            write them
    python docs/generate.py --check    exit with 1, naming them, when what is written differs

What the program does not know, such as the meaning of a setting in words, is in meanings.toml beside this file.
"""

import inspect
import json
import os
import sys
import tomllib
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import click
import msgspec

from nephoscope.api.native import routes as native_routes
from nephoscope.api.native.openapi import document
from nephoscope.api.problems import STATUS
from nephoscope.cli import main as command_line
from nephoscope.client.config import AgentConfig
from nephoscope.config import Config
from nephoscope.model.errors import NephoscopeError, Unavailable
from nephoscope.poll import POLLSTERS, load
from nephoscope.poll.host import RESOURCE_TYPES
from nephoscope.query.sql.functions import COMBINATORS, NAMES
from nephoscope.query.sql.views import VIEWS

DOCS = Path(__file__).parent
REFERENCE = DOCS / "reference"
MEANINGS: dict[str, Any] = tomllib.loads((DOCS / "meanings.toml").read_text())
NOTE = "<!-- Written by docs/generate.py; `make docs` renews it. -->"
HELP_WIDTH = 100
KINDS = {
    Any: "anything",
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    types.NoneType: "nothing",
}


def commands_page() -> Iterator[str]:
    """Every command with its usage, its help and its options."""
    yield from ("# Commands", "", NOTE, "")
    yield "Commands that speak to a server find it by `--server` or the variable `NEPHOSCOPE_SERVER`."
    yield "Their token stands in a file that `--token-file` or the variable `NEPHOSCOPE_TOKEN_FILE` names."
    yield "Without either they take `data/owner.token`, if there is such a file below the current folder."
    yield "The exit code is 0 when all is well, 1 after a message on standard error, and 2 for bad usage."
    yield "`backup`, `demo`, `project`, `restore`, `serve`, `up`, `user` and `alarm test` need the server's packages."
    yield "A light installation says so."
    yield from _command(command_line, click.Context(command_line, info_name="nephoscope"))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    context.max_content_width = context.terminal_width = HELP_WIDTH
    usage, _, text = command.get_help(context).partition("\n\n")
    text = text.partition("\nOptions:")[0].partition("\nCommands:")[0].rstrip()
    yield from ("", f"## `{context.command_path}`", "", "```text", usage, "", text.rstrip(), "```")
    rows = [row for row in map(_option, command.get_params(context)) if row]
    if rows:
        yield from ("", "| option | meaning | default |", "|---|---|---|", *rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _option(parameter: click.Parameter) -> str:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return ""
    spelled = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    if isinstance(parameter.type, click.Choice):
        spelled += " " + " \\| ".join(f"`{choice}`" for choice in parameter.type.choices)
    elif not parameter.is_flag:
        spelled += f" {parameter.metavar or parameter.type.name.partition(' ')[0].upper()}"
    variable = f" Variable: `{parameter.envvar}`." if parameter.envvar else ""
    has_default = parameter.show_default and isinstance(parameter.default, str | float | int)
    default = f"`{parameter.default}`" if has_default else ""
    return f"| {spelled} | {parameter.help or ''}{variable} | {default} |"


def settings_page() -> Iterator[str]:
    """Every setting of server and agent with type, default and meaning."""
    yield from ("# Settings", "", NOTE, "")
    yield "Server and agent each read one TOML file, named with `--config`; both work without one."
    yield "A key that is not listed here stops the start with a message that names it."
    yield "Options of the command line win over the file."
    for title, which, struct in (("The server", "server", Config), ("The agent", "agent", AgentConfig)):
        yield from ("", f"## {title}", "")
        yield from _section(which, "", struct)


def _section(which: str, name: str, struct: type[msgspec.Struct]) -> Iterator[str]:
    fields = msgspec.structs.fields(struct)
    meanings = {key: text for key, text in _meanings(which, name).items() if isinstance(text, str)}
    inner = [field for field in fields if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)]
    plain = [field for field in fields if field not in inner]
    if set(meanings) != {field.name for field in plain}:
        raise SystemExit(f"meanings.toml, [{which}.{name}]: {set(meanings) ^ {field.name for field in plain}}")
    if name:
        yield from ("", f"### `[{name}]`", "", *_sentences(struct.__doc__), "")
    if plain:
        yield from ("| key | type | default | meaning |", "|---|---|---|---|")
    for field in plain:
        default = _default(which, name, field)
        yield f"| `{field.name}` | {_kind(field.type)} | {default} | {meanings[field.name]} |"
    for field in inner:
        yield from _section(which, field.name, field.type)


def _meanings(which: str, name: str) -> dict[str, Any]:
    table: dict[str, Any] = MEANINGS.get(which, {})
    return table.get(name, {}) if name else table


def _default(which: str, name: str, field: msgspec.structs.FieldInfo) -> str:
    said = MEANINGS["defaults"].get(f"{which}.{name}.{field.name}")
    if said is not None:
        return str(said)
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value is None:
        return "none"
    return f"`{msgspec.json.encode(value).decode()}`"


def _kind(kind: Any) -> str:
    """A type in words; bounds as ≥ and ≤."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        meta = arguments[1]
        signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
        bounds = [f"{sign} {value:g}" for key, sign in signs.items() if (value := getattr(meta, key)) is not None]
        return f"{_kind(arguments[0])} {', '.join(bounds)}"
    if origin is Literal:
        return " \\| ".join(f"`{value}`" for value in arguments)
    if origin in (list, tuple):
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"table of {_kind(arguments[1])}"
    if origin is types.UnionType:
        return " or ".join(_kind(argument) for argument in arguments if argument is not types.NoneType)
    return KINDS[kind]


def pollsters_page() -> Iterator[str]:
    """Every pollster with its meters, and the resource types that they belong to."""
    yield from ("# Pollsters", "", NOTE, "")
    yield "What the agent can ask this host for; `nephoscope list pollsters --meters` says the same."
    yield "A gauge is a value as it is now, a cumulative meter a counter that only a restart sets back."
    yield "Cumulative meters are stored as read; a `rate:` method of an archive policy gives their differences."
    for name in POLLSTERS:
        pollster = load(name)
        kinds = ", ".join(f"`{kind}`" for kind in MEANINGS["pollsters"][name])
        yield from ("", f"## `{name}`", "", *_sentences(inspect.getdoc(pollster)), f"Resource types: {kinds}.", "")
        yield from ("| meter | kind | unit |", "|---|---|---|")
        yield from (f"| `{meter.name}` | {meter.kind} | {meter.unit} |" for meter in pollster.METERS)
    yield from ("", "## Resource types", "")
    yield "The agent's first batch makes these types; `[host] attributes` of its settings are added to each."
    yield "A host's id is its name; a part's id is the host's, the part and its name, as in `web1.disk.sda`."
    yield "In it slashes become colons and signs beyond plain ASCII `%XX`, as in `web1.filesystem.:var:lib`."
    yield from ("", "| type | attributes |", "|---|---|")
    for name, attributes in RESOURCE_TYPES.items():
        yield f"| `{name}` | {', '.join(f'`{key}` ({kind})' for key, kind in attributes.items())} |"


def operations_page() -> Iterator[str]:
    """Every operation of our own API with its arguments, its body and its answer."""
    described = document(native_routes())
    schemas = described["components"]["schemas"]
    yield from ("# Operations of the native API", "", NOTE, "")
    yield "What every address of [the native API](native-api.md) takes and gives."
    yield "`GET /api/v1/openapi.json` says the same to programs."
    yield "The rule of each is explained by [its page](native-api.md#who-is-calling); times are `_ms`, spans `_s`."
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield from ("", f"## `{method.upper()} {path}`", "", *_sentences(operation["summary"]))
            yield from _sentences(operation.get("description"))
            yield f"Rule: `{operation['x-rule']}`."
            arguments = {each["name"]: each["schema"] for each in operation.get("parameters", [])}
            required = {each["name"] for each in operation.get("parameters", []) if each["required"]}
            yield from _fields("argument", arguments, required)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            yield from _shape("Body", body)
            answers = operation["responses"].items()
            status, answer = next((status, each) for status, each in answers if status != "default")
            content = answer.get("content", {})
            yield from _shape(f"{status}", content.get("application/json", {}).get("schema"))
    yield from ("", "## Structures")
    for name, schema in schemas.items():
        yield from ("", f"### {name}", "", *_sentences(schema.get("description")))
        yield from _fields("field", schema.get("properties", {}), set(schema.get("required", ())))


def _shape(what: str, schema: dict[str, Any] | None) -> Iterator[str]:
    if schema:
        yield from ("", f"{what}: {_schema_kind(schema)}.")


def _fields(what: str, properties: dict[str, Any], required: set[str]) -> Iterator[str]:
    if properties:
        yield from ("", f"| {what} | type | default |", "|---|---|---|")
    for name, schema in properties.items():
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
        shown = "required" if name in required and not default else default
        yield f"| `{name}` | {_schema_kind(schema)} | {shown} |"


def _schema_kind(schema: dict[str, Any]) -> str:
    """A type of the document in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "description" in schema:
        return str(schema["description"]).replace("\n", " ")
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_schema_kind(each) for each in schema["anyOf"])
    return _plain_kind(schema)


def _plain_kind(schema: dict[str, Any]) -> str:
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_schema_kind(schema['items'])}" if schema.get("items") else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"table of {_schema_kind(schema['additionalProperties'])}"
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "maxLength": "length ≤", "minLength": "length ≥"}
    bounds = [f"{sign} {schema[key]:g}" for key, sign in signs.items() if key in schema]
    words = {"string": schema.get("format", "text"), "null": "null", "boolean": "true or false"}
    return ", ".join([words.get(kind, kind), *bounds])


def views_page() -> Iterator[str]:
    """Every view that SQL reads, and every function that it may call."""
    yield from ("# What SQL can read and call", "", NOTE, "")
    yield "The views of [SQL](sql.md) with their columns, and the functions that a statement may call."
    for view in VIEWS.values():
        yield from ("", f"## `{view.name}`", "", view.meaning, "", "| column | type | meaning |", "|---|---|---|")
        yield from (f"| `{column.name}` | `{column.type}` | {column.meaning} |" for column in view.columns)
    yield from ("", "## Functions", "")
    endings = ", ".join(f"`{name}`" for name in COMBINATORS)
    yield f"What they do stands in the documentation of ClickHouse; aggregates may carry the endings {endings}."
    yield from ("", "| group | functions |", "|---|---|")
    yield from (f"| {group} | {', '.join(f'`{name}`' for name in names)} |" for group, names in NAMES.items())


def problems_page() -> Iterator[str]:
    """Every class of the family of problems with its HTTP status."""
    yield from ("# Problems", "", NOTE, "")
    yield "Whatever goes wrong is one of these; their names are those of `nephoscope.model.errors`."
    yield "A message says what, where, and what to do."
    yield "The native API answers with `application/problem+json`, described in [its page](native-api.md#problems)."
    yield "The Gnocchi dialect answers as [its page](gnocchi.md#errors) says."
    yield f"Every 503 carries `Retry-After: {Unavailable.retry_after_s}`; nothing of such a request was stored."
    yield from ("", "| problem | status | when |", "|---|---|---|")
    for kind in _family(NephoscopeError):
        status = next(STATUS[each] for each in kind.__mro__ if each in STATUS)
        yield f"| `{kind.__name__}` | {status} | {' '.join(_sentences(kind.__doc__))} |"
    yield from ("", "HTTP itself adds a few.")
    yield "An unknown path is 404, a wrong method 405 with `Allow`, a body of another type or encoding 415."
    yield "A conditional request whose condition fails is 412, or 304 on GET."


def _family(kind: type[NephoscopeError]) -> Iterator[type[NephoscopeError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _sentences(text: str | None) -> list[str]:
    """The first paragraphs of a docstring, one sentence a line."""
    words = " ".join(inspect.cleandoc(text or "").split())
    return words.replace(". ", ".\n").splitlines()


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "cli.md": commands_page,
    "configuration.md": settings_page,
    "errors.md": problems_page,
    "native-operations.md": operations_page,
    "pollsters.md": pollsters_page,
    "sql-views.md": views_page,
}


def main(arguments: list[str]) -> int:
    """Write or check every page."""
    os.environ["COLUMNS"] = str(HELP_WIDTH)
    stale = []
    for name, page in PAGES.items():
        path, content = REFERENCE / name, "\n".join(page()) + "\n"
        if arguments == ["--check"]:
            if not path.exists() or path.read_text() != content:
                stale.append(name)
        else:
            path.write_text(content)
    if stale:
        print(f"not what the program says: {', '.join(stale)}; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
