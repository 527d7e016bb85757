"""What does a case come to know of the parts of its host?"""

from __future__ import annotations

from collegium.library import DefinitionLibrary
from collegium.roster import Roster
from collegium.worlds import StoredWorlds
from engine.definition import Definition
from engine.ports import Store
from storage.memory import MemoryStore
from tests.builders.engine import a_definition
from tests.builders.storage import NOW, an_organisation, furnish

EACH = "tasks: {survey: {for: contact, each: subject.parts, opens: busy, form: answer}}"
COUNTED = "transitions: {finish: {from: busy, to: over, by: office, if: [number of subject.parts > 1]}}"


def parts(store: Store, definition: Definition) -> dict[str, str]:
    worlds = StoredWorlds(DefinitionLibrary(), Roster())
    with store.read() as work:
        return dict(worlds.build(work, definition, "case-1", "north", "cycle", NOW).parts)


def test_the_parts_of_the_host_are_known_by_name_where_the_process_asks_for_them() -> None:
    store = MemoryStore()
    furnish(store)
    with store.write() as work:
        for id, name in (("z", "Alma"), ("a", "Zonnig")):
            work.people.put_organisation(an_organisation(id, name=name, part_of="north"))
        work.people.put_organisation(an_organisation("east", name="East"))
        work.commit()
    known = {"z": "Alma", "a": "Zonnig"}
    assert list(parts(store, a_definition(EACH)).items()) == list(known.items())
    assert parts(store, a_definition(COUNTED)) == known
    assert parts(store, a_definition()) == {}
