"""The part styles.xml with the formats of marks added.

A marked cell keeps its format but for the fill. The fill of a mark is solid, so its background colour is invisible: it
stores the colour under the mark, so that the mark can be removed later.
"""

import re
from html import unescape

from checks.findings import SEVERITY_NAMES, Severity
from etl.marked.package import CannotEdit, attributes, prefix_of, prefixed
from etl.marked.text import attribute

# Darker is worse: a black-and-white print tells them apart.
COLOURS: dict[Severity, str] = {"error": "FFF4978E", "warning": "FFFFD166", "notice": "FFDCEBFA"}
# Number format of a cell with a space: any text is shown as this word.
_WORDS: dict[Severity, str] = {severity: f';;;"{SEVERITY_NAMES[severity]} →"' for severity in COLOURS}
_HIDDEN = ';;;""'
_ITEMS: dict[str, str] = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}
_COLOUR = re.compile(r"<(?:\w+:)?(fg|bg)Color\b([^>]*?)/?>")
_FORMAT_CODE = re.compile(r'formatCode="([^"]*)"')


class Styles:
    """The part `styles.xml`: adds formats on request and returns their numbers.

    Marks of an earlier check are removed at once; words: formats that its words had. Raises `CannotEdit` when a section
    is missing.
    """

    def __init__(self, text: str) -> None:
        self._prefix = prefix_of(text)
        self._text = _without_marks(text)
        self._items = {section: self._read(section) for section in _ITEMS}
        self._before = {section: len(items) for section, items in self._items.items()}
        self._number_formats: dict[str, int] = {}
        taken = [int(number) for number in re.findall(r'numFmtId="(\d+)"', self._text)]
        self._next_number_format = max([163, *taken]) + 1
        self._numbers: dict[tuple[str, str], int] = {}
        self.words = self._formats_of_words()

    def marked(self, base: int, severity: Severity) -> int:
        """Return the format like `base` with the colour of a mark."""
        formats = self._items["cellXfs"]
        if not 0 <= base < self._before["cellXfs"]:
            base = 0
        fill = self._add("fills", self._own(_mark_fill(severity, self._colour_of(formats[base]))))
        opening, end, rest = formats[base].partition(">")
        closed = opening.endswith("/")
        opening = re.sub(r'\s(?:fillId|applyFill)="[^"]*"', "", opening.removesuffix("/"))
        return self._add("cellXfs", f'{opening} fillId="{fill}" applyFill="1"{"/" if closed else ""}{end}{rest}')

    def word(self, severity: Severity) -> int:
        """Return the format that shows a space as the word for a severity, styled like a link.

        LibreOffice ignores the number format of links: there only the colour is visible.
        """
        font = self.font(link=True)
        fill = self._add("fills", self._own(_mark_fill(severity, "")))
        code = self._number_format(_WORDS[severity])
        return self._add_format(
            f'numFmtId="{code}" fontId="{font}" fillId="{fill}" borderId="0" '
            'applyNumberFormat="1" applyFont="1" applyFill="1"'
        )

    def font(self, *, bold: bool = False, link: bool = False, size: int = 10) -> int:
        """Return a font of the list."""
        weight, line = "<b/>" if bold else "", "<u/>" if link else ""
        colour = "FF0563C1" if link else "FF000000"
        return self._add(
            "fonts",
            self._own(
                f'<font>{weight}{line}<sz val="{size}"/><color rgb="{colour}"/><name val="Calibri"/>'
                '<family val="2"/><charset val="204"/></font>'
            ),
        )

    def listed(self, align: str, *, font: int, fill: str | None = None, box: bool = True) -> int:
        """Return the index of a text format for the list, adding the format to the styles.

        It is made of alignment, font, fill colour, and thin borders or none.
        """
        shade = self._add("fills", self._own(_solid(fill))) if fill else 0
        edge = '<{0} style="thin"><color rgb="FFBFBFBF"/></{0}>'
        sides = "".join(edge.format(side) for side in ("left", "right", "top", "bottom"))
        border = self._add("borders", self._own(f"<border>{sides}<diagonal/></border>")) if box else 0
        return self._add_format(
            f'numFmtId="49" fontId="{font}" fillId="{shade}" borderId="{border}" '
            'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"',
            f"<alignment {align}/>",
        )

    def _formats_of_words(self) -> frozenset[int]:
        """Return the formats of the words of an earlier check, already blanked."""
        blanked = {
            its.get("numFmtId")
            for its in map(attributes, re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", self._text))
            if its.get("formatCode") == _HIDDEN
        }
        formats = (attributes(item.partition(">")[0]) for item in self._items["cellXfs"])
        return frozenset(number for number, its in enumerate(formats) if its.get("numFmtId") in blanked)

    def text(self) -> str:
        """Return the part with the added formats."""
        text = self._text
        for section, items in self._items.items():
            text = self._extended(text, section, items[self._before[section] :], len(items))
        if self._number_formats:
            added = [
                self._own(f'<numFmt numFmtId="{number}" formatCode="{attribute(code)}"/>')
                for code, number in self._number_formats.items()
            ]
            text = self._with_number_formats(text, added)
        return text

    def _own(self, fragment: str) -> str:
        return prefixed(fragment, self._text)

    def _read(self, section: str) -> list[str]:
        found = self._section(self._text, section)
        if found is None:
            raise CannotEdit
        item = rf"{self._prefix}{_ITEMS[section]}"
        return [
            match.group(0)
            for match in re.finditer(rf"<{item}\b[^>]*?/>|<{item}\b.*?</{item}>", found.group(2), re.DOTALL)
        ]

    def _section(self, text: str, section: str) -> re.Match[str] | None:
        name = f"{self._prefix}{section}"
        return re.search(rf"(<{name}\b[^>]*>)(.*?)(</{name}>)", text, re.DOTALL)

    def _add(self, section: str, item: str) -> int:
        if (section, item) not in self._numbers:
            self._numbers[section, item] = len(self._items[section])
            self._items[section].append(item)
        return self._numbers[section, item]

    def _add_format(self, properties: str, body: str = "") -> int:
        return self._add("cellXfs", self._own(f'<xf {properties} xfId="0">{body}</xf>'))

    def _number_format(self, code: str) -> int:
        if code not in self._number_formats:
            self._number_formats[code] = self._next_number_format
            self._next_number_format += 1
        return self._number_formats[code]

    def _colour_of(self, cell_format: str) -> str:
        """Return the attributes of a format's fill colour, empty for none."""
        number = int(attributes(cell_format.partition(">")[0]).get("fillId", "0"))
        fills = self._items["fills"]
        fill = fills[number] if number < len(fills) else ""
        if 'patternType="solid"' not in fill:
            return ""
        colours = dict(_COLOUR.findall(fill))
        return str(colours.get("fg", "")).strip()

    def _extended(self, text: str, section: str, items: list[str], count: int) -> str:
        found = self._section(text, section)
        if found is None or not items:
            return text
        opening = re.sub(r'\scount="\d+"', f' count="{count}"', found.group(1))
        return f"{text[: found.start()]}{opening}{found.group(2)}{''.join(items)}{text[found.start(3) :]}"

    def _with_number_formats(self, text: str, added: list[str]) -> str:
        existing = self._section(text, "numFmts")
        if existing is not None:
            count = len(re.findall(r"<(?:\w+:)?numFmt\b", existing.group(2))) + len(added)
            return self._extended(text, "numFmts", added, count)
        root = re.search(rf"<{self._prefix}styleSheet\b[^>]*>", text)
        if root is None:
            raise CannotEdit
        # An empty section may exist already; two would make the part invalid.
        rest = re.sub(rf"<{self._prefix}numFmts\b[^>]*/>", "", text[root.end() :])
        section = self._own(f'<numFmts count="{len(added)}">') + "".join(added) + f"</{self._prefix}numFmts>"
        return text[: root.end()] + section + rest


def _solid(colour: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'
    )


def _mark_fill(severity: Severity, covered: str) -> str:
    remembered = covered or 'indexed="64"'
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{COLOURS[severity]}"/>'
        f"<bgColor {remembered}/></patternFill></fill>"
    )


def _without_marks(text: str) -> str:
    """Restore the fills under marks of an earlier check and blank its words."""
    prefix = prefix_of(text)
    # LibreOffice replaces stored background colours by entries of its palette: nothing is stored then.
    palette = re.search(rf"<{prefix}indexedColors\b.*?</{prefix}indexedColors>", text, re.DOTALL)
    forgotten = palette is not None and any(colour in palette.group(0).upper() for colour in COLOURS.values())

    def uncovered(match: re.Match[str]) -> str:
        colours = dict(_COLOUR.findall(match.group(0)))
        if attributes(colours.get("fg", "")).get("rgb", "").upper() not in COLOURS.values():
            return match.group(0)
        covered = "" if forgotten else colours.get("bg", "").strip()
        if not covered or attributes(covered).get("indexed") == "64" or attributes(covered).get("auto"):
            return prefixed('<fill><patternFill patternType="none"/></fill>', text)
        pattern = f'<patternFill patternType="solid"><fgColor {covered}/><bgColor indexed="64"/></patternFill>'
        return prefixed(f"<fill>{pattern}</fill>", text)

    def unworded(match: re.Match[str]) -> str:
        ours = unescape(match.group(1)) in _WORDS.values()
        return f'formatCode="{attribute(_HIDDEN)}"' if ours else match.group(0)

    section = re.search(rf"<{prefix}fills\b.*?</{prefix}fills>", text, re.DOTALL)
    if section is not None:
        fills = re.sub(rf"<{prefix}fill>.*?</{prefix}fill>", uncovered, section.group(0), flags=re.DOTALL)
        text = text[: section.start()] + fills + text[section.end() :]
    return _FORMAT_CODE.sub(unworded, text)
