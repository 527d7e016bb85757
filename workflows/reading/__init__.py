"""What of a process can only a person judge? A sheet to read beside the framework."""
