"""What becomes of a running case when it follows another version of its process?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine.actions import Kin, MoveVersion
from engine.case import Case, Former
from engine.course import Kept, course
from engine.definition import Definition
from engine.errors import InvalidAnswers, Refused
from engine.history import replay
from tests.builders.engine import Review, a_definition, a_world, launched, local_text, moment, promises_broken
from tests.builders.walks import walk
from tests.engine.test_walks import FORMS, SMALL

OLD = """
stages: {asked: {}, busy: {}, over: {end: true}}
tracks: {side: {during: [asked, busy], states: [left, right]}}
dates: {visit: {set_by: fix, provisional: case.launched + 20w}}
seats: {peer: {count: 0..3}}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions:
  fix: {from: side.left, to: side.right, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  begin: {from: asked, to: busy, when: letter.done}
  finish: {from: busy, to: over, by: office}
tasks:
  letter: {for: contact, opens: asked, form: letter, due: {at: opened + 4w}, remind: [-1w], 
           extend: {by: office, at_most: +4w}}
  count: {for: contact, opens: asked, form: note, due: {at: opened + 2w}, remind: [-1w]}
  report: {for: owner, opens: busy, form: report, due: {at: opened + 2w}}
"""
HEADING = "version: 2\nreplaces: {version: 1}\n"
RENAMED_STAGE = (("{asked: {},", "{invited_first: {},"), ("[asked, busy]", "[invited_first, busy]"),
                 ("from: asked", "from: invited_first"), ("opens: asked", "opens: invited_first"))  # fmt: skip
LETTER = "{wish: {type: text}, number: {type: number}}"


def old() -> Definition:
    return a_definition(OLD, letter=LETTER)


def version_2(*changes: tuple[str, str], plan: str = "", letter: str = LETTER) -> Definition:
    """The next version: the same with some changes, each of which must apply."""
    text = HEADING.replace("version: 1", f"version: 1{plan}") + OLD
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return a_definition(text, letter=letter)


def begun(at: str | None = None) -> Review:
    review = launched(old())
    return review.until(at) if at else review


def asks(review: Review) -> list[tuple[str, str]]:
    """Everything that was said of the letter, and when."""
    return [(local_text(each.caused_at), each.template) for each in review.notices if each.task == "letter:1"]


# one event ------------------------------------------------------------------------------------------------------------


def test_a_move_is_one_event_with_its_reason_and_replay_leads_to_the_case() -> None:
    review = begun("2027-03-10").move_version(version_2(("opened + 4w", "opened + 5w")))
    (event,) = [row.event for row in review.last.history if row.event.kind == "version_moved"]
    assert (event.name, dict(event.data)) == ("asked", {"reason": "better", "old": 1, "new": 2})
    now = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
    former = (Former(version=1, behaviour=old().behaviour, until=now),)
    assert (review.case.process_version, review.case.behaviour, review.case.former) == (
        2, review.definition.behaviour, former,
    )  # fmt: skip
    assert replay(review.history) == replace(review.case, version=0)
    assert promises_broken(review) == []


def test_only_the_office_moves_a_case_and_says_why() -> None:
    with pytest.raises(Refused, match="version 2"):
        begun().move_version(version_2(), by="carl")
    with pytest.raises(InvalidAnswers, match="version 2"):
        begun().apply(MoveVersion(to=version_2(), reason=" "), "olga")


def test_what_was_renamed_is_where_it_was_under_its_new_name() -> None:
    review = begun().take("fix", "olga", day="2027-06-02").seat("peer", "p1").submit("count", "carl")
    plan = (
        ", as: {asked: invited_to_write, letter: self_evaluation, side: planning, side.right: planning.agreed, "
        "peer: guest}"
    )
    changes = (
        ("{asked: {},", "{invited_to_write: {},"), ("during: [asked, busy], states: [left, right]",
         "during: [invited_to_write, busy], states: [left, agreed]"), ("{side:", "{planning:"),
        ("from: side.left, to: side.right", "from: planning.left, to: planning.agreed"),
        ("from: asked", "from: invited_to_write"), ("letter.done", "self_evaluation.done"),
        ("  letter: {", "  self_evaluation: {"), ("opens: asked", "opens: invited_to_write"), ("{peer:", "{guest:"),
    )  # fmt: skip
    review.move_version(version_2(*changes, plan=plan))
    case = review.case
    assert (case.stage, review.tracks()) == ("invited_to_write", {"planning": "agreed"})
    assert review.open() == {"letter:1": ("carl",)}
    assert (review.task("self_evaluation").scope, review.task("count").state) == ("invited_to_write", "done")
    assert [(held.key, held.seat, held.state) for held in case.holdings.values()] == [("peer-1", "guest", "seated")]
    assert case.places == {"guest": 1}
    assert {"invited_to_write", "planning.agreed", "self_evaluation.opened", "guest.seated"} < case.moments.keys()
    assert review.told() == []
    assert promises_broken(review) == []
    review.submit("self_evaluation", "carl")
    assert (review.case.stage, review.open()) == ("busy", {"report:1": ("owen",)})
    assert promises_broken(review) == []


def test_the_way_of_a_case_is_told_in_the_names_that_it_has_now() -> None:
    changes = (*RENAMED_STAGE, ("  letter: {", "  essay: {"), ("letter.done", "essay.done"))
    review = begun().submit("count", "carl").until("2027-03-10")
    review.move_version(version_2(*changes, plan=", as: {asked: invited_first, letter: essay}"))
    review.until("2027-03-12").submit("essay", "carl")
    told = course(review.definition, review.history, review.now)
    assert [(stay.stage, str(stay.first)) for stay in told.stays] == [
        ("invited_first", "2027-03-01"), ("busy", "2027-03-12"),
    ]  # fmt: skip
    assert told.kept == {"count": Kept(met=1), "essay": Kept(met=1)}
    renamed = begun().submit("letter", "carl").until("2027-03-10")
    essay = (("  letter: {", "  essay: {"), ("letter.done", "essay.done"))
    renamed.move_version(version_2(*essay, plan=", as: {letter: essay}"))
    assert course(renamed.definition, renamed.history, renamed.now).kept == {"essay": Kept(met=1)}


def test_two_stages_may_become_one_and_what_opens_there_opens() -> None:
    plan = ", as: {asked: busy}"
    changes = (("{asked: {}, ", "{"), ("[asked, busy]", "[busy]"), ("begin: {from: asked, to: busy, when: letter.done}",
               "begin: {from: busy, by: office}"), ("opens: asked", "opens: busy"))  # fmt: skip
    review = begun().move_version(version_2(*changes, plan=plan))
    assert (review.case.stage, list(review.open())) == ("busy", ["letter:1", "count:1", "report:1"])
    assert review.told() == [("opened", "owen")]
    assert promises_broken(review) == []


# dates and mails ------------------------------------------------------------------------------------------------------


def test_a_term_that_is_longer_now_is_told_and_reminded_of_once() -> None:
    review = begun("2027-03-10").move_version(version_2(("opened + 4w", "opened + 5w")))
    assert (review.due("letter"), review.task("letter").term) == ("2027-04-05", 2)
    assert review.told() == [("extended", "carl")]
    assert [(one.task, one.reason) for one in review.last.withdrawals] == [("letter:1", "moved")]
    review.until("2027-04-05 12:00")
    assert asks(review) == [
        ("2027-03-01 10:00", "opened"), ("2027-03-10 10:00", "extended"), ("2027-03-29 09:00", "reminder"),
    ]  # fmt: skip


def test_who_was_reminded_of_the_old_date_is_reminded_of_the_new_one() -> None:
    review = begun("2027-03-23").move_version(version_2(("opened + 4w", "opened + 5w"))).until("2027-04-05 12:00")
    assert asks(review) == [
        ("2027-03-01 10:00", "opened"), ("2027-03-22 09:00", "reminder"), ("2027-03-23 10:00", "extended"),
        ("2027-03-29 09:00", "reminder"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ladder", "at", "told"),
    [
        ("[-2w, -1w]", "2027-03-10", ["2027-03-15 09:00", "2027-03-22 09:00"]),  # one more, ahead
        ("[-2w, -1w]", "2027-03-16", ["2027-03-22 09:00"]),  # one more, past: skipped
        ("[-2w, -1w]", "2027-03-23", ["2027-03-22 09:00"]),  # what was said is not said again
        ("[-2d]", "2027-03-23", ["2027-03-22 09:00", "2027-03-29 09:00"]),  # another in the place of one that was said
    ],
)
def test_reminders_that_are_others_now_speak_once_each(ladder: str, at: str, told: list[str]) -> None:
    review = begun(at).move_version(version_2(("opened + 4w}, remind: [-1w]", f"opened + 4w}}, remind: {ladder}")))
    assert (review.told(), review.last.withdrawals, review.due("letter")) == ([], (), "2027-03-29")
    review.until("2027-03-29 12:00")
    assert [when for when, what in asks(review) if what == "reminder"] == told


def test_late_steps_that_have_come_do_not_come_again() -> None:
    ladder = (
        "opened + 4w}, remind: [-1w]",
        "opened + 4w}, remind: [-1w], late: [{after: +1wd, tell: assignee, notice: late}]",
    )
    review = begun("2027-04-01").move_version(version_2(ladder))
    assert review.until("2027-04-03").task("letter").rungs == (0,)
    assert [what for _, what in asks(review)] == ["opened", "reminder"]


@pytest.mark.parametrize("by_hand", ["pin", "extend"])
def test_a_date_that_somebody_set_stays_and_is_named(by_hand: str) -> None:
    review = begun()
    review.pin("letter", "2027-04-02") if by_hand == "pin" else review.extend("letter", "2027-04-02")
    review.move_version(version_2(("opened + 4w", "opened + 5w")))
    assert (review.due("letter"), review.told()) == ("2027-04-02", [])
    (event,) = [row.event for row in review.last.history if row.event.kind == "version_moved"]
    assert event.data["kept"] == ["letter:1"]


def test_a_shorter_term_leaves_the_shortest_from_today() -> None:
    """Nobody is late by what the office decides today."""
    review = begun("2027-03-17").move_version(version_2(("opened + 4w", "opened + 1w")))
    assert review.due("letter") == "2027-03-19"
    assert review.told() == [("extended", "carl")]


# work that comes and goes ---------------------------------------------------------------------------------------------


def test_open_work_that_is_gone_is_not_needed_and_done_work_is_kept_as_an_answer() -> None:
    review = begun("2027-03-10")
    gone = version_2(("  count: {for: contact, opens: asked, form: note, due: {at: opened + 2w}, remind: [-1w]}\n", ""),
                     plan=", drops: [count]")  # fmt: skip
    review.move_version(gone)
    assert (list(review.open()), review.told()) == (["letter:1"], [("not_needed", "carl")])
    (notice,) = review.last.notices
    assert notice.only_if_asked == "count:1"
    assert [(one.task, one.reason) for one in review.last.withdrawals] == [("count:1", "not needed")]
    assert not [key for key in review.case.deadlines if "count" in key]
    assert promises_broken(review) == []
    done = begun().submit("count", "carl", remark="three")
    done.move_version(gone)
    assert (done.told(), done.case.facts["left:count:1"]) == ([], done.submissions[0].id)
    (event,) = [row.event for row in done.last.history if row.event.kind == "version_moved"]
    assert event.data["unasked"] == ["note.remark"]


def test_what_the_new_version_asks_in_this_stage_opens_and_is_mailed() -> None:
    rest = "form: note, due: {at: opened + 2w}}"
    more = f"tasks:\n  list: {{for: contact, opens: asked, {rest}\n  later: {{for: contact, opens: busy, {rest}"
    review = begun("2027-03-10").move_version(version_2(("tasks:", more)))
    assert list(review.open()) == ["letter:1", "count:1", "list:1"]
    assert (review.told(), review.due("list")) == ([("opened", "carl")], "2027-03-24")


def test_what_could_have_opened_by_the_old_version_does_not_open_by_the_move() -> None:
    """Its condition did not hold when the stage was entered; that it holds now is no matter of versions."""
    held_back = (
        "  report: {for: owner, opens: busy",
        "  extra: {for: owner, opens: asked, form: note, if: [count is done], due: {at: opened + 1w}}\n"
        "  report: {for: owner, opens: busy",
    )
    first = a_definition(OLD.replace(*held_back), letter=LETTER)
    review = launched(first).submit("count", "carl").move_version(replace(first, version=2))
    assert (review.open(), review.told()) == ({"letter:1": ("carl",)}, [])


def test_a_track_that_is_new_begins_and_one_that_is_gone_ends() -> None:
    new = version_2(
        ("{side: {during: [asked, busy], states: [left, right]}}", "{other: {during: busy, states: [one, two]}}"),
        ("{during: busy,", "{during: [asked, busy],"),
        ("fix: {from: side.left, to: side.right,", "fix: {from: other.one, to: other.two,"),
        plan=", drops: [side]",
    )
    review = begun().move_version(new)
    assert (review.tracks(), promises_broken(review)) == ({"other": "one"}, [])


def test_an_answer_that_is_read_only_now_counts_and_a_step_may_follow_at_once() -> None:
    reads = (
        "begin: {from: asked, to: busy, when: letter.done}",
        "begin: {from: asked, to: busy, auto: true, if: [count.remark is enough]}",
    )
    forms = {"letter": LETTER, "note": "{remark: {type: choice, choices: [enough, more]}}"}
    first = a_definition(OLD, **forms)
    second = a_definition(HEADING + OLD.replace(*reads), **forms)
    review = launched(first).submit("count", "carl", remark="enough")
    assert "count.remark" not in review.case.facts
    review.move_version(second)
    assert (review.case.stage, list(review.open())) == ("busy", ["report:1"])
    assert promises_broken(review) == []


# what keeps a case ----------------------------------------------------------------------------------------------------


WITHOUT_COUNT = ("  count: {for: contact, opens: asked, form: note, due: {at: opened + 2w}, remind: [-1w]}\n", "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (RENAMED_STAGE, "it stands in asked, which is not in version 2"),
        ((WITHOUT_COUNT,), "count is open, and version 2 knows no such task"),
        ((("states: [left, right]", "states: [wrong, right]"), ("side.left", "side.wrong")),
         "it stands in side.left, which is not in version 2"),
        ((("  count: {for: contact,", "  count: {each: contact,"),),
         "count has instances in one of the two versions for somebody or something else"),
        ((("{peer: {count: 0..3}}", "{expert: {count: 0..3}}"),),
         "somebody has a place as peer, which version 2 does not know"),
        ((("{peer: {count: 0..3}}", "{peer: {count: 0..1}}"),),
         "2 people sit as peer, and version 2 has 1 places"),
        ((("{visit: {set_by: fix, ", "{meeting: {set_by: fix, "),
          ("sets: {visit: chosen.day}", "sets: {meeting: chosen.day}")),
         "visit is set, and version 2 does not know it"),
        ((("version: 1", "version: 0"),),
         "version 2 takes the place of version 0, and it follows version 1: move it there first"),
    ],
)  # fmt: skip
def test_what_the_plan_does_not_say_keeps_a_case(changes: tuple[tuple[str, str], ...], reason: str) -> None:
    review = begun().seat("peer", "p1", "p2").take("fix", "olga", day="2027-06-02")
    if "side" in reason:
        review.correct("side.left")
    to = version_2(*changes) if "version: 0" not in str(changes) else replace(
        version_2(), replaces=replace(version_2().replaces, version=0)  # type: ignore[type-var]
    )  # fmt: skip
    before = review.case
    with pytest.raises(Refused) as refused:
        review.move_version(to)
    assert (list(refused.value.reasons), review.case) == ([reason], before)


@pytest.mark.parametrize("round_", [1, 2])
def test_amounts_are_not_lost_by_another_name_of_their_form(round_: int) -> None:
    form, seen = "{sum: {type: money, currency: EUR, cost: claimed}}", "documents: {FORM: {see: {office: true}}}"
    first = a_definition(OLD + seen.replace("FORM", "letter"), letter=form)
    text = f"{HEADING}{OLD}{seen}".replace("form: letter", "form: essay").replace("FORM", "essay")
    review = launched(first).submit("letter", "carl", sum="EUR 10.00")
    if round_ == 2:
        review.correct("asked")
    with pytest.raises(Refused) as refused:
        review.move_version(a_definition(text, essay=form))
    assert list(refused.value.reasons) == [
        "the answers to letter count on under the name of their form: it cannot be renamed"
    ]


def essay_for_letter(*more: tuple[str, str], version: int = 2, plan: str = "as: {letter: essay}") -> Definition:
    text = f"version: {version}\nreplaces: {{version: {version - 1}, {plan}}}\n{OLD}"
    for before, after in (("letter.done", "essay.done"), ("  letter: {", "  essay: {"), *more):
        assert before in text, before
        text = text.replace(before, after)
    return a_definition(text, letter=LETTER)


NEW_LETTER = ("  count: {", "  letter: {for: contact, opens: busy, form: note, due: {at: opened + 3w}}\n  count: {")


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("later", [False, True])
def test_new_work_does_not_come_over_work_that_has_another_name_now(done: bool, later: bool) -> None:
    review = begun().submit("letter", "carl", wish="more") if done else begun()
    version = 2
    if later:
        review.move_version(essay_for_letter())
        version = 3
    to = essay_for_letter(NEW_LETTER, version=version, plan="as: {}" if later else "as: {letter: essay}")
    with pytest.raises(Refused) as refused:
        review.move_version(to)
    called = "essay" if later else "letter"
    assert list(refused.value.reasons) == [
        f"{called} has the key letter:1 here, and version {version} has another task of that name"
    ]


def test_a_new_seat_does_not_come_over_a_place_of_another_name() -> None:
    plan, both = ", as: {peer: guest}", ("{peer: {count: 0..3}}", "{guest: {count: 0..3}, peer: {count: 0..3}}")
    with pytest.raises(Refused) as refused:
        begun().seat("peer", "p1", "p2").move_version(version_2(both, plan=plan))
    assert list(refused.value.reasons) == [
        f"peer has the key peer-{n} here, and version 2 has another seat of that name" for n in (1, 2)
    ]
    assert begun().move_version(version_2(both, plan=plan)).case.process_version == 2


def test_a_name_may_come_back_to_what_had_it() -> None:
    back = a_definition(f"version: 3\nreplaces: {{version: 2, as: {{essay: letter}}}}\n{OLD}", letter=LETTER)
    review = begun().move_version(essay_for_letter()).move_version(back).submit("letter", "carl")
    assert review.case.stage == "busy"


@pytest.mark.parametrize("letter", ["{wish: {type: number}}", "{wish: {type: choice, choices: [more, less]}}"])
def test_an_answer_of_another_kind_keeps_a_case(letter: str) -> None:
    review = begun().submit("letter", "carl", wish="more")
    with pytest.raises(Refused) as refused:
        review.move_version(version_2(letter=letter))
    assert list(refused.value.reasons) == ["the answer to letter.wish does not fit the question of version 2"]
    assert begun().submit("letter", "carl", number=3).move_version(version_2(letter=letter)).case.process_version == 2


def test_a_rubric_that_is_judged_by_keeps_a_case() -> None:
    first = a_definition("rubric: {file: small, pinned: busy}")
    other = replace(first, version=2, rubric=replace(first.rubric, criteria=("one",)))  # type: ignore[type-var]
    with pytest.raises(Refused, match="rubric"):
        launched(first).move_version(other)
    later = replace(first, rubric_pinned=replace(first.rubric_pinned, name="over"))  # type: ignore[type-var]
    review = launched(later).move_version(replace(other, rubric_pinned=later.rubric_pinned))
    assert review.case.rows == ("one",)


def test_a_closed_case_another_process_and_an_older_version_are_refused() -> None:
    for review, to, reason in (
        (launched().take("finish"), replace(a_definition(), version=2), "the case has ended"),
        (launched(), a_definition("process: other\nversion: 2"), "it follows small, which is another process"),
        (launched(), a_definition(), "it follows version 1"),
        (
            launched(),
            a_definition("tasks: {work: {for: owner, opens: busy, form: note}}"),
            "it follows a version 1 that says something else: let `version` in process.yaml count up, and let "
            "it replace version 1",
        ),
    ):
        with pytest.raises(Refused) as refused:
            review.move_version(to)
        assert list(refused.value.reasons) == [reason]


def test_a_case_that_shares_its_panel_moves_where_both_know_it() -> None:
    parent = a_definition("seats: {peer: {count: 0..3}}\ninvitations: {form: answer, due: {at: invited + 5wd}}\n"
                          "children: {unit: {process: other, opens: finish, shares: [peer]}}")  # fmt: skip
    kin = Kin(case="above", child="unit", definition=parent, called_us=True)
    without = version_2(("{peer: {count: 0..3}}", "{guest: {count: 0..3}}"), plan=", as: {peer: guest}")
    with pytest.raises(Refused) as refused:
        begun().move_version(without, kin=(kin,))
    assert list(refused.value.reasons) == [
        "it shares seats or dates with the case above, which would not be there in both"
    ]
    assert begun().move_version(version_2(), kin=(kin,)).case.process_version == 2


def test_a_case_that_has_called_another_moves_where_the_new_version_knows_it() -> None:
    calls = "transitions: {finish: {from: busy, to: over, by: office}, go: {from: busy, by: office}}\n"
    first = a_definition(calls + "children: {unit: {process: other, opens: go}}")
    review = launched(first).take("go")
    with pytest.raises(Refused) as refused:
        review.move_version(a_definition("version: 2\n" + calls))
    assert list(refused.value.reasons) == ["it has called unit, which version 2 does not know"]
    assert review.move_version(replace(first, version=2)).case.process_version == 2


def test_a_paused_case_is_resumed_first() -> None:
    review = launched("pause: {by: office, asks: {reason: text, until: date}}").pause("2027-04-01")
    with pytest.raises(Refused, match="version 2"):
        review.move_version(replace(review.definition, version=2))


# the rule -------------------------------------------------------------------------------------------------------------


def as_it_was(case: Case) -> Case:
    """A case but for the version that it follows."""
    return replace(case, process_version=1, former=(), head=(0, ""))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(seed=some.integers(0, 10**6), steps=some.integers(0, 40))
def test_a_version_that_says_the_same_changes_nothing_and_mails_nobody(seed: int, steps: int) -> None:
    definition = a_definition(SMALL, **FORMS)
    review = launched(definition, world=a_world(), roles={"contact": ("carl",)})
    assert walk(review, seed, steps) == []
    before = review.case
    if before.closed or before.paused is not None or "olga" not in before.roles["office"]:
        return
    review.move_version(replace(definition, version=2))
    last = review.last
    assert (last.notices, last.withdrawals, last.signals, last.submissions) == ((), (), (), ())
    assert [row.event.kind for row in last.history] == ["version_moved"]
    assert as_it_was(review.case) == as_it_was(before)
    assert promises_broken(review) == []
    assert walk(review, seed + 1, 10) == []


OTHER_NAMES = {
    "busy": "started", "held": "visited", "side": "flank", "poll": "ask_all", "judge": "weigh", "peer": "colleague",
    "fix": "settle_day", "work": "job",
}  # fmt: skip


def under_other_names() -> Definition:
    text = SMALL
    for before, after in OTHER_NAMES.items():
        text = re.sub(rf"\b{before}\b", after, text)
    plan = ", ".join(f"{before}: {after}" for before, after in OTHER_NAMES.items())
    return a_definition(f"version: 2\nreplaces: {{version: 1, as: {{{plan}}}}}\n{text}", **FORMS)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(seed=some.integers(0, 10**6), steps=some.integers(0, 40))
def test_other_names_mail_nobody_and_the_case_goes_on_under_them(seed: int, steps: int) -> None:
    review = launched(a_definition(SMALL, **FORMS), world=a_world(), roles={"contact": ("carl",)})
    assert walk(review, seed, steps) == []
    if review.case.closed or review.case.paused is not None or "olga" not in review.case.roles["office"]:
        return
    review.move_version(under_other_names())
    assert (review.last.notices, review.last.withdrawals, review.last.signals) == ((), (), ())
    assert promises_broken(review) == []
    assert walk(review, seed + 1, 10) == []


def in_many_ways_another() -> Definition:
    """Tasks, a track and a day of a notice come and go, and dates and reminders are others."""
    text = "\n".join(line for line in SMALL.splitlines() if not line.startswith(("  poll:", "  survey:")))
    fresh = "  fresh: {for: [contact], opens: [busy, held], form: note, due: {at: opened + 4wd}}\n"
    each = "  each_side: {each: panel, opens: start.declaring, form: note, due: {at: opened + 3wd}}\n"
    for before, after in (
        ("visit + 5wd, calendar: panel", "visit + 8wd, calendar: panel"),
        ("remind: [-1wd], late: [{after: +1wd", "remind: [-3wd, -1wd], late: [{after: +2wd"),
        ("  soon: {when: visit - 3d", "  soon: {when: [visit - 5d, visit - 3d]"),
        ("opens: second, form: ask, due: {at: opened + 5wd", "opens: second, form: ask, due: {at: opened + 8wd"),
        ("tasks:\n", f"tasks:\n{fresh}{each}"),
        ("  side: {during", "  extra: {during: [busy, held, second], states: [on, off]}\n  side: {during"),
        ("transitions:\n", "transitions:\n  switch: {from: extra.on, to: extra.off, by: office}\n"),
    ):
        assert before in text, before
        text = text.replace(before, after)
    return a_definition(f"version: 2\nreplaces: {{version: 1, drops: [poll, survey]}}\n{text}", **FORMS)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(seed=some.integers(0, 10**6), steps=some.integers(0, 40))
def test_whatever_the_new_version_changes_every_promise_holds_and_no_rule_speaks_twice(seed: int, steps: int) -> None:
    review = launched(a_definition(SMALL, **FORMS), world=a_world(), roles={"contact": ("carl",), "office": ("olga",)})
    assert walk(review, seed, steps) == []
    if review.case.closed or review.case.paused is not None or "olga" not in review.case.roles["office"]:
        return
    review.move_version(in_many_ways_another())
    assert promises_broken(review) == []
    assert walk(review, seed + 1, 15) == []
    asks = [each.key for each in review.notices if each.kind == "ask"]
    assert sorted(set(asks)) == sorted(asks)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(seed=some.integers(0, 10**6), steps=some.integers(0, 40))
def test_what_was_dropped_and_comes_back_breaks_no_promise_and_uses_no_key_twice(seed: int, steps: int) -> None:
    review = launched(a_definition(SMALL, **FORMS), world=a_world(), roles={"contact": ("carl",), "office": ("olga",)})
    back = a_definition(f"version: 3\nreplaces: {{version: 2, drops: [fresh, each_side, extra]}}\n{SMALL}", **FORMS)
    for number, to in enumerate((in_many_ways_another(), back)):
        walk(review, seed + number, steps if number == 0 else 5)
        if review.case.closed or review.case.paused is not None or "olga" not in review.case.roles["office"]:
            return
        review.move_version(to)
    assert promises_broken(review) == []
    assert walk(review, seed + 2, 15) == []
    opened = [row.event.name for row in review.history if row.event.kind == "task_opened"]
    assert sorted(set(opened)) == sorted(opened)
    asks = [each.key for each in review.notices if each.kind == "ask"]
    assert sorted(set(asks)) == sorted(asks)


def test_a_moment_is_that_of_the_case_and_not_of_the_move() -> None:
    review = begun("2027-03-10").move_version(version_2())
    assert (review.case.stage_since, review.case.moments["asked"].at) == (moment("2027-03-01 10:00"),) * 2


# what a fresh reader showed -------------------------------------------------------------------------------------------


def test_a_late_step_or_a_word_of_today_that_has_yet_to_come_comes_after_a_move() -> None:
    once, twice = "late: [{after: +1wd, tell: assignee, notice: late}", ", {after: +5wd, tell: assignee, notice: late}]"
    remind = "opened + 4w}, remind: [-1w], "
    first = a_definition(OLD.replace(remind, f"{remind}{once}], "), letter=LETTER)
    second = a_definition(HEADING + OLD.replace(remind, f"{remind}{once}{twice}, "), letter=LETTER)
    (day,) = [when for when, template in asks(launched(first).until("2027-04-03")) if template == "late"]
    moved = launched(first).until(f"{day[:10]} 08:00").move_version(second).until("2027-04-20")
    assert day in [when for when, template in asks(moved) if template == "late"]

    def hinting(when: str) -> str:
        return f"{OLD}\nnotices:\n  hint: {{when: {when}, to: contact}}\n"

    first = a_definition(hinting("letter.opened + 2w"), letter=LETTER)
    second = a_definition(HEADING + hinting("[letter.opened + 2w, letter.opened + 3w]"), letter=LETTER)
    moved = launched(first).until("2027-03-15 08:00").move_version(second).until("2027-04-03")
    assert len([each for each in moved.notices if each.template == "hint"]) == 2


@pytest.mark.parametrize("silence", ["nothing", "agrees"])
def test_a_move_lets_no_silence_take_effect_that_has_yet_to(silence: str) -> None:
    due = "due: {at: opened + 4w}, remind: [-1w], "

    def closing(weeks: int) -> str:
        return OLD.replace(
            due, f"silence: {silence}, due: {{at: opened + 4w, closes: due + {weeks}w}}, remind: [-1w], "
        )

    letter = "{letter_agrees: {type: yes_no}}" if silence == "agrees" else LETTER
    first = a_definition(closing(6), letter=letter)
    second = a_definition(HEADING + closing(1), letter=letter)
    moved = launched(first).until("2027-04-20").move_version(second).until("2027-04-20 18:00")
    assert "letter:1" in moved.open()
    assert "letter:1" in moved.recalculate().open()
    assert "letter:1" not in moved.until("2027-05-20").open()


def test_the_questions_of_each_who_answered_are_named_where_they_go() -> None:
    text = OLD.replace(
        "  report:", "  view: {each: peer, opens: peer.seated, form: seen, due: {at: opened + 3w}}\n  report:"
    )
    first = a_definition(text, letter=LETTER, seen="{a: {type: text}, b: {type: text}}")
    second = a_definition(HEADING + text, letter=LETTER, seen="{b: {type: text}}")
    moved = launched(first).seat("peer", "p1", "p2").submit("view", "p1", a="one").submit("view", "p2", b="two")
    (event,) = [row.event for row in moved.move_version(second).last.history if row.event.kind == "version_moved"]
    assert event.data.get("unasked") == ["seen.a"]
