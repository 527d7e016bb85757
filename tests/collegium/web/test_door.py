"""Over real HTTP on loopback: do pages behind links do what they say, and nothing when they are only opened?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from collegium.bootstrap import Application, build
from collegium.feeds import address_of
from collegium.settings import Settings
from collegium.web import door
from engine.actions import Take
from engine.digests import Subscription
from notifications import links
from notifications.mime import token_address
from tests.builders.storage import a_sql_store
from tests.collegium.digests.office import with_a_reader
from tests.collegium.reviews import BEGIN, OPERATOR, Accepted, furnish, launch

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
AGAIN = {"again": "yes"}
NOW = BEGIN + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An installation whose door is open."""

    app: Application
    http: httpx.Client
    case: str

    def token(self, person: str = "contact-els", kind: str = "partnership", generation: int = 1) -> str:
        return links.make(self.app.service.key, links.of_digest(person, kind), generation, links.DIGEST)

    def subscription(self, person: str = "contact-els", kind: str = "partnership") -> Subscription | None:
        with self.app.store.read() as work:
            return work.digests.subscription(person, kind)

    def task_token(self, participant: str | None = None) -> tuple[str, str]:
        """The path of the link of the open task, and the id of the link."""
        with self.app.store.write() as work:
            case = work.cases.load(self.case)
            task = next(iter(case.open_tasks()))
            link = work.outbox.link(self.case, participant or task.assignees[0], task.key)
            work.commit()
        return token_address("", self.app.service.key, link.id, link.generation), link.id

    def everything(self) -> Mapping[str, object]:
        """What is stored, as far as a link could change it."""
        with self.app.store.read() as work:
            return {
                "cases": [work.cases.load(id) for id in work.cases.all_ids("office")],
                "subscriptions": work.digests.subscriptions(),
                "messages": work.outbox.messages(),
                "notices": work.outbox.notices(),
                "people": work.people.persons("office"),
                "streams": [(name, work.stream(name)) for name in work.streams()],
            }


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An office in a file, with a round; the door is opened as `run` opens it."""
    settings = Settings(database=f"sqlite:///{tmp_path}/collegium.db", key="k" * 32, sender="office@example.org")
    with build(settings, store=a_sql_store(tmp_path), sender=Accepted()) as app:
        furnish(app)
        cases = launch(app, with_a_reader())
        address = door.open_at(app, "127.0.0.1", 0, lambda: NOW)
        with address as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=False) as http:
            yield Served(app=app, http=http, case=cases["els"])


class Outline(HTMLParser):
    """What somebody finds on a page who does not see it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_of_a_digest_has_one_button_and_pressing_it_stops_that_digest_only(served: Served) -> None:
    path = f"/u/{served.token()}"
    page = served.http.get(path)
    assert (page.status_code, len(Outline(page.text).named("button")), served.subscription()) == (200, 1, None)
    pressed = served.http.post(path, data=ONE_CLICK)
    assert pressed.status_code == 200
    assert "Gestopt" in pressed.text
    assert served.subscription() == Subscription(person="contact-els", kind="partnership", off_since=NOW)
    assert served.subscription(kind="region") is served.subscription("signatory-els") is None
    again = served.http.post(path, data=AGAIN)
    assert "Komt weer" in again.text
    assert served.subscription() == Subscription(person="contact-els", kind="partnership")


@pytest.mark.parametrize("shape", ["urlencoded", "multipart"])
def test_one_click_of_a_mail_program_needs_no_cookie_no_page_and_no_redirect(served: Served, shape: str) -> None:
    path = f"/u/{served.token()}"
    if shape == "urlencoded":
        found = httpx.post(f"{served.http.base_url}{path}", data=ONE_CLICK)
    else:
        found = httpx.post(f"{served.http.base_url}{path}", files={"List-Unsubscribe": (None, "One-Click")})
    assert (found.status_code, "set-cookie" in found.headers, "location" in found.headers) == (200, False, False)
    assert served.subscription() is not None
    first = served.subscription()
    assert httpx.post(f"{served.http.base_url}{path}", data=ONE_CLICK).status_code == 200
    assert served.subscription() == first


@pytest.mark.parametrize("fields", [{}, {"List-Unsubscribe": "yes"}, {"again": "no"}, {"x": "One-Click"}], ids=str)
def test_any_other_words_change_nothing(served: Served, fields: dict[str, str]) -> None:
    found = served.http.post(f"/u/{served.token()}", data=fields)
    assert (found.status_code, served.subscription()) == (400, None)


def test_a_robot_that_opens_every_link_changes_nothing(served: Served) -> None:
    with served.app.store.read() as work:
        office, person = work.people.secretariats()[0], work.people.person("contact-els")
    assert person is not None
    feed = address_of(served.app, replace(office, base_url=""), person)
    paths = [f"/u/{served.token()}", served.task_token()[0], feed, "/health"]
    before = served.everything()
    for _ in range(3):
        for path in paths:
            assert served.http.get(path).status_code == 200
            head = served.http.head(path)
            assert (head.status_code, head.content) == (200, b"")
    assert served.everything() == before


def test_every_bad_token_gets_the_same_words(served: Served) -> None:
    good = served.token()
    name, generation, mac = good.split(".")
    wrong = [
        "nonsense", f"{name}.2.{mac}", f"{name}.{generation}.{mac[:-1]}B", good + ".", "x" * 5000, "%00", "a.b.c",
        served.token(generation=2), served.token(person="nobody"), served.token(kind="everything"),
        links.make(served.app.service.key, "contact-els/partnership", 1),  # made for a task
        links.make(b"another key of many bytes", "contact-els/partnership", 1, links.DIGEST),
    ]  # fmt: skip
    answers = [served.http.get(f"/u/{each}") for each in wrong]
    answers += [served.http.post(f"/u/{each}", data=ONE_CLICK) for each in wrong]
    answers += [served.http.get(path) for path in (f"/t/{good}", f"/c/{good}.ics", f"/u/{good}/", "/", "/u/", "/admin")]
    assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
    assert served.http.put(f"/u/{good}").status_code == 405
    assert served.subscription() is None


def test_a_new_generation_voids_the_old_addresses(served: Served) -> None:
    old = served.token()
    with served.app.store.write() as work:
        person = work.people.person("contact-els")
        assert person is not None
        work.people.put_person(replace(person, generation=2))
        work.commit()
    assert served.http.get(f"/u/{old}").status_code == 404
    assert served.http.get(f"/u/{served.token(generation=2)}").status_code == 200


def test_more_than_a_form_is_not_read(served: Served) -> None:
    found = served.http.post(f"/u/{served.token()}", content=b"List-Unsubscribe=One-Click&x=" + b"y" * 100_000)
    assert (found.status_code, served.subscription()) == (413, None)


def test_the_page_of_a_task_says_which_by_when_and_how_to_answer(served: Served) -> None:
    page = served.http.get(served.task_token()[0])
    words = Outline(page.text).words
    assert page.status_code == 200
    assert [
        each for each in ("Bezoekdag kiezen", "De Els", "Uiterlijk", "bureau@example.org") if each not in words
    ] == []
    assert Outline(page.text).named("form") == []


def test_links_of_tasks_that_are_over_or_were_revoked_say_so_kindly(served: Served) -> None:
    path, link = served.task_token()
    others, _ = served.task_token("nobody")
    assert served.http.get(others).status_code == 404
    with served.app.store.write() as work:
        work.outbox.revoke_link(link)
        work.commit()
    over = served.http.get(path)
    assert (over.status_code, "geldt niet meer" in over.text, "Bezoekdag" in over.text) == (410, True, False)
    again, _ = served.task_token()
    assert again != path
    begin = Take(transition="begin", answers={"day": date(2027, 4, 22)})
    served.app.operations.act(served.case, begin, OPERATOR, NOW)
    closed = served.http.get(again)
    assert (closed.status_code, "staat niet meer open" in closed.text) == (200, True)


def test_the_calendar_of_a_person_is_served_by_its_own_token_only(served: Served) -> None:
    with served.app.store.read() as work:
        office, person = work.people.secretariats()[0], work.people.person("contact-els")
    assert person is not None
    found = served.http.get(address_of(served.app, replace(office, base_url=""), person))
    assert (found.status_code, found.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert found.content.startswith(b"BEGIN:VCALENDAR")


def test_every_answer_keeps_to_itself(served: Served) -> None:
    paths = [f"/u/{served.token()}", served.task_token()[0], "/health", "/u/bad", "/nowhere"]
    for path in paths:
        found = served.http.get(path)
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (found.headers["referrer-policy"], found.headers["x-content-type-options"]) == ("no-referrer", "nosniff")
        assert found.headers["cache-control"] == "no-store"
        assert ("server" in found.headers, "set-cookie" in found.headers) == (False, False)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_can_be_read_by_everybody_and_load_nothing(served: Served, language: str) -> None:
    with served.app.store.write() as work:
        person = work.people.person("contact-els")
        assert person is not None
        work.people.put_person(replace(person, language=language))
        work.commit()
    for path in (f"/u/{served.token()}", served.task_token()[0], "/u/bad"):
        outline = Outline(served.http.get(path).text)
        tags = [name for name, _ in outline.tags]
        assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
        assert {"script", "img", "link", "iframe"} & set(tags) == set()
        if "bad" not in path and path.startswith("/u/"):
            assert outline.named("html") == [{"lang": language}]
        assert [each for each in outline.named("a") if not str(each["href"]).startswith("mailto:")] == []


def test_no_token_comes_into_a_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = served.token()
    served.http.get(f"/u/{token}", headers={"Host": "example.org"})
    served.http.get(f"/u/{token}x")
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert [each.getMessage() for each in ours if token in each.getMessage()] == []


def test_a_port_that_is_taken_is_said_in_a_sentence(served: Served) -> None:
    port = served.http.base_url.port
    assert port is not None
    words = f"Can't open the door for links in mails at 127.0.0.1:{port}"
    with pytest.raises(door.NoDoor, match=words), door.open_at(served.app, "127.0.0.1", port):
        pass


def test_without_a_port_there_is_no_door(served: Served) -> None:
    with door.opened(served.app):
        pass
