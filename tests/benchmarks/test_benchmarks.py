"""Does each benchmark run? At tiny sizes, and never with a figure that must be reached."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as program
from benchmarks.measuring import exponent


@pytest.mark.parametrize("name", program.ALL)
def test_measures_at_tiny_sizes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([name, "--tiny"]) == 0
    assert "Ratio" in capsys.readouterr().out


def test_an_unknown_name_is_told_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["stepz"]) == 2
    assert "there are steps, batches" in capsys.readouterr().err


def test_a_straight_line_has_exponent_one() -> None:
    assert exponent({10: 0.5, 100: 5.0, 1000: 50.0}) == pytest.approx(1.0)
    assert exponent({10: 0.5}) is None
