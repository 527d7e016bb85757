"""`collegium`, or `python -m collegium`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    import sys

    from collegium.cli.app import app
    from collegium.cli.printing import hang_up

    try:
        try:
            app(prog_name="collegium")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        hang_up()


if __name__ == "__main__":
    main()
