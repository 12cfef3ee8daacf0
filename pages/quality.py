"""Качество данных: findings of checks across datasets, rows kept back, batches, the difference of publications."""

from view import filters, writing
from view.page import close_page, open_page
from view.quality_batches import batches_part
from view.quality_comparison import compare_part
from view.quality_findings import findings_part
from view.quality_quarantine import quarantine_part
from warehouse.access import may

PARTS = {"findings": "Находки", "quarantine": "Карантин", "batches": "Партии", "compare": "Сравнение публикаций"}

view = open_page("quality")
parts = [code for code in PARTS if code != "batches" or may(view.actor, "view_history")]
part = filters.choose("part", "Раздел", parts, "findings", PARTS.__getitem__, control="buttons")
writing.tell_outcome()
drawn = {"findings": findings_part, "quarantine": quarantine_part, "batches": batches_part, "compare": compare_part}[
    part
](view)
close_page(view, {"part": part, **drawn})
