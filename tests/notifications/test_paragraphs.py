from hypothesis import given
from hypothesis import strategies as st

from notifications.paragraphs import as_html, blocks, wrapped


def test_lines_of_a_paragraph_belong_together_and_lists_stay_lists() -> None:
    text = "Een regel\nen nog een.\n\n\n\nDit moet:\n- een\n\n- twee\n  en meer\n\nKlaar.\n"
    assert list(blocks(text)) == ["Een regel en nog een.", "Dit moet:", ["een", "twee en meer"], "Klaar."]


def test_the_text_is_wrapped_and_items_hang() -> None:
    text = "- " + "woord " * 20
    lines = wrapped(text).split("\n")
    assert max(map(len, lines)) <= 72
    assert [line[:2] for line in lines] == ["- ", "  "]


def test_a_long_link_stays_whole() -> None:
    link = "https://review.example/" + "x" * 90
    assert link in wrapped(f"Zie voor de hele uitleg over deze stap van de peerreview {link} en verder.").split("\n")


def test_html_has_paragraphs_lists_and_links() -> None:
    text = "Zie https://review.example/a?b=1&c=2.\n\n- <een>\n- twee"
    link = "https://review.example/a?b=1&amp;c=2"
    assert as_html(text) == f'<p>Zie <a href="{link}">{link}</a>.</p>\n<ul>\n<li>&lt;een&gt;</li>\n<li>twee</li>\n</ul>'


@given(st.text(alphabet="ab <>&\"'-\n/:%htps.", max_size=200))
def test_no_text_becomes_markup(text: str) -> None:
    html = str(as_html(text))
    for tag in ("<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "</a>"):
        html = html.replace(tag, "")
    assert html.count("<") == html.count('<a href="http')
