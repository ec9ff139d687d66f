# SPDX-License-Identifier: Apache-2.0
"""
Conversations with the dialect: each YAML file in `conversations/` is about one noun, and readable as a manual.

A file is a list of conversations, each on an empty server with the built-in policies. A step is a request and what is
expected of its answer:

    - GET: /v1/metric/{id}          the method and the path, with arguments; {names} are filled in
      as: alice                     the user of HTTP basic; `admin` unless said, `nobody` sends no credentials
      headers: {If-Match: "x"}      further request headers; an empty one is not sent
      send: {...}                   a JSON body; `raw` sends text as it is
      status: 200                   expected, 200 unless said
      body: [...]                   the whole body; "*" stands for anything
      shows: {...}                  what must be in the body, at least; in lists, item by item
      has: {Location: "..."}        expected response headers; "*" at an end stands for any text
      lacks: [Link]                 headers that must not be there
      text: "404 Not Found"         what the body must contain, as text
      keep: {id: id}                remember parts of the body as {name} for later steps: name: dotted path
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from nephoscope.store.index.contract import Index
from tests.api.asgi import Answer, Client, basic
from tests.api.gnocchi.server import URL, served

FOLDER = Path(__file__).parent / "conversations"
METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS")
KEYS = {*METHODS, "as", "headers", "send", "raw", "status", "body", "shows", "has", "lacks", "text", "keep"}


def conversations() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for conversation in yaml.safe_load(path.read_text()):
            found.append(pytest.param(conversation["steps"], id=f"{path.stem}: {conversation['about']}"))
    return found


@pytest.mark.parametrize("steps", conversations())
def test_conversation(steps: list[dict[str, Any]], index: Index) -> None:
    names: dict[str, str] = {"url": URL}
    with Client(served(index)) as client:
        for step in steps:
            assert set(step) <= KEYS, f"unknown keys in {step}"
            answer = ask(client, step, names)
            check(step, answer, names)
            for name, path in step.get("keep", {}).items():
                names[name] = str(picked(answer.json(), path))


def ask(client: Client, step: dict[str, Any], names: dict[str, str]) -> Answer:
    method = next(key for key in step if key in METHODS)
    headers = {"accept": "application/json", **basic(step.get("as", "admin")), **filled(step.get("headers", {}), names)}
    if step.get("as") == "nobody":
        del headers["authorization"]
    if "raw" in step:
        headers = {"content-type": "application/json", **headers}
    headers = {name: value for name, value in headers.items() if value}
    target = "/gnocchi" + filled(step[method], names)
    body = filled(step.get("raw", ""), names).encode()
    return client.request(method, target, body=body, data=filled(step.get("send"), names), headers=headers)


def check(step: dict[str, Any], answer: Answer, names: dict[str, str]) -> None:
    about = f"{step}\n=> {answer.status} {answer.headers}\n{answer.body.decode()}"
    assert step.get("status", 200) == answer.status, about
    if "body" in step:
        expected = filled(step["body"], names)
        assert (answer.body == b"") if expected == "" else same(expected, answer.json(), whole=True), about
    if "shows" in step:
        assert same(filled(step["shows"], names), answer.json(), whole=False), about
    for name, value in filled(step.get("has", {}), names).items():
        assert name.lower() in answer.headers, about
        assert like(str(value), answer.headers[name.lower()]), about
    for name in step.get("lacks", []):
        assert name.lower() not in answer.headers, about
    assert filled(step.get("text", ""), names) in answer.text, about


def same(expected: Any, found: Any, *, whole: bool) -> bool:
    if expected == "*":
        return True
    if isinstance(expected, dict) and isinstance(found, dict):
        keys_fit = set(expected) == set(found) if whole else set(expected) <= set(found)
        return keys_fit and all(same(value, found[key], whole=whole) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(
            same(left, right, whole=whole) for left, right in zip(expected, found, strict=True)
        )
    if isinstance(expected, str) and isinstance(found, str):
        return like(expected, found)
    return bool(expected == found) and isinstance(expected, bool) == isinstance(found, bool)


def like(expected: str, found: str) -> bool:
    return found.startswith(expected[:-1]) if expected.endswith("*") else found == expected


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, dict):
        return {filled(key, names): filled(each, names) for key, each in value.items()}
    return [filled(each, names) for each in value] if isinstance(value, list) else value


def picked(value: Any, path: str) -> Any:
    for part in path.split(".") if path else []:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
