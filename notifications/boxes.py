"""What stands in the box of a mail? What is asked, about whom, by when and where; instances of one task together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from notifications.catalogue import Texts
from notifications.letters import Letter, TaskText


@dataclass(frozen=True, slots=True)
class Row:
    """One of several instances of the task that the box is about."""

    text: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Box:
    """What, about whom, by when; then one link, or a row with a link for each instance."""

    lines: tuple[tuple[str, str], ...]
    link: str | None
    link_text: str
    rows: tuple[Row, ...] = ()

    @property
    def links(self) -> list[str]:
        return [link for link in (self.link, *(row.link for row in self.rows)) if link]


@dataclass(frozen=True, slots=True)
class _Ask:
    """One task of one case, as far as the reader is asked to do it or to see to it."""

    letter: Letter
    task: TaskText | None
    link: str | None
    by_when: str | None

    @property
    def due(self) -> str | None:
        own = self.task.due if self.task and self.link else None
        return self.by_when or own

    @property
    def kind(self) -> tuple[str, bool]:
        task = self.task
        return (task.name or task.label) if task else "", self.link is not None

    @property
    def who(self) -> str:
        """Who must do it, where that is not the reader."""
        return self.task.who if self.task and self.link is None and self.by_when else ""


def of_letter(t: Texts, letter: Letter) -> list[Box]:
    """The boxes of a mail of its own: none where nobody is asked for anything, by no date and with no link."""
    if letter.link is None and (letter.task is None or letter.by_when is None):
        return []
    return of_letters(t, [letter])


def of_letters(t: Texts, letters: Iterable[Letter]) -> list[Box]:
    """The boxes of several letters to one reader, in the order of the first instance of each task."""
    groups: dict[object, list[_Ask]] = {}
    for ask in (ask for letter in letters for ask in _asks(letter)):
        groups.setdefault(ask.kind if ask.task else id(ask), []).append(ask)
    return [_single(t, group[0]) if len(group) == 1 else _several(t, group) for group in groups.values()]


def _asks(letter: Letter) -> Iterator[_Ask]:
    yield _Ask(letter, letter.task, letter.link, letter.by_when)
    for one in letter.also:
        yield _Ask(letter, one.task, one.link, one.by_when)


def _single(t: Texts, ask: _Ask) -> Box:
    task = ask.task
    lines = [
        (t["what"], task.label if task else ""),
        (t["about"], f"{ask.letter.process}, {ask.letter.host}"),
        (t["about_whom"], task.about if task else ""),
        (t["who"], ask.who),
        (t["by_when"], _due(t, ask)),
        *(task.told if task else ()),
    ]
    link_text = t["open"].format(task=task.label) if task else t["open_page"]
    return Box(_filled(lines), ask.link, link_text)


def _several(t: Texts, asks: Sequence[_Ask]) -> Box:
    """What all have in common once; each row holds the rest."""
    hosts = list(dict.fromkeys((ask.letter.process, ask.letter.host) for ask in asks))
    processes = list(dict.fromkeys(process for process, _ in hosts))
    dues = list(dict.fromkeys(_due(t, ask) for ask in asks))
    about = ", ".join(hosts[0]) if len(hosts) == 1 else processes[0] if len(processes) == 1 else ""
    lines = [(t["what"], asks[0].kind[0]), (t["about"], about), (t["by_when"], dues[0] if len(dues) == 1 else "")]
    return Box(_filled(lines), None, "", tuple(_rows(t, asks, len(processes) > 1, len(hosts) > 1, len(dues) > 1)))


def _rows(t: Texts, asks: Sequence[_Ask], processes: bool, hosts: bool, dues: bool) -> Iterator[Row]:
    for ask in asks:
        letter, task = ask.letter, ask.task
        names = [letter.process if processes else "", letter.host if hosts else "", ask.who]
        names += [task.about, task.part] if task else []
        text = ", ".join(name for name in names if name) or letter.host
        due = _due(t, ask) if dues else ""
        yield Row(t["row"].format(what=text, date=due) if due else text, ask.link)


def _due(t: Texts, ask: _Ask) -> str:
    if not ask.due:
        return ""
    task = ask.task
    marks = [t["provisional"]] if task and task.provisional else []
    marks += [t.counted("late", task.late)] if task and task.late else []
    return f"{ask.due} ({', '.join(marks)})" if marks else ask.due


def _filled(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(line for line in lines if line[1])
