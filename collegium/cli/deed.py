"""One deed on one case: who acts for whom, what the words on the command line mean, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import typer

from collegium import kept_files
from collegium.cli.act_options import NO_CASE
from collegium.cli.answers import TakeFile, gathered, path_of, paths_in, shaped, without_cleared
from collegium.cli.changes import changes_of, print_changes
from collegium.cli.desk import Desk, opened
from collegium.cli.finding import (
    Ambiguous,
    NotFound,
    case_named,
    holding_named,
    near,
    participant_named,
    person_named,
    task_named,
)
from collegium.cli.form_words import Question, questions
from collegium.cli.printing import say, say_answers, say_json
from collegium.cli.words import Words
from collegium.kept_files import ReadFile
from collegium.launching import participant_of
from collegium.linking import has_ended, refused_by_link
from collegium.refusals import OfProcess, Told
from collegium.speech import t
from collegium.unfinished import asked_now, seen_by
from engine.actions import Action, Actor
from engine.case import Case, Holding, Task
from engine.conditions import all_lines
from engine.definition import Definition, FormDef, TransitionDef
from engine.errors import CollegiumError, InvalidAnswers, Refused
from engine.expressions import Line
from engine.files import is_kept
from engine.forms import Problem
from engine.outlook import capacity, options, roles_for
from engine.ports import UnitOfWork
from engine.saying import said
from engine.seat import LIVE

Make = Callable[["Deed"], Action]


class LinkRevoked(CollegiumError):
    """This link does not work any more: a newer mail holds another one."""


class LinkEnded(CollegiumError):
    """This link has ended: its task was closed some time ago."""


class Deed:
    """What the words of a command mean in one case, inside one transaction."""

    def __init__(
        self, desk: Desk, work: UnitOfWork, case: Case, who: str | None, linked: str | None, names: dict[str, str],
        files: Mapping[Path, ReadFile | Refused], *, tried: bool = False,
    ) -> None:  # fmt: skip
        self.desk = desk
        self.work = work
        self.case = case
        self.who = who  # the participant who acts, or for whom
        self.linked = linked  # the task of a private link
        self.names = names  # of participants, for whoever must tell of them after all was undone
        self.files = files  # of this machine that are handed in, as they were read before the transaction
        self.tried = tried  # nothing of it is kept: no file is written
        self.definition: Definition = desk.app.library.of(work, case)

    def participant(self, name: str) -> str:
        """The key of a person in this case; made where they are new to it."""
        person = person_named(self.work, self.desk.office.id, name)
        key = participant_of(self.work, self.case.id, person.id, self.desk.app.keys)
        self.names[key] = person.name
        return key

    def known(self, name: str) -> str:
        """The key of somebody who takes part, or the key itself."""
        if self.work.people.participant(name) is not None:
            return name
        return participant_named(self.work, self.desk.office.id, self.case, name)

    def task(self, name: str) -> Task:
        if not name and self.linked is not None:
            name = self.linked
        if not name:
            return self._own_task()
        return task_named(self.case, name, self.who)

    def _own_task(self) -> Task:
        """Without a name: the only open task of whom one acts for."""
        own = [task for task in self.case.open_tasks() if self.who in task.assignees]
        if len(own) == 1:
            return own[0]
        keys = tuple(task.key for task in own or self.case.open_tasks())
        raise Ambiguous(said("Which task? Name one: {keys}", keys=keys))

    def holding(self, name: str) -> Holding:
        return holding_named(self.work, self.desk.office.id, self.case, name, LIVE)

    def invited(self, name: str) -> Holding:
        """Whose invitation is answered: as named, of the link's task, or that of whom one acts for."""
        if name:
            return holding_named(self.work, self.desk.office.id, self.case, name, ("invited",))
        item = self.case.tasks.get(self.linked or "")
        if item is not None and item.about in self.case.holdings:
            return self.case.holdings[item.about or ""]
        own = [held for held in self.case.holdings.values() if held.participant == self.who]
        asked = [held for held in own if held.state == "invited"] or own
        if not asked:
            raise NotFound("Whose invitation? Name a place with --seat, or a person with --as")
        return asked[0]

    def seat_or_role(self, name: str) -> str:
        known = [*self.definition.seats, *self.definition.roles]
        if name not in known:
            raise NotFound(
                said(
                    "{process} has no seat or role {name!r}.{near}",
                    process=self.definition.name,
                    name=name,
                    near=near(name, known),
                )
            )
        return name

    # answers ----------------------------------------------------------------------------------------------------------

    def answers(self, pairs: Sequence[str] | None, file: Path | None) -> dict[str, Any]:
        return gathered(pairs or [], file)

    def asked(self, asks: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
        """What a transition asks; a place in the panel may be named by who holds it."""
        return {
            name: self.holding(str(value)).key if asks.get(name) == "seat" else value for name, value in given.items()
        }

    def form_answers(
        self, item: Task, pairs: Sequence[str] | None, file: Path | None, kept: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        given = gathered(pairs or [], file, kept)
        form = self.definition.forms.get(self.definition.tasks[item.name].form or "")
        if form is None or item.state == "signing":
            return without_cleared(given, ())
        return shaped(form, given, self.known, self._taking(item, form))

    def _taking(self, item: Task, form: FormDef) -> TakeFile:
        """What stands in the answers to a task for a file on this machine, or for one that is kept already.

        Raises InvalidAnswers with the question where no such file is kept.
        """
        where, put = (self.desk.app, self.work, self.case, item, self.who), not self.tried

        def taken(place: str, value: Any) -> Any:
            if not is_kept(value):
                return kept_files.take_in(*where, self.files[path_of(value)], self.desk.now, put=put)
            found = kept_files.again(*where, value["file"], self.desk.now, put=put)
            if found is None:
                unknown = Problem(place, "there is no such file: hand it in with @PATH")
                raise InvalidAnswers(said("Can't do {task:task}", task=item.name), [unknown.told(form.name)])
            return found

        return taken

    def submitted(
        self, item: Task, pairs: Sequence[str] | None, file: Path | None, kept: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answers that are handed in. Raises InvalidAnswers where a file in them is gone with who put it in."""
        return self._whole(item, self.definition.tasks[item.name].form, self.form_answers(item, pairs, file, kept))

    def _whole(self, item: Task, form: str | None, given: dict[str, Any]) -> dict[str, Any]:
        gone = kept_files.gone_from(self.work, self.case, given)
        if gone:
            reasons = [each.told(form or "") for each in gone]
            raise InvalidAnswers(said("Can't do {task:task}", task=item.name), reasons)
        return given

    def kept(self, item: Task) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What was kept of a task by somebody who has it, to be handed in, and what of it is not asked any more.

        Raises Refused where there is nothing.
        """
        found = seen_by(self.work, self.case, item, self.who)
        if found is None:
            nothing = said("nothing is kept of it for who does this: say with --as who has the task")
            raise Refused(said("Can't do {task:task}", task=item.name), [nothing])
        return asked_now(self.definition, self.case, item, found.answers)

    def questions(self, form: str | None) -> list[Question]:
        """What each question of a form takes."""
        known = self.definition.forms.get(form or "")
        wording = self.desk.app.library.wording(self.work, self.case)
        return questions(self.definition, wording, known) if known is not None else []

    def invitation_answers(self, held: Holding, pairs: Sequence[str] | None, file: Path | None) -> dict[str, Any]:
        given = self.answers(pairs, file)
        rule = self.definition.invitations
        form = self.definition.forms.get(rule.form) if rule else None
        item = next((each for each in self.case.open_tasks() if each.about == held.key), None)
        if form is None or item is None:
            return given if form is None else shaped(form, given, self.known, lambda place, value: value)
        return self._whole(item, form.name, shaped(form, given, self.known, self._taking(item, form)))

    # conditions that are set aside ------------------------------------------------------------------------------------

    def reasons(self, names: Sequence[str], reason: str, option: str) -> dict[str, str]:
        """A reason for each person whom a rule bars."""
        if names and not reason:
            raise typer.BadParameter("give a --reason", param_hint=option)
        return {self.participant(name): reason for name in names}

    def waivers(self, arrows: Sequence[TransitionDef], texts: Sequence[str], reason: str) -> dict[str, str]:
        """A reason for each line of these transitions that is to be set aside; a part of its text names a line."""
        if texts and not reason:
            raise typer.BadParameter("give a --reason", param_hint="--waive")
        lines = [line for arrow in arrows for line in all_lines(self.definition, arrow.condition)]
        return {_line(text, self._told(lines)): reason for text in texts}

    def _told(self, lines: Iterable[Line]) -> dict[str, str]:
        """Lines as refusals say them, and as the definition writes them -> as the definition writes them."""
        speaker = OfProcess(self.definition, self.desk.app.library.wording(self.work, self.case))
        texts = {line.text: line.text for line in lines}
        return {**texts, **{speaker.word(line, ""): line.text for line in lines}}

    def failing_line(self, text: str) -> tuple[str, str]:
        """A line that fails now and may be set aside, with the state in which it stands."""
        world = self.desk.app.worlds.of(self.work, self.case, self.desk.now)
        found: dict[str, str] = {}
        for option in options(self.definition, self.case, world, self.desk.now):
            for each in option.hindrances:
                if each.waivable_by:
                    found.setdefault(each.line, option.state.partition(".")[2] or option.state)
        known = {line.text: line for arrow in self.definition.transitions.values()
                 for line in all_lines(self.definition, arrow.condition)}  # fmt: skip
        line = _line(text, self._told([known[each] for each in found if each in known]))
        return line, found[line]


def _line(text: str, lines: Mapping[str, str]) -> str:
    """The line of which that is the text, or a part of it."""
    if text in lines:
        return lines[text]
    found = list(dict.fromkeys(line for told, line in lines.items() if text.casefold() in told.casefold()))
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(said("{text!r} could be several lines: {lines:all}", text=text, lines=tuple(found)))
    raise NotFound(said("No line that may be set aside reads {text!r}.{near}", text=text, near=near(text, lines)))


def the_transition(deed: Deed, name: str) -> TransitionDef:
    """A transition by its name. Raises NotFound with those that leave the present states."""
    arrows = deed.definition.transitions
    if name not in arrows:
        there = {deed.case.stage, *(track.state for track in deed.case.tracks.values())}
        likely = [each.name for each in arrows.values() if there & set(each.sources) and (each.by or each.by_all)]
        raise NotFound(
            said(
                "{process} has no transition {name!r}.{near}",
                process=deed.definition.name,
                name=name,
                near=near(name, likely),
            )
        )
    return arrows[name]


# carrying it out ------------------------------------------------------------------------------------------------------


def carry_out(
    ctx: typer.Context, case: str, make: Make, *, on_behalf: str | None = None, token: str | None = None,
    preview: bool = False, language: str = "", as_json: bool = False, left_out: Mapping[str, Any] | None = None,
    typed: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Do it, or foresee it, and tell what changes, and which answers were left out.

    `typed`: the answers to a form, of which the files are read before a transaction makes others wait. Raises what the
    engine refuses, with names in place of keys.
    """
    if token is not None and on_behalf is not None:
        raise typer.BadParameter("a private link says by itself who acts: leave out --as", param_hint="--token")
    with opened(ctx) as desk, Told() as told:
        names = told.names
        files = kept_files.read_ahead(paths_in(typed or ()), desk.app.settings.largest_file)
        with desk.app.store.write() as work:  # nothing is kept: people who are new to the case get a key for a moment
            found, who, linked = _whose(desk, work, case, on_behalf, token)
            names |= names_of(work, found)
            told.about(desk.app.library.of(work, found), desk.app.library.wording(work, found), found)

            def action(work: UnitOfWork, now: Case, *, tried: bool = False) -> Action:
                deed = Deed(desk, work, now, who, linked, names, files, tried=tried)
                made = make(deed)
                if linked is not None and (reason := refused_by_link(deed.definition, now, linked, made)):
                    raise Refused("Can't do this by a private link", [reason])
                return made

            trial = partial(action, tried=True)
            actor = _actor(desk, work, found, who, _attempt(work, found, trial), by_link=token is not None)
            if preview:
                outcomes = desk.app.operations.try_out(work, found.id, trial, actor, desk.now)
                changes = changes_of(desk, Words(desk, work, outcomes[-1].case, language), outcomes)
        if not preview:
            outcomes = (desk.app.operations.act(found.id, action, actor, desk.now),)
            with desk.app.store.write() as work:  # nothing is kept: which of its mails would go is tried out
                changes = changes_of(desk, Words(desk, work, outcomes[-1].case, language), outcomes)
    if as_json:
        more = {"left_out": dict(left_out)} if left_out else {}
        say_json(
            {"case": found.id, "preview": preview, "actor": actor.kind, "capacity": actor.capacity, **changes, **more}
        )
        return
    say(t("would_change" if preview else "done"))
    print_changes(changes)
    if left_out:
        say(t("left_out"))
        say_answers(left_out)
    if preview:
        say(t("was_preview"))


def names_of(work: UnitOfWork, case: Case) -> dict[str, str]:
    """What the participants of a case are called."""
    people = {each.key: work.people.person(each.person) for each in work.people.participants(case.id) if each.person}
    return {key: person.name for key, person in people.items() if person is not None}


def _attempt(work: UnitOfWork, case: Case, action: Callable[[UnitOfWork, Case], Action]) -> Action | None:
    """The action as it would be now; None where only dates that come first make it possible."""
    try:
        return action(work, case)
    except CollegiumError:
        return None


def _whose(
    desk: Desk, work: UnitOfWork, case: str, on_behalf: str | None, token: str | None
) -> tuple[Case, str | None, str | None]:
    """The case, who acts or for whom, and the task of a private link."""
    if token is not None:
        return _linked(desk, work, token)
    if case == NO_CASE:
        raise typer.BadParameter("name a case, or give a private link with --token", param_hint="CASE")
    found = case_named(work, desk.office.id, case)
    who = participant_named(work, desk.office.id, found, on_behalf) if on_behalf else None
    return found, who, None


def _linked(desk: Desk, work: UnitOfWork, token: str) -> tuple[Case, str | None, str | None]:
    from notifications import links

    name, generation = links.read(desk.app.settings.secret(), token.rstrip("/").rpartition("/")[2])
    link = work.outbox.find_link(name)
    if link is None or link.revoked or link.generation != generation:
        raise LinkRevoked
    case = work.cases.load(link.case)
    if has_ended(work, case, link.task, desk.now):
        raise LinkEnded
    return case, link.participant, link.task


def _actor(desk: Desk, work: UnitOfWork, case: Case, who: str | None, action: Action | None, *, by_link: bool) -> Actor:
    """A person by their own link; else an operator, for the office or for somebody, under the role that fits."""
    if who is None:
        return Actor(kind="operator", via="cli")
    definition = desk.app.library.of(work, case)
    role = capacity(definition, case, who, roles_for(definition, case, action) if action else ())
    if by_link:
        return Actor(kind="person", participant=who, capacity=role, via="link")
    return Actor(kind="operator", on_behalf_of=who, capacity=role, via="cli")
