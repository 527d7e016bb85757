"""A round in a ring: who visits whom is read from a file or proposed, shown, and changed when one drops out."""

from __future__ import annotations

from pathlib import Path

from tests.collegium.command_line import Office
from tests.collegium.workbooks import save

ROOT = Path(__file__).parents[2]
RING = ROOT / "docs" / "reference" / "examples" / "ring"
SCHOOLS = ("De Beuk", "De Eik", "De Iep", "De Wilg")


def an_office(folder: Path) -> Office:
    """An office with four schools, each with a head and three peers."""
    office = Office(folder=folder, now="2027-03-01T09:00")
    office.run("init", "--name", "Bureau", "--email", "bureau@bureau.example")
    people = [
        (f"{word} {school}", f"{word}@{school.removeprefix('De ').lower()}.example", school, role)
        for school in SCHOOLS
        for word, role in (("hoofd", "contactpersoon"), ("een", "panellid"), ("twee", "panellid"), ("drie", "panellid"))
    ]
    people.append(("Cora Kok", "cora@bureau.example", "Bureau", "procescoördinator"))
    book = save(
        folder,
        {
            "Organisaties": [
                ["Naam", "Soort"],
                ["Bureau", "bureau"],
                *([school, "partnerschap"] for school in SCHOOLS),
            ],
            "Personen": [["Naam", "E-mailadres"], *([name, mail] for name, mail, _, _ in people)],
            "Functies": [
                ["E-mailadres", "Organisatie", "Functie"],
                *([mail, where, role] for _, mail, where, role in people),
            ],
        },
    )
    office.run("people", "import", book)
    return office


def ring(folder: Path, *rows: tuple[str, str]) -> Path:
    file = folder / "ring.csv"
    lines = ["Organisatie;Bezocht door", *(";".join(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def launch(folder: Path, *more: str | Path) -> list[str | Path]:
    hosts = folder / "hosts.txt"
    hosts.write_text("\n".join(SCHOOLS), encoding="utf-8")
    return ["launch", RING, "--name", "Ronde 2027", "--hosts", hosts, *more]


def test_all_that_is_wrong_with_a_ring_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    file = ring(tmp_path, ("De Beuk", "De Eik"), ("De Eik", "De Beuk"), ("De Iep", "De Iep"), ("De Wilg", "De Eik"))
    assert office.refused(*launch(tmp_path, "--ring", file)) == [
        "Can't launch Ronde 2027:",
        "- ring.csv, row 2, Bezocht door (B2): De Eik and De Beuk visit one another, which this process does not allow",
        "- ring.csv, row 3, Bezocht door (B3): De Beuk and De Eik visit one another, which this process does not allow",
        "- ring.csv, row 4, Bezocht door (B4): De Iep can't visit itself",
        "- ring.csv, row 5, Bezocht door (B5): De Eik visits De Wilg, and De Beuk already",
        "- ring.csv, row 5, Bezocht door (B5): De Wilg visits nobody",
    ]
    file = ring(tmp_path, ("De Beuk", "De Eek"), ("De Beuk", "De Iep"), ("De Beuk", "De Wilg"), ("De Iep", ""))
    assert office.refused(*launch(tmp_path, "--ring", file)) == [
        "Can't launch Ronde 2027:",
        "- ring.csv, row 2, Bezocht door (B2): There is no organisation 'De Eek'. Did you mean De Eik?",
        "- ring.csv, row 4, Organisatie (A4): De Beuk stands there already",
        "- ring.csv, row 5, Bezocht door (B5): “Bezocht door” is empty and is needed. Fill it in or take out the whole "
        "row.",
    ]
    assert office.refused(*launch(tmp_path))[1:] == [
        "- in this process each organisation is visited by another one: say who visits whom, with --ring"
    ]


def test_a_ring_is_launched_shown_and_mended_when_one_drops_out(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    would = office.lines(*launch(tmp_path, "--ring", "in-order", "--dry-run"))
    assert would[1:5] == [
        "De Beuk (visited by De Wilg)",
        "De Eik (visited by De Beuk)",
        "De Iep (visited by De Eik)",
        "De Wilg (visited by De Iep)",
    ]
    pairs = (("De Beuk", "De Wilg"), ("De Eik", "De Beuk"), ("De Iep", "De Eik"), ("De Wilg", "De Iep"))
    office.run(*launch(tmp_path, "--ring", ring(tmp_path, *pairs)))
    assert "Visited by: De Beuk" in office.lines("show", "De Eik")
    assert office.refused("act", "De Eik", "assign", "peer", "een@wilg.example")[1:] == [
        "- een De Wilg does not work for the organisation that visits"
    ]
    office.run("act", "De Eik", "assign", "peer", "een@beuk.example", "twee@beuk.example", "--places", "2")
    for who in ("een", "twee"):
        office.run("act", "De Eik", "answer", "yes", "--as", f"{who}@beuk.example")
    deed = ("act", "De Eik", "visitor", "De Wilg", "--reason", "De Beuk doet niet meer mee")
    assert office.lines(*deed, "--preview")[1:4] == [
        "visited by: De Beuk -> De Wilg", "een De Beuk (Peer): Seated -> Left", "twee De Beuk (Peer): Seated -> Left",
    ]  # fmt: skip
    assert "Visited by: De Beuk" in office.lines("show", "De Eik")
    office.run(*deed)
    shown = office.json("show", "De Eik")
    assert (shown["visitor"], [each["state"] for each in shown["panel"]]) == ("De Wilg", ["left", "left"])
    assert [each["text"] for each in shown["by_hand"]] == [
        "another organisation visits: De Wilg - De Beuk doet niet meer mee"
    ]
    back = office.refused("act", "De Wilg", "visitor", "De Eik", "--reason", "ruil")
    assert back[1:] == ["- De Eik and De Wilg visit one another, which this process does not allow"]
    told = office.run("summary", "--for", "cycle", "--format", "html", "--language", "en").stdout
    assert "Who visits whom" in told
    assert "Visits nobody itself: De Beuk." in told


def test_a_rehearsed_ring_fills_each_panel_from_the_visitor_and_comes_to_its_end(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    hosts = launch(tmp_path)[5]
    told = office.json("rehearse", RING, "--hosts", hosts, "--ring", "in-order", "--cast", "at-once")
    assert (told["ended"], told["amiss"], told["office"]) == (4, [], [])
    assert {(each["host"], each["stages"][-2]["stage"]) for each in told["cases"]} == {
        (school, "workshop") for school in SCHOOLS
    }
    invited = {each["host"]: each["tasks"] for each in told["cases"]}["De Eik"]
    who = [name for each in invited if each["task"] == "invitation" for name in each["who"]]
    assert (len(who), {name[-len("De Beuk") :] for name in who}) == (3, {"De Beuk"})
