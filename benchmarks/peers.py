"""What do other engines make of the small process? Measured where they are installed; none is in the locks.

SpiffWorkflow as its documentation tells its users: load the serialised workflow, run a task, serialise, store, commit.
It gets the stages and tasks in a row: no dates, reminders, seats, notices or history, all of which are ours to do.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measuring import Stopwatch
from benchmarks.walking import ANSWERS, STEPS

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="small">
<process id="small" isExecutable="true">
{nodes}
{flows}
</process>
</definitions>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another engine's committed steps per second; None where it is not installed."""

    name: str
    rate: float | None


def measured(cases: int, place: Path) -> list[Peer]:
    """Each peer with so many cases, in a database of its own."""
    here = find_spec("SpiffWorkflow") is not None
    return [Peer(name="SpiffWorkflow", rate=_spiff(cases, place / "spiff.db") if here else None)]


def _spiff(cases: int, database: Path) -> float:
    watch = Stopwatch()
    serializer = import_module("SpiffWorkflow.bpmn.serializer").BpmnWorkflowSerializer()
    spec = _specification()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        with watch.timing():
            for case in range(cases):
                _spiff_case(connection, serializer, spec, case)
    return cases * (len(STEPS) + 1) / watch.seconds


def _specification() -> Any:
    names = ["start", *(name for _, name in STEPS), "end"]
    nodes = ['<startEvent id="start"/>', *(f'<userTask id="{name}" name="{name}"/>' for _, name in STEPS)]
    flows = [
        f'<sequenceFlow id="to_{after}" sourceRef="{before}" targetRef="{after}"/>' for before, after in pairwise(names)
    ]
    parser = import_module("SpiffWorkflow.bpmn.parser").BpmnParser()
    text = BPMN.format(nodes="\n".join([*nodes, '<endEvent id="end"/>']), flows="\n".join(flows))
    parser.add_bpmn_str(text.encode())
    return parser.get_spec("small")


def _spiff_case(connection: sqlite3.Connection, serializer: Any, spec: Any, case: int) -> None:
    """The launch, and one step for each task, each from and to the database."""
    workflow = import_module("SpiffWorkflow.bpmn.workflow").BpmnWorkflow(spec)
    ready = import_module("SpiffWorkflow.util.task").TaskState.READY
    workflow.do_engine_steps()
    with connection:
        connection.execute("INSERT INTO workflow VALUES (?, ?)", (case, serializer.serialize_json(workflow)))
    for _ in STEPS:
        connection.execute("BEGIN IMMEDIATE")
        (state,) = connection.execute("SELECT state FROM workflow WHERE id = ?", (case,)).fetchone()
        workflow = serializer.deserialize_json(state)
        task = workflow.get_next_task(state=ready, manual=True)
        task.data.update(ANSWERS)
        task.run()
        workflow.do_engine_steps()
        connection.execute("UPDATE workflow SET state = ? WHERE id = ?", (serializer.serialize_json(workflow), case))
        connection.commit()
    if not workflow.completed:
        raise AssertionError("SpiffWorkflow's case has not ended")
