"""`documents`: what was answered in a case, who may see it, what is public of it?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language
from engine.errors import Refused
from engine.files import TYPES
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.words import Words
    from collegium.documents import CaseDocument, FileOf
    from engine.case import Case, Task
    from engine.definition import Definition, FieldDef
    from engine.events import Submission
    from engine.files import KeptFile
    from engine.ports import UnitOfWork


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("documents")(documents)


def documents(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its id, or its organisation.")],
    task: Annotated[str | None, typer.Argument(metavar="TASK", help="Key or name of a task: what it answered.")] = None,
    reader: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="As somebody who takes part; else as the office.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="As anybody, who sees what is public.")] = False,
    version: Annotated[
        int | None,
        typer.Option("--version", min=1, help="Of TASK: what was handed in first, second...; else the last."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write the files of TASK into this folder, or its only one so.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """List the documents of a case: their class, who sees them now, since when they are public. With TASK, read one.

    Each reader sees what the process lets them see at this moment, the office too. Of what is public anybody sees all
    but what the process leaves out, and people: also after a later answer, and not who gave it or who may see it.
    Files that were handed in are listed with every version that the reader may see.

    Example: collegium documents "De Linde" report --public
    """
    from collegium import documents as kept
    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, participant_named
    from collegium.cli.words import Words
    from collegium.refusals import Told

    _check(task, reader, public=public, of_task=version is not None or save is not None)
    with reading(ctx) as (desk, work), Told() as told_of:
        found = case_named(work, desk.office.id, case)
        words = Words(desk, work, found, language)
        told_of.about(words.definition, words.wording)
        who = (participant_named(work, desk.office.id, found, reader),) if reader else kept.office_of(words.draft)
        given, as_whom = work.cases.submissions(found.id), () if public else who
        shelf = _Shelf(words, given, as_whom, work.files.of_case(found.id))
        all_ = kept.documents(words.draft, given, as_whom, lambda at: words.then(at).definition)
        if task is None:
            shown = [each for each in all_ if (each.public_since or not public) and not (reader and each.reasons)]
            return _tell_list(words, shelf, shown, public=public, as_json=as_json)
        chosen = _chosen(words.definition, found, all_, task, who[0] if who else None, public=public)
        chosen = _readable(chosen if version is None else shelf.version(chosen, version))
        if save is not None:
            return shelf.save(work, chosen, save, as_json=as_json)
        _tell_one(words, shelf, chosen, as_json=as_json)


def _readable(chosen: CaseDocument) -> CaseDocument:
    """The same. Raises Refused where its reader may not see it now."""
    if chosen.reasons:
        raise Refused(said("Can't read {task:task}", task=chosen.task.name), chosen.reasons)
    return chosen


def _check(task: str | None, reader: str | None, *, public: bool, of_task: bool) -> None:
    """Raises BadParameter where what is asked does not go together."""
    if of_task and task is None:
        raise typer.BadParameter(said("name the task whose version or files are meant"), param_hint="TASK")
    if reader and public:
        raise typer.BadParameter(said("name a person or say --public, not both"), param_hint="--public")


class _Shelf:
    """The files of a case for one reader: which there are of which version, and one of them written out."""

    def __init__(
        self, words: Words, given: list[Submission], readers: Collection[str], files: Collection[KeptFile]
    ) -> None:
        self._words, self._given, self._readers, self._files = words, given, readers, files

    def _versions(self, document: CaseDocument) -> list[CaseDocument]:
        from collegium.documents import versions

        words = self._words
        return versions(
            words.draft, self._given, self._readers, document.task.key, lambda at: words.then(at).definition
        )

    def version(self, document: CaseDocument, number: int) -> CaseDocument:
        found = self._versions(document)
        if number > len(found):
            raise Refused(
                said("Can't read {task:task}", task=document.task.name),
                [said("there is no version {n}; the last one is {last}", n=number, last=len(found))],
            )
        return found[number - 1]

    def of(self, document: CaseDocument) -> list[FileOf]:
        """The files of just this version."""
        from collegium.documents import files_of

        ids = [each.given.id for each in self._versions(document)]
        return files_of(document, ids.index(document.given.id) + 1, self._files)

    def all_of(self, document: CaseDocument) -> list[FileOf]:
        """The files of every version that the reader sees."""
        return [one for each in self._versions(document) if not each.reasons for one in self.of(each)]

    def names(self, document: CaseDocument) -> dict[str, str]:
        return {one.record.id: self._told(one) for one in self.of(document)}

    def _told(self, one: FileOf) -> str:
        from collegium.speech import t

        return t("file_gone" if one.record.gone else "file", name=one.record.name, size=-(-one.record.size // 1000))

    def facts(self, files: list[FileOf]) -> dict[str, Any]:
        """The files as plain values; nothing where there are none."""
        rows = [
            {
                "place": one.place, "version": one.version, "name": one.record.name, "size": one.record.size,
                "type": TYPES[one.record.type], "sha256": one.record.sha256, "given": self._words.local(one.record.at),
                "gone": one.record.gone, **({"by": self._by(one)} if one.document.whole else {}),
            }
            for one in files
        ]  # fmt: skip
        return {"files": rows} if rows else {}

    def _by(self, one: FileOf) -> str:
        by = one.document.given.participant
        return self._words.person(by) if by and one.document.whole else ""

    def print_list(self, listed: list[CaseDocument]) -> None:
        from collegium.cli.printing import say, say_table
        from collegium.speech import columns, moment_text

        rows = [
            (
                one.document.task.key, str(one.version), one.place, self._told(one), self._by(one),
                moment_text(one.record.at, self._words.draft.plan.zone),
            )
            for each in listed for one in self.all_of(each)
        ]  # fmt: skip
        if rows:
            say()
            say_table(columns("file_columns"), rows)

    def save(self, work: UnitOfWork, document: CaseDocument, target: Path, *, as_json: bool) -> None:
        """Write the files of one version; those whose content was taken out are not there."""
        from collegium.cli.printing import say, say_json
        from collegium.kept_files import save
        from collegium.speech import t

        contents = ((one.record, work.files.content(one.record.id)) for one in self.of(document))
        found = [(record, data) for record, data in contents if data is not None]
        if not found:
            raise Refused("Can't write the files", [said("{task:task} holds no files", task=document.task.name)])
        written = save(found, target)
        if as_json:
            return say_json({"written": [str(path) for path in written]})
        for path in written:
            say(t("file_written", file=path))


def _chosen(
    definition: Definition, case: Case, all_: list[CaseDocument], word: str, who: str | None, *, public: bool
) -> CaseDocument:
    """What one task answered: the answers that stand, or for anybody the last ones that were published.

    Raises NotFound, Ambiguous, and Refused where nothing was answered.
    """
    from collegium.cli.finding import task_named
    from engine.instance_keys import key_of, name_in, same_work, task_of
    from engine.translating import LEFT

    there_again = any(word == task.name for task in case.tasks.values())  # of a name that a version had dropped
    left = {key.removeprefix(LEFT) for key in case.facts if key.startswith(LEFT) and not there_again}

    def is_meant(task: Task) -> bool:
        names = (task.name, name_in(task.key), task_of(case, task.key))
        return key_of(case, task.key) == key_of(case, word) or (task.key in left and word in names)

    named = [each for each in all_ if is_meant(each.task)]
    if not named:
        given = [each.task.name for each in all_ if each.public_since or not public]
        word = _task_of_form(definition, case, given, word)
    key = named[0].task.key if named else task_named(case, word, who).key
    if not named:
        named = [each for each in all_ if each.task.key == key]
    published = [each for each in all_ if each.public_since and same_work(case, each.task.key) == same_work(case, key)]
    if public and not any(each.public_since for each in named):
        named = [*named, *published]
    if not named:
        raise Refused(said("{task:task} has not been answered", task=task_of(case, key)), [])
    return max(named, key=lambda each: (public and each.public_since is not None, each.given.at))


def _task_of_form(definition: Definition, case: Case, answered: list[str], word: str) -> str:
    """The word, or the task whose form it names: a process calls a document by its form. `answered`: tasks, in order.

    Raises Refused where the process has such a task, and it was not begun in this case.
    """
    from engine.instance_keys import task_of

    known = task_of(case, word)
    asking = [known] if known in definition.tasks else [n for n, task in definition.tasks.items() if task.form == word]
    begun = [name for name in asking if any(task.name == name for task in case.tasks.values())]
    if asking and not begun:
        raise Refused(said("{task:task} has not been answered", task=asking[0]), [])
    if known in asking or not begun:
        return word
    return next((name for name in reversed(answered) if name in begun), begun[0])


def _facts(words: Words, each: CaseDocument) -> dict[str, Any]:
    """A document as plain values; who sees its public part only is told of nobody."""
    by = each.given.participant
    people = {
        "by": words.person(by) if by else None,
        "readers": [words.role(name) for name in each.readers],
    }
    return {
        "task": each.task.key,
        "label": words.task(each.task),
        "class": each.visibility,
        "given": words.local(each.given.at),
        **(people if each.whole or each.reasons else {}),
        "public_since": words.local(each.public_since) if each.public_since else None,
        "removed": each.given.removed_at is not None,
    }


def _tell_list(words: Words, shelf: _Shelf, listed: list[CaseDocument], *, public: bool, as_json: bool) -> None:
    from collegium.cli.printing import say_json

    if as_json:
        return say_json([{**_facts(words, each), **shelf.facts(shelf.all_of(each))} for each in listed])
    _print_list(words, listed, public)
    shelf.print_list(listed)


def _tell_one(words: Words, shelf: _Shelf, chosen: CaseDocument, *, as_json: bool) -> None:
    from collegium.cli.printing import say_json
    from collegium.documents import told

    if as_json:
        files = shelf.facts(shelf.of(chosen))
        return say_json({**_facts(words, chosen), "answers": dict(chosen.answers), **files})
    _print_one(words, chosen, told(chosen.answers, shelf.names(chosen)))


def _print_list(words: Words, listed: list[CaseDocument], public: bool) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, day_text, t

    if not listed:
        return say(t("documents_none"))
    rows = [
        (
            each.task.key, words.task(each.task), words.label("class", each.visibility) if each.visibility else "",
            day_text(words.day(each.given.at)), *([] if public else [", ".join(map(words.role, each.readers))]),
            day_text(words.day(each.public_since)) if each.public_since else "",
        )
        for each in listed
    ]  # fmt: skip
    say_table(columns("public_columns" if public else "document_columns"), rows)


def _print_one(words: Words, each: CaseDocument, answers: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say
    from collegium.speech import day_text, t

    say(f"{words.host}: {words.task(each.task)}")
    if each.public_since:
        say(t("document_public", day=day_text(words.day(each.public_since))))
    if each.given.removed_at is not None:
        say(t("document_removed", day=day_text(words.day(each.given.removed_at))))
    then = words.then(each.given.at)
    words = then if each.given.form in then.definition.forms else words  # given in the very moment of a move
    form = words.definition.forms[each.given.form]
    for field in form.fields:
        if field.name in answers:
            say()
            say(words.label("field", f"{form.name}.{field.name}"))
            for line in _lines(words, f"{form.name}.{field.name}", field, answers[field.name]):
                say(f"  {line}")


def _lines(words: Words, path: str, field: FieldDef, value: Any) -> Iterator[str]:
    """What was answered to one question: a line for each row, choice or criterion."""
    if field.type == "rows":
        for number, row in enumerate(value, 1):
            cells = (
                f"{words.label('field', f'{path}.{column.name}')}: "
                + "; ".join(_lines(words, f"{path}.{column.name}", column, row[column.name]))
                for column in field.columns
                if column.name in row
            )
            yield f"{number}. {' | '.join(cells)}"
    elif isinstance(value, Mapping):
        rubric = words.definition.rubric
        for row, one in value.items():
            criterion = words.label("criterion", f"{rubric.name}.{row}") if rubric else row
            yield f"{criterion}: {_one(words, path, field, one)}"
    else:
        yield from (_one(words, path, field, each) for each in (value if isinstance(value, list) else [value]))


def _one(words: Words, path: str, field: FieldDef, value: Any) -> str:
    from collegium.speech import day_text, t
    from collegium.summaries.words import amount_text
    from engine.answers import day
    from engine.money import money

    rubric = words.definition.rubric
    match field.type:
        case "person":
            return words.person(str(value))
        case "yes_no":
            return t("answered_yes" if value == "yes" else "answered_no")
        case "date":
            found = day(value)
            return day_text(found) if found else str(value)
        case "choice" if field.scale is not None and rubric is not None:
            return words.label("level", f"{rubric.name}.{field.scale}.{value}")
        case "choice":
            return words.label("choice", f"{path}.{value}")
        case "money":
            amount = money(value)
            return amount_text(amount, words.language).replace("\u00a0", " ") if amount else str(value)
    return str(value)
