"""Comments of a sheet: the XML part of their texts and the drawing of their boxes."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

from etl.marked import words
from etl.marked.package import CannotEdit, Package, Relation, attributes, prefix_of, prefixed, put_last
from etl.marked.positions import cell_name, cell_of
from etl.marked.text import xml

_AUTHOR = "Проверка данных"
# Author of the placeholder of a threaded comment, whose text is in another part; left as it is.
_THREAD = "tc="
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_COMMENT = re.compile(r"<(?:\w+:)?comment\b.*?</(?:\w+:)?comment>", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]*)</(?:\w+:)?t>")
_AUTHORS = re.compile(r"<(?:\w+:)?author(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?author>)")
_SHAPE = re.compile(r"<(\w+:)?shape\b.*?</\1shape>", re.DOTALL)
_ROW = re.compile(r"<(?:\w+:)?Row>\s*(\d+)\s*<")
_COLUMN = re.compile(r"<(?:\w+:)?Column>\s*(\d+)\s*<")
_LEGACY_DRAWING = re.compile(r"<(?:\w+:)?legacyDrawing\b[^>]*?:id=[\"']([^\"']+)[\"'][^>]*>")
_LETTERS_A_LINE = 48
_BOX_WIDTH, _LINE_HEIGHT, _MOST_LINES = 260, 12, 24

Cell = tuple[int, int]


def put(package: Package, sheet_part: str, tail: str, texts: Mapping[Cell, str]) -> str | None:
    """Put the comments of the check on a sheet, in place of those of an earlier check.

    tail: the sheet's XML after its rows. texts: text by row (from 1) and column (from 0). A sender's own comment in
    such a cell is kept below ours. Returns the id of a drawing that the sheet must refer to, None when it does already
    or needs none.
    """
    relations = package.relations(sheet_part)
    part = next((relation.target for relation in relations if relation.kind.endswith("/comments")), None)
    if part is None and not texts:
        return None
    if part is None:
        part = package.free_name("xl/comments", ".xml")
        package.put(part, _EMPTY_COMMENTS)
        package.relate(sheet_part, "comments", part)
        package.declare(part, _COMMENTS_TYPE)
    written, theirs, removed = _with_texts(package.text(part), texts)
    package.put(part, written)
    return _draw(package, sheet_part, tail, relations, {*theirs, *texts}, removed, texts)


_EMPTY_COMMENTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
)


def _with_texts(part: str, texts: Mapping[Cell, str]) -> tuple[str, set[Cell], set[Cell]]:
    """Return the part with our comments added, and which cells keep or lose a comment.

    The first set: cells with a comment of the sender. The second: cells that had only a comment of an earlier check.
    """
    authors = [unescape(author) for author in _AUTHORS.findall(part)]
    own = authors.index(_AUTHOR) if _AUTHOR in authors else len(authors)
    kept, theirs, removed, threads = list[str](), dict[Cell, str](), set[Cell](), set[Cell]()
    for raw in _COMMENT.findall(part):
        its = attributes(raw.partition(">")[0])
        cell = cell_of(its.get("ref", "A1").partition(":")[0])
        said = unescape("".join(_TEXT.findall(raw)))
        if _author(authors, its).startswith(_THREAD):
            kept.append(raw)
            threads.add(cell)
        elif words.is_comment(said):
            said = said.partition(words.SENDERS_COMMENT)[2].strip()
            removed.add(cell)
            if said and cell not in texts:
                kept.append(_comment(cell, said, own))
        elif cell not in texts:
            kept.append(raw)
        if said:
            theirs[cell] = said
    ours = [
        _comment(cell, text + (f"\n\n{words.SENDERS_COMMENT}\n{theirs[cell]}" if cell in theirs else ""), own)
        for cell, text in sorted(texts.items())
        if cell not in threads
    ]
    prefix = prefix_of(part)
    listed = "".join(kept) + prefixed("".join(ours), part)
    body = re.sub(
        rf"<{prefix}commentList\b[^>]*?(?:/>|>.*?</{prefix}commentList>)",
        lambda _: f"<{prefix}commentList>{listed}</{prefix}commentList>",
        part,
        count=1,
        flags=re.DOTALL,
    )
    if own == len(authors):
        body = put_last(body, "authors", f"<author>{_AUTHOR}</author>")
    return body, set(theirs), removed - set(theirs)


def _author(authors: Sequence[str], comment: Mapping[str, str]) -> str:
    number = int(comment.get("authorId", "0"))
    return authors[number] if number < len(authors) else ""


def _comment(cell: Cell, text: str, author: int) -> str:
    head, line_end, rest = text.partition("\n") if words.is_comment(text) else ("", "", text)
    small = '<sz val="9"/><rFont val="Tahoma"/><charset val="204"/>'
    runs = f'<r><rPr>{small}</rPr><t xml:space="preserve">{xml(line_end + rest)}</t></r>'
    if head:
        runs = f'<r><rPr><b/>{small}</rPr><t xml:space="preserve">{xml(head)}</t></r>{runs}'
    return f'<comment ref="{cell_name(*cell)}" authorId="{author}"><text>{runs}</text></comment>'


def _draw(
    package: Package,
    sheet_part: str,
    tail: str,
    relations: list[Relation],
    wanted: set[Cell],
    removed: set[Cell],
    texts: Mapping[Cell, str],
) -> str | None:
    """Return the drawing with one box a comment: kept, dropped with its comment, or added."""
    named = _LEGACY_DRAWING.search(tail)
    part = next((r.target for r in relations if named and r.id == named.group(1)), None)
    identity = None
    if part is None:
        part = package.free_name("xl/drawings/vmlDrawing", ".vml")
        package.put(part, _EMPTY_DRAWING)
        identity = package.relate(sheet_part, "vmlDrawing", part)
        package.declare_ending("vml", _DRAWING_TYPE)
    drawing = package.parts[part].decode("utf-8-sig", "surrogateescape")
    boxed: set[Cell] = set()

    def without_old(match: re.Match[str]) -> str:
        row, column = _ROW.search(match.group(0)), _COLUMN.search(match.group(0))
        if 'ObjectType="Note"' not in match.group(0) or row is None or column is None:
            return match.group(0)
        cell = (int(row.group(1)) + 1, int(column.group(1)))
        if cell in removed:
            return ""
        boxed.add(cell)
        return match.group(0)

    drawing = _SHAPE.sub(without_old, drawing)
    first = max([1024, *map(int, re.findall(r'id="_x0000_s(\d+)"', drawing))]) + 1
    shapes = "".join(
        _shape(first + number, cell, texts.get(cell, "")) for number, cell in enumerate(sorted(wanted - boxed))
    )
    end = drawing.rfind("</xml>")
    if end < 0:
        raise CannotEdit
    package.parts[part] = (drawing[:end] + shapes + drawing[end:]).encode("utf-8", "surrogateescape")
    return identity


_NAME_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_EMPTY_DRAWING = (
    f'<xml {_NAME_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)


def _shape(number: int, cell: Cell, text: str) -> str:
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n"))
    height = _LINE_HEIGHT * (2 + min(lines, _MOST_LINES))
    return (
        f'<v:shape {_NAME_SPACES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f'margin-top:1.5pt;width:{_BOX_WIDTH}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
        f"<x:Row>{cell[0] - 1}</x:Row><x:Column>{cell[1]}</x:Column></x:ClientData></v:shape>"
    )
