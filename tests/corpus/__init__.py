"""Faults that people make in definitions, and how many of them the checker finds."""
