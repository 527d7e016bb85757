"""What does a summary by mail say? How the cases of one reader stand: states and dates, no judgement and no name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from collegium.digests.readers import Subscriber
from collegium.digests.words import DigestWords
from collegium.summaries.facts import Gathered, Summary
from collegium.summaries.texts import settings
from engine.digests import Cause, DigestKind
from engine.standing import STATES
from engine.summary import CaseSummary, cycle_summary, visits_ahead
from notifications.letters import Digest, Part

ENDED = timedelta(days=62)  # so long a case that has ended is still told


def status_digest(gathered: Gathered, to: Subscriber, language: str, cause: Cause) -> tuple[Digest, str]:
    """The mail, and why this reader gets it."""
    cases = to.may_see(gathered)
    words = words_of(gathered, cases, language, to.reader.kind)
    told = _told(words, cases)
    names = _names(gathered, to, told or cases)
    of = words.several(names)
    date = words.day(words.today)
    regional = to.reader.kind == "region"
    digest = Digest(
        subject=_subject(words, told or cases, of),
        opening=(words.say("status_change" if cause == "change" else "status_month", date=date),),
        parts=(
            *(_review(words, case) for case in told),
            *(_overview(gathered, words, told) if regional else ()),
            Part(title="", lead=words.say("status_explained")),
        ),
    )
    return digest, words.say(f"why_{to.reader.kind}", of=of)


def _subject(words: DigestWords, cases: Sequence[CaseSummary], of: str) -> str:
    """With what the process calls itself, where all cases are of one."""
    titles = {words.label(case, "process", case.process) for case in cases}
    return (
        words.say("status_subject_of", of=of, process=titles.pop())
        if len(titles) == 1
        else words.say("status_subject", of=of)
    )


def words_of(gathered: Gathered, cases: Sequence[CaseSummary], language: str, kind: DigestKind) -> DigestWords:
    """The words for one reader, over a summary of that reader's cases."""
    summary = Summary(
        audience="office" if kind == "week" else kind, language=language, made_at=gathered.moment, as_of=None,
        office=gathered.office, cases=tuple(cases), cycle_names=gathered.cycle_names, wordings=gathered.wordings,
    )  # fmt: skip
    return DigestWords(summary, language)


def _told(words: DigestWords, cases: Sequence[CaseSummary]) -> list[CaseSummary]:
    """Running cases, the late ones first, then those that ended a short while ago."""
    running = sorted((each for each in cases if not each.ended), key=_urgency)
    ended = [each for each in cases if each.ended and words.today - each.since <= ENDED]
    return [*running, *ended]


def _urgency(case: CaseSummary) -> tuple[int, int, str, str]:
    rank = -STATES.index(case.schedule.state) if case.schedule else 1
    return rank, -case.schedule.days if case.schedule else 0, case.host, case.case


def _names(gathered: Gathered, to: Subscriber, cases: Sequence[CaseSummary]) -> list[str]:
    """The reader's own hosts; for whoever reads along, what these hosts are part of."""
    if to.reader.kind == "partnership":
        return list(dict.fromkeys(each.host for each in cases))
    places = gathered.organisations
    above = [places.get(places[each.subject].part_of or "") for each in cases if each.subject in places]
    return list(dict.fromkeys(each.name for each in above if each)) or [gathered.office.name]


def _review(words: DigestWords, case: CaseSummary) -> Part:
    title = words.say("review", host=case.host, process=words.process(case))
    return Part(title=title, facts=tuple(_facts(words, case)))


def _facts(words: DigestWords, case: CaseSummary) -> Iterator[tuple[str, str]]:
    if case.ended:
        outcome = words.stage(case, case.outcome) if case.outcome else words.stage(case)
        yield words.say("standing"), words.say("ended", date=words.day(case.since), outcome=outcome)
        return
    standing = words.standing(case)
    how = words.say("standing_more", state=standing.text, why=standing.more) if standing.more else standing.text
    yield words.say("standing"), how
    if case.phase is not None and case.phase_number is not None:
        phase = words.label(case, "phase", case.phase)
        yield words.say("phase"), words.say(
            "phase_value", phase=phase, number=case.phase_number, of=len(case.phases)
        )  # fmt: skip
    yield words.say("step"), words.stage(case)
    yield words.say("next"), words.milestone(case, case.milestone)
    yield words.say("day_of_visit"), words.sure(case.visit[1]) if case.visit else words.say("visit_unknown")
    yield words.say("changed"), words.change(case, case.changed)


def _overview(gathered: Gathered, words: DigestWords, cases: Sequence[CaseSummary]) -> Iterator[Part]:
    """For whoever follows several reviews: visits ahead, how many are in which phase, and who visited others."""
    weeks = settings()["visits_ahead"]
    ahead = visits_ahead(cases, words.today, weeks)
    if ahead:
        lines = [
            words.say("visit_line", date=words.sure(each.visit[1]), host=each.host) for each in ahead if each.visit
        ]  # fmt: skip
        yield Part(title=words.say("visits", n=weeks), items=tuple(lines))
    yield from _per_phase(gathered, words, cases)
    own = {each.subject for each in cases}
    served = [(each.name, gathered.served.get(each.id, 0)) for each in gathered.organisations.values()
              if each.id in own and each.kind == "partnership"]  # fmt: skip
    if served:
        yield Part(
            title=words.say("served", years=settings()["served_years"]),
            lead=words.say("served_lead", wanted=settings()["served"]),
            items=tuple(words.say("served_line", host=host, n=n) for host, n in sorted(served)),
        )


def _per_phase(gathered: Gathered, words: DigestWords, cases: Sequence[CaseSummary]) -> Iterator[Part]:
    groups: dict[tuple[str, str], list[CaseSummary]] = {}
    for each in cases:
        groups.setdefault((each.cycle, each.behaviour), []).append(each)
    lines: list[str] = []
    for (cycle, behaviour), own in groups.items():
        counted = cycle_summary(gathered.definitions[behaviour], cycle, own)
        for name, number in counted.by_phase:
            if number:
                lines.append(words.say("per_phase_line", phase=words.label(counted, "phase", name), n=number))
    if lines:
        yield Part(title=words.say("per_phase"), items=tuple(lines))
