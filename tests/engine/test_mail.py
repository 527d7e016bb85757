"""How are addresses compared?"""

from __future__ import annotations

from engine.mail import domain_of


def test_domains_are_compared_without_case() -> None:
    assert domain_of("Anke@School.Example") == "school.example"
