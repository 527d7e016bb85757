"""`move-version`: the running cases of a round follow another version of their process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.act_options import OnBehalf
from collegium.cli.options import AsJson, Language, not_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from collegium.cli.desk import Desk
    from collegium.cli.words import Words
    from engine.actions import Action, Actor
    from engine.case import Case
    from engine.definition import Definition
    from engine.errors import CollegiumError
    from engine.events import Outcome
    from engine.ports import UnitOfWork
    from engine.saying import Said
    from engine.unfinished import Unfinished


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("move-version")(move_version)


def move_version(
    ctx: typer.Context,
    round_: Annotated[str, typer.Argument(metavar="ROUND", help="Name of the round whose cases move.")],
    to: Annotated[str, typer.Option("--to", metavar="PROCESS", help="The new version: a process, or its folder.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.", callback=not_blank)],
    names: Annotated[
        list[str] | None, typer.Option("--case", help="Only this case of the round. May be repeated.")
    ] = None,
    on_behalf: OnBehalf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change and be mailed in each case; change nothing.")
    ] = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Let the running cases of a round follow another version of their process, each in one step of its own.

    How the new version calls what the old one had stands under `replaces` in its process.yaml. What cannot move stays
    where it is and is named with what keeps it (exit code 1). Run it again to go on: what has moved is left alone.

    Example: collegium move-version "Ronde 2027" --to mine/development_review --reason "Vijf weken" --dry-run
    """
    from collegium.cli.desk import opened
    from collegium.cli.printing import say_json

    with opened(ctx) as desk:
        moves = _Moves(desk, to, reason, on_behalf, language)
        told = moves.foreseen(round_, names or []) if dry_run else moves.done(round_, names or [])
    if as_json:
        say_json({"dry_run": dry_run, "process": moves.to.name, "version": moves.to.version, "cases": told})
    else:
        _say(told, moves.to.version, dry_run=dry_run)
    if any(each["kept_by"] for each in told):
        raise typer.Exit(1)


class _Moves:
    """The version to which cases move, and what becomes of each."""

    def __init__(self, desk: Desk, to: str, reason: str, on_behalf: str | None, language: str) -> None:
        from collegium.cli.definitions import folder_of, folders_beside
        from workflows import loader

        self._desk, self._reason, self._on_behalf, self._language = desk, reason, on_behalf, language
        folder = folder_of(desk.app.settings, to)
        self._folders = folders_beside(desk.app.settings, folder)
        self._files = loader.load(folder)
        self.to: Definition
        self._kept: dict[str, list[Unfinished]] = {}

    def _chosen(self, work: UnitOfWork, round_: str, names: Collection[str]) -> list[Case]:
        """The cases of the round that run by this process. Stores the version, and checks its plan."""
        from collegium.case_names import host_name
        from collegium.cli.finding import case_named
        from collegium.cli.rounds import round_named
        from collegium.version_moves import check_plan, target
        from engine.errors import Refused
        from engine.saying import said

        app = self._desk.app
        stored = app.launcher.store_definition(work, self._files.files, self._folders)
        self.to = target(app, work, stored, self._files)
        office = self._desk.office.id
        own = list(work.cases.load_all(office, round_named(self._desk, work, round_).id))
        named = {case_named(work, office, name).id: name for name in names}
        others = [name for id, name in named.items() if id not in {case.id for case in own}]
        found = [case for case in own if case.id in named] if names else own
        found = [case for case in found if names or (not case.closed and case.process == self.to.name)]
        why = [said("{name} has no case in the round {cycle}", name=name, cycle=round_) for name in others]
        if not found and not why:
            why = [self._nothing_to_move(round_, tuple({case.process: None for case in own if not case.closed}))]
        if why:
            raise Refused(said("Can't move the cases to another version"), why)
        check_plan(app, work, self._files, found)
        self._kept = {case.id: work.unfinished.of_case(case.id) for case in found}
        return sorted(found, key=lambda case: (host_name(work, case).casefold(), case.id))

    def _nothing_to_move(self, round_: str, others: tuple[str, ...]) -> Said:
        """That a round has no case of this process, and of which it has some."""
        from engine.saying import said

        if not others:
            return said("the round {cycle} has no open case by {process}", cycle=round_, process=self.to.name)
        return said(
            "the round {cycle} has no open case by {process}, but by {others}: name a later version of that",
            cycle=round_, process=self.to.name, others=others,
        )  # fmt: skip

    def foreseen(self, round_: str, names: Collection[str]) -> list[dict[str, Any]]:
        """What would become of each; nothing of it is kept."""
        found = []
        with self._desk.app.store.write() as work:
            for case in self._chosen(work, round_, names):
                actor = self._actor(work, case)
                try_out = partial(self._desk.app.operations.try_out, work, case.id, self._deed, actor, self._desk.now)
                found.append(self._told(work, case, self._tried(case, try_out)))
        return found

    def done(self, round_: str, names: Collection[str]) -> list[dict[str, Any]]:
        """What became of each, one transaction after another."""
        app, found = self._desk.app, []
        with app.store.write() as work:
            chosen = self._chosen(work, round_, names)
            actors = {case.id: self._actor(work, case) for case in chosen}
            work.commit()
        for case in chosen:
            result = self._tried(case, partial(self._act, case.id, actors[case.id]))
            with app.store.write() as work:  # nothing is kept: which of its mails would go is tried out
                found.append(self._told(work, case, result))
        return found

    def _act(self, case: str, actor: Actor) -> tuple[Outcome, ...]:
        """One case in one transaction, with the dates that had come before."""
        with self._desk.app.store.write() as work:
            outcomes = self._desk.app.operations.try_out(work, case, self._deed, actor, self._desk.now)
            work.commit()
        return outcomes

    def _actor(self, work: UnitOfWork, case: Case) -> Actor:
        """For whom one acts where they take part in this case; elsewhere the office does."""
        from collegium.cli.finding import person_named
        from engine.actions import Actor
        from engine.outlook import capacity

        person = person_named(work, self._desk.office.id, self._on_behalf).id if self._on_behalf else None
        who = next((each.key for each in work.people.participants(case.id) if person and each.person == person), None)
        if who is None:
            return Actor(kind="operator", via="cli")
        definition = self._desk.app.library.of(work, case)
        roles = tuple(name for name, role in definition.roles.items() if role.of == "secretariat")
        return Actor(kind="operator", on_behalf_of=who, capacity=capacity(definition, case, who, roles), via="cli")

    def _deed(self, work: UnitOfWork, case: Case) -> Action:
        from collegium.version_moves import the_move

        return the_move(self._desk.app, work, case, self.to, self._reason)

    def _tried(self, case: Case, do: Callable[[], tuple[Outcome, ...]]) -> tuple[Outcome, ...] | CollegiumError:
        """What came of it, or what keeps the case; nothing of a case that has moved already."""
        from collegium.version_moves import follows
        from engine.errors import CollegiumError

        if follows(case, self.to):
            return ()
        try:
            return do()
        except CollegiumError as error:
            return error

    def _told(self, work: UnitOfWork, case: Case, result: tuple[Outcome, ...] | CollegiumError) -> dict[str, Any]:
        from collegium.case_names import host_name
        from collegium.cli.changes import changes_of
        from collegium.cli.words import Words
        from engine.rings import VISITOR

        told = {"case": case.id, "host": host_name(work, case), "from": case.process_version, "kept_by": []}
        if isinstance(result, tuple):
            if not result:
                return {**told, "already": True}
            words = Words(self._desk, work, result[-1].case, self._language)
            changes = changes_of(self._desk, words, result)
            after = result[-1].case
            more = {
                "unfinished": self._unfinished(words, work, case, after),
                "lacks_visitor": self.to.launch.ring is not None and not after.closed and VISITOR not in after.facts,
            }
            return {**told, "already": False, **_of_event(words, result), **more, **changes}
        speaker = Words(self._desk, work, case, self._language).speaker
        reasons = getattr(result, "reasons", ()) or (result.args[0] if result.args else str(result),)
        return {**told, "already": False, "kept_by": [speaker.say(each) for each in reasons]}

    def _unfinished(self, words: Words, work: UnitOfWork, before: Case, after: Case) -> list[dict[str, Any]]:
        """Whose unfinished answers go with their task, or answer what is not asked any more; not what they say."""
        from collegium.version_moves import kept_then

        old, kept = self._desk.app.library.of(work, before), self._kept[before.id]
        return [
            {
                "task": each.task, "label": words.label("task", each.name), "by": words.person(each.by),
                "ends": each.ends,
                "left_out": [{"question": path, "label": words.label("field", path)} for path in each.left_out],
            }
            for each in kept_then(old, self.to, before, after, kept)
        ]  # fmt: skip


def _of_event(words: Words, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What the history says of the move: dates that stay as somebody set them or go, and what is asked no more."""
    from datetime import date

    (event,) = [row.event for row in outcomes[-1].history if row.event.kind == "version_moved"]
    tasks = outcomes[-1].case.tasks
    return {
        "kept_dates": [
            {"task": key, "label": words.task(tasks[key]), "due": due.day}
            for key in event.data.get("kept", ())
            if (due := tasks[key].due) is not None
        ],
        "forgotten": [
            {"date": name, "label": words.label("date", name), "day": date.fromisoformat(day)}
            for name, day in event.data.get("forgot", {}).items()
        ],
        "unasked": [
            {"question": path, "label": words.label("field", path)} for path in event.data.get("unasked", ())
        ],
    }  # fmt: skip


def _say(told: Sequence[dict[str, Any]], version: int, *, dry_run: bool) -> None:
    """Case by case what would change or has, then how many."""
    from collegium.cli.changes import print_changes
    from collegium.cli.printing import say
    from collegium.speech import counted, day_text, t

    for each in told:
        if each["already"] or each["kept_by"]:
            continue
        say(t("version_of", host=each["host"], old=each["from"], new=version))
        print_changes(each)
        for one in each["kept_dates"]:
            say(f"  {t('version_date_stays', what=one['label'], day=day_text(one['due']))}")
        if each["unasked"]:
            say(f"  {t('version_unasked', questions=', '.join(one['label'] for one in each['unasked']))}")
        for one in each["unfinished"]:
            questions = ", ".join(asked["label"] for asked in one["left_out"])
            what = "version_unfinished_ends" if one["ends"] else "version_unfinished"
            say(f"  {t(what, who=one['by'], task=one['label'], questions=questions)}")
        if each["lacks_visitor"]:
            say(f"  {t('version_lacks_visitor', case=each['case'][:8])}")
    for each in told:
        for number, reason in enumerate(each["kept_by"]):
            say(f"! {t('version_kept', host=each['host'], why=reason)}" if number == 0 else f"  {reason}")
    already, kept = sum(each["already"] for each in told), sum(bool(each["kept_by"]) for each in told)
    say(counted("version_would_move" if dry_run else "version_moved", len(told) - already - kept, version=version))
    for what, number in (("version_already", already), ("version_stays", kept)):
        if number:
            say(counted(what, number, version=version))
    if dry_run:
        say(t("dry_run"))
