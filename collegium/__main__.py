"""`collegium`, or `python -m collegium`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from collegium.cli.app import app

    app(prog_name="collegium")


if __name__ == "__main__":
    main()
