"""A small process as files, to be changed by each test: two stages, a visit, a panel of one kind of seat."""

from __future__ import annotations

from workflows.loader import Loaded, load_files
from workflows.problems import Problem

PROCESS = """\
process: small
version: 1
languages: [nl, en]
title: {nl: Klein, en: Small}
zone: Europe/Amsterdam
calendars:
  office: [weekend, public-holidays(NL)]
  host: [office, school-holidays(host)]
dates:
  visit: {set_by: [fix_visit], provisional: case.launched + 26w}
  latest: {from: subject.previous_visit + 6y, else: asked_at_launch}
launch: {by: office, subject_has: [contact]}
people:
  office: {of: secretariat, owner: true, says: {nl: Bureau, en: Office}}
  contact: {of: host, count: 1, says: {nl: Contactpersoon, en: Contact}}
seats:
  peer: {count: 1..3, says: {nl: Peer, en: Peer}}
groups:
  party: [contact, peer]
invitations:
  form: answer
  due: {at: invited + 10wd, closes: due + 2wd}
  remind: [-1wd]
  objection: {by: contact, form: answer, due: {at: proposed + 5wd}, decides: office}
conditions:
  possible_day: [chosen.day >= now + 8w, chosen.day <= latest]
phases: {start: {nl: Begin, en: Start}}
stages:
  asked: {phase: start, says: {nl: Gevraagd, en: Asked}}
  busy: {says: {nl: Bezig, en: Busy}}
  finished: {end: true, says: {nl: Klaar, en: Finished}}
tracks:
  planning:
    during: [busy]
    says: {nl: Dag, en: Day}
    states: {open: {nl: Open, en: Open}, fixed: {nl: Vast, en: Fixed}}
transitions:
  confirm: {from: asked, to: busy, when: intake.done, says: {nl: Bevestigd, en: Confirmed}}
  fix_visit:
    from: planning.open
    to: planning.fixed
    by: office
    asks: {day: date}
    if: [possible_day]
    sets: {visit: chosen.day}
    says: {nl: Dag vastgesteld, en: Day fixed}
  finish: {from: busy, to: finished, auto: true, if: [poll is done, planning is fixed], says: {nl: Af, en: Done}}
  withdraw: {from: any, to: finished, by_all: [contact, office], says: {nl: Intrekken, en: Withdraw}}
defaults:
  shortest: 2wd
  remind: [on the day at 09:00]
  late: [{after: +1wd, tell: assignee, notice: late}]
  repeat: +4w
tasks:
  intake:
    for: contact
    opens: asked
    form: intake
    due: {at: case.launched + 10wd, calendar: host}
    remind: [-5wd]
    says: {nl: Intake invullen, en: Fill in the intake}
  poll:
    each: party
    opens: busy
    form: answer
    due: {at: visit - 7w, not_before: opened + 10wd}
    says: {nl: Data doorgeven, en: Give your dates}
notices:
  ready: {when: planning.fixed, to: [party, office]}
documents:
  intake: {see: {office: true, peer: [own poll is done]}, keep: 7y}
  answer: {see: {office: true}}
"""
INTAKE = """\
form: intake
title: {nl: Intake, en: Intake}
fields:
  scope: {type: text, says: {nl: Waarover, en: About what}, required: true, max_words: 300}
  weeks: {type: number, says: {nl: Weken, en: Weeks}}
"""
ANSWER = """\
form: answer
title: {nl: Antwoord, en: Answer}
fields:
  objects: {type: yes_no, says: {nl: Bezwaar, en: Objects}}
  answer: {type: yes_no, says: {nl: Doet u mee?, en: Do you take part?}, required: true}
  reason: {type: text, says: {nl: Reden, en: Reason}, required_if: [answer is no]}
  scope: {type: text, says: {nl: Waarover, en: About what}, prefill: intake.scope}
"""


def small_files(*changes: tuple[str, str], **more: str) -> dict[str, bytes]:
    """The files of the small process; each change is (old, new) in process.yaml and must apply."""
    process = PROCESS
    for old, new in changes:
        assert old in process, f"{old!r} does not stand in the small process"
        process = process.replace(old, new, 1)
    texts = {"process.yaml": process, "forms/intake.yaml": INTAKE, "forms/answer.yaml": ANSWER}
    for language in ("nl", "en"):
        texts[f"mails/ready/{language}/subject.txt"] = "Klaar\n"
        texts[f"mails/ready/{language}/body.txt"] = "De dag staat vast.\n"
    texts |= more
    return {name: text.encode() for name, text in texts.items()}


def small(*changes: tuple[str, str]) -> Loaded:
    """The small process with changes, loaded."""
    return load_files(small_files(*changes))


def errors(*changes: tuple[str, str]) -> list[Problem]:
    """The problems of the small process after changes."""
    return list(small(*changes).errors)


def only_error(*changes: tuple[str, str]) -> Problem:
    """The one problem that the changes bring."""
    found = errors(*changes)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def spot(text: str, needle: str) -> tuple[int, int]:
    """Line and column (from 1) where a text first says something."""
    before = text[: text.index(needle)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
