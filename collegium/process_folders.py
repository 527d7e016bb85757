"""Where do the processes lie that can be launched?"""

from __future__ import annotations

from pathlib import Path

from collegium.settings import Settings
from workflows import loader


def definition_folders(settings: Settings) -> dict[str, Path]:
    """Every process that can be launched, by name: the shipped ones and the office's own."""
    found = dict(loader.shipped())
    own = Path(settings.definitions) if settings.definitions else None
    if own is not None and own.is_dir():
        for folder in sorted(own.iterdir()):
            if (folder / "process.yaml").exists():
                loaded = loader.load(folder)
                found[loaded.definition.name if loaded.definition else folder.name] = folder
    return found
