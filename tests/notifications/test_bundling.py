from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from notifications.bundling import Plan, Waiting, plan
from tests.notifications.builders import NOW


def waiting(id: int, **changes: Any) -> Waiting:
    """A reminder for Anke about a task of its own."""
    whole = Waiting(
        id=id,
        secretariat="office",
        person="anke",
        local_day="2027-03-08",
        template="reminder",
        bundle=True,
        task=("case", f"task-{id}"),
        due=NOW + timedelta(days=id),
        send_at=NOW,
        caused_at=NOW,
    )
    return replace(whole, **changes)


def no_reminder(person: str, day: str) -> bool:
    return False


def ids(planned: Plan) -> list[list[int]]:
    return [[notice.id for notice in mail.notices] for mail in planned.mails]


def test_reminders_of_one_reader_share_a_mail_sorted_by_due() -> None:
    planned = plan([waiting(3), waiting(1), waiting(2, due=None), waiting(4, person="bert")], no_reminder)
    assert ids(planned) == [[1, 3, 2], [4]]
    assert [mail.reminder for mail in planned.mails] == [True, True]


def test_what_may_not_be_bundled_goes_alone() -> None:
    planned = plan([waiting(1), waiting(2, bundle=False), waiting(3)], no_reminder)
    assert ids(planned) == [[1, 3], [2]]
    assert [mail.reminder for mail in planned.mails] == [True, False]


def test_offices_do_not_share_mails() -> None:
    planned = plan([waiting(1), waiting(2, secretariat="other")], no_reminder)
    assert (ids(planned), [each.id for each in planned.postponed]) == ([[1]], [2])


def test_a_second_reminder_mail_waits_for_another_day() -> None:
    notices = [waiting(1), waiting(2, bundle=False), waiting(3, person="bert")]
    planned = plan(notices, lambda person, day: (person, day) == ("anke", "2027-03-08"))
    assert ids(planned) == [[2], [3]]
    assert planned.postponed == (notices[0],)


def test_of_several_about_one_task_only_the_newest_is_told() -> None:
    task = ("case", "reflection")
    notices = [
        waiting(1, task=task, send_at=NOW - timedelta(days=3)),
        waiting(3, task=task, send_at=NOW - timedelta(days=1), template="late"),
        waiting(2, task=task, send_at=NOW - timedelta(days=2)),
        waiting(4, task=("other case", "reflection")),
        waiting(5, task=None),
        waiting(6, task=None),
    ]
    planned = plan(notices, no_reminder)
    assert ids(planned) == [[3, 4, 5, 6]]
    assert [notice.id for notice in planned.merged] == [1, 2]


def test_the_newest_is_kept_where_the_mail_waits_for_another_day() -> None:
    task = ("case", "reflection")
    notices = [waiting(1, task=task, send_at=NOW - timedelta(days=3)), waiting(2, task=task)]
    planned = plan(notices, lambda person, day: True)
    assert (planned.merged, planned.postponed) == ((notices[0],), (notices[1],))


def test_a_bundle_counts_as_its_most_urgent_notice() -> None:
    order = ["anything", "opened", "reminder", "today", "escalation", "late"]
    for n in range(1, len(order) + 1):
        (mail,) = plan([waiting(id, template=template) for id, template in enumerate(order[:n])], no_reminder).mails
        assert mail.kind == order[n - 1]


NOTICES = st.lists(
    st.builds(
        lambda id, person, bundle, task, hours: waiting(
            id,
            person=person,
            bundle=bundle,
            task=task and ("case", task),
            send_at=NOW - timedelta(hours=hours),
        ),
        st.integers(min_value=1, max_value=1000),
        st.sampled_from(["anke", "bert", "carla"]),
        st.booleans(),
        st.sampled_from([None, "a", "b"]),
        st.integers(min_value=0, max_value=50),
    ),
    unique_by=lambda notice: notice.id,
    max_size=25,
)


@given(NOTICES, st.sets(st.sampled_from(["anke", "bert", "carla"])))
def test_every_notice_has_one_fate_and_nobody_two_reminder_mails(notices: list[Waiting], had: set[str]) -> None:
    planned = plan(notices, lambda person, day: person in had)
    told = [notice for mail in planned.mails for notice in mail.notices]
    fates = [notice.id for notice in [*told, *planned.postponed, *planned.merged]]
    assert sorted(fates) == sorted(notice.id for notice in notices)
    readers = [mail.notices[0].person for mail in planned.mails if mail.reminder]
    assert len(readers) == len(set(readers))
    assert not had & set(readers)


@given(NOTICES, st.randoms())
def test_the_order_in_which_notices_come_does_not_change_the_mails(notices: list[Waiting], random: Any) -> None:
    shuffled = list(notices)
    random.shuffle(shuffled)
    one, other = plan(notices, no_reminder), plan(shuffled, no_reminder)
    assert sorted(ids(one)) == sorted(ids(other))
    assert {notice.id for notice in one.merged} == {notice.id for notice in other.merged}


def test_late_tasks_of_others_share_a_mail_that_is_no_reminder() -> None:
    alone = {"bundle": False, "template": "escalation"}
    notices = [waiting(2, **alone), waiting(1, **alone), waiting(3, person="bert", **alone), waiting(4, bundle=False)]
    planned = plan(notices, lambda person, day: True)
    assert ids(planned) == [[1, 2], [3], [4]]
    assert [mail.reminder for mail in planned.mails] == [False, False, False]


def test_of_several_offices_the_most_urgent_reminds_a_reader_that_day_and_the_other_waits() -> None:
    mine = [waiting(1), waiting(2)]
    late = waiting(3, secretariat="other", person="anke there", template="late")
    both = [replace(each, reader="anke") for each in [*mine, late]]
    planned = plan(both, no_reminder)
    assert (ids(planned), [each.id for each in planned.postponed]) == ([[3]], [1, 2])


def test_of_several_offices_what_cannot_wait_goes_before_what_is_more_urgent() -> None:
    mine, late = waiting(1), waiting(2, secretariat="other", person="anke there", template="late", reader="anke")
    planned = plan([mine, late], no_reminder, lambda each: 0 if each is mine else 1)
    assert (ids(planned), [each.id for each in planned.postponed]) == ([[1]], [2])
