"""Whole cycles, told as stories over the shipped definitions."""
