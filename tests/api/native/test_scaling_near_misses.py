# SPDX-License-Identifier: Apache-2.0
"""Groups and policies that are almost right: taken or refused, never a failure of our own."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.gnocchi.near_misses import changed
from tests.api.native.cloud import Asker
from tests.api.native.test_scaling_groups import NIGHTLY, TARGET, UP, WEB

REFUSED = {400, 403, 409, 413, 415}
FEW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
GROUP = {
    **WEB,
    "options": {"url": "https://u:p@host/x?Signature=s", "api_token": "t", "list": [1, {"password": "p"}]},
    "cooldown_s": 5,
    "cooldown_out_s": 5,
    "warm_up_s": 1,
}
PERCENT = {**UP, "adjustment_type": "percent_change_in_capacity", "min_adjustment_step": 2, "cooldown_s": 1}
QUERY = '{"=": {"server_group": "web"}}'
RULES = (UP, PERCENT, TARGET, {**TARGET, "query": QUERY}, NIGHTLY, {**NIGHTLY, "min_size": 0, "max_size": 4})


@given(
    body=changed(GROUP), change=changed({key: GROUP[key] for key in ("min_size", "max_size", "options", "cooldown_s")})
)
@FEW
def test_a_group(member: Asker, body: Any, change: Any) -> None:
    answer = member.ask("POST", "/scaling/groups", body)
    assert answer.status in {201, *REFUSED}, answer.text
    if answer.status == 201:
        name = answer.json()["group"]["id"]
        assert member.ask("PATCH", f"/scaling/groups/{name}", change).status in {200, *REFUSED}
        assert member.ask("DELETE", f"/scaling/groups/{name}?members=keep").status == 204


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
@FEW
def test_a_policy(member: Asker, rule: dict[str, Any], data: st.DataObject) -> None:
    if member.ask("GET", "/scaling/groups/web").status == 404:
        member.post("/scaling/groups", **WEB)
    answer = member.ask("POST", "/scaling/groups/web/policies", data.draw(changed({"name": "p", "rule": rule})))
    assert answer.status in {201, *REFUSED}, answer.text
    if answer.status == 201:
        policy = answer.json()["id"]
        for path in ("signal", "dry-run", "rotate"):
            assert member.ask("POST", f"/scaling/policies/{policy}/{path}").status in {200, 400}
        assert member.ask("DELETE", f"/scaling/policies/{policy}").status == 204
