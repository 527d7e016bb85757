"""Which amounts count as costs of a case, and for whom?"""

from __future__ import annotations

import pytest

from engine.costs import costs
from engine.forms import counts_costs
from tests.builders.engine import Review, a_definition, a_draft, a_person, a_world, launched

CLAIMS = """
seats: {peer: {count: 2}}
groups: {panel: [peer]}
invitations: {form: reply, due: {at: invited + 10wd}}
transitions: {again: {from: busy, to: busy2, by: office}, finish: {from: busy2, to: over, by: office}}
stages: {busy: {}, busy2: {}, over: {end: true}}
tasks:
  work:
    for: contact
    opens: [busy, busy2]
    form: fee
    sign: {by: signatory, due: {at: submitted + 3wd}}
    due: {at: opened + 10wd}
  claim: {each: panel, opens: busy, form: claim, due: {at: opened + 10wd}, until: over}
  pay: {for: office, opens: claim.done, form: pay, due: {at: opened + 10wd}, until: over}
documents:
  fee: {see: {author: true, office: [round of busy2 > 0]}}
  claim: {see: {author: true, office: true}}
  pay: {see: {office: true}}
"""
FORMS = {
    "reply": "answer: {type: yes_no}",
    "fee": "sum: {type: money, currency: EUR, cost: paid}\nbudget: {type: money, currency: EUR}",
    "claim": "items: {type: rows, columns: {amount: {type: money, currency: EUR, cost: claimed}, what: {type: text}}}",
    "pay": """items: {type: rows, columns: {
        whom: {type: person, of: panel}, amount: {type: money, currency: EUR, cost: paid}}}""",
}


@pytest.fixture
def review() -> Review:
    people = [a_person(name) for name in ("pia", "piet")]
    return launched(a_definition(CLAIMS, **FORMS), world=a_world(*people)).seat("peer", "pia", "piet")


def found(review: Review, *, unseen: bool = False) -> list[tuple[str, str, str | None]]:
    """The costs of the case; `unseen`: as if its process did not let the office see them."""
    definition = a_definition(CLAIMS.replace("round of busy2 > 0", "round of busy2 > 9"), **FORMS) if unseen else None
    draft = a_draft(review.case, definition or review.definition, review.world)
    return [(each.kind, str(each.amount), each.whose) for each in costs(draft, review.submissions)]


def test_what_is_claimed_is_of_who_claims_it_and_what_is_paid_of_whom_the_row_names(review: Review) -> None:
    review.submit("claim", "pia", items=[{"amount": "12,50", "what": "train"}, {"amount": "€ 3"}, {"what": "walk"}])
    review.submit("claim", "piet", items=[{"amount": "7.00"}])
    review.submit("pay", "olga", items=[{"whom": "piet", "amount": "7"}, {"whom": "pia", "amount": "10"}])
    assert found(review) == [
        ("claimed", "EUR 12.50", "pia"), ("claimed", "EUR 3.00", "pia"), ("claimed", "EUR 7.00", "piet"),
        ("paid", "EUR 7.00", "piet"), ("paid", "EUR 10.00", "pia"),
    ]  # fmt: skip


def test_what_waits_for_a_signature_or_is_hidden_from_the_office_does_not_count_yet(review: Review) -> None:
    review.submit("work", "carl", sum="100", budget="5000")
    assert found(review) == []
    review.submit("work", "sara", signed="yes")
    assert found(review) == []
    review.take("again")
    assert found(review) == [("paid", "EUR 100.00", "carl")]


def test_what_never_got_its_signature_is_not_paid_when_its_round_is_over(review: Review) -> None:
    review.submit("work", "carl", sum="100").take("again")
    assert "work:1" not in review.case.tasks
    assert found(review) == []
    review.submit("work", "carl", sum="80").submit("work", "sara", signed="yes")
    assert found(review) == [("paid", "EUR 80.00", "carl")]


def test_of_a_round_that_is_over_counts_what_was_signed_last_and_what_the_office_may_see(review: Review) -> None:
    review.submit("work", "carl", sum="100").submit("work", "sara", signed="no")
    review.submit("work", "carl", sum="90").submit("work", "sara", signed="yes").take("again").correct("busy")
    assert "work:2" not in review.case.tasks
    assert found(review) == [("paid", "EUR 90.00", "carl")]
    assert found(review, unseen=True) == []


def test_who_answers_again_in_a_later_round_replaces_what_they_answered(review: Review) -> None:
    review.submit("work", "carl", sum="100").submit("work", "sara", signed="yes").take("again")
    review.submit("work", "carl", sum="80").submit("work", "sara", signed="yes")
    assert found(review) == [("paid", "EUR 80.00", "carl")]


def test_a_form_without_such_an_amount_has_no_costs(review: Review) -> None:
    asked = {name: counts_costs(form) for name, form in review.definition.forms.items() if name in FORMS}
    assert asked == {"reply": False, "fee": True, "claim": True, "pay": True}
