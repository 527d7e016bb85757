"""What comes back to the machine: reading a report, what it means, and to which message it belongs."""
