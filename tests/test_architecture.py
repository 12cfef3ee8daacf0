"""Imports between packages go down only; docs/architecture.md draws them as they are."""

from tests import architecture


def test_imports_go_down() -> None:
    assert architecture.upward() == []


def test_every_module_belongs_to_a_layer() -> None:
    outside = [module for module, _ in architecture.modules() if architecture.package_of(module) is None]
    assert outside == ["view", "etl"], "only the two empty packages"


def test_the_drawing_is_what_the_imports_give() -> None:
    page = (architecture.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert architecture.drawing() in page, "python -m tests.architecture prints the drawing anew"
