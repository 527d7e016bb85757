"""The pure core: definitions and cases as values, and the one door through which a case changes."""
