"""Do dates wait for each other? Named dates, deadlines and due dates that depend on each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition import Definition, DueRule
from engine.expressions import Ref, refs_in
from engine.saying import said
from workflows.checks.findings import Finding


def circles(definition: Definition) -> tuple[Finding, ...]:
    """One finding per circle, told as the way around it."""
    graph = _graph(definition)
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for name in graph:
        way = _around(name, graph)
        if way is not None:
            found.setdefault(frozenset(way), way)
    return tuple(_told(definition, way) for way in found.values())


def _told(definition: Definition, way: tuple[str, ...]) -> Finding:
    name = way[0].removesuffix(".due")
    kind = "date" if way[0] in definition.dates else "deadline" if way[0] in definition.deadlines else "task"
    steps = " -> ".join(way)
    message = (
        said(
            "The date `{date}` depends on itself: {way}. Count one of them from something else, such as `opened`.",
            date=way[0], way=steps,
        )
        if len(way) == 2
        else said(
            "These dates depend on each other in a circle: {way}. Count one of them from something else.", way=steps
        )
    )  # fmt: skip
    return Finding(kind="circle", item=(kind, name), message=message)


def _graph(definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """Name -> names from which it is computed."""
    graph: dict[str, tuple[str, ...]] = {}
    for name, date in definition.dates.items():
        graph[name] = tuple(_nodes(definition, name, (date.source, date.provisional, date.window)))
    for name, rule in definition.deadlines.items():
        graph[name] = tuple(_nodes(definition, name, _bounds(rule)))
    for name, task in definition.tasks.items():
        node = f"{name}.due"
        graph[node] = tuple(_nodes(definition, node, (task.window, *(_bounds(rule) for rule in task.due))))
    return graph


def _bounds(rule: DueRule) -> tuple[object, ...]:
    return rule.at, rule.not_before, rule.not_after  # `closes` is counted from the due date, not the other way round


def _nodes(definition: Definition, owner: str, value: object) -> Iterator[str]:
    for ref in refs_in(value):
        if (node := _node(definition, owner, ref)) is not None:
            yield node


def _node(definition: Definition, owner: str, ref: Ref) -> str | None:
    if ref.name in definition.dates or ref.name in definition.deadlines:
        return ref.name
    if ref.name in definition.tasks and ref.part == "due":
        return str(ref)
    return owner if str(ref) == "due" else None


def _around(start: str, graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The shortest way from a node back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for node in graph.get(way[-1], ()):
            if node == start:
                return (*way, start)
            if node not in seen:
                seen.add(node)
                ways.append((*way, node))
    return None
