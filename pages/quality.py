"""Качество данных: findings of checks across datasets, rows kept back, batches, the difference of publications."""

from view.quality.batches_part import batches_part
from view.quality.comparison_part import compare_part
from view.quality.findings_part import findings_part
from view.quality.quarantine_part import quarantine_part
from view.shell import filters, writing
from view.shell.page import close_page, open_page
from warehouse.access.rights import may

PARTS = {"findings": "Находки", "quarantine": "Карантин", "batches": "Партии", "compare": "Сравнение публикаций"}

view = open_page("quality")
parts = [code for code in PARTS if code != "batches" or may(view.actor, "view_history")]
part = filters.choose("part", "Раздел", parts, "findings", PARTS.__getitem__, control="buttons")
writing.tell_outcome()
drawn = {"findings": findings_part, "quarantine": quarantine_part, "batches": batches_part, "compare": compare_part}[
    part
](view)
close_page(view, {"part": part, **drawn})
