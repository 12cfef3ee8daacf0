"""Preparation of files on request, in a queue shared fairly by people.

A file is prepared only for the session that offers it, while its person is admitted.
"""

from __future__ import annotations

import asyncio
import logging

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime.backend_operation_handler import DeferredFileHandler

from view.shell import ownership, streamlit_internals, visitors
from warehouse.access.rights import Forbidden
from warehouse.errors import Refused
from warehouse.store.fair_queue import FairQueue

_log = logging.getLogger("rsnms.files")

queue = FairQueue(
    at_once=2, waiting_each=3, refusal="Для вас уже готовятся файлы: дождитесь их, потом запросите следующий."
)
"""Downloads of tables and letters. The same file is made once however often it is asked for."""


class InTurn(DeferredFileHandler):
    """Handler of requests to prepare a file."""

    async def handle(self, request: BackendOperationRequest, session_id: str) -> BackendOperationResponse:
        """Answer a request with the address of the file, or say in Russian why there is none."""
        try:
            url = await _prepared(request.deferred_file.file_id, session_id)
        except Refused as refusal:
            return BackendOperationResponse(request_id=request.request_id, error_msg=str(refusal))
        except Exception as error:
            _log.error("a file was not prepared: %s", type(error).__name__, exc_info=error)
            return BackendOperationResponse(
                request_id=request.request_id, error_msg="Файл не удалось подготовить: обновите страницу."
            )
        return BackendOperationResponse(
            request_id=request.request_id, deferred_file=DeferredFileResponsePayload(url=url)
        )


async def _prepared(file_id: str, session: str) -> str:
    """Return the address of a file; raises `Refused` when it is not for who asks."""
    visitor = visitors.present.get()
    if visitor is None:
        raise Forbidden("Неизвестно, кто просит файл.")
    actor = await asyncio.to_thread(visitor.actor)
    if streamlit_internals.session_of_file(file_id) != session or not ownership.owns_session(session, actor):
        raise Forbidden("Этот файл готовится не для вас: обновите страницу.")
    piece = queue.submit(actor.person, lambda: _made(file_id), file_id)
    url = await asyncio.shield(asyncio.wrap_future(piece.future))
    ownership.claim_file(url, actor)
    return url


def _made(file_id: str) -> str:
    try:
        return streamlit_internals.prepare(file_id)
    except Exception as error:
        # Streamlit wraps what the page's function raised.
        if isinstance(error.__cause__, Refused):
            raise error.__cause__ from None
        raise
