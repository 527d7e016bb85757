"""What happens with a mail that nobody foresaw? Nothing is raised, and it is the office's to read."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces.reading import LARGEST, read_report
from tests.notifications.bounces import corpus

TODAY = date(2027, 4, 12)
DATA = [sample.data for sample in corpus.samples()]


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(data: bytes) -> None:
    assert read_report(data, today=TODAY).key


@given(st.sampled_from(DATA), st.integers(0, 6000), st.binary(max_size=30))
def test_a_report_that_was_cut_and_torn_is_read(data: bytes, at: int, junk: bytes) -> None:
    assert read_report(data[:at] + junk + data[at + 10 :], today=TODAY).key
    assert read_report(data[:at], today=TODAY).key


def test_a_bomb_of_nested_parts_and_a_mail_of_fifty_megabytes_are_read_safely() -> None:
    bomb = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    large = b"Subject: large\n\n" + b"x" * 50_000_000
    assert [read_report(each, today=TODAY).kind for each in (bomb, large)] == ["unsure", "reply"]
    assert read_report(large, today=TODAY).key == read_report(large[:LARGEST], today=TODAY).key
