"""What can be wrong with a process whose names are all known? One module per kind of question."""
