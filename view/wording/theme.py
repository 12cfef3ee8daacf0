"""Colours for light and dark theme, and the mark, word and colour of each verdict.

Lightness carries the verdict as well as hue: a met target is the quietest, a missed one the strongest, so the order
survives greyscale printing and colour blindness.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STYLES = Path(__file__).parents[1] / "styles"
"""Rules of all pages in `base.css`, of one family of pages in a file of their own."""

PALETTE: dict[str, tuple[str, str]] = {
    "ground": ("#f6f7f9", "#11161d"),
    "card": ("#ffffff", "#1a212b"),
    "line": ("#dfe4ea", "#2c3642"),
    "ink": ("#1b2733", "#e6ebf1"),
    "muted": ("#566473", "#9dabba"),
    "faint": ("#eef1f5", "#222b36"),
    "accent": ("#1d5fa6", "#6cb0f2"),
    "on-accent": ("#ffffff", "#11161d"),
    "target": ("#1b2733", "#f2f5f8"),
    "met": ("#79b9ae", "#3f8f84"),
    "met-tint": ("#e4f2ef", "#17332f"),
    "met-ink": ("#0d5c50", "#8fd8ca"),
    "near": ("#d8922b", "#d19a3e"),
    "near-tint": ("#fbecd0", "#3d3013"),
    "near-ink": ("#774a00", "#f2c66f"),
    "missed": ("#b0322a", "#c9493f"),
    "missed-tint": ("#f6d3cf", "#4f1f1b"),
    "missed-ink": ("#8a1c14", "#ffaaa1"),
    "no_target": ("#a7b2be", "#667382"),
    "no_target-tint": ("#eef1f5", "#222b36"),
    "no_target-ink": ("#495665", "#b3bfcb"),
    "no_data": ("#cdd4dc", "#424e5b"),
    "no_data-tint": ("#f6f7f9", "#161c24"),
    "no_data-ink": ("#5d6a78", "#93a1b0"),
    "hidden": ("#bfc8d2", "#4f5c6a"),
    "hidden-tint": ("#eef1f5", "#222b36"),
    "hidden-ink": ("#495665", "#b3bfcb"),
}
"""Colours by name: light theme, dark theme."""


@dataclass(frozen=True)
class Verdict:
    """How a verdict looks and reads."""

    code: str
    mark: str
    word: str
    plural: tuple[str, str, str]


VERDICTS: dict[str, Verdict] = {
    verdict.code: verdict
    for verdict in (
        Verdict("met", "✓", "цель достигнута", ("достигнута", "достигнуты", "достигнуто")),
        Verdict("near", "≈", "близко к цели", ("близко к цели", "близко к цели", "близко к цели")),
        Verdict("missed", "✕", "цель не достигнута", ("не достигнута", "не достигнуты", "не достигнуто")),
        Verdict("no_target", "○", "цель не задана", ("без цели", "без цели", "без цели")),
        Verdict("no_data", "–", "нет данных", ("нет данных", "нет данных", "нет данных")),
        Verdict("hidden", "▒", "скрыто", ("скрыто", "скрыты", "скрыто")),
    )
}


def colour(name: str, dark: bool) -> str:
    """Return a colour of the palette for the theme in use."""
    return PALETTE[name][dark]


def stylesheet() -> str:
    """Return the style sheet of all pages; `light-dark()` follows the theme without a rerun."""
    variables = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in PALETTE.items())
    rules = "".join(file.read_text(encoding="utf-8") for file in sorted(STYLES.glob("*.css")))
    return f"<style>.stApp{{{variables}}}\n{rules}</style>"
