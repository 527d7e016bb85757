"""`launch`: a round begins, one case for each organisation."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Hosts, LaunchDates, ProcessName, RingGiven, TooLate
from collegium.speech import counted, day_text, known, spoken, t
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collegium.cli.desk import Desk
    from collegium.refusals import OfProcess
    from engine.definition import DateDef, Definition
    from engine.directory import OrganisationRecord
    from engine.lead_time import Caution, Collapse
    from engine.named_days import Doubt
    from engine.ports import UnitOfWork
    from engine.wording import Wording


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("launch")(launch)


def launch(
    ctx: typer.Context,
    process: ProcessName,
    name: Annotated[str, typer.Option("--name", help="Name of the round.")],
    hosts: Hosts,
    dates: LaunchDates = None,
    end_by: Annotated[str, typer.Option("--end-by", help="The day by which all of the round must have ended.")] = "",
    ring: RingGiven = "",
    waive: TooLate = "",
    mails: Annotated[
        int | None, typer.Option("--mails", help="How many mails go out at once, as --dry-run has shown it.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would begin and be mailed; begin nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Launch a round: one case for each organisation, or none at all.

    Where many mails go out at once (setting bulk_from), their number must be confirmed: on a terminal it is asked,
    elsewhere it is given with --mails. A provisional day that the process would refuse is told, before anything
    leaves, and so are a launch later or earlier than the process means it and days of a gate that run out.

    Example: collegium launch development-review --name "Ronde 2027" --hosts review=development --dry-run
    """
    from collegium.cli.desk import opened
    from collegium.cli.outbox_bulk import confirmed, print_mails
    from collegium.cli.printing import say_json

    wanted = Wanted(process=process, name=name, hosts=hosts, dates=dates or [], end_by=end_by, ring=ring, waive=waive)
    with opened(ctx) as desk:
        asking = mails is None and sys.stdin.isatty()
        if dry_run or asking:
            facts = begin(desk, wanted, keep=False)
        if asking and not dry_run and (facts["many"] or facts["doubts"] or facts["cautions"]):
            print_doubts(facts)
            print_mails(facts["mails"], facts["kinds"])
            mails = confirmed(facts["mails"]["number"])
        if not dry_run:
            facts = begin(desk, wanted, keep=True, number=mails)
    if as_json:
        say_json({**facts, "dry_run": dry_run})
        return
    _tell(facts, dry_run=dry_run)


def _tell(facts: Mapping[str, Any], *, dry_run: bool) -> None:
    """What began, or would, what is doubtful about its days, and how many mails go out."""
    from collegium.cli.outbox_bulk import print_mails
    from collegium.cli.printing import say

    what = {"process": facts["process"], "version": facts["version"], "round": facts["name"]}
    say(counted("launched_would" if dry_run else "launched", facts["cases"], **what))
    for host in facts["hosts"]:
        visitor = facts["visits"].get(host)
        say(f"  {host}" + (f" ({t('visited_by', visitor=visitor)})" if visitor else ""))
    print_doubts(facts)
    told = ", ".join(f"{n}x {facts['kinds'][template]}" for template, n in sorted(facts["notices"].items()))
    number = facts["mails"]["number"]
    say(counted("launch_tells", number, told=told or t("launch_tells_nobody")))
    if facts["paused"]:
        say(f"! {t('launch_paused')}")
    if dry_run:
        print_mails(facts["mails"], facts["kinds"])
        say(" ".join([t("dry_run"), *([t("launch_further", n=number)] if facts["many"] else [])]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The round as the command line has it."""

    process: str
    name: str
    hosts: Sequence[str]
    dates: Sequence[str]
    end_by: str = ""
    ring: str = ""
    waive: str


def begin(desk: Desk, wanted: Wanted, *, keep: bool, number: int | None = None) -> dict[str, Any]:
    """Launch in one transaction; without `keep` nothing of it stays. Raises Refused where the number is not that."""
    from collegium.cli.definitions import folder_of, folders_beside
    from collegium.cli.ring import ring_given
    from collegium.cli.rounds import day_given
    from collegium.launch_mails import nothing_waived
    from collegium.launching import Round
    from collegium.refusals import Told
    from engine.errors import Refused
    from workflows import loader

    name = wanted.name
    with desk.app.store.write() as work, Told() as told_of:
        folder = folder_of(desk.app.settings, wanted.process)
        folders = folders_beside(desk.app.settings, folder)
        stored = desk.app.launcher.store_definition(work, loader.bundle(folder), folders)
        definition, wording = desk.app.library.get(work, stored.name, stored.version, stored.behaviour)
        told_of.about(definition, wording)
        chosen = _hosts(work, desk.office.id, wanted.hosts)
        days = _days(definition, chosen, wanted.dates)
        missing = list(_missing(definition, wording, chosen, days))
        if missing:
            raise Refused(said("Can't launch {name}", name=name), missing)
        ids = [host.id for host in chosen]
        ring = ring_given(work, desk.office.id, wanted.ring, ids, name)
        round_ = Round(
            name=name, process=stored.name, secretariat=desk.office.id, hosts=ids, dates=days,
            visitors=ring.visitors, places=ring.places,
            ends_by=day_given(desk, wanted.end_by) if wanted.end_by else None, waive=wanted.waive,
        )  # fmt: skip
        cycle = desk.app.launcher.launch_cycle(work, round_, stored, desk.now)
        started = work.cases.all_ids(desk.office.id, cycle.id)
        if wanted.waive and (reason := nothing_waived(desk.app, work, started, desk.now)) is not None:
            raise Refused(said("Can't launch {name}", name=name), [reason])
        facts = {"cycle": cycle.id, "name": name, "process": stored.name, "version": stored.version,
                 "hosts": [host.name for host in chosen], **_outcome(desk, work, started, wording),
                 **_amiss(desk, work, started, definition, wording)}  # fmt: skip
        if keep:
            _agree(desk, work, started, name, facts["mails"]["number"] if facts["many"] else None, number)
            work.commit()
    return facts


def _outcome(desk: Desk, work: UnitOfWork, started: Sequence[str], wording: Wording) -> dict[str, Any]:
    """What began, who visits whom, and what is mailed at once."""
    from collegium.cli.outbox_bulk import mails_facts
    from collegium.cli.ring import visits_of
    from collegium.launch_mails import mails_at_launch

    told = Counter(each.notice.template for case in started for each in work.outbox.notices(case=case))
    messages = mails_at_launch(desk.app, work, started, desk.now)
    most = desk.app.settings.bulk_from
    return {
        "paused": desk.office.paused_at is not None, "cases": len(started), "visits": visits_of(work, started),
        "notices": dict(told), "kinds": {template: _kind(wording, template) for template in told},
        "mails": mails_facts(work, messages), "many": bool(most) and len(messages) > most,
    }  # fmt: skip


def _agree(
    desk: Desk, work: UnitOfWork, started: Sequence[str], name: str, many: int | None, number: int | None
) -> None:
    """Take the number that the office saw for a yes. Raises Refused where none is given and `many` mails go out."""
    from collegium.launch_mails import confirm
    from engine.errors import Refused

    if number is not None:
        confirm(desk.app, work, desk.office.id, started, number, desk.now)
    elif many is not None:
        reason = said("{n} mails go out at once: look at them with --dry-run, then add --mails NUMBER", n=many)
        raise Refused(said("Can't launch {name}", name=name), [reason])


def _amiss(
    desk: Desk, work: UnitOfWork, started: Sequence[str], definition: Definition, wording: Wording
) -> dict[str, Any]:
    """What hinders no launch and ought to be known of it, in sentences."""
    from collegium.clashes import Clashes
    from collegium.cli.clash_words import clash_facts
    from collegium.launch_mails import cautions_at_launch, collapses_at_launch, doubts_at_launch, vacancies_at_launch
    from collegium.namesakes import namesake

    hidden = namesake(definition)
    short = cautions_at_launch(desk.app, work, started, desk.now)
    vacant = vacancies_at_launch(desk.app, work, started, desk.now)
    together = collapses_at_launch(desk.app, work, started, desk.now)
    twice = Clashes(work, desk.app.library, desk.app.worlds, desk.now).of_cases(started)
    return {
        "doubts": [
            _doubt_facts(definition, wording, host, each)
            for host, each in doubts_at_launch(desk.app, work, started, desk.now)
        ],
        "cautions": [
            *([{"kind": "namesake", "text": " ".join(hidden)}] if hidden else []),
            *(_vacancy_facts(wording, hosts, role) for role, hosts in vacant.items()),
            *(_caution_facts(wording, host, each) for host, each in short),
            *(_collapse_facts(wording, hosts, each) for each, hosts in together.items()),
            *(_clash_facts(each) for each in clash_facts(desk, work, twice, spoken())),
        ],
    }


def _kind(wording: Wording, template: str) -> str:
    """What a mail is called: by the process, or by us where it is one of ours."""
    label = wording.label("notice", template, spoken())
    return label if label != template else known("mail_kind", template)


def print_doubts(facts: Mapping[str, Any]) -> None:
    """What hinders no launch and ought to be known of it, a line each."""
    from collegium.cli.printing import say

    for each in [*facts["doubts"], *facts["cautions"]]:
        say(f"! {each['text']}")


def _doubt_facts(definition: Definition, wording: Wording, host: str, doubt: Doubt) -> dict[str, Any]:
    """A provisional day that could not be fixed, in a sentence that says why and what helps."""
    from collegium.refusals import OfProcess

    speaker, rule = OfProcess(definition, wording), definition.dates[doubt.name].provisional
    why = "; ".join(speaker.say(each) for each in doubt.reasons)
    text = t(
        "launch_doubt",
        host=host,
        date=wording.label("date", doubt.name, spoken()),
        day=day_text(doubt.day),
        rule=speaker.word(rule, "") if rule is not None else doubt.rule,
        transition=wording.label("transition", doubt.transition, spoken()),
        why=why,
    )
    return {"host": host, "date": doubt.name, "day": doubt.day, "reasons": list(doubt.reasons), "text": text}


def _caution_facts(wording: Wording, host: str, each: Caution) -> dict[str, Any]:
    """What is short at a launch, in a sentence."""
    from collegium.keeping.checks.calendars import gate_text

    if each.kind == "gate":
        text = f"{gate_text(wording, each)} {t('gate.do')}"
    else:
        text = t(f"launch_{each.kind}", host=host, day=each.day)
    return {"kind": each.kind, "host": host, "name": each.name, "day": each.day, "text": text}


def _vacancy_facts(wording: Wording, hosts: Sequence[str], role: str) -> dict[str, Any]:
    """A role that nobody holds, in a sentence with what helps."""
    label = wording.label("role", role, spoken())
    return {"kind": "vacant", "host": ", ".join(hosts), "name": role, "day": None,
            "text": t("launch_vacant", hosts=", ".join(hosts), role=label, name=role)}  # fmt: skip


def _clash_facts(each: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody who is expected in two places, with the hosts of both."""
    hosts = ", ".join(dict.fromkeys(side["host"] for side in each["both"]))
    return {"kind": "clash", "host": hosts, "name": each["who"], "day": None, "text": each["text"]}


def _collapse_facts(wording: Wording, hosts: Sequence[str], each: Collapse) -> dict[str, Any]:
    """Two due dates that free days bring together, in a sentence."""
    first, second = (wording.label("task", name, spoken()) for name in (each.first, each.second))
    text = t("launch_collapse" if each.day == each.follows else "launch_turned", hosts=", ".join(hosts),
             first=first, second=second, day=day_text(each.day), other=day_text(each.follows))  # fmt: skip
    return {"kind": "collapse", "host": ", ".join(hosts), "name": each.first, "day": each.day, "text": text}


def _hosts(work: UnitOfWork, office: str, given: Sequence[str]) -> list[OrganisationRecord]:
    """Each named organisation once, in the order in which they were named."""
    from collegium.cli.finding import NotFound, organisation_named

    found: dict[str, OrganisationRecord] = {}
    for word in given:
        fact, equals, value = word.partition("=")
        if fact.strip() and equals and not _is_known(work, office, word) and not Path(word).is_file():
            own = [each for each in work.people.organisations(office) if str(each.facts.get(fact, "")) == value]
            if not own:
                raise NotFound(said("No organisation has {fact} = {value}", fact=fact, value=value))
            found |= {each.id: each for each in sorted(own, key=lambda each: each.name)}
            continue
        for name in _names(word):
            record = organisation_named(work, office, name)
            found[record.id] = record
    return list(found.values())


def _is_known(work: UnitOfWork, office: str, word: str) -> bool:
    """Whether an organisation has exactly that name, which may look like FACT=VALUE."""
    plain = word.casefold().strip()
    return any(plain == each.name.casefold() for each in work.people.organisations(office))


def _names(word: str) -> list[str]:
    path = Path(word)
    if not path.is_file():
        return [word]
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _days(
    definition: Definition, hosts: Sequence[OrganisationRecord], given: Sequence[str]
) -> dict[str, dict[str, date]]:
    """For each host the days that were given; one that names a host goes before one for all."""
    from collegium.cli.finding import chosen, near

    for_all: dict[str, date] = {}
    for_one: dict[str, dict[str, date]] = {}
    for word in given:
        left, equals, text = word.rpartition("=")
        host, colon, name = left.rpartition(":")
        if not equals or name not in definition.dates:
            known = near(name, definition.dates)
            said_so = said("{value!r} is not NAME=DAY with a date of this process.{near}", value=word, near=known)
            raise typer.BadParameter(said_so, param_hint="--date")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise typer.BadParameter(
                said("{value!r} is no day such as 2027-04-22", value=text), param_hint="--date"
            ) from None
        if colon:
            record = chosen(host, [(each.name, each) for each in hosts], "organisation in this round")
            for_one.setdefault(record.id, {})[name] = day
        else:
            for_all[name] = day
    return {host.id: {**for_all, **for_one.get(host.id, {})} for host in hosts}


def _missing(
    definition: Definition, wording: Wording, hosts: Sequence[OrganisationRecord],
    days: Mapping[str, Mapping[str, date]],
) -> Iterator[str]:  # fmt: skip
    """Dates that are asked at launch, where nothing else says them."""
    from collegium.refusals import OfProcess
    from engine.expressions import At

    for name, item in definition.dates.items():
        if not item.asked_at_launch:
            continue
        base = item.source.base if item.source else None
        fact = base.ref.part if isinstance(base, At) and base.ref.name == "subject" else None
        for host in hosts:
            if name not in days[host.id] and not (fact and host.facts.get(fact)):
                label = wording.label("date", name, spoken())
                option = shlex.quote(f"{host.name}:{name}={t('a_day')}")
                yield t("launch_missing", host=host.name, name=name, label=label, option=option) + _from_fact(
                    OfProcess(definition, wording), item, fact
                )


def _from_fact(speaker: OfProcess, item: DateDef, fact: str | None) -> str:
    """Of a date that follows from what is known of the organisation: the column of the workbook that says it."""
    from collegium.importing.columns import sheets

    if item.source is None or fact is None:
        return ""
    columns = [column for sheet in sheets() if sheet.key == "organisations" for column in sheet.columns]
    heading = next((column.says[spoken()] for column in columns if column.field == f"facts.{fact}"), None)
    if heading is None:
        heading = t("launch_own_fact", fact=fact)
    return t("launch_missing_column", heading=heading, rule=speaker.word(item.source, ""))
