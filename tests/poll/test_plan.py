# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which task polls what: sources meet families."""

from collections.abc import Collection

from nephoscope.poll.contract import Namespace
from nephoscope.poll.families import Loaded
from nephoscope.poll.plan import Plan, Task, Want, planned
from nephoscope.poll.polling import read
from tests.poll.counting import loaded
from tests.project import PROJECT

EXAMPLE = (PROJECT / "tests" / "data" / "polling-example.yaml").read_text()
VMS = loaded("vms", ["cpu", "memory.usage", "disk.device.read.bytes"])
IMAGES = loaded("images", ["image.size"], namespace="central", discovery="images")
NODES = loaded("nodes", ["hardware.ipmi.fan", "hardware.ipmi.power"], namespace="ipmi", discovery="local_node")
ALL: tuple[Namespace, ...] = ("compute", "central", "ipmi")
KNOWN = ["local_instances", "local_node", "images", "tenant"]


def plan(text: str, *families: Loaded, namespaces: Collection[Namespace] = ALL) -> Plan:
    return planned(read(text), families, namespaces, KNOWN)


def source(meters: str, name: str = "a", interval: int = 60, more: str = "") -> str:
    return f"\n- {{name: {name}, interval: {interval}, meters: [{meters}]{more}}}"


def test_sources_of_equal_interval_are_one_task_by_family() -> None:
    text = f"sources:{source('cpu')}{source('memory.*', 'b')}{source('disk.*', 'c', 300)}"
    assert (
        Task(
            60,
            False,
            {
                "vms": (
                    Want("a", frozenset({"cpu"}), otherwise="local_instances"),
                    Want("b", frozenset({"memory.usage"}), otherwise="local_instances"),
                )
            },
        ),
        Task(300, False, {"vms": (Want("c", frozenset({"disk.device.read.bytes"}), otherwise="local_instances"),)}),
    ) == plan(text, VMS, IMAGES).tasks


def test_central_work_is_a_task_of_its_own_as_it_is_shared() -> None:
    tasks = plan(f"sources:{source(repr('*'))}", VMS, IMAGES, NODES).tasks
    assert [("60s", ["vms", "nodes"]), ("60s shared", ["images"])] == [(task.name, list(task.wants)) for task in tasks]


def test_an_agent_has_the_meters_of_its_namespaces_only() -> None:
    text = f"sources:{source('cpu, image.size')}"
    assert [["images"]] == [list(task.wants) for task in plan(text, VMS, IMAGES, namespaces=["central"]).tasks]
    assert () == plan(text, VMS, IMAGES, namespaces=["central"]).warnings


def test_discoveries_of_this_host_and_others_go_to_their_tasks() -> None:
    more = ", discovery: [local_node, tenant], resources: ['ipmi://192.0.2.21']"
    host, shared = plan(f"sources:{source(repr('*'), more=more)}", NODES).tasks
    (of_host,) = host.wants["nodes"]
    (of_all,) = shared.wants["nodes"]
    assert (("local_node",), (), None) == (of_host.discovery, of_host.resources, of_host.otherwise)
    assert (("tenant",), ("ipmi://192.0.2.21",), None) == (of_all.discovery, of_all.resources, of_all.otherwise)


def test_what_measures_this_host_is_never_shared() -> None:
    more = ", discovery: [tenant], resources: [x]"
    (task,) = plan(f"sources:{source('cpu', more=more)}", VMS).tasks
    assert not task.shared
    want = Want("a", frozenset({"cpu"}), ("tenant",), ("x",), "local_instances")
    assert (want,) == task.wants["vms"]


def test_a_family_without_discovery_needs_no_target() -> None:
    bare = loaded("bare", ["bare.count"], namespace="central", discovery="")
    (task,) = plan(f"sources:{source('bare.*')}", bare).tasks
    assert task.shared
    assert (Want("a", frozenset({"bare.count"}), untargeted=True),) == task.wants["bare"]
    (of_source,) = plan(f"sources:{source('bare.*', more=', discovery: [tenant]')}", bare).tasks
    assert (Want("a", frozenset({"bare.count"}), ("tenant",)),) == of_source.wants["bare"]


def test_a_coordination_expression_shares_meters_by_name() -> None:
    more = ", group_id_coordination_expression: x"
    (task,) = plan(f"sources:{source('image.size', more=more)}{source('image.*', 'b')}", IMAGES).tasks
    assert frozenset({"image.size"}) == task.by_name
    (host,) = plan(f"sources:{source('cpu', more=more)}", VMS).tasks
    assert frozenset() == host.by_name


def test_names_that_no_family_knows_are_warned_of_with_the_nearest_that_is() -> None:
    text = f"sources:{source('cpu')}{source('memory.usag, cpu_utill', 'b')}{source(repr('!foo.*'), 'c')}"
    assert (
        "polling.yaml:3: source 'b': no family has a meter 'memory.usag'; the nearest there is is 'memory.usage'",
        "polling.yaml:3: source 'b': no family has a meter 'cpu_utill'; the nearest there is is 'cpu'",
        "polling.yaml:4: source 'c': no family has a meter 'foo.*'",
    ) == plan(text, VMS).warnings


def test_discoveries_that_do_not_exist_are_warned_of() -> None:
    text = f"sources:{source('cpu', more=', discovery: [tennant, images, zzz://a, zzz://b]')}"
    assert (
        "polling.yaml:2: source 'a': there is no discovery 'tennant'; the nearest there is is 'tenant'",
        "polling.yaml:2: source 'a': there is no discovery 'zzz'",
    ) == plan(text, VMS).warnings


def test_a_meter_that_two_families_have_is_polled_by_the_first() -> None:
    again = loaded("again", ["cpu", "cpu.more"])
    (task,) = plan(f"sources:{source(repr('cpu*'))}", VMS, again).tasks
    assert {"vms": {"cpu"}, "again": {"cpu.more"}} == {name: set(wants[0].meters) for name, wants in task.wants.items()}


def test_the_example_meets_families() -> None:
    tasks = plan(EXAMPLE, VMS, IMAGES, NODES).tasks
    assert [
        ("60s", {"vms": 1}),
        ("120s", {"vms": 1}),
        ("120s shared", {"images": 1, "nodes": 1}),
        ("300s", {"vms": 1}),
        ("3600s shared", {"images": 1}),
    ] == [(task.name, {name: len(wants) for name, wants in task.wants.items()}) for task in tasks]
    (nodes,) = tasks[2].wants["nodes"]
    assert frozenset({"hardware.ipmi.power"}) == nodes.meters
