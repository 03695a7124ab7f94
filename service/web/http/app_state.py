"""What every request has at hand."""

from dataclasses import dataclass

from service.config import Settings
from service.files import Files
from service.store.db import Database, Rings


@dataclass(frozen=True)
class House:
    """The open database, files, bell and secret of this process; `live`: whether drafts are written together in it."""

    settings: Settings
    database: Database
    files: Files
    bell: Rings
    secret: bytes
    live: bool = False
