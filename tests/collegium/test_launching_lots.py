"""Does a launch draw a share of its round, and can the draw be made again from what the histories keep?"""

from __future__ import annotations

from engine.lots import draw
from tests.builders.engine import a_folder
from tests.collegium.reviews import HOSTS, an_app, launch

SAMPLE = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
values: {sample: {choice: [visited, read], drawn: 25%}}
transitions: {finish: {from: busy, to: over, by: office, if: [sample is visited]}}
"""


def test_a_quarter_of_a_round_is_drawn_and_can_be_drawn_again_from_its_histories() -> None:
    app = an_app()
    cases = launch(app, a_folder(SAMPLE))
    with app.store.read() as work:
        told = {
            host: next(row.event.data for row in work.cases.history(id) if row.event.kind == "lot_drawn")
            for host, id in cases.items()
        }
        kept = {host: work.cases.load(id).facts["drawn:sample"] for host, id in cases.items()}
        seeds = {work.cases.load(id).cycle for id in cases.values()}
    assert sorted(kept.values()) == ["read"] * (len(HOSTS) - 1) + ["visited"]
    assert {str(each["seed"]) for each in told.values()} == seeds
    again = draw(next(iter(seeds)), "sample", 25, HOSTS)
    assert {host: "visited" if lot.drawn else "read" for host, lot in again.items()} == kept
