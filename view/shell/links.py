"""Links between pages: filters are in the address; a click keeps the session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from warehouse.access.rights import PAGES

_LISTENER = """
export default function ({ setTriggerValue }) {
  const follow = (event) => {
    const link = event.target.closest && event.target.closest('a[data-go]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue('followed', link.getAttribute('href'));
  };
  const order = (event) => {
    const button = event.target.closest && event.target.closest('button[data-sort]');
    if (!button) return;
    const head = button.closest('th');
    const body = head.closest('table').tBodies[0];
    const column = head.cellIndex;
    const falling = head.getAttribute('aria-sort') === 'ascending'
      || (!head.hasAttribute('aria-sort') && button.dataset.sort === 'falling');
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
    const worth = (row) => row.cells[column].dataset.value ?? '';
    const rows = Array.from(body.rows).filter((row) => !row.dataset.pinned);
    rows.sort((a, b) => {
      const [x, y] = [worth(a), worth(b)];
      if (x === '' || y === '') return (x === '') - (y === '');
      const difference = isNaN(x) || isNaN(y) ? x.localeCompare(y, 'ru') : x - y;
      return falling ? -difference : difference;
    });
    body.append(...rows);
  };
  document.documentElement.lang = 'ru';
  // Signing in leads to the home page; whoever came by a link goes on to what it shows. Another page was opened since.
  const wanted = sessionStorage.getItem('rsnms-wanted');
  if (wanted) {
    sessionStorage.removeItem('rsnms-wanted');
    const home = location.pathname.endsWith('/');
    if (home && wanted !== './' && wanted !== './' + location.search) setTriggerValue('followed', wanted);
  }
  // One step back is one page back: a change of filters replaces the address instead of adding to the history.
  if (!window.rsnmsHistory) {
    window.rsnmsHistory = history.pushState.bind(history);
    history.pushState = (state, title, url) => {
      const samePage = new URL(url, location.href).pathname === location.pathname;
      return samePage ? history.replaceState(state, title, url) : window.rsnmsHistory(state, title, url);
    };
  }
  // A chart is as wide as the screen made it, and paper would cut it: with a view box it shrinks to the sheet.
  const charts = () => document.querySelectorAll('svg.main-svg');
  const shrink = () => {
    for (const chart of charts()) {
      chart.setAttribute('viewBox', `0 0 ${chart.getAttribute('width')} ${chart.getAttribute('height')}`);
    }
  };
  const restore = () => charts().forEach((chart) => chart.removeAttribute('viewBox'));
  document.addEventListener('click', follow);
  document.addEventListener('click', order);
  window.addEventListener('beforeprint', shrink);
  window.addEventListener('afterprint', restore);
  return () => {
    window.removeEventListener('beforeprint', shrink);
    window.removeEventListener('afterprint', restore);
    document.removeEventListener('click', follow);
    document.removeEventListener('click', order);
  };
}
"""

_listener = st.components.v2.component("page_links", js=_LISTENER, isolate_styles=False)

_REMEMBER = """
export default function () {
  sessionStorage.setItem('rsnms-wanted', (location.pathname.split('/').pop() || './') + location.search);
}
"""

_rememberer = st.components.v2.component("wanted_view", js=_REMEMBER, isolate_styles=False)

HOME = "overview"
"""The page at the address of the program itself."""


def path_of(page: str) -> str:
    """Return the relative address of a page, by its file name."""
    return "./" if page == HOME else page


def address(page: str, parameters: Mapping[str, str | int | None]) -> str:
    """Return the relative address of a page with its filters; empty ones are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
    return path_of(page) + (f"?{query}" if query else "")


def anchor(page: str, parameters: Mapping[str, str | int | None], inner: str, css: str = "", label: str = "") -> str:
    """Return an HTML link to a page.

    inner: ready HTML. label: text for screen readers.
    """
    spoken = f'{_named(inner, label)} title="{escape(label)}"' if label else ""
    return f'<a data-go href="{escape(address(page, parameters))}" class="{css}"{spoken}>{inner}</a>'


_SILENT = re.compile(r'<(\w+)[^>]*aria-hidden="true"[^>]*>.*?</\1>')
_TAG = re.compile(r"<[^>]*>")
LONGEST_FIGURE = 24


def _named(inner: str, label: str) -> str:
    """Return the attribute with a link's accessible name, which must contain its visible text.

    Whoever controls a computer by voice says that text. A link that holds more than a figure is named by its content,
    so it gets no name here and its label only describes it.
    """
    visible = " ".join(unescape(_TAG.sub("", _SILENT.sub("", inner))).split())
    if visible in " ".join(label.split()):
        return f' aria-label="{escape(label)}"'
    return f' aria-label="{escape(f"{label} — {visible}")}"' if len(visible) <= LONGEST_FIGURE else ""


def follow_clicks() -> None:
    """Listen for clicks on our links; a followed link opens its page in this very session."""
    with st.container(key="page_links"):
        asked = _listener(key="page_links_listener", on_followed_change=lambda: None).followed
    if asked:
        path, _, query = str(asked).partition("?")
        page = next((name for name in PAGES if path_of(name) == path), None)
        if page:
            go(page, dict(parse_qsl(query)))


def remember_wanted() -> None:
    """Let the browser open the present address again once its reader has signed in."""
    with st.container(key="wanted_view"):
        _rememberer(key="wanted_view_listener")


def go(page: str, parameters: Mapping[str, str | int | None]) -> None:
    """Open a page with the given filters."""
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
    st.switch_page(f"pages/{page}.py", query_params=given)
