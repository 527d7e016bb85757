"""How does the clock, which is synchronous, get mail out? One object that composes and sends, and keeps its connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from engine.ports import Delivery, Sender, Store, Wire
