"""Can a long case ask something each year, and act at once when something is wrong? Both are tracks that wait."""

from __future__ import annotations

from tests.builders.engine import launched, promises_broken

LONG = """
stages: {busy: {}, over: {end: true}}
tracks:
  yearly: {during: [busy], states: [resting, proving]}
  safety: {during: [busy], states: [quiet, acting], ends: [quiet]}
transitions:
  ask_proof: {from: yearly.resting, to: yearly.proving, when: yearly.resting + 1y, until: case.launched + 4y}
  proved: {from: yearly.proving, to: yearly.resting, when: [proof.done, proof.expired]}
  alarm: {from: safety.quiet, to: safety.acting, by: [contact, office], asks: {reason: text}}
  settled: {from: safety.acting, to: safety.quiet, when: see_to_it.done}
  finish: {from: busy, to: over, when: case.launched + 4y}
tasks:
  proof:
    for: contact
    opens: yearly.proving
    form: note
    due: {at: opened + 4w, closes: due + 2w}
    silence: nothing
  see_to_it: {for: owner, opens: safety.acting, form: note, due: {at: opened + 1d}}
"""


def test_a_proof_is_asked_each_year_whether_the_last_one_came_or_not() -> None:
    review = launched(LONG).until("2028-03-02")
    assert review.open() == {"proof:1": ("carl",)}
    review.submit("proof", "carl").until("2029-03-03")
    assert review.open() == {"proof:2": ("carl",)}
    review.until("2029-05-01")
    assert (review.open(), review.tracks()["yearly"], promises_broken(review)) == ({}, "resting", [])
    review.until("2031-03-02")
    assert (review.case.outcome, review.case.rounds["proof"]) == ("over", 3)


def test_an_alarm_opens_its_own_short_term_and_leaves_the_course_alone() -> None:
    review = launched(LONG).until("2027-04-01").take("alarm", by="carl", reason="a wall came down")
    assert review.tracks() == {"yearly": "resting", "safety": "acting"}
    task = review.task("see_to_it")
    assert (task.due and task.due.day.isoformat(), review.case.stage) == ("2027-04-02", "busy")
    assert review.submit("see_to_it", "owen").tracks()["safety"] == "quiet"
