"""Packages of the program and their imports; the drawing of docs/architecture.md.

`python -m tests.architecture` prints the drawing anew.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

LAYERS: tuple[tuple[str, ...], ...] = (
    ("app", "pages", "etl.__main__", "view.__main__"),
    ("etl.commands",),
    ("view.documents",),
    ("view.settings",),
    (
        "view.indicators", "view.methodists", "view.passport", "view.roadmap", "view.recommendations", "view.quality",
        "view.intake",
    ),
    ("view.maps",),
    ("view.parts",),
    ("view.shell",),
    ("view.wording",),
    ("etl.demo",),
    ("etl.intake",),
    ("etl.marked",),
    ("etl.reader",),
    ("warehouse.retention",),
    ("warehouse.recommendations",),
    ("warehouse.changes",),
    ("warehouse.queries",),
    ("warehouse.build",),
    ("warehouse.suppression",),
    ("warehouse.ledger",),
    ("warehouse.marts",),
    ("warehouse.access",),
    ("warehouse.store",),
    ("warehouse",),
    ("checks",),
)  # fmt: skip
"""Packages from the top to the bottom: one imports only from layers below its own."""


def package_of(module: str) -> str | None:
    """Return the package of `LAYERS` that a module belongs to, None for modules of others."""
    known = [name for layer in LAYERS for name in layer if module == name or module.startswith(f"{name}.")]
    return max(known, key=len, default=None)


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the name and file of every module of the program."""
    for top in ("app.py", "pages", "view", "etl", "warehouse", "checks"):
        start = ROOT / top
        for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it, as dotted names; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows() -> dict[tuple[str, str], set[str]]:
    """Return the imports between packages: (from, to) → modules that make them."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for module, path in modules():
        source = package_of(module)
        for target in map(package_of, imports(path)):
            if source and target and source != target:
                found[source, target].add(module)
    return dict(found)


def level(package: str) -> int:
    """Return the number of a package's layer, 0 at the top."""
    return next(number for number, layer in enumerate(LAYERS) if package in layer)


def upward() -> list[str]:
    """Return the imports that go up or sideways, as sentences; empty in a sound tree."""
    return [
        f"{source} imports {target} (in {', '.join(sorted(found))})"
        for (source, target), found in sorted(arrows().items())
        if level(source) >= level(target)
    ]


def drawing() -> str:
    """Return the packages as a Mermaid graph; an arrow that a longer way implies is left out."""
    below: dict[str, set[str]] = defaultdict(set)
    for source, target in arrows():
        below[source].add(target)

    def reached(package: str) -> set[str]:
        return below[package].union(*map(reached, below[package]))

    lines = ["```mermaid", "graph TD"]
    for layer in LAYERS:
        for source in layer:
            direct = below[source] - set().union(*map(reached, below[source]))
            lines += [f"    {source} --> {target}" for target in sorted(direct, key=lambda name: (level(name), name))]
    return "\n".join([*lines, "```"])


if __name__ == "__main__":
    sys.stdout.write(drawing() + "\n")
