"""Whether the folders that the configuration names can be read, for the commands that refuse to begin where one cannot."""

import os
from pathlib import Path

from bot import config
from bot.config import Settings
from bot.core.errors import ConfigurationError
from bot.sources.names import printable


def check_folders(settings: Settings, file: Path | None) -> None:
    """Raise ConfigurationError when one cannot be read, with what to do."""
    unread = []
    for folder in settings.sources.folders:
        try:
            next(folder.iterdir(), None)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            unread.append(f"{printable(os.fsencode(folder.absolute()))} cannot be read ({reason})")
    if unread:
        place = config.where("sources", "folders", file)
        raise ConfigurationError(f"{place}: sources.folders: {'; '.join(unread)}: make the folder, or name one that can be read.")
