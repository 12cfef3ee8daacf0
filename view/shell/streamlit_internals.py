"""Private parts of Streamlit and its server that this product relies on.

Every one has a test in tests/security/test_strangers.py or test_prepared_files.py that fails when it changes: limits of
incoming frames, bytes of uploaded files, the session of a prepared file, and who prepares it.
"""

from __future__ import annotations

import logging

from starlette.types import Receive
from streamlit import runtime
from streamlit.runtime import app_session
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette import starlette_server
from websockets.server import ServerProtocol

_log = logging.getLogger("rsnms.server")


def limit_all_frames(size: int) -> None:
    """Limit frames of connections that are not known yet. size: bytes.

    The server takes the limit for messages to browsers, which are pages and far larger.
    """
    starlette_server.get_max_message_size_bytes = lambda: size  # type: ignore[attr-defined]


def limit_frames(receive: Receive, size: int) -> bool:
    """Limit the size of messages on a connection; return whether that was possible.

    receive: the channel that the server gave for the connection. size: bytes of a message. A message that is too large
    is refused before all of it has been received.
    """
    protocol = getattr(getattr(receive, "__self__", None), "conn", None)
    if not isinstance(protocol, ServerProtocol):
        _log.error("frames of a connection cannot be limited: %s", type(receive))
        return False
    protocol.max_message_size = size
    return True


def session_of_page() -> str:
    """Return the session whose page runs in this thread, empty without one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def uploaded() -> dict[str, list[int]]:
    """Return the sizes of the files that are kept for each session, in bytes."""
    files = runtime.get_instance().uploaded_file_mgr
    assert isinstance(files, MemoryUploadedFileManager)
    return {
        session: [len(one.data) for one in list(kept.values())] for session, kept in list(files.file_storage.items())
    }


def is_download(name: str) -> bool:
    """Tell whether a file below /media/ is a download; the others are pictures of pages.

    An unknown file counts as a download.
    """
    file = runtime.get_instance().media_file_mgr.read_file(name)
    return file is None or file.kind == MediaFileKind.DOWNLOADABLE


def session_of_file(file_id: str) -> str | None:
    """Return the session whose page offers a file to prepare on request, None if none does."""
    entry = runtime.get_instance().media_file_mgr._deferred_callables.get(file_id)
    return entry["session_id"] if entry else None


def prepare(file_id: str) -> str:
    """Make a file that is prepared on request, and return its address below /media/."""
    return runtime.get_instance().media_file_mgr.execute_deferred(file_id)


def prepare_files_by(handler: type[DeferredFileHandler]) -> None:
    """Let another handler prepare files on request."""
    app_session.DeferredFileHandler = handler  # type: ignore[attr-defined]
