"""Municipalities and regions by code or by any usual form of their name."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.cells import Problem
from checks.russian import listed
from checks.text import fold

# Words for kinds of territories, longer ones first: «муниципальный район» before «район».
_KIND = re.compile(
    r"\b(?:муниципальное образование|муниципальный район|муниципальный округ|городской округ|муниципального района|"
    r"муниципального округа|городского округа|муниципальный р н|мун район|мун округ|м р|г о|м о|мр|го|мо|р н|"
    r"район|округ|город|гор|г|зато|поселок|пгт)\b"
)
_CODE = re.compile(r"\d[\d\s\u00a0-]*", re.ASCII)
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Municipality:
    """A municipality of the reference list: code, names, former codes, aliases."""

    municipality_id: str
    region_id: str
    name: str
    short_name: str
    former_ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Region:
    """A region of the reference list."""

    region_id: str
    name: str
    name_genitive: str = ""


REGION_ENDING = "000000"
"""How the code of a region ends in the classifier of municipal territories (OKTMO)."""


def region_of(territory_id: str) -> str:
    """Return the region's code for the code of any of its territories: the first two digits."""
    return territory_id[:2] + REGION_ENDING


def is_region(territory_id: str) -> bool:
    """Return whether a territory's code is that of a region."""
    return territory_id.endswith(REGION_ENDING)


def _bare(name: str) -> str:
    """Return the folded name without words for its kind: «Лужский р-н» equals «Лужский»."""
    folded = fold(name.replace("-", " "))
    return " ".join(_KIND.sub(" ", folded).split()) or folded


class Territories:
    """Resolves texts of territory columns to present OKTMO codes of 8 digits.

    home: regions of the warehouse, or the one that the upload names; a name shared by several regions is resolved
    within them.
    """

    def __init__(
        self, municipalities: Iterable[Municipality], regions: Iterable[Region], home: Iterable[str] = ()
    ) -> None:
        self._home = frozenset(home)
        self._regions = {region.region_id: region for region in regions}
        self._by_code: dict[str, Municipality] = {}
        self._by_name: dict[str, list[Municipality]] = {}
        for municipality in municipalities:
            for code in (municipality.municipality_id, *municipality.former_ids):
                self._by_code[code] = municipality
            names = (municipality.name, municipality.short_name, *municipality.aliases)
            for bare in dict.fromkeys(_bare(name) for name in names):
                self._by_name.setdefault(bare, []).append(municipality)
        self._region_names = {
            fold(name): region.region_id
            for region in self._regions.values()
            for name in (region.name, region.name_genitive)
            if name
        }

    def municipality(self, text: str) -> str | Problem:
        """Return the present code of a municipality written by code or by name."""
        if _CODE.fullmatch(text):
            return self._by_digits(text)
        name, regions = self._of_region(text)
        found = [m for m in self._by_name.get(_bare(name), []) if m.region_id in regions or not regions]
        at_home = [m for m in found if m.region_id in self._home]
        candidates = at_home or found
        if len(candidates) == 1:
            return candidates[0].municipality_id
        if candidates:
            options = listed([f"{m.name} ({m.municipality_id})" for m in candidates], "или")
            return Problem("municipality", f"«{text}» есть в нескольких регионах; впишите код ОКТМО: {options}.")
        return Problem("municipality", f"Муниципалитет «{text}» не найден. {self._nearest(text)}")

    def territory(self, text: str) -> str | Problem:
        """Return the present code of a municipality or of a region."""
        folded = fold(text)
        if folded in self._region_names:
            return self._region_names[folded]
        if _CODE.fullmatch(text):
            digits = re.sub(r"\D", "", text)
            if len(digits) in (8, 11) and digits[:8] in self._regions:
                return digits[:8]
        return self.municipality(text)

    def name(self, territory_id: str) -> str:
        """Return the official name of a territory."""
        if territory_id in self._regions:
            return self._regions[territory_id].name
        return self._by_code[territory_id].name

    def _of_region(self, text: str) -> tuple[str, frozenset[str]]:
        """Return a municipality's name without its region, and the ids of the region named.

        Example of such a text: «Кировский район Ивановской области».
        """
        folded = fold(text)
        for region_name, region_id in self._region_names.items():
            if folded.endswith(f" {region_name}"):
                return folded.removesuffix(f" {region_name}"), frozenset({region_id})
        return text, frozenset()

    def _by_digits(self, text: str) -> str | Problem:
        digits = re.sub(r"\D", "", text)
        if digits[:8] in self._regions and len(digits) in (8, 11):
            return Problem("municipality", f"«{text}» — код региона; впишите код или название муниципалитета.")
        if len(digits) not in (8, 11):
            return Problem(
                "municipality",
                f"«{text}» — в коде ОКТМО 8 или 11 цифр, а здесь {len(digits)}; сверьте код со справочником.",
            )
        municipality = self._by_code.get(digits[:8]) or self._by_code.get(digits[:5] + "000")
        if municipality:
            return municipality.municipality_id
        return Problem("municipality", f"Кода ОКТМО «{text}» нет в справочнике. {self._nearest_code(digits[:8])}")

    def _nearest(self, text: str) -> str:
        scope = {
            bare: m
            for bare, found in self._by_name.items()
            for m in found
            if not self._home or m.region_id in self._home
        }
        close = difflib.get_close_matches(_bare(text), scope, n=_SUGGESTIONS, cutoff=0.6)
        return _suggestion(dict.fromkeys(scope[bare].name for bare in close))

    def _nearest_code(self, digits: str) -> str:
        same_region = [code for code in self._by_code if code[:2] == digits[:2]]
        differing = {code: sum(a != b for a, b in zip(code, digits, strict=True)) for code in same_region}
        close = sorted((code for code in same_region if differing[code] <= 2), key=lambda code: differing[code])
        close = close[:_SUGGESTIONS]
        return _suggestion(dict.fromkeys(f"{self._by_code[code].name} ({code})" for code in close))


def _suggestion(names: Mapping[str, None]) -> str:
    if not names:
        return "Впишите название или код ОКТМО из справочника муниципалитетов."
    return f"Возможно, это {listed([f'«{name}»' for name in names], 'или')}; впишите название как в справочнике."
