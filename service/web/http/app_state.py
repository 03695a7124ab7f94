"""Application state available to every request."""

from dataclasses import dataclass

from service.config import Settings
from service.files import FileStore
from service.store.db import Database, SupportsDispatch


@dataclass(frozen=True)
class AppState:
    """The open database, file store, job dispatcher and secret of this process.

    `has_live_editing`: whether this process serves live editing of drafts.
    """

    settings: Settings
    database: Database
    files: FileStore
    dispatcher: SupportsDispatch
    secret: bytes
    has_live_editing: bool = False
