"""Can every mail and paper of a process be written? Each template meets a full letter and a bare one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from engine.definition import Definition
from engine.saying import said
from engine.wording import MailTemplate, Wording
from notifications.address import misplaced
from notifications.catalogue import texts
from notifications.composing import FAULTS, compose
from notifications.letters import CalendarText, DateText, Further, Letter, Office, Reader, TaskText
from workflows import loader
from workflows.problems import Place, Problem, problem

# Their notices are always about a task, as are those that a late step names; those of `not_needed` know its label.
ABOUT_A_TASK = frozenset(
    {"opened", "reminder", "today", "late", "escalation", "seat_invited", "new_date", "extended", "not_needed", "away"}
)
ABOUT_A_DATE = frozenset({"calendar"})
DAY = "2 (3)"  # a text that is no day of any language
PARTS = ("subject.txt", "body.txt", "body.html")
DEFAULTS = "workflows/defaults"
BOTH_FORMS = "{Wilt u|Wil je}"
GIVEN = ((said("with everything given"), True), (said("with nothing given that may be left out"), False))
COMPILED = "<template>"  # what Jinja calls the file of a template without one


class _Anything(Mapping[str, str]):
    """An answer to whatever may have been asked."""

    def __getitem__(self, name: str) -> str:
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def template_problems(definition: Definition, wording: Wording, files: Mapping[str, bytes]) -> list[Problem]:
    """What stands in the way of the mails and papers of a definition: one error per file, with what was lacking."""
    always = ABOUT_A_TASK | {step.notice for task in definition.tasks.values() for step in task.late if step.notice}
    found: list[Problem] = []
    written = [("mails", "mail", *key, template) for key, template in sorted(wording.mails.items())]
    written += [("papers", "paper", *key, template) for key, template in sorted(wording.papers.items())]
    letters = _letters(definition)
    for folder, kind, notice, language, template in written:
        given = [(how, letters(language, whole, notice in always, notice in ABOUT_A_DATE)) for how, whole in GIVEN]
        sound = all(_fault(letter, template) is None for _, letter in given)
        for part in PARTS:
            path = f"{folder}/{notice}/{language}/{part}"
            for how, letter in () if sound else given:
                if (error := _fault(letter, _only(template, part))) is not None:
                    place = Place(_file(path, files), _line(error))
                    message = said(
                        "This {kind:text} cannot be written {how}: {reason}", kind=kind, how=how, reason=_reason(error)
                    )
                    found.append(problem(place, message))
                    break
            else:
                found += _misaddressed(_file(path, files), _source(template, part), language)
    return found


def template_problems_of(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """The same of the files of a process, nothing where it cannot be read; the same bytes are tried out once."""
    return _tried_once(tuple(sorted(files.items())))


@lru_cache(maxsize=16)
def _tried_once(files: tuple[tuple[str, bytes], ...]) -> tuple[Problem, ...]:
    found = loader.load_files(dict(files))
    if found.definition is None or found.wording is None:
        return ()
    return tuple(template_problems(found.definition, found.wording, found.files))


def _letters(definition: Definition) -> Callable[[str, bool, bool, bool], Letter]:
    """The letter in a language, full or bare, about a task or a date; each is made once."""

    @cache
    def letter(language: str, whole: bool, has_task: bool, has_date: bool) -> Letter:
        if whole:
            return _full(definition, language)
        return _bare(definition, language, has_task=has_task, has_date=has_date)

    return letter


def _misaddressed(path: str, source: str, language: str) -> Iterator[Problem]:
    """A mail that calls those by the given name as if it did not know them, or the other way round."""
    t = texts(language)
    for informal, name in ((True, "formal_words"), (False, "informal_words")):
        if (word := misplaced(source, t.series(name), informal=informal)) is not None:
            message = (
                said(
                    "This mail says `{word}` to everybody, also those who are addressed by the given name: write both "
                    "forms, as in `{example}`.",
                    word=word, example=BOTH_FORMS,
                )
                if informal
                else said(
                    "This mail says `{word}` to everybody: write both forms, as in `{example}`.",
                    word=word, example=BOTH_FORMS,
                )
            )  # fmt: skip
            yield problem(Place(path), message, "warning")


def _source(template: MailTemplate, part: str) -> str:
    return {"subject.txt": template.subject, "body.txt": template.text, "body.html": template.html}[part]


def _fault(letter: Letter, template: MailTemplate) -> Exception | None:
    try:
        compose(letter, template)
    except FAULTS as error:
        return error
    return None


def _only(template: MailTemplate, part: str) -> MailTemplate:
    """The template with sound words in place of its other parts, so that a fault is that of this part."""
    match part:
        case "subject.txt":
            return replace(template, text="text", html="")
        case "body.txt":
            return replace(template, subject="subject", html="")
        case _:
            return replace(template, subject="subject", text="text")


def _file(path: str, files: Mapping[str, bytes]) -> str:
    """Where the file stands: in the folder of the process, or among the defaults that it uses."""
    shared = loader.default_mails().get(path)
    return f"{DEFAULTS}/{path}" if shared is not None and files.get(path, shared) == shared else path


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") + "."


def _line(error: Exception) -> int:
    """The line of the template that raised; the first where that is not known."""
    cause = error.__cause__ or error
    line = getattr(cause, "lineno", None) or 1
    trace = cause.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == COMPILED:
            line = trace.tb_lineno
        trace = trace.tb_next
    return int(line)


def _full(definition: Definition, language: str) -> Letter:
    names = (*definition.dates, *definition.deadlines)
    task = TaskText(
        label="Task", name="Task", part="part", about="Somebody", due=DAY, provisional=True, late=2, today=True,
        who="Somebody", old_due=DAY,
    )  # fmt: skip
    return replace(
        _bare(definition, language, has_task=True),
        office=Office(name="Office", email="office@office.example", phone="0"),
        dates={name: DateText(text=DAY, provisional=True) for name in names},
        task=task,
        seat="Seat",
        person="Somebody",
        successor="Somebody else",
        asked=_Anything(),
        old_date=DAY,
        by_when=DAY,
        link="%%link:L1%%",
        also=(Further(task=task, by_when=DAY, link="%%link:L2%%"),),
        reserve=True,
        calendar=CalendarText(label="Day", when=DAY, old=DAY, cancelled=True),
        away_until=DAY,
        to_substitute=True,
        acts_as="chair",
        today=DAY,
    )


def _bare(definition: Definition, language: str, *, has_task: bool, has_date: bool = False) -> Letter:
    return Letter(
        reader=Reader(name="Reader", language=language),
        office=Office(name="Office", email="office@office.example"),
        process="Process",
        the_process="the process",
        host="Host",
        stage="Stage",
        phase="Phase",
        dates=dict.fromkeys((*definition.dates, *definition.deadlines)),
        task=TaskText(label="Task") if has_task else None,
        why="Why.",
        today=DAY,
        calendar=CalendarText(label="Day", when=DAY) if has_date else None,
    )
