"""How do the tables come to their newest version? Alembic, run from code: there is no configuration file to find."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.database import open_engine


def run(url: str, revision: str, *, down: bool) -> None:
    """Move the tables at `url` to a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(writing=True) as connection:
            config.attributes["connection"] = connection
            (command.downgrade if down else command.upgrade)(config, revision)
    finally:
        engine.dispose()
