"""What does every store promise? One suite for the one in memory and the one on SQLite."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.case import Case, Decision, Former, Parent, Pause, Present, TrackState, Waiver
from engine.case import Conflict as Bar
from engine.directory import Absence, Membership, Participant, SeatElsewhere, TieRecord
from engine.errors import Conflict, UnknownCase, UnknownName
from engine.history import replay, verify_chain
from engine.mail import Delivery, StoredNotice
from engine.ports import Store, UnitOfWork
from storage.verify import problems
from tests.builders.storage import (
    NOW,
    a_case,
    a_cycle,
    a_deadline,
    a_definition,
    a_due,
    a_holding,
    a_message,
    a_moment,
    a_notice,
    a_person,
    a_signal,
    a_step,
    a_submission,
    a_task,
    a_tell,
    a_withdrawal,
    an_office,
    an_organisation,
    an_outcome,
    furnish,
    launch,
    minutes,
    save,
)


def paused() -> Pause:
    return Pause(since=NOW, by="p-ann", until=date(2027, 4, 1), reason="illness")


def states(store: Store) -> list[tuple[str, str]]:
    with store.read() as work:
        return [(told.notice.rule, told.state) for told in work.outbox.notices()]


def told(store: Store, rule: str) -> StoredNotice:
    with store.read() as work:
        return next(one for one in work.outbox.notices() if one.notice.rule == rule)


def compose(store: Store, id: str, **more: object) -> None:
    """One message with all that waits."""
    with store.write() as work:
        waiting = work.outbox.waiting(NOW, 100)
        asks = tuple((one.notice.case, one.notice.task) for one in waiting if one.notice.kind == "ask")
        work.outbox.add(a_message(id, **{"asks": asks, **more}), [one.id for one in waiting])
        work.commit()


class TestCases:
    def test_loads_what_was_saved(self, store: Store) -> None:
        case = a_case(
            tasks=[a_task(due=a_due(NOW + timedelta(days=3), text="opened + 3d")), a_task("poll#1", holding="peer-1")],
            deadlines=[a_deadline(day=date(2027, 3, 2), why="case.launched + 1d")],
            holdings=[a_holding("peer-2"), a_holding("peer-10", reserve=True, replaces="peer-2")],
            moments={"case.launched": a_moment()},
            tracks={"date": TrackState(state="polling", since=NOW, seq=1)},
            roles={"contact": ("p-ann",)},
            counts={"enter.invited": 1},
            facts={"decision.outcome": "positive"},
            waivers={"w": Waiver(line="1 chair seated", scope="planning", by=None, reason="why")},
            conflicts={"peer-2": Bar(holding="peer-2", reason="tie")},
            decisions={"row": Decision(row="row", levels={"basis": "sufficient"}, how="majority", motivated=True)},
            present={"visit#1": Present(of="panel", participants=("p-ann",), seq=3)},
            parent=Parent(case="case-0", child="reassessment"),
            rubric="ksoi-2021",
            rows=("a", "b"),
        )
        saved = launch(store, case)
        with store.read() as work:
            assert work.cases.load("case-1") == saved == replace(case, version=1, head=saved.head)

    def test_keeps_the_order_in_which_tasks_and_holdings_came(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task("b#1"), a_task("a#1")], holdings=[a_holding("peer-10")]))
        tasks = {**first.tasks, "a#1": a_task("a#1", state="done"), "0#1": a_task("0#1")}
        save(store, first, a_step(first, tasks=tasks, holdings={**first.holdings, "peer-2": a_holding("peer-2")}))
        with store.read() as work:
            case = work.cases.load("case-1")
        assert (list(case.tasks), list(case.holdings)) == (["b#1", "a#1", "0#1"], ["peer-10", "peer-2"])

    def test_all_cases_of_an_office_or_a_cycle_are_those_that_are_loaded_one_by_one(self, store: Store) -> None:
        with store.write() as work:
            work.definitions.put_cycle(a_cycle(id="round-2"))
            work.commit()
        first = launch(store, a_case(tasks=[a_task("b#1"), a_task("a#1")], deadlines=[a_deadline()]))
        other = a_case(id="case-0", cycle="round-2", holdings=[a_holding("peer-10"), a_holding("peer-2")])
        launch(store, other)
        save(store, first, a_step(first, tasks={"b#1": a_task("b#1", state="done")}))  # a#1 is of an earlier round
        with store.read() as work:
            one_by_one = [work.cases.load(id) for id in ("case-0", "case-1")]
            assert list(work.cases.load_all("office")) == one_by_one
            assert list(work.cases.load_all("office", "round-2")) == one_by_one[:1]
            assert list(work.cases.load_all("other")) == []
            assert [list(case.tasks) for case in work.cases.load_all("office")] == [[], ["b#1"]]

    def test_a_case_that_moves_to_another_version_is_found_under_that(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task("b#1"), a_task("a#1")]))
        former = (Former(version=first.process_version, behaviour=first.behaviour, until=NOW),)
        kept = {"b#1": replace(first.tasks["b#1"], name="other")}
        moved = a_step(first, process_version=2, behaviour="b2", former=former, tasks=kept)
        saved = save(store, first, moved)
        with store.read() as work:
            loaded = work.cases.load("case-1")
            assert loaded == saved == next(work.cases.load_all("office"))
            assert (loaded.process_version, loaded.behaviour, loaded.former) == (2, "b2", former)
            assert work.cases.of_subject("office", first.subject) == [("case-1", first.process, 2, "b2")]
            assert replay(work.cases.history("case-1")) == replace(loaded, version=0)

    def test_an_unknown_case_is_said_to_be_unknown(self, store: Store) -> None:
        with store.read() as work, pytest.raises(UnknownCase, match="case-9"):
            work.cases.load("case-9")

    def test_a_case_of_an_unknown_cycle_is_refused(self, store: Store) -> None:
        with store.write() as work, pytest.raises(UnknownName, match="round-9"):
            work.cases.save(an_outcome(None, a_case(cycle="round-9")))

    def test_two_writers_conflict(self, store: Store) -> None:
        first = launch(store, a_case())
        save(store, first, a_step(first, stage="planning"))
        with store.write() as work, pytest.raises(Conflict):
            work.cases.save(an_outcome(first, a_step(first, stage="withdrawn")))
        with store.read() as work:
            assert work.cases.load("case-1").stage == "planning"
            assert len(work.cases.history("case-1")) == 2

    def test_a_case_is_launched_once(self, store: Store) -> None:
        launch(store, a_case())
        with store.write() as work, pytest.raises(Conflict, match="already"):
            work.cases.save(an_outcome(None, a_case()))

    def test_steps_in_one_transaction_follow_each_other(self, store: Store) -> None:
        first = launch(store, a_case())
        with store.write() as work:
            second = work.cases.save(an_outcome(first, a_step(first, stage="planning")))
            assert work.cases.load("case-1") == second
            work.cases.save(an_outcome(second, a_step(second, facts={"a": "b"})))
            work.commit()
        with store.read() as work:
            case = work.cases.load("case-1")
        assert (case.version, case.stage, dict(case.facts)) == (3, "planning", {"a": "b"})

    def test_what_goes_away_is_gone(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()], deadlines=[a_deadline()], facts={"a": "b"}))
        save(store, first, a_step(first, tasks={}, deadlines={}, facts={}))
        with store.read() as work:
            case = work.cases.load("case-1")
            assert (dict(case.tasks), dict(case.deadlines), dict(case.facts)) == ({}, {}, {})
            assert work.cases.next_due() is None

    def test_lists_the_cases_of_one_office_and_cycle(self, store: Store) -> None:
        with store.write() as work:
            work.people.put_secretariat(an_office("other"))
            work.definitions.put_cycle(a_cycle("second"))
            work.definitions.put_cycle(a_cycle("theirs", secretariat="other"))
            work.commit()
        for id, cycle in (("c", "cycle"), ("a", "cycle"), ("b", "second"), ("d", "theirs")):
            launch(store, a_case(id, cycle=cycle))
        with store.read() as work:
            assert work.cases.all_ids("office") == ["a", "b", "c"]
            assert work.cases.all_ids("office", "second") == ["b"]
            assert work.cases.all_ids("other") == ["d"]
            own = a_case()
            kind = (own.process, own.process_version, own.behaviour)
            assert work.cases.of_subject("office", own.subject) == [(id, *kind) for id in "abc"]
            assert work.cases.of_subject("other", own.subject) == [("d", *kind)]
            assert work.cases.of_subject("office", "nobody") == []

    def test_answers_stand_in_rows_of_their_own(self, store: Store) -> None:
        first = launch(store, a_case())
        later = a_submission("sub-0", at=NOW + minutes(1), participant=None)
        save(store, first, a_step(first), submissions=(later, a_submission()))
        with store.read() as work:
            assert work.cases.submission("sub-1") == a_submission()
            assert work.cases.submission("sub-9") is None
            assert work.cases.submissions("case-1") == [a_submission(), later]
            assert work.cases.submissions("case-2", "case-1") == [a_submission(), later]
            assert work.cases.submissions() == []


class TestTransactions:
    def test_leaving_without_commit_undoes_everything(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()], deadlines=[a_deadline()]), notices=[a_notice()])
        with store.write() as work:
            second = work.cases.save(
                an_outcome(
                    first,
                    a_step(first, stage="planning", tasks={}, deadlines={"new": a_deadline("new")}, paused=paused()),
                    notices=(a_tell(),),
                    withdrawals=(a_withdrawal(),),
                    signals=(a_signal(),),
                    submissions=(a_submission(),),
                )
            )
            work.people.put_person(a_person("cas"))
            work.people.put_membership(Membership(person="ann", organisation="north", role="contact"))
            work.definitions.put_gate("office", "committee_day", ["2027-03-01"])
            work.outbox.add(a_message("m1"), [one.id for one in work.outbox.waiting(NOW, 9)])
            work.outbox.lease(NOW, 9, NOW)
            work.outbox.link("case-1", "p-ann", "intake#1")
            work.record("import", "imported", {"rows": 3}, NOW)
            assert work.cases.load("case-1") == second
        with store.read() as work:
            assert work.cases.load("case-1") == first
            assert [row.deadline.key for row in work.cases.due(NOW, 9)] == ["silent"]
            assert (work.cases.signals(9), work.cases.submissions("case-1")) == ([], [])
            assert [one.notice.rule for one in work.outbox.waiting(NOW, 9)] == ["tasks.intake.opened"]
            assert work.outbox.messages() == []
            assert (work.people.person("cas"), work.people.memberships()) == (None, [])
            assert (work.definitions.gate("office", "committee_day"), work.streams()) == ((), ["case:case-1"])

    def test_an_error_undoes_everything(self, store: Store) -> None:
        first = launch(store, a_case())

        def step_and_fail() -> None:
            with store.write() as work:
                work.cases.save(an_outcome(first, a_step(first, stage="planning")))
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            step_and_fail()
        with store.read() as work:
            assert work.cases.load("case-1") == first

    def test_a_savepoint_is_undone_alone(self, store: Store) -> None:
        first, other = launch(store, a_case()), launch(store, a_case("case-2"))

        def step_and_fail(work: UnitOfWork, kept: Case) -> None:
            with work.savepoint():
                work.cases.save(an_outcome(kept, a_step(kept, stage="withdrawn"), notices=(a_tell(),)))
                work.cases.save(an_outcome(other, a_step(other, stage="planning")))
                raise RuntimeError("broken")

        with store.write() as work:
            with work.savepoint():
                kept = work.cases.save(an_outcome(first, a_step(first, stage="planning")))
            with pytest.raises(RuntimeError, match="broken"):
                step_and_fail(work, kept)
            assert work.cases.load("case-1") == kept
            assert work.cases.load("case-2") == other
            work.commit()
        with store.read() as work:
            assert work.cases.load("case-1") == kept
            assert work.cases.load("case-2") == other
            assert work.outbox.notices() == []

    def test_goes_on_after_a_commit(self, store: Store) -> None:
        first = launch(store, a_case())
        with store.write() as work:
            second = work.cases.save(an_outcome(first, a_step(first, stage="planning")))
            work.commit()
            work.cases.save(an_outcome(second, a_step(second, stage="withdrawn")))
            work.rollback()
            assert work.cases.load("case-1") == second

    def test_nothing_can_be_written_while_reading(self, store: Store) -> None:
        with store.read() as work, pytest.raises(Exception, match="readonly"):
            work.people.put_person(a_person("cas"))
        with store.write() as work:
            work.people.put_person(a_person("cas"))

    def test_hooks_are_called_after_a_commit_of_a_change(self, store: Store) -> None:
        seen: list[int] = []

        def look() -> None:
            with store.read() as work:
                seen.append(len(work.people.persons("office")))

        store.after_commit.append(look)
        with store.write() as work:
            work.people.put_person(a_person("cas"))
            work.commit()
        with store.write() as work:
            work.people.put_person(a_person("dee"))
        with store.read() as work:
            work.people.persons("office")
        assert seen == [3]

    def test_a_failing_hook_does_not_undo_the_change(self, store: Store, caplog: pytest.LogCaptureFixture) -> None:
        def fail() -> None:
            raise RuntimeError("no clock")

        store.after_commit.append(fail)
        with store.write() as work:
            work.people.put_person(a_person("cas"))
            work.commit()
        with store.read() as work:
            assert work.people.person("cas") is not None
        assert "no clock" in caplog.text


class TestHistory:
    def test_leads_to_what_is_stored(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()], deadlines=[a_deadline()]))
        second = save(store, first, a_step(first, tasks={"intake#1": a_task(state="done")}, deadlines={}, closed=True))
        with store.read() as work:
            rows = work.cases.history("case-1")
            assert verify_chain(rows, second.head) == []
            assert replace(replay(rows), version=2) == second
            assert list(problems(work)) == []

    def test_a_gap_is_found(self, store: Store) -> None:
        first = launch(store, a_case())
        second = save(store, first, a_step(first, stage="planning"))
        save(store, second, a_step(second, closed=True))
        with store.read() as work:
            rows = work.cases.history("case-1")
        assert verify_chain([rows[0], rows[2]])[0] == "after event 1 comes event 3: there is a gap or a double"

    def test_streams_outside_cases_are_chained_too(self, store: Store) -> None:
        for number in range(3):
            with store.write() as work:
                work.record("import", "imported", {"rows": number}, NOW + minutes(number))
                work.commit()
        with store.read() as work:
            rows = work.stream("import")
            assert work.streams() == ["import"]
            assert work.stream("export") == []
        assert [(row.seq, row.event.kind, row.event.data["rows"]) for row in rows] == [
            (1, "imported", 0),
            (2, "imported", 1),
            (3, "imported", 2),
        ]
        assert verify_chain(rows) == []
        assert rows[2].event.recorded_at == NOW + minutes(2)


class TestDiary:
    def test_rows_come_in_the_order_of_the_clock(self, store: Store) -> None:
        early = NOW - minutes(5)
        rows = [
            a_deadline("remind", kind="remind", order=1),
            a_deadline("late", kind="late", order=2),
            a_deadline("second", order=9),
            a_deadline("first.b", order=3, instance="peer-2"),
            a_deadline("first.a", order=3, instance="peer-1"),
            a_deadline("early", early, kind="notice"),
            a_deadline("future", NOW + timedelta(seconds=1)),
        ]
        launch(store, a_case("case-2", deadlines=rows))
        launch(store, a_case("case-1", deadlines=[a_deadline("mine", kind="remind")]))
        with store.read() as work:
            found = [(row.case, row.deadline.key) for row in work.cases.due(NOW, 100)]
            assert [key for _, key in found] == ["early", "mine", "first.a", "first.b", "second", "late", "remind"]
            assert [(row.case, row.deadline.key) for row in work.cases.due(NOW, 2)] == found[:2]
            assert work.cases.next_due() == early

    def test_nothing_is_due_before_its_moment(self, store: Store) -> None:
        launch(store, a_case(deadlines=[a_deadline(at=NOW)]))
        with store.read() as work:
            assert work.cases.due(NOW - timedelta(microseconds=1), 9) == []
            assert work.cases.next_due() == NOW

    def test_a_moved_date_is_due_at_its_new_moment(self, store: Store) -> None:
        first = launch(store, a_case(deadlines=[a_deadline(at=NOW)]))
        later = NOW + timedelta(days=7)
        save(store, first, a_step(first, deadlines={"silent": a_deadline(at=later)}))
        with store.read() as work:
            assert work.cases.due(NOW, 9) == []
            assert work.cases.next_due() == later

    def test_a_failed_row_waits_for_its_next_try_and_holds_nobody_up(self, store: Store) -> None:
        launch(store, a_case(deadlines=[a_deadline("broken"), a_deadline("fine", NOW + minutes(2))]))
        with store.write() as work:
            assert work.cases.failed("case-1", "broken", "ValueError: x", NOW + minutes(5), stuck=False) == 1
            work.commit()
        with store.read() as work:
            assert work.cases.next_due() == NOW + minutes(2)
            assert [row.deadline.key for row in work.cases.due(NOW + minutes(3), 9)] == ["fine"]
            again = work.cases.due(NOW + minutes(5), 9)
        assert [(row.deadline.key, row.attempts) for row in again] == [("broken", 1), ("fine", 0)]

    def test_the_next_try_may_be_the_next_moment(self, store: Store) -> None:
        launch(store, a_case(deadlines=[a_deadline("broken"), a_deadline("fine", NOW + minutes(9))]))
        with store.write() as work:
            work.cases.failed("case-1", "broken", "x", NOW + minutes(5), stuck=False)
            work.commit()
        with store.read() as work:
            assert work.cases.next_due() == NOW + minutes(5)

    def test_a_stuck_row_is_shown_and_not_tried_again(self, store: Store) -> None:
        first = launch(store, a_case(deadlines=[a_deadline("broken")]))
        with store.write() as work:
            for attempt in range(1, 6):
                assert work.cases.failed("case-1", "broken", f"error {attempt}", NOW, stuck=attempt == 5) == attempt
            work.commit()
        with store.read() as work:
            assert [(row.case, row.deadline, row.attempts, row.last_error) for row in work.cases.stuck()] == [
                ("case-1", "broken", 5, "error 5")
            ]
            assert (work.cases.due(NOW + timedelta(days=9), 9), work.cases.next_due()) == ([], None)
        second = save(store, first, a_step(first, deadlines={"broken": a_deadline("broken")}))
        with store.read() as work:
            assert len(work.cases.stuck()) == 1  # an equal date is no new date
        save(store, second, a_step(second, deadlines={"broken": a_deadline("broken", NOW + minutes(1))}))
        with store.read() as work:
            assert work.cases.stuck() == []
            assert [row.attempts for row in work.cases.due(NOW + minutes(1), 9)] == [0]

    def test_a_failure_of_a_row_that_is_gone_is_none(self, store: Store) -> None:
        launch(store, a_case())
        with store.write() as work:
            assert work.cases.failed("case-1", "gone", "x", NOW, stuck=False) == 0

    def test_a_pause_stops_all_but_the_clocks_that_run(self, store: Store) -> None:
        rows = [a_deadline("stops"), a_deadline("runs", NOW + minutes(1), clock_runs=True)]
        first = launch(store, a_case(deadlines=rows))
        resume = a_deadline("resume", NOW + minutes(9), kind="resume", clock_runs=True)
        new = a_deadline("new", NOW + minutes(2))
        held = save(
            store, first, a_step(first, paused=paused(), deadlines={**first.deadlines, "resume": resume, "new": new})
        )
        with store.read() as work:
            assert [row.deadline.key for row in work.cases.due(NOW + minutes(10), 9)] == ["runs", "resume"]
            assert work.cases.next_due() == NOW + minutes(1)
        save(store, held, a_step(held, paused=None))
        with store.read() as work:
            assert [row.deadline.key for row in work.cases.due(NOW + minutes(10), 9)] == [
                "stops", "runs", "new", "resume",
            ]  # fmt: skip

    def test_a_stuck_row_stays_stuck_over_a_pause(self, store: Store) -> None:
        first = launch(store, a_case(deadlines=[a_deadline("broken"), a_deadline("fine")]))
        with store.write() as work:
            work.cases.failed("case-1", "broken", "x", NOW, stuck=True)
            work.commit()
        held = save(store, first, a_step(first, paused=paused()))
        save(store, held, a_step(held, paused=None))
        with store.read() as work:
            assert [row.deadline for row in work.cases.stuck()] == ["broken"]
            assert [row.deadline.key for row in work.cases.due(NOW, 9)] == ["fine"]

    def test_a_word_to_another_case_is_claimed_once(self, store: Store) -> None:
        first = launch(store, a_case())
        late = a_signal("s0", effective_at=NOW + minutes(1), target=None, data={"rows": ["a"]})
        second = save(store, first, a_step(first), signals=(late, a_signal("s1")))
        save(store, second, a_step(second), signals=(a_signal("s1", name="again"),))
        with store.write() as work:
            assert work.cases.signals(9) == [a_signal("s1"), late]
            assert work.cases.signals(1) == [a_signal("s1")]
            work.cases.signal_done("s1")
            assert work.cases.signals(9) == [late]

    def test_words_of_a_case_at_one_moment_come_as_they_were_said_whatever_their_keys(self, store: Store) -> None:
        first = launch(store, a_case())
        said = [a_signal(key, seq=seq) for seq, key in enumerate(("told:goes_on:1", "ended:over:2", "child:10"), 3)]
        second = save(store, first, a_step(first), signals=(said[1], said[0]))
        save(store, second, a_step(second), signals=(said[2], a_signal("z", effective_at=NOW - minutes(1), seq=9)))
        with store.read() as work:
            assert work.cases.signals(9) == [a_signal("z", effective_at=NOW - minutes(1), seq=9), *said]


class TestNothingFallsAsleep:
    @pytest.mark.parametrize(
        ("case", "sleeps"),
        [
            (a_case(), True),
            (a_case(closed=True), False),
            (a_case(tasks=[a_task()]), False),
            (a_case(tasks=[a_task(state="signing")]), False),
            (a_case(tasks=[a_task(assignees=())]), True),
            (a_case(tasks=[a_task(state="done")]), True),
            (a_case(deadlines=[a_deadline(kind="transition")]), False),
            (a_case(deadlines=[a_deadline(kind="late")]), False),
            (a_case(deadlines=[a_deadline(kind="remind"), a_deadline("told", kind="notice")]), True),
            (a_case(deadlines=[a_deadline()], paused=paused()), True),
            (a_case(deadlines=[a_deadline(kind="resume", clock_runs=True)], paused=paused()), False),
        ],
    )
    def test_an_open_case_has_a_task_or_a_date(self, store: Store, case: Case, sleeps: bool) -> None:
        launch(store, case)
        with store.read() as work:
            assert work.cases.without_next() == (["case-1"] if sleeps else [])
            assert [problem for problem in problems(work) if "nobody" in problem] == (
                ["case-1: the case is open, but nobody has a task and no date will fire"] if sleeps else []
            )

    def test_a_stuck_date_does_not_count(self, store: Store) -> None:
        launch(store, a_case(deadlines=[a_deadline()]))
        with store.write() as work:
            work.cases.failed("case-1", "silent", "x", NOW, stuck=True)
            assert work.cases.without_next() == ["case-1"]


class TestNotices:
    def test_one_per_rule_occurrence_and_reader(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        again = a_notice(template="other")
        for_ben = a_notice(recipient="p-ben")
        save(store, first, a_step(first), notices=(again, for_ben, a_notice(occurrence="intake#1:2")))
        with store.read() as work:
            found = work.outbox.notices()
        assert [(one.notice.template, one.notice.recipient, one.notice.occurrence) for one in found] == [
            ("opened", "p-ann", "intake#1"),
            ("opened", "p-ben", "intake#1"),
            ("opened", "p-ann", "intake#1:2"),
        ]

    def test_comes_back_as_it_went_in(self, store: Store) -> None:
        notice = a_notice(
            copy=True,
            bundle=True,
            only_if_asked="intake#1",
            not_after=NOW + minutes(5),
            data={"asked": {"reason": "é"}, "people": ["p-ben"]},
        )
        launch(store, a_case(tasks=[a_task()]), notices=(notice,))
        with store.read() as work:
            (found,) = work.outbox.waiting(NOW, 9)
        assert (found.notice, found.secretariat, found.person, found.state) == (notice, "office", "ann", "waiting")

    def test_the_person_behind_it_may_have_been_erased(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(), a_tell(recipient="p-nobody")))
        with store.write() as work:
            work.people.add_participant(Participant(key="p-ann", case="case-1", person=None))
            work.commit()
        with store.read() as work:
            assert [one.person for one in work.outbox.notices()] == [None, None]

    def test_wait_in_the_order_of_sending(self, store: Store) -> None:
        rules = (("c", 2), ("a", 1), ("b", 1), ("d", 3))
        notices = [a_tell(rule=rule, send_at=NOW + minutes(at)) for rule, at in rules]
        launch(store, a_case(), notices=notices)
        with store.write() as work:
            assert work.outbox.next_moment() == NOW + minutes(1)
            waiting = work.outbox.waiting(NOW + minutes(2), 9)
            assert [one.notice.rule for one in waiting] == ["a", "b", "c"]
            assert [one.notice.rule for one in work.outbox.waiting(NOW + minutes(2), 1)] == ["a"]
            work.outbox.postpone([waiting[0].id], NOW + minutes(9))
            work.outbox.close_notices([waiting[1].id], "skipped", "past")
            assert [one.notice.rule for one in work.outbox.waiting(NOW + minutes(9), 9)] == ["c", "d", "a"]
            assert work.outbox.next_moment() == NOW + minutes(2)
            work.commit()
        assert states(store) == [("c", "waiting"), ("a", "waiting"), ("b", "skipped"), ("d", "waiting")]
        assert told(store, "b").reason == "past"

    def test_all_that_waits_for_some_people_comes_together(self, store: Store) -> None:
        rules = (("b", "p-ann", 1), ("a", "p-ben", 0), ("c", "p-ann", 0), ("d", "p-ann", 9), ("e", "p-nobody", 0))
        notices = [a_tell(rule=rule, recipient=who, send_at=NOW + minutes(at)) for rule, who, at in rules]
        launch(store, a_case(), notices=notices)
        with store.read() as work:
            anns = work.outbox.waiting_of({"ann"}, NOW + minutes(1))
            assert [one.notice.rule for one in anns] == ["c", "b"]
            both = work.outbox.waiting_of(["ben", "ann", "cas"], NOW)
            assert [(one.notice.rule, one.person) for one in both] == [("a", "ben"), ("c", "ann")]
            assert work.outbox.waiting_of([], NOW) == []

    def test_can_be_asked_for_by_state_and_case(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        launch(store, a_case("case-2"), notices=(a_tell("case-2"),))
        with store.write() as work:
            work.outbox.close_notices([1], "merged", "newer")
            assert [one.notice.case for one in work.outbox.notices("merged")] == ["case-1"]
            assert [one.notice.case for one in work.outbox.notices("waiting")] == ["case-2"]
            assert [one.id for one in work.outbox.notices(case="case-2")] == [2]
            assert work.outbox.notices("merged", "case-2") == []

    def test_asks_about_a_task_are_withdrawn_and_tells_are_not(self, store: Store) -> None:
        notices = (
            a_notice(),
            a_notice(recipient="p-ben"),
            a_notice(task="other#1", rule="tasks.other.opened"),
            a_tell(task="intake#1"),
        )
        first = launch(store, a_case(), notices=notices)
        save(store, first, a_step(first), withdrawals=(a_withdrawal(reason="closed"),))
        assert states(store) == [
            ("tasks.intake.opened", "withdrawn"),
            ("tasks.intake.opened", "withdrawn"),
            ("tasks.other.opened", "waiting"),
            ("notices.told", "waiting"),
        ]
        assert told(store, "tasks.intake.opened").reason == "closed"

    def test_only_those_of_one_reader_or_rule_are_withdrawn(self, store: Store) -> None:
        notices = [a_notice(recipient=who, rule=rule) for who in ("p-ann", "p-ben") for rule in ("opened", "remind")]
        first = launch(store, a_case(), notices=notices)
        gone = (a_withdrawal(recipient="p-ann", reason="changed hands"), a_withdrawal(rules=("remind",)))
        save(store, first, a_step(first), withdrawals=gone)
        with store.read() as work:
            found = {(one.notice.recipient, one.notice.rule): one.reason for one in work.outbox.notices("withdrawn")}
        assert found == {
            ("p-ann", "opened"): "changed hands",
            ("p-ann", "remind"): "changed hands",
            ("p-ben", "remind"): "done",
        }

    def test_a_new_word_of_the_same_step_is_not_withdrawn(self, store: Store) -> None:
        first = launch(store, a_case(), notices=(a_notice(),))
        new = a_notice(rule="tasks.intake.extended", occurrence="intake#1:2")
        save(store, first, a_step(first), notices=(new,), withdrawals=(a_withdrawal(reason="moved"),))
        assert states(store) == [("tasks.intake.opened", "withdrawn"), ("tasks.intake.extended", "waiting")]

    def test_the_first_word_of_a_task_that_moved_stands_and_is_written_anew(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(), a_notice(rule="tasks.intake.remind.0")))
        compose(store, "m1")
        moved = replace(a_withdrawal(reason="moved"), first_stands=True)
        save(store, first, a_step(first), withdrawals=(moved,))
        assert states(store) == [("tasks.intake.opened", "waiting"), ("tasks.intake.remind.0", "withdrawn")]
        with store.write() as work:
            assert [(one.state, one.last_error) for one in work.outbox.messages()] == [("cancelled", "moved")]

    def test_withdrawing_takes_back_a_composed_message(self, store: Store) -> None:
        notices = (a_notice(), a_notice(task="other#1", rule="tasks.other.opened"), a_tell())
        first = launch(store, a_case(tasks=[a_task(), a_task("other#1")]), notices=notices)
        compose(store, "m1")
        save(store, first, a_step(first), withdrawals=(a_withdrawal(),))
        assert states(store) == [
            ("tasks.intake.opened", "withdrawn"),
            ("tasks.other.opened", "waiting"),
            ("notices.told", "waiting"),
        ]
        with store.write() as work:
            assert [(one.state, one.last_error) for one in work.outbox.messages()] == [("cancelled", "done")]
            assert work.outbox.lease(NOW, 9, NOW) == []
            assert work.outbox.next_moment() == NOW

    def test_what_is_on_its_way_cannot_be_withdrawn(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1")
        with store.write() as work:
            assert [one.id for one in work.outbox.lease(NOW, 9, NOW + minutes(5))] == ["m1"]
            work.commit()
        save(store, first, a_step(first), withdrawals=(a_withdrawal(),))
        assert states(store) == [("tasks.intake.opened", "composed")]

    def test_a_pause_withholds_asks(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(), a_tell()))
        during = a_notice(rule="tasks.intake.remind.0")
        held = save(store, first, a_step(first, paused=paused()), notices=(during, a_tell(rule="notices.paused")))
        with store.read() as work:
            assert [one.notice.rule for one in work.outbox.waiting(NOW, 9)] == ["notices.told", "notices.paused"]
        compose(store, "m1")
        with store.read() as work:
            assert work.outbox.notices("waiting") != []
            assert work.outbox.next_moment() == NOW  # the message that is ready
        save(store, held, a_step(held, paused=None))
        with store.read() as work:
            assert [one.notice.rule for one in work.outbox.waiting(NOW, 9)] == [
                "tasks.intake.opened",
                "tasks.intake.remind.0",
            ]

    def test_withheld_asks_do_not_keep_the_clock_awake(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        save(store, first, a_step(first, paused=paused()))
        with store.read() as work:
            assert work.outbox.next_moment() is None

    def test_the_task_that_ends_a_pause_is_asked_for(self, store: Store) -> None:
        first = launch(store, a_case(paused=paused()))
        ask = a_notice(task="resume#1", rule="tasks.resume.opened")
        save(store, first, a_step(first, tasks={"resume#1": a_task("resume#1")}), notices=(ask,))
        compose(store, "m1")
        with store.write() as work:
            assert [one.id for one in work.outbox.lease(NOW, 9, NOW)] == ["m1"]

    def test_a_pause_takes_back_what_was_composed(self, store: Store) -> None:
        launch(store, a_case("case-2", tasks=[a_task()]), notices=(a_notice("case-2"),))
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(), a_tell()))
        compose(store, "m1")
        held = save(store, first, a_step(first, paused=paused()))
        with store.read() as work:
            assert [one.state for one in work.outbox.messages()] == ["cancelled"]
            assert [(one.notice.case, one.notice.kind) for one in work.outbox.waiting(NOW, 9)] == [
                ("case-2", "ask"),
                ("case-1", "tell"),
            ]
        save(store, held, a_step(held, paused=None))
        with store.read() as work:
            assert len(work.outbox.waiting(NOW, 9)) == 3


class TestMessages:
    def test_comes_back_as_it_went_in(self, store: Store) -> None:
        message = a_message(
            "m1",
            asks=(("case-1", "intake#1"), ("case-2", "poll#1")),
            cases=("case-1", "case-2"),
            references="<thread@example.org>",
            reminder=True,
            legal=True,
            wording="w1",
        )
        with store.write() as work:
            work.outbox.add(message, [])
            work.commit()
        with store.read() as work:
            assert work.outbox.messages() == [message]
            assert work.outbox.messages("ready", "ann") == [message]
            assert (work.outbox.messages("sent"), work.outbox.messages(person="ben")) == ([], [])
            assert work.outbox.counts() == {("opened", "ready"): 1}

    def test_is_leased_once(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1")
        assert first.version == 1
        with store.write() as work:
            (leased,) = work.outbox.lease(NOW, 9, NOW + minutes(5))
            assert (leased.id, leased.state) == ("m1", "sending")
            assert work.outbox.lease(NOW, 9, NOW + minutes(5)) == []
            assert [one.state for one in work.outbox.messages()] == ["sending"]
            assert work.outbox.next_moment() is None

    def test_is_not_leased_while_its_office_has_paused(self, store: Store) -> None:
        with store.write() as work:
            work.people.put_secretariat(an_office("other", paused_at=NOW))
            work.outbox.add(a_message("m1", asks=()), [])
            assert work.outbox.lease(NOW, 9, NOW, paused=["office"]) == []
            assert [one.id for one in work.outbox.lease(NOW, 9, NOW, paused=["other"])] == ["m1"]
            assert [one.paused_at for one in work.people.secretariats()] == [None, NOW]

    def test_is_leased_in_order_and_up_to_the_limit(self, store: Store) -> None:
        with store.write() as work:
            for number, made in enumerate((2, 0, 1)):
                work.outbox.add(a_message(f"m{number}", asks=(), created_at=NOW + minutes(made)), [])
            assert [one.id for one in work.outbox.lease(NOW + minutes(9), 2, NOW)] == ["m1", "m2"]
            assert [one.id for one in work.outbox.lease(NOW + minutes(9), 2, NOW)] == ["m0"]

    def test_what_asks_for_a_closed_task_is_cancelled_at_the_wire(self, store: Store) -> None:
        notices = (a_notice(), a_notice(task="other#1", rule="tasks.other.opened"), a_tell())
        first = launch(store, a_case(tasks=[a_task(), a_task("other#1")]), notices=notices)
        compose(store, "m1")
        save(store, first, a_step(first, tasks={**first.tasks, "intake#1": a_task(state="closed")}))
        with store.write() as work:
            assert work.outbox.lease(NOW, 9, NOW) == []
            assert [(one.state, one.last_error) for one in work.outbox.messages()] == [("cancelled", "closed")]
            work.commit()
        assert states(store) == [
            ("tasks.intake.opened", "withdrawn"),
            ("tasks.other.opened", "waiting"),
            ("notices.told", "waiting"),
        ]

    def test_a_tell_whose_reader_need_not_do_its_task_any_more_is_withdrawn_at_the_wire(self, store: Store) -> None:
        one, other, third = (a_task(f"intake#{n}", name="intake") for n in (1, 2, 3))
        first = launch(store, a_case(tasks=[one, other, third]), notices=(a_tell(task="intake#1"),))
        compose(store, "m1")
        save(store, first, a_step(first, tasks={**first.tasks, "intake#1": replace(one, state="done")}))
        with store.write() as work:
            work.outbox.hold("m1", "a word first")
            work.outbox.release("m1")
            assert [each.id for each in work.outbox.lease(NOW, 9, NOW)] == ["m1"]  # the others are open
            work.outbox.record("m1", Delivery(outcome="retry", code=451, next_try=NOW), NOW)
            gone = {key: replace(task, assignees=("p-ben",)) for key, task in first.tasks.items() if key != "intake#1"}
            before = work.cases.load("case-1")
            work.cases.save(an_outcome(before, a_step(before, tasks={**before.tasks, **gone})))
            assert work.outbox.lease(NOW, 9, NOW) == []
            assert [(each.state, each.last_error) for each in work.outbox.messages()] == [
                ("cancelled", "changed hands")
            ]
            work.commit()
        assert (told(store, "notices.told").state, told(store, "notices.told").reason) == ("withdrawn", "changed hands")

    def test_what_sends_such_a_mail_again_is_cancelled_and_what_was_told_stays_told(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_tell(task="intake#1"),))
        compose(store, "m1", state="sent")
        with store.write() as work:
            work.outbox.add(a_message("m2", asks=(), resends="m1"), [])
            work.commit()
        save(store, first, a_step(first, tasks={"intake#1": a_task(state="done")}))
        with store.write() as work:
            assert work.outbox.lease(NOW, 9, NOW) == []
            assert [(each.id, each.state) for each in work.outbox.messages()] == [("m1", "sent"), ("m2", "cancelled")]
            work.commit()
        assert told(store, "notices.told").state == "composed"

    def test_a_task_of_a_former_round_is_no_open_task(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1")
        save(store, first, a_step(first, tasks={}))
        with store.write() as work:
            assert work.outbox.lease(NOW, 9, NOW) == []

    def test_nobody_writes_to_a_dead_address(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        compose(store, "m1")
        with store.write() as work:
            work.people.put_person(a_person("ann", reachable=False))
            assert work.outbox.lease(NOW, 9, NOW) == []
            (message,) = work.outbox.messages()
            assert (message.state, message.last_error) == ("refused", "the address of this person does not work")
            assert [row.event.kind for row in work.stream("outbox:office")] == ["mail_refused"]

    def test_sent_is_sent(self, store: Store) -> None:
        launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1")
        with store.write() as work:
            assert not work.outbox.asked("case-1", "intake#1", "ann")
            work.outbox.lease(NOW, 9, NOW + minutes(5))
            assert work.outbox.asked("case-1", "intake#1", "ann")
            work.outbox.record("m1", Delivery(outcome="sent", code=250), NOW + minutes(1))
            (message,) = work.outbox.messages()
            assert (message.state, message.attempts, message.sent_at) == ("sent", 1, NOW + minutes(1))
            assert work.outbox.asked("case-1", "intake#1", "ann")
            assert not work.outbox.asked("case-1", "intake#1", "ben")
            assert not work.outbox.asked("case-1", "poll#1", "ann")
            assert work.outbox.rescue(NOW + timedelta(days=1)) == []
            work.outbox.record("m1", Delivery(outcome="refused", code=550), NOW + minutes(2))
            assert work.outbox.messages("sent") == [message]
            assert work.streams() == ["case:case-1"]

    def test_a_tell_that_stands_for_an_opening_mail_asks_too(self, store: Store) -> None:
        launch(store, a_case(tasks=[a_task()]), notices=(a_tell(task="intake#1"),))
        compose(store, "m1")
        with store.write() as work:
            work.outbox.lease(NOW, 9, NOW + minutes(5))
            assert work.outbox.asked("case-1", "intake#1", "ann")

    def test_a_retry_waits_for_its_moment(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        compose(store, "m1")
        with store.write() as work:
            work.outbox.lease(NOW, 9, NOW + minutes(5))
            later = Delivery(outcome="retry", code=451, answer="greylisted", next_try=NOW + minutes(10))
            work.outbox.record("m1", later, NOW)
            assert work.outbox.next_moment() == NOW + minutes(10)
            assert work.outbox.lease(NOW + minutes(9), 9, NOW) == []
            (message,) = work.outbox.lease(NOW + minutes(10), 9, NOW)
            assert (message.attempts, message.last_error) == (1, "greylisted")

    def test_a_mail_for_which_no_server_was_there_keeps_its_place(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        compose(store, "m1")
        with store.write() as work:
            work.outbox.add(a_message("m2", asks=(), created_at=NOW + minutes(1)), [])
            work.outbox.lease(NOW, 1, NOW + minutes(5))
            away = Delivery(outcome="retry", answer="no connection", next_try=NOW + minutes(9), unreachable=True)
            work.outbox.record("m1", away, NOW + minutes(2))
            assert work.outbox.next_moment() == NOW
            leased = work.outbox.lease(NOW + minutes(2), 9, NOW + minutes(5))
            assert [(message.id, message.attempts) for message in leased] == [("m1", 0), ("m2", 0)]

    def test_a_refused_mail_is_recorded(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        compose(store, "m1", cases=("case-1",))
        with store.write() as work:
            work.outbox.lease(NOW, 9, NOW + minutes(5))
            work.outbox.record(
                "m1", Delivery(outcome="refused", code=550, answer="RCPT: 550 5.1.1 <ann@example.org>"), NOW
            )
            (message,) = work.outbox.messages("refused")
            assert (message.attempts, message.last_error) == (1, "RCPT: 550 5.1.1 <ann@example.org>")
            (event,) = work.stream("outbox:office")
        assert event.event.data == {
            "message": "m1",
            "kind": "opened",
            "cases": ["case-1"],
            "code": 550,
            "status_code": "5.1.1",
            "legal": False,
        }

    def test_a_lease_that_runs_out_is_an_honest_unknown(self, store: Store) -> None:
        launch(store, a_case(), notices=(a_tell(),))
        compose(store, "m1")
        with store.write() as work:
            work.outbox.lease(NOW, 9, NOW + minutes(5))
            assert work.outbox.rescue(NOW + minutes(4)) == []
            assert [(one.id, one.state) for one in work.outbox.rescue(NOW + minutes(5))] == [("m1", "unknown")]
            assert work.outbox.rescue(NOW + minutes(9)) == []
            assert work.outbox.lease(NOW + minutes(9), 9, NOW) == []
            assert [row.event.kind for row in work.stream("outbox:office")] == ["mail_unknown"]
            work.outbox.record("m1", Delivery(outcome="sent"), NOW + minutes(9))
            assert [one.state for one in work.outbox.messages()] == ["sent"]

    def test_one_reminder_mail_a_day(self, store: Store) -> None:
        launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1", reminder=True)
        with store.write() as work:
            work.outbox.add(a_message("m2", person="ben", asks=()), [])
            assert work.outbox.reminder_mail_on("ann", "2027-03-01")
            assert not work.outbox.reminder_mail_on("ann", "2027-03-02")
            assert not work.outbox.reminder_mail_on("ben", "2027-03-01")

    def test_a_reminder_mail_elsewhere_counts_unless_its_office_has_paused_its_mail(self, store: Store) -> None:
        furnish(store)
        with store.write() as work:
            for person, state in (("ann", "ready"), ("ben", "sent"), ("cas", "cancelled")):
                made = a_message(person, person=person, asks=(), reminder=True, local_day="2027-03-01", state=state)
                work.outbox.add(made, [])
            work.outbox.add(a_message("m2", person="dan", asks=(), local_day="2027-03-01"), [])

            def counted() -> list[str]:
                everybody = ("ann", "ben", "cas", "dan")
                return [one for one in everybody if work.outbox.reminder_mail_elsewhere([one], "2027-03-01")]

            assert counted() == ["ann", "ben"]
            assert work.outbox.reminder_mail_elsewhere(["cas", "ann"], "2027-03-01")
            assert not work.outbox.reminder_mail_elsewhere(["ann"], "2027-03-02")
            work.people.put_secretariat(an_office(paused_at=NOW))
            assert counted() == ["ben"]

    def test_who_has_the_same_address_is_the_same_reader_in_any_office(self, store: Store) -> None:
        with store.write() as work:
            work.people.put_secretariat(an_office())
            work.people.put_secretariat(an_office("there"))
            for id, office, email in (
                ("ann", "office", "A@x.example"), ("anna", "there", "a@X.example"), ("ben", "office", "b@x.example"),
                ("none", "office", ""), ("nobody", "there", ""),
            ):  # fmt: skip
                work.people.put_person(a_person(id, secretariat=office, email=email))
            assert work.people.same_address(["ann", "ben", "none", "gone"]) == {
                "ann": {"ann", "anna"}, "ben": {"ben"}, "none": {"none"}, "gone": {"gone"}
            }  # fmt: skip

    def test_a_cancelled_reminder_mail_does_not_count(self, store: Store) -> None:
        first = launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1", reminder=True)
        save(store, first, a_step(first), withdrawals=(a_withdrawal(),))
        with store.read() as work:
            assert not work.outbox.reminder_mail_on("ann", "2027-03-01")

    def test_a_reminder_mail_does_not_leave_after_its_readers_window_and_can_be_taken_back(self, store: Store) -> None:
        launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        compose(store, "m1", reminder=True, until=NOW + minutes(5))
        with store.write() as work:
            assert work.outbox.missed(NOW + minutes(5)) == []
            assert work.outbox.lease(NOW + minutes(6), 9, NOW + minutes(9)) == []
            assert [message.id for message in work.outbox.missed(NOW + minutes(6))] == ["m1"]
            (notice,) = work.outbox.take_back("m1", "could not be sent on its day")
            assert (notice.state, notice.message, notice.person) == ("waiting", None, "ann")
            assert not work.outbox.reminder_mail_on("ann", "2027-03-01")
            assert work.outbox.missed(NOW + minutes(6)) == []
            assert work.outbox.take_back("m1", "again") == []

    def test_what_may_leave_until_a_moment_leaves_at_that_moment(self, store: Store) -> None:
        with store.write() as work:
            work.outbox.add(a_message("m1", asks=(), until=NOW + minutes(5)), [])
            work.outbox.add(a_message("m2", asks=()), [])
            assert [one.id for one in work.outbox.lease(NOW + minutes(5), 9, NOW + minutes(9))] == ["m1", "m2"]

    def test_what_is_put_off_beyond_its_window_is_missed_at_once(self, store: Store) -> None:
        with store.write() as work:
            for id, until in (("m1", None), ("m2", NOW + minutes(5)), ("m3", NOW + minutes(30))):
                work.outbox.add(a_message(id, asks=(), until=until), [])
            work.outbox.lease(NOW, 9, NOW + minutes(9))
            for id in ("m1", "m2", "m3"):
                put_off = Delivery(outcome="retry", code=451, next_try=NOW + minutes(20))
                work.outbox.record(id, put_off, NOW)
            assert [message.id for message in work.outbox.missed(NOW)] == ["m2"]
            assert [one.id for one in work.outbox.lease(NOW + minutes(20), 9, NOW + minutes(29))] == ["m1", "m3"]

    def test_what_the_office_has_changed_is_missed_as_all_others_and_can_be_moved_to_another_day(
        self, store: Store
    ) -> None:
        launch(store, a_case())
        with store.write() as work:
            work.outbox.add(a_message("m1", asks=(), until=NOW, reminder=True, local_day="2027-03-01"), [])
            work.outbox.edit("m1", subject="other", text="other", html="other")
            assert [one.id for one in work.outbox.missed(NOW + minutes(1))] == ["m1"]
            assert work.outbox.lease(NOW + minutes(1), 9, NOW + minutes(9)) == []
            assert work.outbox.move("m1", NOW + minutes(20), NOW + minutes(30), "2027-03-02")
            assert work.outbox.missed(NOW + minutes(30)) == []
            days = [work.outbox.reminder_mail_on("ann", day) for day in ("2027-03-01", "2027-03-02")]
            assert days == [False, True]
            assert work.outbox.next_moment() == NOW + minutes(20)
            assert work.outbox.lease(NOW + minutes(19), 9, NOW + minutes(40)) == []
            assert [one.id for one in work.outbox.lease(NOW + minutes(20), 9, NOW + minutes(40))] == ["m1"]
            assert not work.outbox.move("m1", NOW + minutes(50), NOW + minutes(60), "2027-03-03")

    def test_a_notice_that_is_put_off_keeps_what_was_said_of_it_until_it_is_composed(self, store: Store) -> None:
        launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
        with store.write() as work:
            (notice,) = work.outbox.notices("waiting")
            work.outbox.postpone([notice.id], NOW + minutes(1), "decided")
            work.outbox.postpone([notice.id], NOW + minutes(2))
            (after,) = work.outbox.notices("waiting")
            assert (after.notice.send_at, after.reason) == (NOW + minutes(2), "decided")
            work.outbox.add(a_message("m1"), [notice.id])
            assert [one.reason for one in work.outbox.notices_in("m1")] == [""]

    def test_a_notice_that_no_step_has_led_to_is_told_once(self, store: Store) -> None:
        case = launch(store, a_case(tasks=[a_task()]))
        for _ in range(2):
            with store.write() as work:
                work.outbox.tell([a_notice(template="away")], "office", case)
                work.commit()
        with store.read() as work:
            assert [(one.notice.template, one.person) for one in work.outbox.notices()] == [("away", "ann")]


class TestLinks:
    def test_one_link_per_task_instance_and_participant(self, store: Store) -> None:
        launch(store, a_case())
        with store.write() as work:
            made = work.outbox.link("case-1", "p-ann", "intake#1")
            assert work.outbox.link("case-1", "p-ann", "intake#1") == made
            assert work.outbox.link("case-1", "p-ben", "intake#1").id != made.id
            assert work.outbox.find_link(made.id) == made
            assert work.outbox.find_link("nothing") is None

    def test_a_revoked_link_comes_back_as_a_new_generation(self, store: Store) -> None:
        launch(store, a_case())
        with store.write() as work:
            made = work.outbox.link("case-1", "p-ann", "intake#1")
            work.outbox.revoke_link(made.id)
            assert work.outbox.find_link(made.id) == replace(made, revoked=True)
            assert work.outbox.link("case-1", "p-ann", "intake#1") == replace(made, generation=2)


class TestPeople:
    def test_come_back_as_they_went_in(self, store: Store) -> None:
        organisation = an_organisation(
            "south",
            kind="part",
            part_of="north",
            school_region="Zuid",
            sector="vo",
            facts={"previous_visit": date(2021, 4, 1), "places": 4, "sector": "vo"},
            closing_days=((date(2027, 5, 1), date(2027, 5, 9), "May holiday"),),
        )
        person = a_person(
            "cas",
            language="en",
            reachable=False,
            expertise=("assessment",),
            trainings={"chair_training": date(2028, 1, 1), "peer_training": None},
            absences=(
                Absence(first=date(2027, 3, 1), last=date(2027, 3, 5), why="leave"),
                Absence(first=date(2027, 5, 3), last=date(2027, 5, 7), substitute="p-2"),
            ),
            given="Ineke",
            infix="van der",
            family="Berg",
            phone="+31 30 1",
            title="mevrouw",
            informal=True,
            reference="P-17",
            unreachable_since=datetime(2027, 3, 1, 9, tzinfo=UTC),
            unreachable_why="550 5.1.1",
            generation=2,
        )
        with store.write() as work:
            work.people.put_organisation(organisation)
            work.people.put_person(person)
            work.commit()
        with store.read() as work:
            assert work.people.secretariats() == [an_office()]
            assert (work.people.organisation("south"), work.people.organisation("east")) == (organisation, None)
            assert (work.people.person("cas"), work.people.person("dee")) == (person, None)
            assert work.people.organisations("office") == [an_organisation(), organisation]
            assert work.people.persons("office") == [a_person("ann"), a_person("ben"), person]
            assert (work.people.persons("other"), work.people.organisations("other")) == ([], [])

    def test_memberships_are_told_apart_by_when_they_began(self, store: Store) -> None:
        ever = Membership(person="ann", organisation="north", role="contact")
        again = replace(ever, since=date(2026, 1, 1))
        with store.write() as work:
            for record in (
                again,
                ever,
                replace(ever, person="ben", role="signatory"),
                replace(again, until=NOW.date()),
            ):
                work.people.put_membership(record)
            assert work.people.memberships(person="ann") == [ever, replace(again, until=NOW.date())]
            assert [one.person for one in work.people.memberships(organisation="north")] == ["ann", "ann", "ben"]
            assert work.people.memberships(person="ben", organisation="south") == []

    def test_ties(self, store: Store) -> None:
        tie = TieRecord(person="ann", organisation="north", until=date(2030, 1, 1), reason="worked there")
        with store.write() as work:
            work.people.put_tie(replace(tie, until=None))
            work.people.put_tie(tie)
            assert (work.people.ties("ann"), work.people.ties("ben")) == ([tie], [])
            other = TieRecord(person="ben", organisation="north")
            work.people.put_tie(other)
            assert work.people.ties() == [tie, other]

    def test_participants(self, store: Store) -> None:
        launch(store, a_case())
        with store.read() as work:
            ann = Participant(key="p-ann", case="case-1", person="ann")
            assert work.people.participants("case-1") == [ann, Participant(key="p-ben", case="case-1", person="ben")]
            assert (work.people.participant("p-ann"), work.people.participant("p-cas")) == (ann, None)
            assert work.people.participants("case-2") == []
            assert work.people.participants_of("office") == {"case-1": work.people.participants("case-1")}
            assert work.people.participants_of("other") == {}
            assert (work.people.participations("ann"), work.people.participations("cas")) == ([ann], [])

    def test_the_seats_that_people_of_a_case_hold_elsewhere(self, store: Store) -> None:
        launch(store, a_case(holdings=[a_holding(state="seated")]))
        on = {"participant": "p-ann@case-2"}
        others = [a_holding("peer-1", state="seated", **on), a_holding("chair-1", state="invited", **on)]
        launch(store, a_case("case-2", holdings=others, parent=Parent(case="case-1", child="unit")))
        launch(store, a_case("case-3", holdings=[a_holding("peer-1", state="left", participant="p-ben@case-3")]))
        seat = SeatElsewhere(
            participant="p-ann", case="case-2", cycle="cycle", subject="north", process="review", seat="peer",
            since=NOW, begun=NOW,
        )  # fmt: skip
        with store.read() as work:
            assert work.people.seats_elsewhere("case-1") == [replace(seat, caller="case-1", child="unit")]
            own = replace(seat, participant="p-ann@case-3", case="case-1")
            called = replace(own, case="case-2", caller="case-1", child="unit")
            assert work.people.seats_elsewhere("case-3") == [own, called]

    def test_every_change_raises_the_revision(self, store: Store) -> None:
        with store.write() as work:
            first = work.people.revision()
            work.people.put_person(a_person("ann", reachable=False))
            work.people.put_tie(TieRecord(person="ann", organisation="north"))
            assert work.people.revision() == first + 2


class TestDefinitions:
    def test_come_back_as_they_went_in(self, store: Store) -> None:
        first = a_definition()
        reworded = a_definition(
            id="review-1b", wording="w2", wording_number=2, files={"a/b.txt": b"\x00\xff", "c": b""}
        )
        newer = a_definition(id="review-2", version=2, behaviour="b2")
        with store.write() as work:
            work.definitions.put(first)
            assert work.definitions.newest("review") == first
            work.definitions.put(reworded)
            assert work.definitions.get("review", 1, "b1") == reworded
            work.definitions.put(newer)
            assert work.definitions.newest("review") == newer
            assert [work.definitions.newest("review", version) for version in (1, 2, 3)] == [reworded, newer, None]
            assert work.definitions.get("review", 1, "b1") == reworded
            assert work.definitions.get("review", 1, "b9") is None
            assert work.definitions.newest("other") is None

    def test_a_number_keeps_its_words(self, store: Store) -> None:
        with store.write() as work, pytest.raises(Conflict, match="next number"):
            work.definitions.put(a_definition(wording="other"))

    def test_cycles(self, store: Store) -> None:
        later = a_cycle("a", launched_at=NOW + minutes(1), hosts=("north", "south"), ends_by=date(2027, 6, 30))
        with store.write() as work:
            work.definitions.put_cycle(replace(later, name="before"))
            work.definitions.put_cycle(later)
            assert work.definitions.cycles("office") == [a_cycle(), later]
            assert (work.definitions.cycle("a"), work.definitions.cycle("b")) == (later, None)
            assert work.definitions.cycles("other") == []

    def test_the_days_of_a_gate_are_replaced_as_a_whole(self, store: Store) -> None:
        with store.write() as work:
            work.definitions.put_gate("office", "committee_day", ["2027-05-01", "2027-03-01", "2027-03-01"])
            assert work.definitions.gate("office", "committee_day") == ("2027-03-01", "2027-05-01")
            work.definitions.put_gate("office", "committee_day", ["2027-06-01"])
            assert work.definitions.gate("office", "committee_day") == ("2027-06-01",)
            assert work.definitions.gate("office", "other") == ()
