"""Sentences of the program with their numbers put in, read from its source."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from checks.russian import NBSP, agreed, all_of, counted, plural

ROOT = Path(__file__).parents[1]
DEEPEST = 4
COUNTS = (0, 1, 2, 5, 21, 101)
FOLDERS = ("checks", "etl", "pages", "view", "warehouse")
MAKE: dict[str, Callable[..., str]] = {"counted": counted, "plural": plural, "all_of": all_of, "agreed": agreed}
FORMS = {
    "MUNICIPALITIES": ("муниципалитет", "муниципалитета", "муниципалитетов"),
    "OF_MUNICIPALITIES": ("муниципалитета", "муниципалитетов", "муниципалитетов"),
    "ORGANIZATIONS": ("организация", "организации", "организаций"),
    "OF_ORGANIZATIONS": ("организации", "организаций", "организаций"),
}


def sentences() -> Iterator[tuple[str, int, str]]:
    """Yield place in the source, count and text of every string that holds a counted word.

    All counts of a string take the same value; what else it holds is «…».
    """
    for folder, path in itertools.chain.from_iterable(
        zip(itertools.repeat(name), sorted((ROOT / name).rglob("*.py"))) for name in FOLDERS
    ):
        if folder == "etl" and path.parent.name == "demo":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
            names = _assigned(scope)
            inner = {
                id(part)
                for node in ast.walk(scope)
                if isinstance(node, ast.JoinedStr)
                for part in ast.walk(node)
                if part is not node
            }
            for node in _own(scope):
                if id(node) in inner or not _counts(node, names):
                    continue
                for count in COUNTS:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", count, _text(node, count, names)


def _own(scope: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and _forms(node)):
            yield node


def _assigned(scope: ast.AST) -> dict[str, ast.expr]:
    return {
        node.targets[0].id: node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _called(node: ast.AST) -> str:
    """Return the name of the function that a node calls, empty for other nodes."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _forms(node: ast.AST) -> tuple[str, ...] | None:
    """Return the literal word forms given to a function of agreement, None for other nodes."""
    if not isinstance(node, ast.Call) or _called(node) not in ("counted", "plural", "all_of", "agreed"):
        return None
    told = node.args[1:]
    if len(told) == 1 and isinstance(told[0], ast.Starred) and isinstance(told[0].value, ast.Name):
        return FORMS.get(told[0].value.id)
    if told and all(isinstance(one, ast.Constant) for one in told):
        return tuple(str(one.value) for one in told if isinstance(one, ast.Constant))
    return None


def _counts(node: ast.AST, names: dict[str, ast.expr]) -> bool:
    return any(_forms(part) for part in ast.walk(node)) or any(
        isinstance(part, ast.Name) and part.id in names and _forms(names[part.id]) for part in ast.walk(node)
    )


def _text(node: ast.AST, count: int, names: dict[str, ast.expr], depth: int = 0) -> str:
    if forms := _forms(node):
        return MAKE[_called(node)](count, *forms)
    match node:
        case ast.JoinedStr():
            return "".join(_text(part, count, names, depth) for part in node.values)
        case ast.FormattedValue():
            return _text(node.value, count, names, depth)
        case ast.Constant():
            return str(node.value)
        case ast.Name(id="NBSP"):
            return NBSP
        case ast.Name() if node.id in names and depth < DEEPEST:
            return _text(names[node.id], count, names, depth + 1)
        case ast.IfExp():
            return _text(node.body, count, names, depth)
        case ast.Call() if _called(node) == "number":
            return str(count)
    return "…"
