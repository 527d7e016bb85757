"""Where do links in mails lead? A small door: stop a digest, a calendar to subscribe to, and what a task asks."""
