"""Рекомендации: what a round asks of whom, and what became of it."""

from view.page import close_page, open_page

view = open_page("recommendations")
close_page(view, {})
