"""Does somebody else decide about an objection than whoever objects? Both of one organisation are one side."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding

ONE_SIDE = ("host", "region", "minister")  # of each of these a case has one


def objections(definition: Definition) -> Iterator[Finding]:
    """An objection to a candidate about which the side decides that objects."""
    rule = definition.invitations.objection if definition.invitations is not None else None
    if rule is None:
        return
    ours, theirs = _side(definition, rule.by), _side(definition, rule.decides)
    if ours is not None and ours == theirs:
        message = said(
            "`{by}` objects to candidates and `{decides}` decides about it, and both are of the same organisation "
            "(`of: {of}`): let another side decide.",
            by=rule.by, decides=rule.decides, of=ours,
        )  # fmt: skip
        yield Finding(kind="own_judge", item=("role", rule.decides), message=message, severity="warning")


def _side(definition: Definition, name: str) -> str | None:
    """Of which kind of organisation everybody behind a name is; None where there may be several of it."""
    kinds = {definition.roles[leaf].of if leaf in definition.roles else "" for leaf in leaves(definition, (name,))}
    return kinds.pop() if len(kinds) == 1 and kinds <= set(ONE_SIDE) else None
