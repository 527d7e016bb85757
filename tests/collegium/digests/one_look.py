"""One look at an office's digests by a process that is killed: ``DATABASE MOMENT AT WHERE``."""

from __future__ import annotations

import sys
from datetime import datetime

from collegium.bootstrap import build
from collegium.digests.issuing import issue_due
from collegium.settings import Settings
from storage.unit_of_work import SqlStore
from tests.collegium.reviews import Accepted
from tests.faults.executioner import Executioner, watched_connections


def main(database: str, moment: str, at: str, where: str) -> None:
    settings = Settings(database=f"sqlite:///{database}", key="k" * 32)
    store = SqlStore(settings.database, factory=watched_connections(Executioner(int(at), where)))
    app = build(settings, store=store, sender=Accepted())
    with store.read() as work:
        office = work.people.secretariats()[0]
    issue_due(app, office, datetime.fromisoformat(moment))


if __name__ == "__main__":
    main(*sys.argv[1:])
