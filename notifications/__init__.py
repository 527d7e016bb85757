"""The machinery of telling: from a notice that waits to a mail on the wire. No process has words of its own here."""
