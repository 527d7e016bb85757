"""Are more than 95% of the branches of engine/ taken by the tests? Reads the JSON report of coverage."""

import json
import sys
from collections import Counter
from pathlib import Path

ROOT = "engine/"
LEAST = 95.0


def main(report: str) -> int:
    """Print the share of branches per file that is below the limit, and of the whole; 1 where that is too low."""
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    total: Counter[str] = Counter()
    for name, found in sorted(files.items()):
        if name.startswith(ROOT):
            parts = found["summary"]
            total.update({key: parts[key] for key in ("num_branches", "covered_branches")})
            if share(parts) <= LEAST:
                print(f"{share(parts):6.1f}%  {name}: {parts['missing_branches']} branches never taken")
    print(f"{share(total):6.1f}%  of {total['num_branches']} branches of {ROOT} (more than {LEAST}% is asked)")
    return 0 if total["num_branches"] and share(total) > LEAST else 1


def share(parts: dict[str, int] | Counter[str]) -> float:
    """Branches taken, in percent."""
    return 100.0 * parts["covered_branches"] / parts["num_branches"] if parts["num_branches"] else 100.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
