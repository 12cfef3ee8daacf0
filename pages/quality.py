"""Качество данных: findings of checks, quarantine, batches, comparison of publications."""

from view.quality.batches_tab import batches_tab
from view.quality.comparison_tab import comparison_tab
from view.quality.findings_tab import findings_tab
from view.quality.quarantine_tab import quarantine_tab
from view.shell import filters, writing
from view.shell.chrome import close_page, open_page
from warehouse.access.rights import may

PARTS = {"findings": "Находки", "quarantine": "Карантин", "batches": "Партии", "compare": "Сравнение публикаций"}

page = open_page("quality")
parts = [code for code in PARTS if code != "batches" or may(page.actor, "view_history")]
part = filters.choose("part", "Раздел", parts, "findings", PARTS.__getitem__, control="buttons")
writing.tell_outcome()
tabs = {"findings": findings_tab, "quarantine": quarantine_tab, "batches": batches_tab, "compare": comparison_tab}
close_page(page, {"part": part, **tabs[part](page)})
