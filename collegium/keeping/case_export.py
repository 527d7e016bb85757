"""What is in the file of one case? Its state, answers, mails and whole history, for an archive or another system."""

from __future__ import annotations

import json
from typing import Any

from collegium import kept_files
from collegium.case_names import host_name
from collegium.library import DefinitionLibrary
from engine.case import Case
from engine.codec import plain
from engine.ports import UnitOfWork


def of(work: UnitOfWork, library: DefinitionLibrary, case: Case, language: str) -> dict[str, Any]:
    """All of a case as plain values. Who is who stands apart from the rest, which knows only keys.

    The history is given with its hashes: `previous` and `payload` let anybody check the chain (SHA-256 over
    `previous`, a line break and `payload`).
    """
    wording = library.wording(work, case)
    names = {}
    for each in work.people.participants(case.id):
        person = work.people.person(each.person) if each.person else None
        names[each.key] = person.name if person else None
    previous = ""
    history = []
    for row in work.cases.history(case.id):
        history.append({"seq": row.seq, "previous": previous, "hash": row.hash, "payload": row.payload})
        previous = row.hash
    return {
        "case": case.id,
        "process": wording.label("process", case.process, language),
        "version": case.process_version,
        "behaviour": case.behaviour,
        "host": host_name(work, case),
        "stage": wording.label("stage", case.stage, language),
        "closed": case.closed,
        "participants": names,
        "state": json.loads(json.dumps(plain(case))),
        "answers": [plain(each) for each in work.cases.submissions(case.id)],
        "files": [kept_files.plain(work, each) for each in work.files.of_case(case.id) if each.submission is not None],
        "mails": [
            {"kind": each.kind, "subject": each.subject, "state": each.state, "made": each.created_at.isoformat()}
            for each in work.outbox.messages()
            if case.id in each.cases
        ],
        "history": history,
    }
