"""`collegium`, or `python -m collegium`."""

from __future__ import annotations

VALUES = 20_000
"""New values before Python looks for circles among them. A command makes many values that live, and few circles."""


def main() -> None:
    """Run the command line."""
    import gc
    import sys

    gc.set_threshold(VALUES, 20, 20)

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
