"""Who may see which answers, and when?"""

from __future__ import annotations

from engine import access
from tests.builders.engine import Review, a_definition, a_draft, a_person, a_world, launched

BLIND = """
seats: {chair: {count: 1, votes: true}, member: {count: 2, votes: true}, secretary: {count: 1}}
groups: {panel: [chair, member, secretary], voting: [chair, member]}
invitations: {form: reply, due: {at: invited + 10wd}, ask_per_seat: 3}
stages: {busy: {}, talking: {}, over: {end: true}}
transitions: {talk: {from: busy, to: talking, by: office}, finish: {from: talking, to: over, by: office}}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, until: over}
  score: {each: voting, opens: busy, form: note, due: {at: opened + 10wd}, until: over}
documents:
  score: {see: {author: true, voting: [own score is answered], secretary: [stage is talking], contact: false}}
"""


def blind_review() -> Review:
    people = [a_person(name) for name in ("cleo", "mira", "max", "sam")]
    review = launched(
        a_definition(BLIND, reply="answer: {type: yes_no}", note="text: {type: text}"), world=a_world(*people)
    )
    review.seat("chair", "cleo").seat("member", "mira", "max").seat("secretary", "sam")
    return review


def seen_by(review: Review, reader: str) -> list[str]:
    draft = a_draft(review.case, review.definition, review.world)
    return [task.holding or "" for task in access.visible(draft, reader) if task.name == "score"]


def test_a_score_is_seen_by_its_author_only_until_the_reader_has_scored() -> None:
    review = blind_review()
    review.submit("score", "cleo", text="good")
    assert {reader: seen_by(review, reader) for reader in ("cleo", "mira", "max", "sam", "carl")} == {
        "cleo": ["chair-1"], "mira": [], "max": [], "sam": [], "carl": [],
    }  # fmt: skip


def test_who_has_scored_sees_the_scores_of_the_others() -> None:
    review = blind_review()
    review.submit("score", "cleo", text="good")
    review.submit("score", "mira", text="poor")
    assert (seen_by(review, "mira"), seen_by(review, "max")) == (["chair-1", "member-1"], [])


def test_another_role_sees_them_when_its_own_condition_holds() -> None:
    review = blind_review()
    review.submit("score", "cleo", text="good").take("talk")
    assert (seen_by(review, "sam"), seen_by(review, "carl")) == (["chair-1"], [])


def test_who_lost_the_seat_lost_the_access() -> None:
    review = blind_review()
    review.submit("score", "cleo", text="good").submit("score", "mira", text="poor")
    review.substitute("member-1", None)
    assert seen_by(review, "mira") == ["member-1"]


def test_without_a_rule_only_the_author_sees_an_answer() -> None:
    review = blind_review()
    review.submit("work", "carl", text="done")
    draft = a_draft(review.case, review.definition, review.world)
    assert access.hidden(draft, "carl", review.task("work")) == []
    assert access.hidden(draft, "cleo", review.task("work")) == ["only its author sees it"]


def test_a_refusal_says_why() -> None:
    review = blind_review()
    review.submit("score", "cleo", text="good")
    draft = a_draft(review.case, review.definition, review.world)
    task = review.case.tasks["score:1@chair-1"]
    assert access.hidden(draft, "mira", task) == ["own score is answered: it is open"]
    assert access.hidden(draft, "carl", task) == ["it is not for contact"]
    assert access.hidden(draft, "sara", task) == ["it is for author, voting, secretary"]
