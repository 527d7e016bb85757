"""Where do the settings come from, and what do they mean?"""

from __future__ import annotations

from pathlib import Path

import pytest

from collegium.settings import BadSettings, Settings, language_set
from tests.collegium.command_line import Office, a_new_office


@pytest.mark.parametrize(
    ("given", "address"),
    [("office.db", "sqlite:///office.db"), ("sqlite:///office.db", "sqlite:///office.db")],
)
def test_a_database_may_be_named_by_its_path_alone(tmp_path: Path, given: str, address: str) -> None:
    settings = Settings.load({"COLLEGIUM_DATABASE": given}, tmp_path)
    assert (settings.database, settings.database_file) == (address, Path("office.db"))
    (tmp_path / "collegium.toml").write_text(f'database = "{given}"\n', encoding="utf-8")
    assert Settings.load({}, tmp_path).database == address


REFUSALS = {
    "taal = 'nl'": "collegium.toml: er is geen instelling taal; wel zijn er database, ",
    "smtp_port = ": "De instellingen in collegium.toml zijn niet te lezen: Invalid value (at ",
    "smtp_port = 'zes'": "De instelling smtp_port moet een heel getal zijn, niet 'zes'",
    "smtp_port = 2.5": "De instelling smtp_port moet een heel getal zijn, niet 2.5",
    "smtp_connections = true": "De instelling smtp_connections moet een heel getal zijn, niet True",
    "sender = 3": "De instelling sender moet een tekst tussen aanhalingstekens zijn, niet 3",
    "language = 'de'": "De instelling language moet nl of en zijn, niet “de”",
    "smtp_tls = 'ja'": "De instelling smtp_tls moet none, starttls of tls zijn, niet “ja”",
    "smtp_tls = 'tls'\nsmtp_ca = 'ca.pem'": "ca.pem is niet te gebruiken als smtp_ca: dit bestand of deze map is",
    "mailbox = 'imaps://a@b.example'\nmailbox_ca = 'ca.pem'": "ca.pem is niet te gebruiken als mailbox_ca: dit best",
    "mailbox = 'pop://b.example'": "De instelling mailbox moet eruitzien als maildir:/var/mail/bounces of imaps://",
    "domain_limits = 'a.example'": "In de instelling domain_limits staat “a.example”: schrijf DOMEIN=AANTAL, zoals",
    "retention = 'weg.yaml'": "De bewaartermijnen in weg.yaml zijn niet te lezen: ",
    "retention = 'half.yaml'": "In half.yaml horen de termijnen answers, ",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSALS.items())
def test_what_is_wrong_with_a_setting_is_said_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("half.yaml").write_text("answers: 2y\n", encoding="utf-8")
    office = a_new_office(tmp_path)
    Path("collegium.toml").write_text(text, encoding="utf-8")
    said = office.run("cases", code=1, env={"COLLEGIUM_LANGUAGE": None, "LANG": "C.UTF-8", "LC_ALL": None}).stderr
    assert said.startswith(sentence)


def test_a_wrong_setting_is_said_in_the_language_that_the_others_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    office = Office(folder=tmp_path)
    Path("collegium.toml").write_text("language = 'en'\nsmtp_port = 'six'", encoding="utf-8")
    unset = {"COLLEGIUM_LANGUAGE": None, "LANG": "nl_NL.UTF-8"}
    said = [office.run(*words, "cases", code=1, env=unset).stderr for words in ((), ("--language", "nl"))]
    assert said == [
        "The setting smtp_port must be a whole number, not 'six'\n",
        "De instelling smtp_port moet een heel getal zijn, niet 'six'\n",
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_of_settings_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "collegium.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(BadSettings, match=r"collegium\.toml"):
        Settings.load({}, tmp_path)
    assert language_set({}, tmp_path) == ""
    assert language_set({"COLLEGIUM_LANGUAGE": "en"}, tmp_path) == "en"
