"""What keeps an installation whole: backup and restore, upgrade, the doctor, and what is removed in time."""
