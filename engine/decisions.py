"""How do individual judgements become one? Consensus, vote, the tie, and the minority that may write a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.case import Decision
from engine.saying import said

EMPTY: Mapping[str, Collection[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The outcome of one vote: the winning value (None: no majority), the votes per value, whether a tie was broken."""

    value: str | None
    votes: Mapping[str, int]
    tie_broken: bool = False

    @property
    def divided(self) -> bool:
        return len(self.votes) > 1


def tally(votes: Mapping[str, str], tie: str | None = None) -> Tally:
    """Count votes (voter -> value): more than any other value wins; in a tie the value of `tie`'s voter does."""
    counted = Counter(votes.values())
    if not counted:
        return Tally(value=None, votes={})
    most = max(counted.values())
    first = sorted(value for value, number in counted.items() if number == most)
    totals = dict(sorted(counted.items()))
    if len(first) == 1:
        return Tally(value=first[0], votes=totals)
    if tie is not None and votes.get(tie) in first:
        return Tally(value=votes[tie], votes=totals, tie_broken=True)
    return Tally(value=None, votes=totals)


def decide(
    answers: Mapping[str, Any],
    *,
    rows: Sequence[str],
    noun: str,
    scales: Sequence[str],
    voters: Sequence[str],
    tie: str | None,
    out: Mapping[str, Collection[str]] = EMPTY,
) -> tuple[dict[str, Decision], list[str]]:
    """The judgement of each row of the rubric from a consensus form, and what is wrong with it.

    For a row `how` says consensus (the values stand as given) or vote: then the votes of `voters` (participants who
    were there) on the first scale are counted, and `tie`'s vote breaks a tie. Who is `out` for a row has no vote.
    """
    main = scales[0]
    ballots, problems = _ballots(answers.get("votes") or (), noun, main, rows)
    decisions: dict[str, Decision] = {}
    for row in rows:
        levels = {scale: value for scale in scales if (value := _of_row(answers.get(scale), row)) is not None}
        motivated = bool(_of_row(answers.get("motivation"), row))
        how = _of_row(answers.get("how"), row) or "consensus"
        minority = bool(answers.get("minority_note"))
        if how == "consensus":
            if main not in levels:
                problems.append(said("{row:row}: a value on {scale:scale} is needed", row=row, scale=main))
                continue
            decisions[row] = Decision(row=row, levels=levels, how="consensus", motivated=motivated)
            continue
        cast = ballots.get(row, {})
        strangers = sorted(set(cast) - set(voters).difference(out.get(row, ())))
        if strangers:
            problems.append(said("{row:row}: {n} vote(s) of people who may not vote", row=row, n=len(strangers)))
            continue
        outcome = tally(cast, tie)
        if outcome.value is None:
            problems.append(said("{row:row}: the vote gives no majority", row=row))
            continue
        decisions[row] = Decision(
            row=row,
            levels={**levels, main: outcome.value},
            how="chair" if outcome.tie_broken else "majority",
            motivated=motivated,
            minority=minority and outcome.divided,
            votes=outcome.votes,
        )
    return decisions, problems


def _of_row(given: Any, row: str) -> Any:
    return given.get(row) if isinstance(given, Mapping) else None


def _ballots(
    votes: Sequence[Mapping[str, Any]], noun: str, scale: str, rows: Sequence[str]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The votes per row (voter -> value), and what is wrong with them.

    Wrong is a row that is not there, a second vote, and one of which a part is left open: no vote is dropped unsaid.
    """
    ballots: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for number, vote in enumerate(votes, 1):
        row, voter, value = vote.get(noun), vote.get("voter"), vote.get(scale)
        if not (row and voter and value):
            if row or voter or value:
                problems.append(said(
                    "row {n} of the votes: what is voted on, who votes and {scale:scale} are all needed",
                    n=number, scale=scale,
                ))  # fmt: skip
            continue
        ballot = ballots.setdefault(str(row), {})
        if str(voter) in ballot:
            problems.append(said("{row:row}: somebody votes twice", row=row))
        ballot[str(voter)] = str(value)
    problems += [
        said("{row}: there is no such {noun} to vote on", row=row, noun=noun) for row in ballots if row not in rows
    ]
    return ballots, problems
