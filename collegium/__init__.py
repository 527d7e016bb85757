"""Composes the parts into an application: settings, clock, worlds, letters, command line."""
