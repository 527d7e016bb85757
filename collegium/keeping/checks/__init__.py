"""What the doctor looks at, one noun per module."""
