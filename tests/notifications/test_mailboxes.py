"""Where does the mail lie that came back? A Maildir and an IMAP server: read, put aside, and nothing lost between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notifications.bounces.reading import LARGEST
from notifications.event_loop import LoopThread
from notifications.mailboxes import DONE, TO_READ, BadMailbox, Imap, Item, Maildir, mailbox_at
from tests.notifications.imap_server import DELETED, INBOX, ImapServer


def a_maildir(folder: Path, *names: str) -> Maildir:
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / "new" / name).write_bytes(name.encode())
    return Maildir(folder)


def test_mails_of_a_maildir_are_read_in_order_and_stay_until_they_are_put_aside(tmp_path: Path) -> None:
    box = a_maildir(tmp_path, "2.b", "1.a")
    (tmp_path / "cur" / "0.c:2,S").write_bytes(b"seen")
    items = list(box.items())
    assert items == [Item("cur/0.c:2,S", b"seen"), Item("new/1.a", b"1.a"), Item("new/2.b", b"2.b")]
    assert list(box.items()) == items
    box.put_aside(items[0], DONE)
    box.put_aside(items[1], TO_READ)
    assert [item.name for item in box.items()] == ["new/2.b"]
    assert (tmp_path / f".{DONE}" / "cur" / "0.c:2,S").read_bytes() == b"seen"
    assert (tmp_path / f".{TO_READ}" / "cur" / "1.a:2,").read_bytes() == b"1.a"
    box.put_aside(items[2], DONE)
    assert box.is_empty()


def test_of_an_enormous_mail_the_beginning_is_read(tmp_path: Path) -> None:
    box = a_maildir(tmp_path)
    with (tmp_path / "new" / "bomb").open("wb") as stream:
        stream.truncate(50_000_000)
    (item,) = box.items()
    assert len(item.data) == LARGEST


def test_a_folder_that_is_no_maildir_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadMailbox, match="no folder `new`"):
        list(Maildir(tmp_path / "nowhere").items())


def test_the_setting_says_which_mailbox_it_is() -> None:
    assert mailbox_at("", "") is None
    maildir = mailbox_at("maildir:/var/mail/bounces", "")
    assert isinstance(maildir, Maildir)
    assert maildir.path == Path("/var/mail/bounces")
    imap = mailbox_at("imaps://bounces%40review.example@mail.review.example/INBOX", "secret")
    assert isinstance(imap, Imap)
    assert (imap.host, imap.port, imap.user, imap.folder) == (
        "mail.review.example", 993, "bounces@review.example", "INBOX"
    )  # fmt: skip


@pytest.mark.parametrize("address", ["pop3://a@b", "imaps://mail.example", "bounces"])
def test_another_mailbox_is_refused(address: str) -> None:
    with pytest.raises(BadMailbox, match="must look like"):
        mailbox_at(address, "")


def test_no_password_goes_over_an_open_line() -> None:
    with pytest.raises(BadMailbox, match="open line"):
        mailbox_at("imap://a@mail.review.example/INBOX", "secret")


def test_a_server_that_is_not_there_is_named() -> None:
    box = mailbox_at("imap://a@127.0.0.1:9/INBOX", "secret")
    assert box is not None
    with pytest.raises(BadMailbox, match=r"Can't read the mailbox of a at 127\.0\.0\.1:9"):
        list(box.items())


@contextmanager
def on_a_server(server: ImapServer) -> Iterator[Imap]:
    loop, listening = LoopThread("imap"), server.listening()
    loop.run(listening.__aenter__())
    try:
        yield Imap(f"imap://bounces@127.0.0.1:{server.port}/INBOX", "secret")
    finally:
        loop.run(listening.__aexit__(None, None, None))
        loop.close()


@pytest.mark.parametrize("moves", [True, False])
def test_mails_on_a_server_are_put_aside_one_by_one_whether_it_can_move_or_not(*, moves: bool) -> None:
    server = ImapServer([b"Subject: a\r\n", b"Subject: b\r\n"], moves=moves)
    with on_a_server(server) as box:
        for item, folder in zip(box.items(), (DONE, TO_READ), strict=True):
            box.put_aside(item, folder)
        assert list(box.items()) == []
    assert {name: [kept.data for kept in mails] for name, mails in server.folders.items()} == {
        INBOX: [], DONE: [b"Subject: a\r\n"], TO_READ: [b"Subject: b\r\n"],
    }  # fmt: skip


def test_what_was_copied_and_is_to_be_removed_is_not_read_again() -> None:
    server = ImapServer([b"Subject: a\r\n", b"Subject: b\r\n"], moves=False)
    server.folders[INBOX][0].flags.add(DELETED)
    with on_a_server(server) as box:
        assert [item.data for item in box.items()] == [b"Subject: b\r\n"]


@pytest.mark.parametrize("command", ["LIST", "CREATE", "MOVE"])
def test_a_server_that_hangs_up_while_a_mail_is_put_aside_is_named(command: str) -> None:
    server = ImapServer([b"Subject: a\r\n"])
    with on_a_server(server) as box:
        for item in box.items():
            server.dies_at = command
            with pytest.raises(BadMailbox, match=r"Can't read the mailbox of bounces at 127\.0\.0\.1"):
                box.put_aside(item, DONE)
        server.dies_at = ""
        assert [item.data for item in box.items()] == [b"Subject: a\r\n"]
