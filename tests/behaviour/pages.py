"""Recording the pages: every element that AppTest draws, as each role."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import streamlit as st
from google.protobuf.json_format import MessageToDict
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest, element_tree, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree

from tests.behaviour.addresses import Visit, to_page, visits, visits_of_others
from tests.behaviour.commands import Facts
from tests.behaviour.product import files, signed_in
from tests.behaviour.record import PAGES, ROOT, Record, in_lines

Content = str | bytes


class Pages:
    """The pages by AppTest, every element that they draw recorded."""

    KEPT = ("navigation", "page_config_changed", "page_info_changed", "logo")
    """Messages to the browser that are kept besides the elements."""
    CHANGING = ("fragment_id", "deferred_file_id", "page_script_hash", "main_script_path", "url")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.messages: list[ForwardMsg] = []
        self.files: list[tuple[str, Content]] | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep what the program sends to the browser and the files that it offers."""
        config.set_option("runner.postScriptGC", False)
        parse, download = element_tree.parse_tree_from_messages, st.download_button

        def parsed(messages: list[ForwardMsg]) -> ElementTree:
            self.messages = list(messages)
            return parse(messages)

        def offered(label: str, data: Content | Callable[[], Content], **given: Any) -> bool:
            drawn = download(label, data, **given)
            if self.files is not None:
                try:
                    content = data() if callable(data) else data
                except Exception as failure:
                    content = f"{type(failure).__name__}: {failure}"
                self.files.append((f"{given.get('key')} {given.get('file_name')}", content))
            return drawn

        scan = cache(manifest_scanner.scan_component_manifests)
        with (
            patch.object(local_script_runner, "parse_tree_from_messages", parsed),
            patch.object(st, "download_button", offered),
            patch.object(manifest_scanner, "scan_component_manifests", scan),
        ):
            yield

    def open(
        self, who: str, visit: Visit, with_files: bool = False, dropped: Mapping[str, bytes] = {}, **context: str
    ) -> None:
        """Open a page, drop files on it if there are any, and record it."""
        name, page, address = visit
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        test.context.update(context)
        test.switch_page(f"pages/{page}.py")
        test.query_params.update(address)
        self.files = [] if with_files else None
        test.run()
        if dropped:
            test.file_uploader[0].set_value([(file, content, "text/csv") for file, content in dropped.items()])
            test.run()
        place = f"{who}/{page}/{name}"
        address = {key: "".join(value) for key, value in sorted(test.query_params.items())}
        failures = [f"EXCEPTION {one.proto.message}\n" for one in test.exception]
        text = f"address {json.dumps(address, ensure_ascii=False)}\n{''.join(failures)}{self._told()}"
        self.record.text(f"pages/{place}.txt", text)
        for file, content in self.files or ():
            content = content.encode() if isinstance(content, str) else content
            self.record.content(f"downloads/{place}/{file.removeprefix('None ')}", content)
        self.files = None

    def _told(self) -> str:
        elements: dict[tuple[int, ...], str] = {}
        others = []
        for message in self.messages:
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") != "new_transient":
                path = tuple(message.metadata.delta_path)
                elements[path] = "\n".join(self._lines(MessageToDict(message.delta), ""))
            elif kind in self.KEPT:
                others.append("\n".join(self._lines({kind: MessageToDict(getattr(message, kind))}, "")))
        drawn = [f"[{'.'.join(map(str, path))}]\n{text}" for path, text in sorted(elements.items())]
        return "\n".join([*others, *drawn]) + "\n"

    def _lines(self, value: object, name: str) -> Iterator[str]:
        """Write a message field by field, HTML and the JSON of charts in lines of their own."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                plain = re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()
                if plain not in self.CHANGING or (plain == "url" and "/media/" not in str(inner)):
                    yield from self._lines(inner, f"{name}.{key}" if name else key)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from self._lines(inner, f"{name}[{number}]")
        elif isinstance(value, str):
            yield f"{name}: {self._plain(value, name)}"
        else:
            yield f"{name}: {value!r}"

    def _plain(self, text: str, name: str) -> str:
        if text.startswith(("{", "[")):
            try:
                return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
            except ValueError:
                pass
        text = re.sub(r"\$\$(ID|GENERATED|STREAMLIT)[\w_]*-[0-9a-f]{32}", "$$ID", text)
        return in_lines(re.sub(r"<style>.*?</style>", self._style, text, flags=re.S))

    def _style(self, found: re.Match[str]) -> str:
        """Write a stylesheet once, since every page begins with it."""
        digest = hashlib.sha256(found[0].encode()).hexdigest()[:12]
        if not (self.record.folder / f"styles/{digest}.css").exists():
            self.record.text(f"styles/{digest}.css", found[0])
        return f"<style {digest}>"


def record_pages(record: Record, facts: Facts) -> None:
    """Record the pages as everybody sees them."""
    pages = Pages(record)
    own = facts.municipalities[len(facts.municipalities) // 2]
    with pages.watched():
        once = dict.fromkeys((name, page, tuple(address.items())) for name, page, address in visits(facts))
        for name, page, address in once:
            with_files = name == "default" or any(key in ("part", "plan") for key, _ in address)
            pages.open("everything", (name, page, dict(address)), with_files=with_files)
        for page in PAGES:
            pages.open("dark", to_page(page), theme="dark")
        for file, content in files().items():
            dropped = {file: content}
            pages.open("everything", (f"dropped {file}", "upload", {}), with_files=True, dropped=dropped)
        pages.open("everything", ("dropped all", "upload", {}), dropped=files())
        for role in ("viewer", "municipal", "specialist"):
            with signed_in(role, own):
                for visit in visits_of_others(facts, own):
                    pages.open(role, visit, with_files=visit[0] == "default" and role != "specialist")
