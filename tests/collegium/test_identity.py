"""Is it decided rightly who is meant, and asked where nobody could know?"""

from __future__ import annotations

import pytest

from collegium.importing.identity import (
    Asked,
    Claim,
    Impossible,
    Known,
    New,
    Same,
    Verdict,
    decide,
    namesakes,
    repeated,
)
from collegium.importing.names import name_of
from engine.directory import PersonRecord

LINDE, WULP = frozenset({"linde"}), frozenset({"wulp"})


def a_person(id: str, name: str, email: str, reference: str = "") -> PersonRecord:
    return PersonRecord(id=id, secretariat="office", name=name, email=email, reference=reference)


PETRA = a_person("petra", "Petra van der Berg", "petra@linde.example", "2001")
JAN = a_person("jan", "Jan de Vries", "jan@wulp.example")
OTHER_JAN = a_person("jan-2", "Jan de Vries", "jdv@linde.example")
KNOWN = (Known(person=PETRA, organisations=LINDE), Known(person=JAN, organisations=WULP))


def a_claim(name: str, email: str, organisations: frozenset[str] = frozenset(), **other: str) -> Claim:
    return Claim(name=name_of(name), email=email, organisations=organisations, **other)


def verdict(claim: Claim, *more: Known) -> Verdict:
    return decide([claim], [*KNOWN, *more])[0]


def test_the_address_tells_who_it_is_wherever_they_work() -> None:
    assert verdict(a_claim("P. Berg", "PETRA@linde.example", WULP)) == Same(PETRA, "address")
    assert verdict(a_claim("Petra de Wit", "petra@linde.example")) == Same(PETRA, "address")


def test_the_number_of_the_office_goes_before_name_and_address() -> None:
    assert verdict(a_claim("Petra de Wit", "pdw@wulp.example", reference="2001")) == Same(PETRA, "reference")
    assert verdict(a_claim("Jan de Vries", "jan@wulp.example", reference="2001")) == Impossible(
        "address_of_another", "email", "jan@wulp.example", "Jan de Vries"
    )
    assert verdict(a_claim("Petra van der Berg", "petra@linde.example", reference="9")) == Asked(
        "other_number", (PETRA,), new_is_possible=False
    )


@pytest.mark.parametrize("name", ["Petra van der Berg", "Berg, Petra van der"])
def test_a_new_address_at_the_same_organisation_is_the_same_person(name: str) -> None:
    assert verdict(a_claim(name, "petra@nieuw.example", LINDE)) == Same(PETRA, "name")


def test_the_same_name_elsewhere_is_asked_about() -> None:
    asked = Asked("same_name_elsewhere", (PETRA,))
    assert verdict(a_claim("Petra van der Berg", "petra@wulp.example", WULP)) == asked
    assert verdict(a_claim("Petra van der Berg", "petra@wulp.example")) == asked


def test_initials_alone_are_asked_about_even_at_the_same_organisation() -> None:
    assert verdict(a_claim("P. van der Berg", "pvdb@linde.example", LINDE)) == Asked("same_name_there", (PETRA,))


def test_two_of_the_same_name_are_asked_about() -> None:
    other = Known(person=OTHER_JAN, organisations=LINDE)
    assert verdict(a_claim("Jan de Vries", "j@x.example", WULP), other) == Asked("same_name_there", (JAN,))
    assert verdict(a_claim("Jan de Vries", "j@x.example"), other) == Asked("same_name_elsewhere", (JAN, OTHER_JAN))


def test_an_address_that_goes_to_somebody_of_another_name_is_asked_about() -> None:
    assert verdict(a_claim("Cor Das", "petra@linde.example")) == Asked(
        "address_of_other_name", (PETRA,), new_is_possible=False
    )


def test_whoever_shares_nothing_is_new() -> None:
    assert verdict(a_claim("Cor Das", "cor@linde.example", LINDE)) == New()
    assert verdict(a_claim("Petra van der Berg", "p@x.example", LINDE, reference="2002")) == New()


def test_an_old_address_does_not_make_a_second_person() -> None:
    moved = PETRA.readdressed("petra@nieuw.example")
    claim = a_claim("P. van den Berg", "Petra@Linde.example")
    assert decide([claim], [Known(person=moved)]) == [Same(moved, "former_address")]
    assert decide([a_claim("Cor Das", "petra@linde.example")], [Known(person=moved)]) == [New()]
    previous = a_claim("Cor Das", "cor@das.example", previous_email="petra@linde.example")
    assert verdict(previous) == Same(PETRA, "previous_address")


def test_an_address_that_several_of_that_name_have_left_is_asked_about() -> None:
    two = [each.readdressed(f"{each.id}@nieuw.example") for each in (JAN, OTHER_JAN.readdressed(JAN.email))]
    asked = Asked("former_address_of_several", tuple(two))
    assert decide([a_claim("Jan de Vries", JAN.email)], [Known(person=each) for each in two]) == [asked]


@pytest.mark.parametrize("told", ["reference", "previous_email", "answer"])
def test_two_who_change_places_are_known_where_the_rows_say_who_is_who(told: str) -> None:
    one, other = PETRA, a_person("cor", "Cor Das", "cor@linde.example", "2002")
    known = [Known(person=one), Known(person=other)]

    def swapped(people: list[Known]) -> list[Verdict]:
        rows = ((one, other.email), (other, one.email))
        says = {each.id: each.reference if told == "reference" else each.email for each in (one, other)}
        return decide([a_claim(each.name, email, frozenset(), **{told: says[each.id]}) for each, email in rows], people)

    how = {"reference": "reference", "previous_email": "previous_address"}.get(told, told)
    assert [(each.person.id, each.how) for each in swapped(known) if isinstance(each, Same)] == [
        ("petra", how), ("cor", how)
    ]  # fmt: skip
    after = [Known(person=one.readdressed(other.email)), Known(person=other.readdressed(one.email))]
    assert [each.person.id for each in swapped(after) if isinstance(each, Same)] == ["petra", "cor"]


def test_two_who_change_places_are_asked_about_where_nothing_says_who_is_who() -> None:
    cor = a_person("cor", "Cor Das", "cor@linde.example")
    claims = [a_claim(PETRA.name, cor.email), a_claim(cor.name, PETRA.email)]
    known = [Known(person=PETRA), Known(person=cor)]
    assert decide(claims, known) == [
        Asked("address_of_other_name", (cor,), new_is_possible=False),
        Asked("address_of_other_name", (PETRA,), new_is_possible=False),
    ]


def test_nobody_leaves_an_address_for_one_that_is_taken() -> None:
    claims = [a_claim(PETRA.name, JAN.email, reference="2001"), a_claim("Cor Das", PETRA.email)]
    refused, asked = decide(claims, KNOWN)
    assert refused == Impossible("address_of_another", "email", JAN.email, JAN.name)
    assert asked == Asked("address_of_other_name", (PETRA,), new_is_possible=False)


def test_the_answer_of_the_office_decides() -> None:
    def answered(answer: str, email: str = "p@x.example") -> Verdict:
        return verdict(a_claim("Petra van der Berg", email, answer=answer))

    assert answered("nieuw") == New()
    assert [answered(word) for word in ("petra@linde.example", "2001", "petra")] == [Same(PETRA, "answer")] * 3
    assert answered("nobody@x.example") == Impossible("answer_unknown", "same_as", "nobody@x.example")
    taken = Impossible("address_of_another", "email", "jan@wulp.example", "Jan de Vries")
    assert [answered(word, "jan@wulp.example") for word in ("new", "2001")] == [taken, taken]


def test_an_answer_that_was_carried_out_may_stay_in_the_file() -> None:
    for answer in ("nieuw", "somebody@old.example"):
        assert verdict(a_claim("Petra van der Berg", "petra@linde.example", answer=answer)) == Same(PETRA, "address")


def test_who_has_a_row_of_their_own_is_no_candidate_of_another() -> None:
    claims = [
        a_claim("Jan de Vries", "jan@wulp.example", WULP),
        a_claim("Jan de Vries", "jan.devries@linde.example", LINDE),
        a_claim("Jan de Vries", "jan.devries@wulp.example", WULP),
    ]
    assert decide(claims, KNOWN) == [Same(JAN, "address"), New(), Asked("same_name_there", (JAN,))]


def test_two_rows_about_one_person_are_found() -> None:
    verdicts: list[Verdict] = [Same(PETRA, "address"), New(), Same(JAN, "name"), Same(PETRA, "previous_address")]
    assert list(repeated(verdicts)) == [(3, 0)]


def test_two_new_people_of_one_name_at_one_organisation_are_noticed_unless_a_number_or_an_answer_tells_them_apart() -> (
    None
):
    claims = [
        a_claim("Cor Das", "cor@linde.example", LINDE),
        a_claim("Cor Das", "c.das@linde.example", LINDE | WULP),
        a_claim("Cor Das", "cor@elsewhere.example", frozenset({"elsewhere"})),
        a_claim("Das, Cor", "das@linde.example", LINDE, reference="7"),
        a_claim("Cor Das", "cd@linde.example", LINDE, answer="new"),
        a_claim("Petra van der Berg", "petra@linde.example", LINDE),
    ]
    assert list(namesakes(claims, decide(claims, KNOWN))) == [(1, 0)]
