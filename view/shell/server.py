"""Server: Streamlit's application behind the gate, with security headers on every answer.

Run with `python -m view`. It does not start on a network without sign-in unless the installation says so.
"""

from __future__ import annotations

import argparse
import base64
import errno
import gc
import hashlib
import re
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module, resources
from pathlib import Path
from pkgutil import walk_packages
from urllib.parse import urlparse

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.web import bootstrap

from view.shell import gate, prepared_files, screens, sign_in, streamlit_internals
from warehouse.access.rights import LOOPBACK, NOT_FOR_THE_NETWORK, is_loopback
from warehouse.errors import Refused
from warehouse.store import address, privacy

SCRIPT = Path(__file__).resolve().parents[2] / "app.py"
SHORTEST_SECRET = 32


class NotSafeToStart(Refused):
    """The configuration would open the program to people whom it cannot identify.

    The message is Russian.
    """


class CannotListen(Refused):
    """The address or the port is not this program's to listen on; the message is Russian."""


def policy() -> str:
    """Return the Content-Security-Policy of a page.

    Everything is loaded from this server alone; the scripts of Streamlit's own page are allowed by digest.
    """
    index = resources.files("streamlit").joinpath("static/index.html").read_text(encoding="utf-8")
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    ]
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def headers() -> dict[str, str]:
    """Return the headers of every answer."""
    return {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def check_configuration(server_address: str | None, auth: Mapping[str, object] | None, open_to_network: bool) -> None:
    """Raise `NotSafeToStart` unless people sign in, or only this computer reaches the server.

    open_to_network: accept a network without sign-in. With sign-in, the secret of its cookie must be long enough and
    its address must be https.
    """
    if auth is None:
        if not open_to_network and not is_loopback(server_address):
            raise NotSafeToStart(
                f"{NOT_FOR_THE_NETWORK} Если сеть закрыта и так и задумано: "
                f"{sign_in.OPEN_VARIABLE}={sign_in.OPEN_VALUE}; об этом скажет каждый экран."
            )
        return
    if len(str(auth.get("cookie_secret", ""))) < SHORTEST_SECRET:
        raise NotSafeToStart(
            f"Секрет cookie_secret в разделе [auth] короче {SHORTEST_SECRET} знаков: подпись входа можно подобрать. "
            'Сделайте новый: python -c "import secrets; print(secrets.token_hex(32))".'
        )
    came_to = urlparse(str(auth.get("redirect_uri", "")))
    if came_to.scheme != "https" and not is_loopback(came_to.hostname):
        raise NotSafeToStart(
            "Адрес redirect_uri в разделе [auth] начинается не с https: вход и данные шли бы по сети открыто."
        )


def check_address(server_address: str, port: int) -> None:
    """Raise `CannotListen` unless a server can listen there."""
    family = socket.AF_INET6 if ":" in server_address else socket.AF_INET
    try:
        socket.create_server((server_address, port), family=family).close()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise CannotListen(f"У этого компьютера нет адреса {server_address}: слушать на нём нельзя.") from error
        raise CannotListen(
            f"Порт {port} занят другой программой или закрыт системой. Если это уже запущенная программа, откройте "
            f"её: http://localhost:{port}. Иначе назовите другой порт, например: make run PORT={port + 1}."
        ) from error


def failed(error: Exception) -> bool:
    """Draw the screen of a failure outside a page's own run, such as in a button's action.

    No traceback is shown.
    """
    screens.failed(error)
    return True


@asynccontextmanager
async def load_for_good(_: st.App) -> AsyncIterator[None]:
    """Import the code of pages at start and exempt it from garbage collection.

    Streamlit runs the garbage collector after every run of a page. With some 170,000 objects of code and libraries to
    look through, that took half of a page's answer time.
    """
    for module in walk_packages([str(Path(__file__).parents[1])], "view."):
        if module.name not in ("view.__main__", "view.shell.server"):
            import_module(module.name)
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    SCRIPT, lifespan=load_for_good, middleware=[Middleware(gate.Gate, headers=headers())], on_script_error=failed
)


def main() -> int:
    """Start the server, or print in Russian why it may not start."""
    parser = argparse.ArgumentParser(prog="python -m view", description="Сервер программы")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--address", default=None, help="на каком адресе слушать; иначе из .streamlit/config.toml")
    parser.add_argument("--host", action="append", help="имя, под которым сервер открывают; можно несколько раз")
    parser.add_argument("--secrets", type=Path, default=None, help="файл secrets.toml; без раздела [auth] не начнёт")
    options = parser.parse_args()
    asked = {
        "server.port": options.port,
        "server.address": options.address,
        "server.allowedHosts": [*sorted(LOOPBACK), *options.host] if options.host else None,
        "secrets.files": [str(options.secrets)] if options.secrets else None,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    bootstrap.load_config_options(given)
    try:
        auth = st.secrets["auth"].to_dict() if sign_in.configured() else None
        if auth is None and options.secrets:
            raise NotSafeToStart(f"В файле {options.secrets} нет раздела [auth], или файл не читается.")
        listening = config.get_option("server.address")
        check_configuration(listening, auth, sign_in.is_open_to_network())
        check_address(listening or "", config.get_option("server.port"))
        installation = address.resolve()
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 2
    privacy.keep_from_others()
    privacy.close_to_others(installation)
    streamlit_internals.limit_all_frames(gate.FRAME)
    streamlit_internals.prepare_files_by(prepared_files.InTurn)
    app.run(config=given)
    return 0
