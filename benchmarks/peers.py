"""What do other engines make of the small process? Measured where they are installed; none is in the locks.

SpiffWorkflow as its documentation tells its users: load the serialised workflow, run a task, serialise, store, commit.
Its process has the tasks in a row, each dated one with three reminders as timers beside it; calendars, notices, answers
in rows of their own and a history it does not have, so nobody makes them here.
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
REMINDER = """<boundaryEvent id="{task}_{days}" attachedToRef="{task}" cancelActivity="false">
<timerEventDefinition><timeDuration>"P{days}D"</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="{task}_{days}_sent"/>
<sequenceFlow id="remind_{task}_{days}" sourceRef="{task}_{days}" targetRef="{task}_{days}_sent"/>"""
UNDATED = ("fix_day", "adopt")  # what the office does without a task of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another engine's committed steps per second, also by processor time; None where it is not installed."""

    name: str
    rate: float | None = None
    busy_rate: float | None = None


def measured(cases: int, place: Path) -> list[Peer]:
    """Each peer with so many cases, in a database of its own."""
    here = find_spec("SpiffWorkflow") is not None
    return [_spiff(cases, place / "spiff.db") if here else Peer(name="SpiffWorkflow")]


def _spiff(cases: int, database: Path) -> Peer:
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
    steps = cases * (len(STEPS) + 1)
    return Peer(name="SpiffWorkflow", rate=steps / watch.seconds, busy_rate=steps / watch.busy)


def _specification() -> Any:
    names = ["start", *(name for _, name in STEPS), "end"]
    nodes = ['<startEvent id="start"/>', *(f'<userTask id="{name}" name="{name}"/>' for _, name in STEPS)]
    for name in (name for _, name in STEPS if name not in UNDATED):
        nodes += [REMINDER.format(task=name, days=days) for days in (10, 15, 19)]
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
