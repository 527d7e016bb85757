"""What does a mail that holds several letters say around its boxes? Subject, opening words and why one gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.catalogue import Texts
from notifications.letters import Letter


@dataclass(frozen=True, slots=True)
class Heap:
    """The letters of one mail: the reader's own tasks, those of people away, late ones, and those that are over."""

    own: tuple[Letter, ...]
    away: tuple[Letter, ...]
    others: tuple[Letter, ...]
    over: tuple[Letter, ...]

    @property
    def letters(self) -> tuple[Letter, ...]:
        return (*self.own, *self.away, *self.others, *self.over)


def sort(letters: Sequence[Letter]) -> Heap:
    """Each kind in the order given. A letter without a link asks for nothing; without a date it tells of no delay."""
    rest = [one for one in letters if not one.away_until]
    return Heap(
        own=tuple(one for one in rest if one.link),
        away=tuple(one for one in letters if one.away_until),
        others=tuple(one for one in rest if not one.link and one.by_when),
        over=tuple(one for one in rest if not one.link and not one.by_when),
    )


def subject(t: Texts, heap: Heap) -> str:
    if heap.own:
        return _own_subject(t, heap.own)
    if heap.away:
        return t.counted("bundle_subject_away", len(heap.away), date=heap.away[0].by_when)
    if heap.others:
        hosts = {one.host for one in heap.others}
        name = "bundle_subject_others" if len(hosts) > 1 else "bundle_subject_others_one_host"
        return t.counted(name, len(heap.others), host=heap.others[0].host)
    return t.counted("bundle_subject_over", len(heap.over))


def intro(t: Texts, heap: Heap) -> str:
    substitute = any(one.to_substitute for one in heap.away)
    parts = (
        ("bundle_intro", _count(heap.own)),
        ("bundle_away_substitute" if substitute else "bundle_away", len(heap.away)),
        ("bundle_others", len(heap.others)),
        ("bundle_over", len(heap.over)),
    )
    return "\n\n".join(t.counted(name, n) for name, n in parts if n)


def why(t: Texts, heap: Heap) -> str:
    if heap.own:
        return t["why_bundle"]
    reasons = {one.why for one in heap.letters}
    if len(reasons) == 1:
        return reasons.pop()
    return t["why_away" if heap.away else "why_others" if heap.others else "why_over"]


def _count(letters: Sequence[Letter]) -> int:
    return sum(1 + len(one.also) for one in letters)


def _own_subject(t: Texts, letters: Sequence[Letter]) -> str:
    n, late = _count(letters), sum(1 for one in letters if one.task and one.task.late)
    if late:
        return t.counted("bundle_subject_late" if late < n else "bundle_subject_all_late", n, late=late)
    if any(one.task and one.task.today for one in letters):
        return t.counted("bundle_subject_today", n)
    dates = [by_when for one in letters if (by_when := one.by_when or (one.task and one.task.due))]
    if not dates:
        return t.counted("bundle_subject_undated", n)
    return t.counted("bundle_subject", n, date=dates[0])
