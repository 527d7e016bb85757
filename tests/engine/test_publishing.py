"""What becomes public when, and what of it does anybody read?"""

from __future__ import annotations

import pytest

from engine.publishing import is_public, public_part, public_since, readable
from tests.builders.engine import Review, a_definition, a_draft, a_person, a_world, launched, local_text

PUBLIC = """
seats: {peer: {count: 1}}
invitations: {form: reply, due: {at: invited + 10wd}}
stages: {busy: {}, later: {}, over: {end: true}}
dates: {day: {set_by: [fix]}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {day: chosen.day}}
  go: {from: busy, to: later, by: office}
  reveal: {from: [busy, later], by: office}
  finish: {from: later, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, until: over}
  rework: {for: contact, opens: later, form: note, due: {at: opened + 10wd}, until: over}
documents:
  note:
    see: {author: true, signatory: true}
    publish: {when: [reveal, day + 90d], if: [stage is later], without: [inside, rows.name]}
"""
NOTE = """
text: {type: text}
inside: {type: text}
who: {type: person, of: peer}
rows: {type: rows, columns: {name: {type: text}, what: {type: text}, whom: {type: person, of: peer}}}
"""
GIVEN = {
    "text": "all",
    "inside": "secret",
    "who": "pia",
    "rows": [{"name": "N.", "what": "said", "whom": "pia"}, {"name": "M."}],
}
PART = {"text": "all", "rows": [{"what": "said"}, {}]}


@pytest.fixture
def review() -> Review:
    definition = a_definition(PUBLIC, reply="answer: {type: yes_no}", note=NOTE)
    return launched(definition, world=a_world(a_person("pia"))).seat("peer", "pia")


def read(review: Review, key: str, *readers: str) -> object:
    draft = a_draft(review.case, review.definition, review.world)
    task = review.case.tasks[key]
    found = readable(draft, readers, next(each for each in review.submissions if each.id == task.answer))
    return list(found.reasons) or found.answers


def test_what_is_public_stays_so_where_a_later_version_calls_its_task_and_form_otherwise(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("go").take("reveal")
    text = PUBLIC.replace("form: note", "form: essay").replace("  note:", "  essay:").replace("  work:", "  writing:")
    plan = "version: 2\nreplaces: {version: 1, as: {work: writing}}\n"
    form = NOTE.replace("text: {type: text}\ninside", "inside")  # which does not ask for the text any more
    review.move_version(a_definition(plan + text, reply="answer: {type: yes_no}", essay=form))
    assert read(review, "work:1") == {"rows": PART["rows"]}
    assert read(review, "work:1", "sara") == GIVEN


def test_before_it_is_public_only_those_read_it_whom_its_process_names(review: Review) -> None:
    review.submit("work", "carl", **GIVEN)
    assert read(review, "work:1", "sara") == read(review, "work:1", "carl") == GIVEN
    assert read(review, "work:1", "pia") == ["it is for author, signatory"]
    assert read(review, "work:1") == ["it is not public"]


def test_what_is_public_anybody_reads_without_people_and_what_is_left_out(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("go").take("reveal")
    assert read(review, "work:1") == read(review, "work:1", "pia") == PART
    assert read(review, "work:1", "sara") == GIVEN
    assert list(public_since(review.case)) == ["work:1"]
    assert [each.event.name for each in review.history if each.event.kind == "made_public"] == ["work:1"]


def test_a_moment_at_which_its_conditions_do_not_hold_makes_nothing_public(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("reveal").take("go")
    assert read(review, "work:1") == ["it is not public"]


def test_a_day_makes_public_what_is_there_then_also_where_nobody_acts(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("fix", day="2027-03-10").take("go")
    assert dict(public_since(review.until("2027-06-07 23:59").case)) == {}
    assert {key: local_text(at) for key, at in public_since(review.until("2027-06-08 00:01").case).items()} == {
        "work:1": "2027-06-08 00:00"
    }


def test_a_day_that_moves_takes_its_publication_with_it(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("fix", day="2027-03-10").take("fix", day="2027-03-20").take("go")
    assert dict(public_since(review.until("2027-06-17 23:59").case)) == {}
    assert list(public_since(review.until("2027-06-18 00:01").case)) == ["work:1"]


def test_of_two_tasks_that_answer_one_form_the_draft_stays_what_it_was(review: Review) -> None:
    review.submit("work", "carl", text="draft").take("go").submit("rework", "carl", text="final").take("reveal")
    assert (read(review, "work:1"), read(review, "rework:1")) == (["it is not public"], {"text": "final"})


def public(review: Review) -> list[tuple[str, str]]:
    return [(each.task, each.answers["text"]) for each in review.submissions if is_public(review.case, each)]


def test_what_was_published_stays_public_and_what_is_answered_later_is_not(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("go").take("reveal").correct("busy")
    assert public(review) == [("work:1", "all")]
    review.submit("work", "carl", text="another")
    assert (public(review), read(review, "work:2")) == ([("work:1", "all")], ["it is not public"])
    review.take("go").take("reveal")
    assert public(review) == [("work:1", "all"), ("work:2", "another")]


def test_an_answer_anew_in_the_same_round_is_not_public_either(review: Review) -> None:
    review.submit("work", "carl", **GIVEN).take("go").take("reveal").correct(task="work:1", to="open")
    assert public(review) == [("work:1", "all")]
    review.submit("work", "carl", text="another")
    assert (public(review), read(review, "work:1")) == ([("work:1", "all")], ["it is not public"])


def test_without_a_rule_people_are_left_out_all_the_same(review: Review) -> None:
    form = review.definition.forms["note"]
    assert public_part(None, form, GIVEN) == {
        "text": "all", "inside": "secret", "rows": [{"name": "N.", "what": "said"}, {"name": "M."}],
    }  # fmt: skip
