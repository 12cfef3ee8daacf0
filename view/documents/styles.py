"""Named styles of the Word documents, and the raw XML that python-docx has no method for."""

from __future__ import annotations

import io

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import BaseStyle, CharacterStyle, ParagraphStyle

TEXT_FONT, TABLE_FONT = "Times New Roman", "Arial"
INK = RGBColor(0x1B, 0x27, 0x33)
MUTED = RGBColor(0x56, 0x64, 0x73)
SHADES = {"met": "E4F2EF", "near": "FBECD0", "missed": "F6D3CF", "no_target": "EEF1F5", "no_data": "F6F7F9",
          "hidden": "EEF1F5"}  # fmt: skip
"""Background of a cell by its verdict: the light tints of the screens."""
HEAD_SHADE = "E3E9F0"
TEXT_WIDTH = 17.5
"""Width of the text on A4 in centimetres, between margins of 2 and 1.5."""

ADDRESSEE, REQUISITES, APPROVAL, COVER, COVER_NOTE = "Адресат", "Реквизиты", "Гриф", "Титул", "Титул подпись"
CELL, NUMBER_CELL, HEAD_CELL, THEME_CELL = "Ячейка", "Ячейка число", "Ячейка шапка", "Ячейка раздел"
CAPTION, TABLE_CAPTION, NOTE, ITEM = "Подпись рисунка", "Название таблицы", "Примечание", "Пункт"
CONTENTS_TITLE, SIGNATURE, PICTURE, FOOT = "Заголовок оглавления", "Подпись", "Рисунок", "Колонтитул"
TABLE = "Таблица мониторинга"
_KEPT = frozenset(
    {"Normal", "heading 1", "heading 2", "heading 3", "Title", "Default Paragraph Font", "Normal Table", "No List",
     "header", "footer", "List Paragraph"}
)  # fmt: skip


def blank() -> Document:
    """Return an empty A4 document in Russian with the named styles of all documents."""
    document = docx.Document()
    _remove_unused_styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2), Cm(1.5)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
    section.header_distance = section.footer_distance = Cm(0.9)
    normal = document.styles["Normal"]
    _font(normal, TEXT_FONT, 12)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1
    normal.paragraph_format.widow_control = True
    for level, size, before in ((1, 16, 18), (2, 13, 14), (3, 12, 10)):
        heading = document.styles[f"Heading {level}"]
        _font(heading, TEXT_FONT, size, bold=True)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(6)
        heading.paragraph_format.keep_with_next = True
    title = document.styles["Title"]
    _font(title, TEXT_FONT, 14, bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(12)
    _drop(title, "w:pBdr")
    left, right, middle = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
    for name, font, letters, align, after in (
        (ADDRESSEE, TEXT_FONT, 12, left, 0),
        (REQUISITES, TEXT_FONT, 11, left, 2),
        (APPROVAL, TEXT_FONT, 12, left, 0),
        (COVER, TEXT_FONT, 22, middle, 18),
        (COVER_NOTE, TEXT_FONT, 13, middle, 6),
        (CELL, TABLE_FONT, 8.5, left, 0),
        (NUMBER_CELL, TABLE_FONT, 8.5, right, 0),
        (HEAD_CELL, TABLE_FONT, 8.5, left, 0),
        (THEME_CELL, TABLE_FONT, 8.5, left, 0),
        (CAPTION, TEXT_FONT, 10.5, left, 10),
        (TABLE_CAPTION, TEXT_FONT, 10.5, left, 4),
        (NOTE, TEXT_FONT, 10, left, 4),
        (ITEM, TEXT_FONT, 12, left, 3),
        (CONTENTS_TITLE, TEXT_FONT, 16, left, 10),
        (SIGNATURE, TEXT_FONT, 12, left, 0),
        (PICTURE, TEXT_FONT, 10, middle, 2),
        (FOOT, TEXT_FONT, 9, left, 0),
    ):
        style = _paragraph_style(document, name)
        _font(style, font, letters, bold=name in {COVER, HEAD_CELL, THEME_CELL, CONTENTS_TITLE})
        style.paragraph_format.alignment = align
        style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(after), Pt(0)
        style.paragraph_format.line_spacing = 1.0
    for name in (TABLE_CAPTION, PICTURE, THEME_CELL, SIGNATURE):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles[TABLE_CAPTION].paragraph_format.space_before = Pt(8)
    document.styles[NOTE].paragraph_format.space_before = Pt(4)
    document.styles[COVER].paragraph_format.space_before = Pt(190)
    document.styles[SIGNATURE].paragraph_format.space_before = Pt(24)
    for name in (NOTE, FOOT):
        document.styles[name].font.color.rgb = MUTED
    indent = document.styles[ITEM].paragraph_format
    indent.left_indent, indent.first_line_indent = Cm(0.6), Cm(-0.6)
    indent.tab_stops.add_tab_stop(Cm(0.6))
    document.styles[FOOT].paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    document.styles[SIGNATURE].paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    for level, indented in ((1, 0.0), (2, 0.8)):
        style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.base_style = document.styles["Normal"]
        _font(style, TEXT_FONT, 12 if level == 1 else 11)
        style.paragraph_format.space_after = Pt(2)
        style.paragraph_format.left_indent = Cm(indented)
        style.paragraph_format.right_indent = Cm(1)
        style.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _table_style(document)
    _set_language(document)
    return document


def _remove_unused_styles(document: Document) -> None:
    """Remove the template's styles that no style of ours is based on."""
    for style in list(document.styles.element.style_lst):
        if style.name_val not in _KEPT:
            document.styles.element.remove(style)


def identifier(name: str) -> str:
    """Return the identifier by which a paragraph refers to a style."""
    return name.replace(" ", "")


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def _font(style: CharacterStyle, name: str, size: float, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = name, Pt(size), bold
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _drop(style: BaseStyle, tag: str) -> None:
    for found in style.element.findall(f".//{qn(tag)}"):
        found.getparent().remove(found)


def _table_style(document: Document) -> None:
    """Add the style of tables: hairlines, padded cells, a shaded heading row."""
    style = document.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Normal Table"]
    whole = element("w:tblPr")
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color="B8C2CC"))
    padding = element("w:tblCellMar")
    for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        padding.append(element(f"w:{side}", w=str(width), type="dxa"))
    whole.append(borders)
    whole.append(padding)
    style.element.append(whole)
    head = element("w:tblStylePr", type="firstRow")
    head_cell = element("w:tcPr")
    head_cell.append(element("w:shd", val="clear", color="auto", fill=HEAD_SHADE))
    head.append(head_cell)
    style.element.append(head)


def _set_language(document: Document) -> None:
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = element("w:lang")
        defaults.append(language)
    for attribute in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{attribute}"), "ru-RU")


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return a WordprocessingML element with attributes in the `w:` namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def begin_chapters_on_new_pages(document: Document) -> None:
    """Start a page before every first-level heading and before the table of contents."""
    for name in ("Heading 1", CONTENTS_TITLE):
        document.styles[name].paragraph_format.page_break_before = True


def opened(content: bytes) -> Document:
    """Return a document read from the content of its file."""
    return docx.Document(io.BytesIO(content))
