"""What if anybody does anything at any time? Random walks over a case: deeds, sensible or not, and dates that come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from engine.actions import (
    Action,
    Answer,
    Assign,
    Correct,
    Differ,
    Expire,
    Extend,
    MailDoubted,
    MailSettled,
    PauseCase,
    Pin,
    Reached,
    Recalculate,
    Receive,
    ResumeCase,
    RuleStuck,
    Submit,
    Substitute,
    Take,
    Unreached,
    Waive,
    WroteBack,
)
from engine.case import Task
from engine.definition import Definition, FieldDef, FormDef
from engine.errors import CollegiumError, EndlessSettling, RuleFailed
from engine.forms import choices
from engine.outlook import Option, options
from engine.task import participants
from tests.builders.engine import Review, a_draft, moved_by_recalculation, order_of, promises_broken

STRANGE: tuple[Any, ...] = ("", None, "no", "yes", 7, -1, "nonsense", [], {}, ["x"], True, "2027-13-01")


def walk(review: Review, seed: int, steps: int) -> list[str]:
    """Take random steps until the case is closed; what went wrong, with the step that did it."""
    random = Random(seed)
    for number in range(steps):
        action, by = _next(review, random)
        try:
            review.apply(action, by)
        except (RuleFailed, EndlessSettling) as error:
            return [f"seed {seed}, step {number}, {action}: {type(error).__name__}: {error}"]
        except CollegiumError:
            continue
        broken = promises_broken(review) + moved_by_recalculation(review)
        if broken:
            return [f"seed {seed}, step {number}, {action}: {problem}" for problem in broken]
        if review.case.closed and random.random() < 0.8:
            break
    return []


def _next(review: Review, random: Random) -> tuple[Action, str | None]:
    """The clock's next date about as often as a deed, and now and then something foolish."""
    dice = random.random()
    if dice < 0.3:
        found = _date(review, random)
        if found is not None:
            return found, "clock"
    if dice < 0.94:
        likely = _likely(review, random)
        if likely is not None:
            return likely
    return _foolish(review, random)


def _date(review: Review, random: Random) -> Expire | None:
    """The next row of the clock; time jumps to it, now and then beyond it (an outage)."""
    paused = review.case.paused is not None
    rows = [row for row in review.case.deadlines.values() if row.clock_runs or not paused]
    if not rows:
        return None
    row = min(rows, key=order_of)
    review.now = max(review.now, row.at)
    if random.random() < 0.05:
        review.now += timedelta(days=random.randrange(1, 15))
    return Expire(deadline=row.key)


def _likely(review: Review, random: Random) -> tuple[Action, str | None] | None:
    """One of the things that the outlook says can be done."""
    case = review.case
    ends = random.random() < 0.004
    found = [each for each in options(review.definition, case, review.world, review.now)
             if each.possible and not each.automatic and (ends or not _stops(review, each))]  # fmt: skip
    if not found:
        return None
    review.now += timedelta(hours=random.choice([0, 1, 5, 24, 48]))
    kinds = sorted({each.kind for each in found})
    weights = [{"pause": 0.1, "substitute": 0.15, "extend": 0.2, "differ": 0.2}.get(kind, 1) for kind in kinds]
    kind = random.choices(kinds, weights)[0]
    option = random.choice([each for each in found if each.kind == kind])
    by = random.choice(option.participants) if option.participants else None
    days = date.fromordinal(review.now.toordinal())
    match kind:
        case "take":
            asks = review.definition.transitions[option.name].asks
            lines = ("possible_day", "chosen.day >= now + 8w", "chosen.day <= latest", "chosen.day <= outer",
                     *(hindrance.line for hindrance in option.hindrances))  # fmt: skip
            waive = dict.fromkeys(lines, "no other way") if random.random() < 0.3 else {}
            return Take(transition=option.name, answers=_asked(review, asks, random), waive=waive), by
        case "submit":
            return Submit(task=option.key, answers=answers_of(review, case.tasks[option.key], random),
                          submission=f"s{random.random()}"), by  # fmt: skip
        case "answer":
            return Answer(holding=option.key, accepts=random.random() < 0.7, answers=_invited(review, random)), by
        case "assign":
            free = [who for who in review.world.people if who.startswith("p")]
            people = tuple(random.sample(sorted(free), k=min(len(free), random.randrange(1, 6))))
            waive = {who: "waived" for who in people if random.random() < 0.5}
            return Assign(name=option.name, participants=people, waive=waive), by
        case "substitute":
            successor = random.choice([None, *sorted(review.world.people)])
            return Substitute(holding=option.key, successor=successor, reason="ill", waive={successor or "": "x"}), by
        case "extend":
            until = option.at or days
            return Extend(task=option.key, until=until, reason="asked"), by
        case "pause":
            return PauseCase(reason="ill", until=days + timedelta(days=random.randrange(1, 60))), by
        case "resume":
            later = days + timedelta(days=random.randrange(30, 90))
            moving = [name for name, one in review.definition.dates.items() if one.moves]
            return ResumeCase(dates=dict.fromkeys(moving, later) if random.random() < 0.5 else {}), by
        case _:
            value = review.definition.values[option.name]
            return Differ(value=value.name, choice=random.choice(value.choices), answers={"reason": "so"}), by


def _stops(review: Review, option: Option) -> bool:
    """Whether it breaks the review off: a way to an end from wherever the case is."""
    arrow = review.definition.transitions.get(option.name) if option.kind == "take" else None
    target = review.definition.stages.get(arrow.target or "") if arrow is not None else None
    return target is not None and target.end


def _asked(review: Review, asks: Mapping[str, str], random: Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, kind in asks.items():
        if kind == "date":
            far = random.random() < 0.9
            given[name] = _workday(review, random.randrange(60, 330) if far else random.randrange(-9, 60))
        elif kind == "seat":
            given[name] = random.choice([*review.case.holdings, "nobody"])
        else:
            given[name] = "because"
    return given


def _workday(review: Review, ahead: int) -> date:
    found = review.now.date() + timedelta(days=ahead)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found


def _invited(review: Review, random: Random) -> dict[str, Any]:
    rule = review.definition.invitations
    if rule is None:
        return {}
    form = review.definition.forms[rule.form]
    given = _form(review, form, random)
    given.pop("answer", None)
    return given


def answers_of(review: Review, task: Task, random: Random) -> dict[str, Any]:
    """Answers that fit a task's form, most of the time."""
    definition = review.definition.tasks[task.name]
    form = review.definition.forms.get(definition.form or "")
    if task.state == "signing":
        return {"signed": random.choice(["yes", "yes", "no"])}
    if form is None:
        return {"upheld": random.choice(["yes", "no"])}
    given = _form(review, form, random)
    if definition.decides is not None:
        _vote(review, given, random)
    if random.random() < 0.03 and form.fields:
        given[random.choice(form.fields).name] = random.choice(STRANGE)
    return given


def _form(review: Review, form: FormDef, random: Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field in form.fields:
        if field.per is not None:
            given[field.name] = {row: _field(review, field, random) for row in review.case.rows}
        else:
            given[field.name] = _field(review, field, random)
    return given


def _field(review: Review, field: FieldDef, random: Random) -> Any:
    match field.type:
        case "rows":
            number = random.randrange(field.least or 1, (field.most or 3) + 1) if random.random() < 0.9 else 0
            return [{column.name: _field(review, column, random) for column in field.columns}
                    for _ in range(min(number, 4))]  # fmt: skip
        case "choice":
            found = random.choice(choices(review.definition, field))
            return [found] if field.many else found
        case "yes_no":
            return random.choice(["yes", "no", "no", "no"])
        case "number":
            return random.randrange(field.least or 0, (field.most or 9) + 1)
        case "date":
            return _workday(review, random.randrange(-20, 20)).isoformat()
        case "person":
            people = participants(a_draft(review.case, review.definition, review.world), (field.of or "panel",))
            if field.many:
                return [who for who in people if random.random() < 0.85]
            return random.choice(people) if people else None
        case _:
            words = max(field.min_words or 1, min(field.max_words or 3, 3))
            return " ".join(["word"] * words)


def _vote(review: Review, given: dict[str, Any], random: Random) -> None:
    rubric = review.definition.rubric
    if rubric is None:
        return
    main = next(iter(rubric.scales))
    voting = [name for name, seat in review.definition.seats.items() if seat.votes]
    people = participants(a_draft(review.case, review.definition, review.world), voting)
    present = {who for mark in review.case.present.values() for who in mark.participants}
    given["votes"] = [
        {rubric.noun: row, "voter": who, main: random.choice(rubric.scales[main])}
        for row in review.case.rows
        for who in people
        if who in present
    ]


def _foolish(review: Review, random: Random) -> tuple[Action, str | None]:
    """Any action with any name by anybody."""
    case, definition = review.case, review.definition
    who = None if random.random() < 0.5 else random.choice(["nobody", *sorted(review.world.people)])
    ahead = date.fromordinal(review.now.toordinal()) + timedelta(days=random.randrange(-20, 200))
    task = random.choice([*case.tasks, "nothing"])
    holding = random.choice([*case.holdings, "nothing"])
    row = random.choice([*case.deadlines, "nothing"])
    ends = random.random() < 0.1
    stages = [name for name, stage in definition.stages.items() if ends or not stage.end]
    stage = random.choice([*stages, *_track_states(review), "nothing"])
    people = tuple(random.sample(sorted(review.world.people), k=random.randrange(0, 4)))
    someone = random.choice(["nobody", *sorted(review.world.people)])
    arrows = [name for name, arrow in definition.transitions.items() if ends or arrow.target not in definition.stages]
    arrow = random.choice([*arrows, "nothing"])
    asks = definition.transitions[arrow].asks if arrow in definition.transitions else {}
    child = random.choice([f"{name}.{end}" for name, end in _ends(definition)] or ["child.done"])
    options_: list[tuple[Action, str | None]] = [
        (Take(transition=arrow, answers=_asked(review, asks, random)), who),
        (Submit(task=task, answers={"answer": random.choice(STRANGE)}), who),
        (Answer(holding=holding, accepts=True), who),
        (Assign(name=random.choice([*definition.seats, *definition.roles, "nothing"]), participants=people,
                places=random.choice([None, 0, 1, 3]), waive=dict.fromkeys(people, "x")), who),
        (Substitute(holding=holding, successor=random.choice([None, *people]), reason="ill"), who),
        (Extend(task=task, until=ahead, reason="so"), who),
        (PauseCase(reason="so", until=ahead), who),
        (ResumeCase(dates={random.choice([*definition.dates, "nothing"]): ahead}), who),
        (Waive(line="1 chair seated", scope=stage, reason="so"), who),
        (Pin(task=task, day=ahead, reason="so"), who),
        (Differ(value=random.choice([*definition.values, "nothing"]), choice="positive"), who),
        (Correct(reason=random.choice(["so", ""]), state=stage), who if random.random() < 0.9 else None),
        (Correct(reason="so", task=task, to=random.choice([None, "open", "done", "closed"])), who),
        (Recalculate(reason="so"), who),
        (Expire(deadline=row) if row not in case.deadlines or case.deadlines[row].at <= review.now else
         Expire(deadline="nothing"), "clock"),
        (Receive(name=child), "clock"),
        (RuleStuck(deadline=row if ends else "nothing", error="failed"), "clock"),
        (Unreached(participant=someone, why=random.choice(["dead_address", "policy", "away"]), back_on=ahead), "clock"),
        (Reached(participant=someone), "clock"),
        (WroteBack(participant=someone, report="r"), "clock"),
        (MailDoubted(message="m"), "clock"),
        (MailSettled(message="m"), "clock"),
    ]  # fmt: skip
    return random.choice(options_)


def _track_states(review: Review) -> list[str]:
    return [
        f"{key.partition('@')[0]}.{state}" + (f"@{key.partition('@')[2]}" if "@" in key else "")
        for key in review.case.tracks
        for state in review.definition.tracks[key.partition("@")[0]].states
    ]


def _ends(definition: Definition) -> list[tuple[str, str]]:
    ends = [stage.name for stage in definition.stages.values() if stage.end]
    return [(child, end) for child in definition.children for end in ends]
