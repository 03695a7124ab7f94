"""What every request has at hand."""

from dataclasses import dataclass

from service.config import Settings
from service.files import FileStore
from service.store.db import Database, SupportsDispatch


@dataclass(frozen=True)
class AppState:
    """The open database, files, bell and secret of this process; `live`: whether drafts are written together in it."""

    settings: Settings
    database: Database
    files: FileStore
    dispatcher: SupportsDispatch
    secret: bytes
    has_live_editing: bool = False
