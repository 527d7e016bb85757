"""What did a round show, in numbers? The table that the docs hold."""

from __future__ import annotations

from collections import Counter

from tests.wire.cycle import Round


def lines(played: Round) -> list[str]:
    """Rows of a table: what was counted, and how many."""
    states = Counter(message.state for message in played.messages)
    reminders = played.reminders()
    days = Counter((each.address, each.day) for each in reminders)
    outside = played.outside_hours()
    dead = {m.address for m in played.messages if m.address in played.fates.dead and m.state == "sent"}
    waits = [
        (played.opened[address] - min(r.recorded_at for r in played.reports if r.address == address)).total_seconds()
        for address in sorted(dead & set(played.opened))
    ]
    hours = sorted(each.at.time() for each in reminders)
    kinds = Counter(report.kind for report in played.reports)
    rows = {
        "cases": played.cases,
        "people with an address; of these dead / greylisted / out of office": (
            f"{played.fates.people}; {len(played.fates.dead)} / {len(played.fates.slow)} / {len(played.fates.away)}"
        ),
        "mails sent, by our own record": states["sent"],
        "mails kept by the receiver": len(played.arrivals),
        "mails that came back to their own return path": played.came_back.total(),
        "sent, and neither kept nor come back": states["sent"] - len(played.arrivals) - played.came_back.total(),
        "kept twice": len(played.arrivals) - len({each.message for each in played.arrivals}),
        "mails not sent, since the address was known to be dead": states["refused"],
        "mails whose outcome nobody knows": states["unknown"],
        "reminders still kept for the office, of a day that the outage took": states["held"],
        "tries that the greylist put off": played.put_off,
        "dead addresses written to; of these a task of the office": f"{len(dead)}; {len(waits)}",
        "longest wait from the report to the task, in seconds of the virtual clock": max(waits, default=0.0),
        "what came back, by kind": ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())),
        "reminder mails kept; most for one person on one day": f"{len(hours)}; {max(days.values(), default=0)}",
        "reminders outside working hours and days; in their reader's school holidays": (
            f"{len(set(outside) & set(reminders))}; {len(played.in_school_holidays())}"
        ),
        "other mails outside the hours of the office": len(set(outside) - set(reminders)),
        "earliest and latest reminder on its day": f"{hours[0]:%H:%M} - {hours[-1]:%H:%M}" if hours else "none",
    }
    return ["| counted | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows.items())]
