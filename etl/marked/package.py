"""The package of a workbook: a zip archive of XML parts, their relations and content types.

Parts are edited as text, so that everything else in them stays byte for byte.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from etl.marked.text import attribute

WORKBOOK = "xl/workbook.xml"
CONTENT_TYPES = "[Content_Types].xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_WORKBOOK_TYPES = (
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
)
_MACROS = re.compile(r"xl/(?:_rels/)?vba[^/]*")
# Parts that could run or fetch something when the workbook is opened; none belongs to a data form.
_ACTIVE = re.compile(r"xl/(?:macrosheets|dialogsheets|externalLinks|connections|embeddings|activeX|ctrlProps)\b", re.I)
_CALLS_OUT = re.compile(
    rb"<(?:\w+:)?(?:f|definedName|formula\d?)\b[^>]*>[^<]*\b(?:WEBSERVICE|HYPERLINK|IMAGE|RTD|DDE|CALL|EXEC|REGISTER)"
    rb"(?:\.ID)?\s*\(",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_RELATION_TAG = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET_TAG = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_LONGEST_OPENING = 4_000
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class CannotEdit(Exception):
    """The structure of the workbook is such that editing its parts is not safe."""


@dataclass(frozen=True)
class Relation:
    """A relation from one part to another; target: path of the part in the archive."""

    id: str
    kind: str
    target: str
    tag: str


@dataclass(frozen=True)
class SheetEntry:
    """An entry of the list of sheets: name, path of the part, index from 0."""

    name: str
    part: str
    index: int


@dataclass
class Package:
    """The parts of a workbook by path."""

    parts: dict[str, bytes]

    @classmethod
    def open(cls, content: bytes) -> "Package":
        """Unpack a workbook and drop its macros.

        Raises `CannotEdit` for an unusual structure, and for one that would fetch something when opened.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as problem:
            raise CannotEdit from problem
        if any(_ACTIVE.match(part) or _reaches_outside(part, body) for part, body in parts.items()):
            raise CannotEdit
        package = cls({part: body for part, body in parts.items() if not _MACROS.fullmatch(part)})
        if _MAIN not in package.text(WORKBOOK):
            raise CannotEdit
        package._forget_macros()
        return package

    def _forget_macros(self) -> None:
        types = self.text(CONTENT_TYPES)
        for other in _OTHER_WORKBOOK_TYPES:
            types = types.replace(other, _WORKBOOK_TYPE)
        self.put(CONTENT_TYPES, re.sub(r'<(?:\w+:)?Override\b[^>]*PartName="/xl/vba[^>]*>', "", types))
        relations = relations_of(WORKBOOK)
        if relations in self.parts:
            kept = re.sub(r"<(?:\w+:)?Relationship\b[^>]*/(?:vbaProject|wordVbaData)\"[^>]*>", "", self.text(relations))
            self.put(relations, kept)

    def text(self, part: str) -> str:
        """Return a part as text; raises `CannotEdit` when it is missing, not UTF-8, or no plain XML."""
        try:
            text = self.parts[part].decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as problem:
            raise CannotEdit from problem
        if "<!DOCTYPE" in text or "<![CDATA[" in text or "<!--" in text:
            raise CannotEdit
        return text

    def put(self, part: str, text: str) -> None:
        """Set the text of a part, with an XML declaration of UTF-8."""
        self.parts[part] = text.encode()

    def save(self) -> bytes:
        """Pack the workbook. The same parts always give the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part, body in self.parts.items():
                info = zipfile.ZipInfo(part, _EARLIEST)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, body)
        return target.getvalue()

    def free_name(self, before: str, after: str) -> str:
        """Return the first path like `xl/comments1.xml` that no part has."""
        number = 1
        while f"{before}{number}{after}" in self.parts:
            number += 1
        return f"{before}{number}{after}"

    def relations(self, part: str) -> list[Relation]:
        """Return the relations of a part to parts of the archive."""
        path = relations_of(part)
        if path not in self.parts:
            return []
        found = []
        for tag in _RELATION_TAG.findall(self.text(path)):
            its = attributes(tag)
            target = its.get("Target", "")
            if its.get("TargetMode") != "External":
                target = target.lstrip("/") if target.startswith("/") else _resolved(part, target)
            found.append(Relation(its.get("Id", ""), its.get("Type", ""), target, tag))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation from a part to another and return its id."""
        path = relations_of(part)
        if path not in self.parts:
            self.put(
                path,
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>',
            )
        text = self.text(path)
        taken = {relation.id for relation in self.relations(part)}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        tag = f'<Relationship Id="rId{number}" Type="{RELATION}/{kind}" Target="/{attribute(target)}"/>'
        self.put(path, put_last(text, "Relationships", tag))
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Declare the content type of a new part."""
        tag = f'<Override PartName="/{attribute(part)}" ContentType="{content_type}"/>'
        types = self.text(CONTENT_TYPES)
        if f'PartName="/{part}"' not in types:
            self.put(CONTENT_TYPES, put_last(types, "Types", tag))

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Declare the content type of all parts with this ending."""
        types = self.text(CONTENT_TYPES)
        if not re.search(rf'<(?:\w+:)?Default\b[^>]*Extension="{ending}"', types, re.IGNORECASE):
            tag = f'<Default Extension="{ending}" ContentType="{content_type}"/>'
            opening = re.search(r"<(?:\w+:)?Types\b[^>]*>", types)
            if opening is None:
                raise CannotEdit
            self.put(CONTENT_TYPES, types[: opening.end()] + prefixed(tag, types) + types[opening.end() :])

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the order of the workbook."""
        targets = {relation.id: relation.target for relation in self.relations(WORKBOOK)}
        entries = []
        for index, tag in enumerate(_SHEET_TAG.findall(self.text(WORKBOOK))):
            its = attributes(tag)
            relation = next((value for key, value in its.items() if key.endswith(":id")), "")
            entries.append(SheetEntry(its.get("name", ""), targets.get(relation, ""), index))
        return entries


def _reaches_outside(part: str, body: bytes) -> bool:
    """Tell whether a part has a formula that fetches or calls, or an external relation.

    Hyperlinks are allowed.
    """
    if part.endswith(".rels"):
        tags = map(attributes, _RELATION_TAG.findall(body.decode("utf-8", "replace")))
        return any(
            its.get("TargetMode", "").lower() == "external" and not its.get("Type", "").endswith("/hyperlink")
            for its in tags
        )
    return part.endswith(".xml") and _CALLS_OUT.search(body) is not None


def relations_of(part: str) -> str:
    """Return the path of the relations of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _resolved(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def attributes(tag: str) -> Mapping[str, str]:
    """Return the attributes of a tag by name as written."""
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def prefix_of(text: str) -> str:
    """Return the namespace prefix of a part's root element, often empty.

    For `<x:worksheet>` it is `x:`.
    """
    root = re.search(
        r"<((?:\w+:)?)\w+[\s>/]", re.sub(r"^\s*<\?.*?\?>", "", text[:_LONGEST_OPENING], count=1, flags=re.DOTALL)
    )
    return root.group(1) if root else ""


def prefixed(fragment: str, text: str) -> str:
    """Return a fragment with its elements under the namespace prefix of the part it goes into."""
    prefix = prefix_of(text)
    return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", fragment) if prefix else fragment


def put_last(text: str, element: str, fragment: str) -> str:
    """Return the text with a fragment appended to the first such element, even an empty one."""
    prefix = prefix_of(text)
    fragment = prefixed(fragment, text)
    end = text.find(f"</{prefix}{element}>")
    if end >= 0:
        return text[:end] + fragment + text[end:]
    empty = re.search(rf"<{prefix}{element}\b([^>]*)/>", text)
    if empty is None:
        raise CannotEdit
    opened = f"<{prefix}{element}{empty.group(1)}>{fragment}</{prefix}{element}>"
    return text[: empty.start()] + opened + text[empty.end() :]
