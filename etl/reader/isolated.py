"""Parse untrusted files in a limited subprocess.

A hostile file can make a native library exhaust memory or crash, and a regular expression run for hours. Here that ends
a subprocess with limits on memory and time, which holds no data and no secret of the installation, and is replaced. An
idle one is kept for the next file.
"""

import atexit
import contextlib
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO

from etl.reader import limits
from warehouse.store import confinement
from warehouse.store.fair_queue import FairQueue

_ROOT = Path(__file__).parents[2]
# Imports the libraries that most requests need before the first one comes.
_PROGRAM = "import etl.reader; from etl.reader.isolated import serve; serve()"
_AT_ONCE = max(2, os.cpu_count() or 1)
# A subprocess that uses more after an answer is replaced: native libraries do not always free memory.
_MEMORY_KEPT = 2**29
# Of a request: bytes and seconds; of an answer: bytes and how the work ended.
_REQUEST, _SIZE = struct.Struct(">QI"), struct.Struct(">QB")
# A subprocess ends itself so long after its time, when nobody is there to end it.
_GRACE_SECONDS = 5
_DONE, _DONE_AND_GONE, _RAISED, _NO_MEMORY = range(4)

# Libraries, the time zone, and what libraries ask about processors and memory.
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/null", "/proc/self",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip

Work = Callable[..., bytes]

_idle: list["_Worker"] = []
_idle_guard = threading.Lock()
_queue = FairQueue(_AT_ONCE, waiting_each=50, refusal="Ваши файлы уже ждут очереди: дождитесь, пока их прочитают.")
_serving = False


class Ended(Exception):
    """The subprocess was ended by its limits or by a crash. slow: by the limit of time."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__("too slow" if slow else "crashed or out of memory")
        self.slow = slow


class Failed(Exception):
    """The work raised an unexpected exception; its text has type and place, never data."""


def run(work: Work, *arguments: object) -> bytes:
    """Run a function of a module in a subprocess and return its answer.

    work, arguments: picklable. The answer is bytes and is never unpickled: the subprocess has read an untrusted file.
    At most as many run at once as there are processors, and one of a person: the others wait. Within such
    a subprocess the function is called directly.
    Raises `Ended` and `Failed`.
    """
    if _serving:
        return work(*arguments)
    request = pickle.dumps((work, arguments), pickle.HIGHEST_PROTOCOL)
    return _queue.do(lambda: _answered(request))


def _answered(request: bytes) -> bytes:
    worker = _taken() or _Worker()
    try:
        answer, stays = worker.answer(request)
    except BaseException:
        worker.end()
        raise
    if stays:
        with _idle_guard:
            _idle.append(worker)
    else:
        worker.end()
    return answer


def warm_up() -> None:
    """Start a subprocess ahead of the first file, without waiting for it."""
    with _idle_guard:
        if not _idle:
            _idle.append(_Worker())


def _taken() -> "_Worker | None":
    """Return an idle subprocess that is still alive, None when there is none."""
    with _idle_guard:
        while _idle:
            worker = _idle.pop()
            if worker.lives:
                return worker
            worker.end()
    return None


class _Worker:
    """A subprocess that answers one request after another."""

    def __init__(self) -> None:
        confinement.keep_private()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The crash message of a native library may quote the file.
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=confinement.clean_environment(PYTHONPATH=str(_ROOT), PYTHONIOENCODING="utf-8", POLARS_MAX_THREADS="2"),
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._slow = False

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def answer(self, request: bytes) -> tuple[bytes, bool]:
        """Return the answer, and whether the subprocess may answer another request."""
        seconds = limits.seconds_for(len(request))
        timer = threading.Timer(seconds, self._stop)
        timer.daemon = True
        timer.start()
        try:
            self._to.write(_REQUEST.pack(len(request), seconds))
            self._to.write(request)
            self._to.flush()
            size, how = _SIZE.unpack(_exactly(self._from, _SIZE.size))
            answer = _exactly(self._from, size)
        except (OSError, EOFError) as problem:
            raise Ended(slow=self._slow) from problem
        finally:
            timer.cancel()
        if how == _NO_MEMORY:
            raise Ended(slow=False)
        if how == _RAISED:
            raise Failed(answer.decode())
        return answer, how == _DONE

    def _stop(self) -> None:
        self._slow = True
        self._process.kill()

    def end(self) -> None:
        """Kill the subprocess and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._to, self._from):
            with contextlib.suppress(OSError):
                pipe.close()


@atexit.register
def _end_all() -> None:
    with _idle_guard:
        while _idle:
            _idle.pop().end()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def serve() -> None:
    """Answer requests from standard input until it ends; the subprocess's main loop."""
    global _serving
    _serving = True
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    confinement.keep_private()
    confinement.confine(_readable(), [Path("/dev/null")])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(_REQUEST.size):
        size, seconds = _REQUEST.unpack(head)
        # The server may have been killed meanwhile: then nobody stops the work but this.
        signal.alarm(seconds + _GRACE_SECONDS)
        answer, how = _done(_exactly(requests, size))
        signal.alarm(0)
        answers.write(_SIZE.pack(len(answer), how))
        answers.write(answer)
        answers.flush()
        if how != _DONE:
            return


def _readable() -> list[Path]:
    """Return the paths that the subprocess may read: code and libraries, no data."""
    code = [_ROOT / name for name in ("checks", "etl", "warehouse", "tests")]
    libraries = [Path(name) for name in (sys.prefix, sys.base_prefix, *sys.path) if name and Path(name) != _ROOT]
    system = [Path(name) for name in _SYSTEM]
    return [*code, *libraries, *system]


def _done(request: bytes) -> tuple[bytes, int]:
    try:
        work, arguments = pickle.loads(request)
        answer = work(*arguments)
    except MemoryError:
        return b"", _NO_MEMORY
    except BaseException as problem:
        last = traceback.extract_tb(problem.__traceback__)[-1]
        return f"{type(problem).__name__}, {Path(last.filename).name}:{last.lineno}".encode(), _RAISED
    return answer, _DONE if _memory_in_use() < _MEMORY_KEPT else _DONE_AND_GONE


def _memory_in_use() -> int:
    """Return the resident memory of this process in bytes; its peak would include the parent's."""
    state = Path("/proc/self/statm")
    return int(state.read_text().split()[1]) * resource.getpagesize() if state.exists() else 0
