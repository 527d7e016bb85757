"""What do summaries say in each language? The catalogue, and the words for the facts of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from collegium.summaries import facts  # noqa: F401
