"""What must be done, by whom and when? The tasks of a process, with its defaults merged in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.definition import DecidesRule, DueRule, ExtendRule, LateStep, SignRule, TaskDef
from engine.expressions import At, DateExpr, Delta
from engine.questions import FINDINGS, OF_HOST
from engine.saying import said
from workflows.compiling.dates import due_rule, due_rules
from workflows.compiling.people import bar, expand
from workflows.compiling.reader import Reader
from workflows.compiling.scope import SEAT_BARE, TASK_BARE, Scope
from workflows.problems import did_you_mean
from workflows.schema import Decides, Defaults, Late, Process, Task
from workflows.schema_parts import Condition
from workflows.yaml_reading import Text

Reminder = TypeVar("Reminder", bound=Delta | DateExpr | LateStep)
DEFAULTS = Scope(bare=TASK_BARE)
ASSIGN = "assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefaults:
    """What holds where a task says nothing."""

    remind: tuple[Delta | DateExpr, ...] = ()
    late: tuple[LateStep, ...] = ()
    repeat: Delta | None = None


def task_defaults(reader: Reader, item: Defaults) -> TaskDefaults:
    """The defaults of a process that concern tasks."""
    return TaskDefaults(
        remind=tuple(reader.delta_or_date(text, DEFAULTS) for text in item.remind),
        late=tuple(late_step(reader, step, DEFAULTS) for step in item.late),
        repeat=reader.maybe_duration(item.repeat),
    )


def tasks(
    reader: Reader, process: Process, groups: Mapping[str, tuple[str, ...]], defaults: TaskDefaults
) -> dict[str, TaskDef]:
    """The tasks that a process declares, in their order."""
    return {
        str(name): _with_defaults(_task(reader, process, groups, order, name, item), item, defaults)
        for order, (name, item) in enumerate(process.tasks.items())
    }


def _task(
    reader: Reader, process: Process, groups: Mapping[str, tuple[str, ...]], order: int, name: Text, item: Task
) -> TaskDef:
    each, rows_of = _each(reader, item)
    _check_work(reader, name, item)
    performers = expand(reader.whom(item.performers, "for"), groups)
    each = expand(each, groups)
    seated = any(one in process.seats for one in (*each, *performers))
    scope = Scope(bare=TASK_BARE | (SEAT_BARE if seated else frozenset()), own=True, rows_of=rows_of or "")
    does = (*map(str, process.transitions), ASSIGN)
    return TaskDef(
        name=str(name),
        order=order,
        performers=performers,
        each=each,
        each_row_of=rows_of,
        helpers=expand(reader.whom(item.helpers, "with"), groups),
        only_present=item.only == "present",
        by_row=_rows(reader, item.by_row, "by_row"),
        about=None if item.about is None else reader.who(item.about, "about"),
        opens=reader.dates(item.opens, Scope(bare=SEAT_BARE)),
        form=reader.maybe_one_of(item.form, reader.names.forms, "form", said("form (forms/*.yaml)")),
        does=tuple(reader.one_of(text, does, "does", "transition") for text in item.does),
        condition=reader.lines(item.condition, scope),
        skip_if=reader.lines(item.skip_if, scope),
        due=due_rules(reader, item.due, scope),
        window=reader.window(item.window, scope),
        remind=tuple(reader.delta_or_date(text, scope) for text in item.remind or ()),
        late=tuple(late_step(reader, step, scope) for step in item.late or ()),
        extend=_extend(reader, item, scope),
        sign=_sign(reader, item, scope),
        silence=item.silence,
        done_if=reader.lines(item.done_if, scope),
        decides=None if item.decides is None else _decides(reader, item.decides, scope),
        recuse_tie=_recuse(reader, item.recuse),
        repeat=reader.maybe_duration(item.repeat),
        until=reader.dates(item.until, scope),
        optional=item.optional,
    )


def _each(reader: Reader, item: Task) -> tuple[tuple[str, ...], str | None]:
    """People of whom each gets the task, or the task for each of whose rows there is one."""
    if len(item.each) == 1 and item.each[0] in OF_HOST:
        if item.each[0] == FINDINGS:
            _check_findings(reader, item)
        return (), str(item.each[0])
    rows = [text for text in item.each if text.endswith(".rows")]
    if not rows:
        return reader.whom(item.each, "each"), None
    source = rows[0].removesuffix(".rows")
    if len(item.each) > 1:
        reader.error(rows[0], said("`each: {each}` stands alone: who does it is said by `for`.", each=rows[0]))
    known = reader.names.of("task")
    if source not in known and source not in reader.names.broken:
        message = said("`{task}` is no task.", task=source)
        reader.error(rows[0], message, did_you_mean(source, known), within=source)
        return (), source
    fields = reader.names.form_of(source)
    if fields is not None and not any(question.type == "rows" for question in fields.values()):
        reader.error(rows[0], said("The form of `{task}` has no field of the type rows.", task=source))
    return (), source


def _check_findings(reader: Reader, item: Task) -> None:
    """Who does a task for each finding is asked how it stands."""
    form = reader.names.forms.get(str(item.form or ""))
    if form is not None and not any(one.type == "choice" and one.marks == "finding" for one in form.values()):
        message = said(
            "`each: findings` asks how each finding stands: give `{form}` a choice with `marks: finding`.",
            form=str(item.form),
        )  # fmt: skip
        reader.error(item.each[0], message)


def _check_told_apart(reader: Reader, name: Text, item: Task) -> None:
    """A finding is known by its form, its list and its row: a form that makes them is answered once."""
    form = reader.names.forms.get(str(item.form or ""), {})
    several = bool(item.each) or item.by_row is not None
    if several and any(one.type == "rows" and one.marks == "finding" for one in form.values()):
        message = said("`{task}` is answered several times, and its findings could not be told apart.", task=name)
        reader.error(name, message, "Let one task, done once, write them down.")


def _check_work(reader: Reader, name: Text, item: Task) -> None:
    _check_told_apart(reader, name, item)
    if not item.performers and not item.each:
        reader.error(name, said("Nobody does the task `{task}`: add `for` or `each`.", task=name))
    elif item.performers and item.each and not any(text.endswith(".rows") or text in OF_HOST for text in item.each):
        message = said(
            "The task `{task}` has both `for` and `each`: `for` is one task, `each` is one per person.", task=name
        )
        reader.error(name, message)
    if item.form is None and not item.does:
        message = said("Nothing can be done in the task `{task}`: add a `form`, or what it `does`.", task=name)
        reader.error(name, message)
    for text in (text for rule in item.due for text in rule.stops_while if text == name):
        reader.error(text, said("The clock of `{task}` cannot wait for that task itself.", task=name))
    taken = reader.names.of("date", "stage", "transition", "task")
    for text in item.opens or ():
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        if first in SEAT_BARE and first not in taken:
            reader.error(
                text,
                said("A moment of one seat opens no task: `{moment}`.", moment=first),
                "What everybody has to do once they hold a seat is opened by the first state of a track with "
                "`each: GROUP` and `during: seated`.",
            )
    if not item.due and item.silence != "waits":
        message = said(
            "`silence: {silence}` of the task `{task}` needs a `due` date after which it counts.",
            silence=item.silence, task=name,
        )  # fmt: skip
        reader.error(name, message)


def _rows(reader: Reader, text: Text | None, key: str) -> str | None:
    if text is None:
        return None
    rubric = reader.names.rubric
    plural = str(rubric.plural) if rubric else ""
    if text != f"rubric.{plural}" and (rubric is not None or "rubric" not in reader.names.broken):
        hint = said("Write `rubric.{rows}`.", rows=plural) if rubric else said("This process has no rubric.")
        reader.error(text, said("`{key}: {text}` names no rows of the rubric.", key=key, text=text), hint)
    return str(text).removeprefix("rubric.")


def late_step(reader: Reader, item: Late, scope: Scope) -> LateStep:
    """One rung of a ladder: when, and whom it tells or which task it opens."""
    moment = item.after if item.after is not None else item.at
    mark = moment or item.tell or item.task or item.notice or ""
    if (item.after is None) == (item.at is None):
        reader.error(mark, "A late step has one of `after: +1wd` (counted from the due date) and `at: DATE`.")
    if (item.tell is None) == (item.task is None):
        reader.error(mark, "A late step either tells somebody (`tell` and `notice`) or opens a `task`.")
    if item.tell is not None and item.notice is None:
        reader.error(item.tell, said("`tell: {tell}` needs a `notice`: the mail that is sent.", tell=item.tell))
    after = None if item.after is None else reader.delta(item.after)
    if item.after is not None and after is not None and after.sign < 0:
        reader.error(item.after, said("`after: {after}` lies before the due date: write `+`.", after=item.after))
    at = item.at if item.at is not None else None
    return LateStep(
        at=after or (reader.date(at, scope) if at is not None else Delta(1, 0, "d")),
        tell=None if item.tell is None else reader.who(item.tell, "tell", also=("assignee",)),
        notice=None if item.notice is None else str(item.notice),
        task=reader.maybe_one_of(item.task, reader.names.of("task"), "task", "task"),
    )


def _extend(reader: Reader, item: Task, scope: Scope) -> ExtendRule | None:
    if item.extend is None:
        return None
    return ExtendRule(
        by=reader.whom(item.extend.by, "by"),
        at_most=reader.duration(item.extend.at_most),
        times=item.extend.times,
        not_after=reader.maybe_date(item.extend.not_after, scope),
    )


def _sign(reader: Reader, item: Task, scope: Scope) -> SignRule | None:
    if item.sign is None:
        return None
    return SignRule(by=reader.who(item.sign.by, "by"), due=due_rule(reader, item.sign.due, scope))


def _decides(reader: Reader, item: Decides, scope: Scope) -> DecidesRule:
    quorum: list[Condition] = item.quorum
    return DecidesRule(
        rows=_rows(reader, item.rows, "rows") or "",
        source=reader.one_of(item.source, reader.names.of("task"), "from", "task"),
        reach=item.reach,
        otherwise=item.otherwise,
        quorum=reader.lines(quorum, scope),
        votes=reader.whom(item.votes, "votes"),
        tie=None if item.tie is None else reader.who(item.tie, "tie"),
        minority_note=item.minority_note,
    )


def _recuse(reader: Reader, items: Iterable[Text]) -> Delta | None:
    for text in items:
        rule = bar(reader, text)
        if rule is not None and rule.kind == "tie":
            return rule.window
        if rule is not None:
            reader.error(text, said("`recuse: {text}` is not known here. Write `tie(5y)`.", text=text))
    return None


def _with_defaults(task: TaskDef, item: Task, defaults: TaskDefaults) -> TaskDef:
    if not task.due:
        return task
    remind, late, repeat = task.remind, task.late, task.repeat
    if item.remind != []:
        kept = [one for one in defaults.remind if not falls_before_opening(one, task.due)]
        remind = merged(remind, kept)
    if item.late != [] and not task.optional:
        late = merged(late, defaults.late)
    if not task.optional:
        repeat = repeat or defaults.repeat
    return replace(task, remind=remind, late=late, repeat=repeat)


def merged(own: tuple[Reminder, ...], added: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """Own ones and those of the defaults, equal ones once (whatever their spelling)."""
    known = {_meaning(one) for one in own}
    return own + tuple(one for one in added if _meaning(one) not in known)


def _meaning(one: Delta | DateExpr | LateStep) -> object:
    if isinstance(one, LateStep):
        return replace(one, at=replace(one.at, text=""))
    return replace(one, text="")


LEAST_DAYS = {"h": 1 / 24, "d": 1.0, "wd": 1.0, "sd": 1.0, "w": 7.0, "mo": 28.0, "q": 89.0, "y": 365.0, "sy": 365.0}
MOST_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 31.0, "q": 92.0, "y": 366.0, "sy": 366.0}


def falls_before_opening(reminder: Delta | DateExpr, rules: Iterable[DueRule]) -> bool:
    """Whether a reminder certainly lies on or before the day on which its task opens, by every due rule."""
    rules = tuple(rules)
    return (
        isinstance(reminder, Delta)
        and reminder.sign < 0
        and bool(rules)
        and all(_certainly_before(reminder, rule) for rule in rules)
    )


def _certainly_before(reminder: Delta, rule: DueRule) -> bool:
    at = rule.at
    opened = isinstance(at.base, At) and str(at.base.ref) == "opened"
    if not opened or len(at.shifts) != 1 or rule.not_before is not None:
        return False
    shift = at.shifts[0]
    if shift.sign < 0 or not isinstance(shift.amount, int):
        return False
    if shift.unit == reminder.unit:
        return reminder.amount >= shift.amount
    most = MOST_DAYS.get(shift.unit)
    # a due date may roll forward over a holiday: two weeks are allowed for it
    return most is not None and reminder.amount * LEAST_DAYS[reminder.unit] > shift.amount * most + 14
