"""Is a folder loaded whole, and is everything that is wrong told in one run, at its place, with help?"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import Definition
from tests.workflows.builders import ANSWER, INTAKE, PROCESS, errors, only_error, small, small_files, spot
from workflows.checks.accepting import left_over
from workflows.checks.findings import Finding
from workflows.loader import bundle, load, load_files, load_stored, shipped


def test_small_process_loads_without_a_word() -> None:
    loaded = small()
    assert loaded.errors == ()
    assert loaded.known()[0].name == "small"


def test_five_mistakes_are_told_in_one_run() -> None:
    files = small_files(
        ("latest: {from: subject.previous_visit + 6y", "latest: {from: visit + 6y"),  # visit -> latest -> visit
        ("provisional: case.launched + 26w", "provisional: latest - 2w"),
        ("says: {nl: Bezig, en: Busy}", "says: {en: Busy}"),
        ("by_all: [contact, office]", "by_all: [contct, office]"),
        ("case.launched + 10wd, calendar", "case.launched + 10wk, calendar"),
        ("    opens: busy\n", "    opens: busy\n    each: party\n"),
    )
    source = files["process.yaml"].decode()
    repeated = source.index("    each: party\n", source.index("    each: party\n") + 1)
    expected = [
        (*spot(source, "visit: {set_by"), "These dates depend on each other in a circle: visit -> latest -> visit."),
        (*spot(source, "busy: {"), "The stage `busy`: missing Dutch text (nl). Add `nl: ...`"),
        (*spot(source, "contct"), "`by_all` names `contct`, which is no role, seat or group. Did you mean `contact`?"),
        (*spot(source, "wk, calendar"), "`wk` is no unit of time. Did you mean `w`?"),
        (source[:repeated].count("\n") + 1, 5, "The key `each` stands here a second time; the first is in line"),
    ]
    found = load_files(files).errors
    assert [(one.line, one.column) for one in found] == [(line, column) for line, column, _ in expected]
    assert all(words in one.message for one, (_, _, words) in zip(found, expected, strict=True))
    assert {one.file for one in found} == {"process.yaml"}


LOT = "values:\n  lot: {choice: {a: {nl: A, en: A}, b: {nl: B, en: B}}, %s, says: {nl: Lot, en: Lot}}\n"
KID = "children:\n  kid: {process: small, %s, says: {nl: Kind, en: Kid}}\n"


def told_if(condition: str) -> tuple[str, str]:
    """A notice with that condition, beside children that it may count."""
    notice = "notices:\n  ready: {when: planning.fixed,"
    return notice, f"{KID % 'opens: busy'}{notice} if: [{condition}],"


ONE_MISTAKE: dict[str, tuple[tuple[str, str], str | None, str]] = {
    # name: ((old, new), the word at which it is told, what is told)
    "unknown key": (("    opens: asked", "    opns: asked"), "opns", "Did you mean `opens`?"),
    "unknown section": (("documents:", "dokuments:"), "dokuments", "Did you mean `documents`?"),
    "number for a text": (
        ("{office: true, peer: [own poll is done]}, keep: 7y}", "{office: true}, keep: 7}"),
        "7}",
        "in quotes",
    ),
    "day of leap years": (
        ("dates:\n", "gates: {board: {dates: [02-29]}}\ndates:\n"),
        "02-29",
        "a day in one year of four only: write `02-28` or `03-01`",
    ),
    "days of a country that has no list": (
        ("office: [weekend,", "office: [weekend, equated-days(AT),"),
        "equated-days(AT)",
        "There is no list of equated days for 'AT'; there is one for NL.",
    ),
    "holidays of no country": (
        ("office: [weekend,", "office: [weekend, public-holidays(QQ),"),
        "public-holidays(QQ)",
        "There are no public holidays of 'QQ'",
    ),
    "window of a date that nobody chooses": (
        ("+ 6y, else: asked_at_launch", "+ 6y, window: visit .. visit + 1y"),
        "visit .. visit",
        "`window` means nothing for `latest`",
    ),
    "deadline that is no task": (
        ("launch:", "deadlines: {term: {at: visit + 6w, room: 2wd}}\nlaunch:"),
        "term: {at",
        "`room` means nothing in the deadline `term`",
    ),
    "date that the subject is to have": (
        ("subject_has: [contact]", "subject_has: [latest]"),
        "latest]",
        "which is no role whose holders are of the host (`of: host`)",
    ),
    "role of the office that the subject is to have": (
        ("subject_has: [contact]", "subject_has: [office]"),
        "office]",
        "which is no role whose holders are of the host (`of: host`)",
    ),
    "host that would launch": (
        ("launch: {by: office", "launch: {by: [office, contact]"),
        "contact], s",
        "`by` of `launch` names `contact`, who has no way to launch",
    ),
    "unknown attribute of people": (
        ("[poll is done,", "[1 peer with colour = red seated,"),
        "colour",
        "`colour` is no attribute of people. Known are: `expertise`",
    ),
    "other panels of who never sits in this one": (
        told_if("no contact with round_panels > 2 seated"),
        "contact with",
        "`round_panels` asks on which panels people sit, and no `contact` sits in this one: name a seat, or a group "
        "that has one. Known are: `party`, `peer`",
    ),
    "overlap of who never sits in the panel": (
        told_if("overlap of contact <= 2"),
        "contact <=",
        "`overlap of` asks on which panels people sit, and no `contact` sits in this one",
    ),
    "transition that is how a child is raised": (
        (
            "transitions:\n",
            KID % "by: office" + "transitions:\n  raise_kid: {from: busy, by: office, says: {nl: Op, en: Up}}\n",
        ),
        "raise_kid: {",
        "`raise_kid` is how people raise the child `kid` (`by`): give the transition another name.",
    ),
    "task for each finding that asks for no state": (
        (
            "notices:",
            "  look: {for: contact, each: findings, opens: busy, form: intake, says: {nl: Kijk, en: Look}}\nnotices:",
        ),
        "findings",
        "`each: findings` asks how each finding stands: give `intake` a choice with `marks: finding`.",
    ),
    "lot with conditions": (
        ("documents:", LOT % "drawn: 10%, first_of: [{a: [planning is fixed]}]" + "documents:"),
        "lot: {",
        "`lot` is drawn by lot: give it two choices, those drawn first, and no `first_of`.",
    ),
    "lot of everybody": (
        ("documents:", LOT % "drawn: 100%" + "documents:"),
        "100%",
        "`drawn: 100%` is no share: write it as 10%, below 100%.",
    ),
    "child that nothing opens": (
        ("documents:", KID % "await: all" + "documents:"),
        "kid: {",
        "Nothing opens the child `kid`: add `opens` or `by`.",
    ),
    "child for each row of what is no task": (
        ("documents:", KID % "opens: busy, each: nonsense.weeks" + "documents:"),
        "nonsense.weeks",
        "`each` names `nonsense`, which is no task.",
    ),
    "child for each row of what is no list": (
        ("documents:", KID % "opens: busy, each: intake.weeks" + "documents:"),
        "intake.weeks",
        "`each: intake.weeks` names no list: write TASK.FIELD, of a question of the type rows.",
    ),
    "children that are counted with people": (
        told_if("all kid or peer ended"),
        "peer ended]",
        "`peer` is no child: cases and people are not counted together.",
    ),
    "people that end": (
        ("if: [poll is done,", "if: [all peer ended,"),
        "ended,",
        "`ended` asks for a child; `peer` is",
    ),
    "child that sits in a panel": (
        told_if("all kid seated"),
        "seated],",
        "`seated` is not asked of a child: write `open`, `ended`, or `in` and one of its ends.",
    ),
    "child of a kind of its own": (
        told_if("1 kid with sector = vo open"),
        "kid with",
        "`kid` is a child: nothing is known of it but where it ended.",
    ),
    "child in a state of a track": (
        told_if("1 kid in planning.fixed"),
        "planning.fixed],",
        "`in planning.fixed` is no end of a child: write its stage alone.",
    ),
    "children counted in a stage that is no end": (
        told_if("1 kid in asked"),
        "asked],",
        "`asked` is no end of the child `kid`. Known are: `finished`",
    ),
    "stage of a child that is no end": (
        (
            "notices:\n  ready: {when: planning.fixed,",
            KID % "opens: busy" + "notices:\n  ready: {when: [planning.fixed, kid.busy],",
        ),
        "kid.busy",
        "`kid.busy` is no end of the child `kid`.",
    ),
    "date of a child that it has not": (
        ("documents:", KID % "opens: busy, dates: {nonsense: visit + 1y}" + "documents:"),
        "nonsense",
        "`dates` names `nonsense`, which is no date of this process",
    ),
    "child that shares what nobody knows": (
        ("documents:", KID % "opens: busy, shares: [nonsense]" + "documents:"),
        "nonsense",
        "`shares` names `nonsense`, which is no seat, group of seats or date",
    ),
    "last day of a date of one day": (
        ("sets: {visit: chosen.day}", "sets: {visit: chosen.day, visit.end: chosen.day}"),
        "visit.end",
        "`visit` lasts one day: give it `lasts: 1..2`, or take `visit.end` out.",
    ),
    "unknown calendar": (("calendar: host", "calendar: hst"), "hst", "no calendar. Did you mean `host`?"),
    "unknown kind of days off": (("school-holidays(host)", "school-holiday(host)"), "school-holiday(", "Did you mean"),
    "whose school holidays": (("school-holidays(host)", "school-holidays(hots)"), "school-holidays(hots)", "`host`?"),
    "calendar in a circle": (
        ("office: [weekend,", "office: [weekend, host,"),
        "office: [weekend",
        "contains itself: office -> host -> office",
    ),
    "group in a circle": (("party: [contact, peer]", "party: [contact, party]"), "party: [", "contains itself"),
    "unknown role in a group": (("party: [contact, peer]", "party: [contact, pear]"), "pear", "Did you mean `peer`?"),
    "unknown date": (
        ("opened + 10wd}\n    says: {nl: Data", "visti + 10wd}\n    says: {nl: Data"),
        "visti",
        "`visit`?",
    ),
    "unknown moment of a task": (
        ("when: intake.done", "when: intake.finished"),
        "intake.finished",
        "no moment of the task",
    ),
    "task without a moment": (("when: intake.done", "when: intake"), "intake, says", "Write `intake.opened`"),
    "unknown stage": (("to: busy", "to: bsy"), "bsy", "Did you mean `busy`?"),
    "unknown state": (("planning is fixed", "planning is fixt"), "fixt", "Did you mean `fixed`?"),
    "unknown track": (("planning is fixed", "plannin is fixed"), "plannin ", "Did you mean `planning`?"),
    "target outside its track": (("to: planning.fixed", "to: busy"), "busy\n    by", "leaves the track `planning`"),
    "nobody takes it": (("to: busy, when: intake.done", "to: busy"), "confirm:", "Nothing ever takes the transition"),
    "two ways to take it": (("auto: true", "auto: true, by: office"), "finish:", "`by` and `auto`: use one of them"),
    "now in an automatic one": (("[poll is done,", "[now >= visit,"), "now >= visit", "write `when: DATE` here"),
    "now behind a name": (("[poll is done,", "[possible_day,"), "possible_day, planning", "cannot be asked here"),
    "asked by nobody": (("    asks: {day: date}\n", ""), "possible_day]\n    sets", "only where somebody is asked"),
    "unknown condition": (("if: [possible_day]", "if: [posible_day]"), "posible_day", "Did you mean `possible_day`?"),
    "unknown form": (("    form: intake", "    form: intak"), "intak\n", "Did you mean `intake`?"),
    "unknown transition": (("set_by: [fix_visit]", "set_by: [fix_vist, fix_visit]"), "fix_vist", "`fix_visit`?"),
    "date set from elsewhere": (
        ("sets: {visit:", "sets: {latest: chosen.day, visit:"),
        "latest: chosen",
        "add it to its `set_by`",
    ),
    "unknown notice": (
        ("notice: late}]", "notice: ltae}]"),
        "ltae",
        "has no mail: add `mails/ltae/`. Did you mean `late`?",
    ),
    "tell without a notice": (("tell: assignee, notice: late", "tell: assignee"), "assignee}", "needs a `notice`"),
    "late step before": (("after: +1wd", "after: -1wd"), "-1wd, tell", "lies before the due date"),
    "reserved name": (("poll:", "case:"), "case:\n", "has a meaning in expressions"),
    "name of the engine": (
        ("  poll:", "  stuck:\n    for: office\n    form: answer\n    opens: busy\n    says: {nl: A, en: A}\n  poll:"),
        "stuck:",
        "the engine's own tasks",
    ),
    "name used twice": (
        ("  visit: {set_by", "  peer: {from: case.launched}\n  visit: {set_by"),
        "peer: {count",
        "already names a date",
    ),
    "no name": (
        ("possible_day: [", "Possible: [chosen.day >= now]\n  possible_day: ["),
        "Possible:",
        "is no name: use small letters",
    ),
    "no owner": (("owner: true, ", ""), "office: {of", "No role answers for the case"),
    "two owners": (("{of: host, count: 1,", "{of: host, owner: true,"), "contact: {of", "only one role can be"),
    "no end": (("{end: true, ", "{"), "asked: {phase", "No stage ends the process"),
    "unknown time zone": (("Europe/Amsterdam", "Europe/Amsterdm"), "Europe/Amsterdm", "is no time zone"),
    "impossible value": (("of: secretariat", "of: secretary"), "secretary", "Did you mean `secretariat`?"),
    "impossible span": (("count: 1..3", "count: 3..1"), "3..1", "a span such as 0..9"),
    "number too small": (("version: 1", "version: 0"), "0\nlanguages", "at least 1"),
    "bare text for a switch": (("owner: true", "owner: yes"), "yes", "`true` or `false`"),
    "empty value": (("    opens: asked", "    opens:"), None, "This is empty"),
    "unknown language": (("en: Small}", "en: Small, de: Klein}"), "de: Klein", "none of the languages"),
    "unknown bar": (
        ("  remind: [-1wd]\n", "  bars: [same_organization]\n"),
        "same_organization",
        "`same_organisation`?",
    ),
    "unknown waiver": (("if: [possible_day]", "if: [{that: possible_day, waive: ofice}]"), "ofice", "`office`?"),
    "does nothing": (("    form: answer\n    due", "    due"), "poll:", "Nothing can be done in the task `poll`"),
    "silence without a term": (
        ("    due: {at: visit - 7w, not_before: opened + 10wd}\n", "    silence: nothing\n"),
        "poll:",
        "needs a `due` date",
    ),
    "unknown document": (("  intake: {see", "  intakes: {see"), "intakes: {see", "Did you mean `intake`?"),
    "unreadable retention": (("keep: 7y", "keep: 7yrs"), "7yrs", "cannot stand here"),
    "own outside": (("[poll is done,", "[own poll is done,"), "own poll is done,", "`own` can be used only"),
    "unknown phase": (("phase: start", "phase: strt"), "strt", "Did you mean `start`?"),
    "no rubric": (("zone:", "rubric: {file: ksoi}\nzone:"), "ksoi", "There is no rubric `ksoi`"),
    "distance without direction": (("remind: [-5wd]", "remind: [5wd]"), "5wd]", "needs a direction"),
}


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_mistake_is_told_at_its_place_with_help(name: str) -> None:
    change, word, words = ONE_MISTAKE[name]
    source = small_files(change)["process.yaml"].decode()
    found = [one for one in errors(change) if words in one.message]
    assert found, "\n".join(map(str, errors(change)))
    if word is not None:
        assert (found[0].line, found[0].column) == spot(source, word)


IN_AUTO = "if: [poll is done,"
OF_ONE = "peer: [own poll is done]"
NEVER_SAID: dict[str, tuple[str, str, str]] = {
    # line: (where it stands, the word at fault, what is told)
    "case is closed": (IN_AUTO, "closed", "`closed` is no state that `case` can be in"),
    "poll is agreed": (IN_AUTO, "agreed", "`agreed` is no state that `poll` can be in"),
    "2 peer seated from 2 different board": (IN_AUTO, "board", "`board` is no attribute by which people differ"),
    "again is busy": (IN_AUTO, "again", "`again` has no states"),
    "own training_record is expired": (OF_ONE, "expired", "`expired` is no state that `training_record` can be in"),
    "own training_record is missing": (OF_ONE, "missing", "`missing` is no state that `training_record` can be in"),
    "own other_record is valid": (OF_ONE, "other_record", "`other_record` has no states"),
    "own sector is po": (OF_ONE, "sector", "`sector` has no states"),
}
CHILD = ("notices:\n", "children: {again: {process: small, opens: finished, says: {nl: Weer, en: Again}}}\nnotices:\n")


def standing(line: str, where: str) -> tuple[str, str]:
    """A line in place of the one that stands there."""
    return where, where.replace("own poll is done", line).replace("poll is done", line)


@pytest.mark.parametrize("line", NEVER_SAID)
def test_word_that_the_engine_never_says_is_refused(line: str) -> None:
    where, word, words = NEVER_SAID[line]
    changes = (standing(line, where), CHILD)
    source = small_files(*changes)["process.yaml"].decode()
    found = [one for one in errors(*changes) if words in one.message]
    row, column = spot(source, line)
    assert [(one.severity, one.line, one.column) for one in found] == [("error", row, column + line.index(word))]


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("case is paused", IN_AUTO),
        ("case is child", IN_AUTO),
        ("poll is answered", IN_AUTO),
        ("poll is done or expired", IN_AUTO),
        ("2 peer seated from 2 different sector", IN_AUTO),
        ("own training_record is valid", OF_ONE),
        ("own training_record is not valid", OF_ONE),
    ],
)
def test_word_that_the_engine_says_is_taken(line: str, where: str) -> None:
    assert [one for one in errors(standing(line, where), CHILD) if one.severity == "error"] == []


def test_missing_label_is_told_with_its_shape() -> None:
    problem = only_error(("    says: {nl: Data doorgeven, en: Give your dates}\n", ""))
    assert problem.message == "The task `poll` has no text: add `says: {nl: ..., en: ...}`."


def test_missing_key_is_told() -> None:
    assert only_error(("zone: Europe/Amsterdam\n", "")).message == "This file lacks the key `zone`: add `zone: ...`."


def test_faulty_item_does_not_bring_errors_about_its_name() -> None:
    problem = only_error(("  poll:\n", "  poll:\n    colour: red\n"))
    assert "The key `colour` is not known here." in problem.message
    problem = only_error(("    opens: busy\n", "    opens: {a: b}\n"))
    assert "Here belongs a single text" in problem.message


def test_mistakes_of_all_files_are_told_in_one_run() -> None:
    files = small_files(("phase: start", "phase: strt"))
    files["forms/intake.yaml"] = INTAKE.replace("type: number", "type: numbr").encode()
    files["forms/answer.yaml"] = ANSWER.replace("prefill: intake.scope", "prefill: intke.scope").encode()
    files["mails/ready/en/subject.txt"] = b"two\nlines"
    del files["mails/ready/nl/body.txt"]
    found = [(one.file, one.message) for one in load_files(files).errors]
    assert [file for file, _ in found] == [
        "process.yaml",
        "process.yaml",
        "forms/answer.yaml",
        "forms/intake.yaml",
        "mails/ready/en/subject.txt",
    ]
    assert "The notice `ready` has no Dutch body: `mails/ready/nl/body.txt` is missing." in [said for _, said in found]


def test_file_that_is_no_yaml_does_not_hide_the_others() -> None:
    files = small_files(("phase: start", "phase: strt"))
    files["forms/intake.yaml"] = b"form: [intake"
    found = load_files(files).errors
    assert [one.file for one in found] == ["process.yaml", "forms/intake.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "type: text, says: {nl: Waarover, en: About what}, required",
            "type: text, says: {nl: X}, required",
            "missing English text (en)",
        ),
        ("max_words: 300", "choices: {a: {nl: A, en: A}}", "`choices` has no meaning there"),
        ("type: number", "type: choice", "offers no choice"),
        ("type: number", "type: money", "add its `currency`, such as EUR"),
        ("type: number", "type: number, currency: EUR", "`currency` has no meaning there"),
        ("type: number", "type: number, types: [pdf]", "`types` has no meaning there"),
        ("type: number", "type: number, max_mb: 5", "`max_mb` has no meaning there"),
        ("type: number", "type: file, max_mb: 5", "add `types`, such as [pdf]"),
        ("type: number", "type: file, types: [pdx]", "`types` names `pdx`, which is no kind of file"),
        ("type: number", "type: number, cost: paid", "`cost` has no meaning there"),
        ("type: number", "type: rows", "rows without columns"),
        ("type: number", "type: person, of: pear", "Did you mean `peer`?"),
        ("type: number", "type: text, required_if: [scop is yes]", "Did you mean `scope`?"),
        ("form: intake", "form: intak", "write `form: intake`"),
    ],
)
def test_mistake_in_a_form_is_told(old: str, new: str, words: str) -> None:
    assert old in INTAKE
    files = small_files()
    files["forms/intake.yaml"] = INTAKE.replace(old, new).encode()
    assert any(words in one.message for one in load_files(files).errors)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("possible_day", "This cannot be asked here: `chosen.day` can be used only where"),
        ("own poll is done", "`own` can be used only"),
        ("now > visit", "`now` may stand only in the `if` of a transition"),
        ("scope > 3", "The field `scope` is no number, amount or day; it is of the type text."),
        ("scope between visit and latest", "The field `scope` is no number, amount or day"),
        ("day + 1w > visit", "The field `day` is no day from which something is counted here"),
        ("number of scope > 1", "The field `scope` is no list of rows or choices"),
        ("number of pears > 1", "`pears` is none of these"),
        ("pol is done", "Did you mean `poll`?"),
    ],
)
def test_what_cannot_be_asked_while_a_form_is_filled_in_is_told(line: str, words: str) -> None:
    files = small_files()
    needed = f"type: number, required_if: [{line}]"
    files["forms/intake.yaml"] = INTAKE.replace("type: number", needed).encode()
    files["forms/intake.yaml"] += b"  day: {type: date, says: {nl: Dag, en: Day}}\n"
    assert any(words in one.message for one in load_files(files).errors)


def test_mail_that_no_notice_sends_is_a_warning() -> None:
    files = small_files() | {"mails/redy/nl/body.txt": b"", "mails/ready/nl/boddy.txt": b""}
    loaded = load_files(files)
    assert loaded.definition is not None
    assert [(one.severity, one.file) for one in loaded.errors] == [
        ("warning", "mails/ready/nl/boddy.txt"),
        ("warning", "mails/redy/nl/body.txt"),
    ]
    assert "Did you mean `ready`?" in loaded.errors[1].message


def test_accepted_warning_is_silent() -> None:
    change = ("remind: [-5wd]", "remind: [-5wd, -3wd]")
    due = ("{at: case.launched + 10wd, calendar: host}", "{at: opened + 4wd}")
    assert [one.severity for one in errors(change, due)] == ["warning"]
    accept = ("    says: {nl: Intake invullen", "    accept: it does no harm\n    says: {nl: Intake invullen")
    assert errors(change, due, accept) == []


TWO_WARNINGS = (("remind: [-5wd]", "remind: [-5wd, -3wd]"),
                ("{at: case.launched + 10wd, calendar: host}", "{at: opened + 4wd}"))  # fmt: skip
IN_INTAKE = "    says: {nl: Intake invullen"


def accepting(accept: str) -> tuple[str, str]:
    return IN_INTAKE, f"    accept: {accept}\n{IN_INTAKE}"


def test_a_warning_says_its_kind_and_is_accepted_by_it() -> None:
    (told,) = errors(*TWO_WARNINGS)
    assert told.message.endswith("[early_reminder]")
    assert errors(*TWO_WARNINGS, accepting("{early_reminder: it does no harm}")) == []
    other = errors(*TWO_WARNINGS, accepting("{used_up: it does no harm}"))
    assert [one.message.rpartition(" ")[2] for one in other] == ["[early_reminder]", "[accept]"]


def test_an_acceptance_of_nothing_is_told() -> None:
    (told,) = errors(accepting("it does no harm"))
    assert (told.severity, "there is no warning: take it out" in told.message) == ("warning", True)


def test_a_reason_without_a_kind_stands_for_one_warning_only() -> None:
    item = ("task", "intake")
    found = [Finding(kind=kind, item=item, message=kind, severity="warning") for kind in ("rivals", "used_up")]
    left = list(left_over(found, {item: None}))
    assert [(one.kind, one.severity) for one in left] == [
        ("rivals", "warning"), ("used_up", "warning"), ("accept", "error"),
    ]  # fmt: skip
    assert "write `{rivals: reason, used_up: reason}`" in left[-1].message
    assert list(left_over(found, {item: frozenset({"rivals", "used_up"})})) == []


def test_an_error_cannot_be_accepted() -> None:
    found = [Finding(kind="dead_end", item=("stage", "busy"), message="x")]
    assert [one.kind for one in left_over(found, {("stage", "busy"): frozenset({"dead_end"})})] == [
        "dead_end",
        "accept",
    ]


def test_folder_without_a_process_is_told(tmp_path: Path) -> None:
    assert load(tmp_path).errors[0].message == "This folder has no file process.yaml."


def write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_bundle_is_the_whole_process(tmp_path: Path) -> None:
    write({**small_files(), "notes.txt": b"not part of it", "forms/.swp.yaml": b"{"}, tmp_path)
    files = bundle(tmp_path)
    assert "mails/opened/nl/body.txt" in files
    assert not {"notes.txt", "forms/.swp.yaml"} & set(files)
    again = load_files(files)
    assert again.definition == load(tmp_path).definition
    assert again.wording == load(tmp_path).wording
    assert dict(again.files) == files


ATTACHED = ("to: [party, office]}", "to: [party, office], attach: diploma}")


def test_a_paper_is_read_in_each_language_and_changes_the_wording() -> None:
    papers = {
        f"papers/diploma/{language}/{part}": f"{part} {language}\n".encode()
        for language in ("nl", "en")
        for part in ("subject.txt", "body.txt")
    }
    loaded = load_files(small_files(ATTACHED) | papers)
    _, wording = loaded.known()
    assert {key: (paper.subject, paper.text) for key, paper in wording.papers.items()} == {
        ("diploma", "nl"): ("subject.txt nl", "body.txt nl\n"),
        ("diploma", "en"): ("subject.txt en", "body.txt en\n"),
    }
    assert set(papers) <= set(loaded.files)
    _, other = load_files(small_files(ATTACHED) | papers | {"papers/diploma/nl/body.txt": b"anders"}).known()
    assert other.revision != wording.revision


def test_a_missing_paper_is_told_where_it_is_attached_and_an_unused_one_by_its_file() -> None:
    files = small_files(ATTACHED) | {
        "papers/diploma/nl/subject.txt": b"two\nlines",
        "papers/diploma/nl/body.txt": b"\xff",
        "papers/diploma/en/subject.txt": b"Diploma",
        "papers/diplma/en/body.txt": b"Diploma",
    }
    line, column = spot(files["process.yaml"].decode(), "diploma")
    unused = "No paper uses this file: its place is papers/ATTACHED/LANGUAGE/subject.txt|body.txt."
    assert sorted((each.file, each.line, each.column, each.message) for each in load_files(files).errors) == [
        ("papers/diplma/en/body.txt", 1, 1, unused),
        ("papers/diploma/nl/body.txt", 1, 1, "This is not UTF-8: save the file as UTF-8."),
        ("papers/diploma/nl/subject.txt", 2, 1, "A subject is a single line: take the other lines out."),
        (
            "process.yaml", line, column,
            "The paper `diploma` has no English text: `papers/diploma/en/body.txt` is missing.",
        ),
    ]  # fmt: skip


def test_a_case_that_was_launched_without_its_paper_goes_on() -> None:
    loaded = load_stored(small_files(ATTACHED))
    definition, wording = loaded.definition, loaded.wording
    assert definition is not None
    assert wording is not None
    assert (definition.notices["ready"].attach, dict(wording.papers)) == ("diploma", {})


def test_own_mail_goes_before_the_default() -> None:
    own = {"mails/late/nl/subject.txt": b"Eigen", "mails/late/nl/body.txt": b"Eigen"}
    wording = load_files(small_files() | own).wording
    assert wording is not None
    assert wording.mails["late", "nl"].subject == "Eigen"
    assert wording.mails["late", "en"].text != "Eigen"
    assert wording.mails["ready", "nl"].html == ""


def hashes(*changes: tuple[str, str]) -> tuple[str, str]:
    definition, wording = small(*changes).known()
    return definition.behaviour, wording.revision


def test_texts_change_the_wording_only() -> None:
    behaviour, revision = hashes()
    changed = hashes(("en: Busy", "en: At work"))
    assert (changed[0] == behaviour, changed[1] == revision) == (True, False)


def test_rules_change_the_behaviour_only() -> None:
    behaviour, revision = hashes()
    changed = hashes(("visit - 7w", "visit - 8w"))
    assert (changed[0] == behaviour, changed[1] == revision) == (False, True)


def test_spelling_and_number_change_neither() -> None:
    assert hashes(("for: contact\n    opens: asked", "opens: asked # first\n    for: contact")) == hashes()
    assert hashes(("version: 1", "version: 2")) == hashes()


def test_order_of_items_is_behaviour() -> None:
    lines = PROCESS.splitlines(keepends=True)
    one, two = (next(line for line in lines if line.startswith(f"  {name}: {{of")) for name in ("office", "contact"))
    assert hashes((one + two, two + one))[0] != hashes()[0]


def strings_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [one for pair in value.items() for each in pair for one in strings_in(each)]
    if isinstance(value, tuple | list | set | frozenset):
        return [one for each in value for one in strings_in(each)]
    if dataclasses.is_dataclass(value):
        return [one for each in dataclasses.fields(value) for one in strings_in(getattr(value, each.name))]
    return []


def shipped_definitions() -> list[Definition]:
    return [load(folder).known()[0] for folder in shipped().values()]


def test_no_place_of_a_file_leaks_into_the_definition() -> None:
    definition, wording = small().known()
    assert {type(one) for one in strings_in(definition)} == {str}
    assert {type(one) for one in strings_in(wording)} == {str}
    assert {type(one) for each in shipped_definitions() for one in strings_in(each)} == {str}


def test_shipped_processes_are_found_by_name() -> None:
    assert {name: folder.name for name, folder in shipped().items()} == {
        definition.name: definition.name.replace("-", "_") for definition in shipped_definitions()
    }
    assert "development-review" in shipped()


WORDS = (
    *("[]", "{}", "null", "3", "true", "-1wd", "'a: b'", "case", "visit", "x.y", "any", "[a]", "{that: x}"),
    *("now", "chosen.day", ":", "@", "*a", "&a", "{any: []}", "{at: due}", ".."),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(WORDS)), min_size=1, max_size=3))
def test_no_change_of_a_file_makes_the_loader_crash(changes: list[tuple[int, str]]) -> None:
    text = PROCESS
    for number, word in changes:
        pieces = list(re.finditer(r"[\w.\-+]+|\[[^\[\]]*\]|\{[^{}]*\}", text))
        start, end = pieces[number % len(pieces)].span()
        text = text[:start] + word + text[end:]
    loaded = load_files(small_files() | {"process.yaml": text.encode()})
    assert (loaded.definition is None) == any(one.severity == "error" for one in loaded.errors)
    assert all(one.line >= 1 and one.column >= 1 for one in loaded.errors)
