"""Is a file what its name says, and can no name write where it should not?"""

from __future__ import annotations

import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collegium.kept_files import clean_name, read, read_ahead, recognised, save, take_in
from engine.errors import Refused
from engine.files import TYPES, KeptFile
from tests.builders.storage import NOW, a_case, a_task
from tests.collegium.reviews import an_app


def packed(**parts: str) -> bytes:
    """A zip archive with these parts; `__` stands for a slash."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("Content_Types", "[Content_Types].xml"), text)
    return target.getvalue()


GOOD = {
    "pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n...", "jpg": b"\xff\xd8\xff\xe0", "txt": b"caf\xe9\r\n\ttabs",
    "csv": "a;b\nZoë;1\n".encode(), "docx": packed(Content_Types="", word__document="x"),
    "xlsx": packed(Content_Types="", xl__workbook="x"), "pptx": packed(Content_Types="", ppt__presentation="x"),
    **{kind: packed(mimetype=TYPES[kind]) for kind in ("odt", "ods", "odp")},
}  # fmt: skip


def test_every_type_that_can_be_kept_is_recognised_by_its_content() -> None:
    assert {kind: recognised(f"Plan.{kind.upper()}", data) for kind, data in GOOD.items()} == {
        kind: kind for kind in TYPES
    }
    assert recognised("photo.jpeg", GOOD["jpg"]) == "jpg"


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"MZ\x90\x00\x03", b"PK\x03\x04broken", packed(**{"a": "b"})])
def test_a_file_that_is_not_what_its_name_says_is_refused(kind: str, data: bytes) -> None:
    with pytest.raises(Refused, match=rf"it is called \.{kind}, and what is in it is something else"):
        recognised(f"plan.{kind}", data)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("plan.exe", b"MZ", "its name must end in its type"),
        ("plan", b"%PDF-", "its name must end in its type"),
        ("plan.pdf", b"", "it is empty"),
        ("plan.docx", GOOD["xlsx"], "it is called .docx"),
        ("plan.odt", packed(mimetype="x" * 5000), "it is called .odt"),
        ("plan.odt", GOOD["ods"], "it is called .odt"),
    ],
)
def test_why_a_file_is_not_kept_is_said(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        recognised(name, data)


def test_a_file_is_read_with_its_name_and_type_up_to_the_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(GOOD["pdf"].ljust(1_000_000))
    assert read(path, 1)[:2] == ("plan.pdf", "pdf")
    path.write_bytes(GOOD["pdf"].ljust(1_000_001))
    with pytest.raises(Refused, match="the file has 2 MB, at most 1 fit"):
        read(path, 1)
    for none in (tmp_path, tmp_path / "nowhere.pdf"):
        with pytest.raises(Refused, match="there is no such file, or it is none"):
            read(none, 1)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Zelfevaluatie Zoë (2).pdf", "Zelfevaluatie Zoë (2).pdf"),
        ("../../etc/passwd.pdf", "_.._etc_passwd.pdf"),
        ("C:\\Windows\\x.pdf", "C__Windows_x.pdf"),
        (".bashrc", "bashrc"),
        ("a\x1b[2Jb\n.pdf", "a_[2Jb_.pdf"),
        ("cod\u202efdp.exe", "cod_fdp.exe"),
        ("half\udcff.pdf", "half_.pdf"),
        ("NUL.pdf", "_NUL.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("...", "document"),
        ("", "document"),
    ],
)
def test_a_name_becomes_one_that_is_harmless_anywhere(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(st.characters(), max_size=400), st.sampled_from(["", ".pdf", "/", "/..", "\x00.pdf"]))
def test_no_name_leads_out_of_its_folder(text: str, end: str) -> None:
    name = clean_name(text + end)
    path = Path("/folder") / name
    assert (path.parent, path.name) == (Path("/folder"), name)
    assert name not in (".", "..")
    assert len(name.encode()) <= 255
    assert clean_name(name) == name


def a_record(name: str) -> KeptFile:
    return KeptFile(
        id="f", case="c", task="t:1", participant="p", name=name, type="pdf", size=1, sha256="a" * 64, at=NOW
    )


def test_files_are_written_beside_each_other_and_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"mine")
    (tmp_path / "plan (2).pdf").symlink_to(tmp_path / "elsewhere")
    written = save([(a_record("plan.pdf"), b"1"), (a_record("../plan.pdf"), b"2")], tmp_path)
    assert [(path.name, path.read_bytes()) for path in written] == [("plan (3).pdf", b"1"), ("_plan.pdf", b"2")]
    assert all(path.parent == tmp_path and path.stat().st_mode & 0o077 == 0 for path in written)
    assert (tmp_path / "plan.pdf").read_bytes() == b"mine"


def test_one_file_is_written_under_the_name_that_was_given_and_over_nothing(tmp_path: Path) -> None:
    target = tmp_path / "own name.pdf"
    assert save([(a_record("plan.pdf"), b"1")], target) == [target]
    for files, where in (([a_record("a.pdf")], target), ([a_record("a.pdf")], tmp_path / "no" / "where.pdf"),
                         ([a_record("a.pdf"), a_record("b.pdf")], tmp_path / "none")):  # fmt: skip
        with pytest.raises(Refused, match="Can't write the files"):
            save([(one, b"2") for one in files], where)
    assert target.read_bytes() == b"1"


@pytest.mark.parametrize("put", [False, True])
def test_a_file_stands_in_answers_that_are_tried_out_and_is_written_only_for_those_that_are_kept(
    tmp_path: Path, put: bool
) -> None:
    (tmp_path / "plan.pdf").write_bytes(GOOD["pdf"])
    found = read_ahead([tmp_path / "plan.pdf", tmp_path / "none.pdf"], 1)
    (tmp_path / "plan.pdf").unlink()
    app = an_app()
    with app.store.write() as work:
        answer = take_in(app, work, a_case(), a_task(), "p-ann", found[tmp_path / "plan.pdf"], NOW, put=put)
        assert [each.answer for each in work.files.of_case("case-1")] == ([answer] if put else [])
        assert (answer["size"], answer["sha256"]) == (9, sha256(GOOD["pdf"]).hexdigest())
        with pytest.raises(Refused, match="there is no such file, or it is none"):
            take_in(app, work, a_case(), a_task(), "p-ann", found[tmp_path / "none.pdf"], NOW, put=put)
