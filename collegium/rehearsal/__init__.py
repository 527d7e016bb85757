"""How would a whole round go? Real code, calendars and people on a virtual clock, in memory; nothing is sent."""
