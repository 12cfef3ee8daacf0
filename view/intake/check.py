"""The check of sent files, with its stages drawn while they last."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from checks.findings import Finding
from checks.russian import NBSP, number
from etl.intake import desk
from etl.intake.prepare import Options
from etl.intake.stages import STAGES, Stage
from view.intake.recognise import CHECK, Request
from view.shell import outline, writing
from warehouse.access.rights import Actor
from warehouse.errors import Refused
from warehouse.store.address import Address

_SHOWN_SECONDS = 0.1


class Progress:
    """The stages of a check on the screen. seconds: what each has taken, filled here."""

    def __init__(self, seconds: dict[Stage, float]) -> None:
        self.seconds = seconds
        self._is_new = not seconds
        self._began: tuple[Stage, float] | None = None
        self._status = st.status(
            "Проверяю файлы…" if self._is_new else "Файлы проверены", state="running" if self._is_new else "complete"
        )
        self._steps = self._status.empty()
        self._steps.html(stages(seconds, None))

    def tell(self, stage: Stage, about: str) -> None:
        """Draw the stage that begins; about: the file or form."""
        self._end_stage()
        self._began = stage, time.monotonic()
        self._status.update(label=f"{STAGES[stage]}…", state="running", expanded=self._is_new)
        self._steps.html(stages(self.seconds, stage, about))

    def done(self) -> None:
        """Draw that no stage is under way."""
        self._end_stage()
        self._is_new = False
        took = f"Файлы проверены за {number(sum(self.seconds.values()), 1)}{NBSP}с"
        self._status.update(label=took, state="complete", expanded=False)
        self._steps.html(stages(self.seconds, None))

    def failed(self) -> None:
        """Draw that the check did not come to its end."""
        self._status.update(label="Проверка не закончена", state="error", expanded=False)

    def _end_stage(self) -> None:
        if self._began is not None:
            stage, began = self._began
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - began
            self._began = None


@dataclass(frozen=True)
class CheckedRequest:
    """A request after its check.

    options: of the load, telling `progress` of its stages. without_reason: the warnings of each file that still need a
    reason.
    """

    request: Request
    outcome: desk.Check
    options: Options
    progress: Progress
    without_reason: list[list[Finding]]


def check_files(address: Address, actor: Actor, request: Request) -> CheckedRequest:
    """Check the files and return the result; reuse the last check if nothing has changed.

    When the check is refused, the refusal is shown and the page ends there.
    """
    held = st.session_state.get(CHECK, (None, None, {}))
    same = held[0] == request.signature
    progress = Progress(held[2] if same else {})
    options = dataclasses.replace(request.options(actor), tell=progress.tell)
    if same:
        outcome = held[1]
    else:
        try:
            outcome = desk.check(address, actor, [(one.form, one.file) for one in request.sent], options)
        except Refused as refusal:
            progress.failed()
            writing.say_refused(refusal)
            st.button("Проверить снова", key="upload_retry")
            outline.stop()
    progress.done()
    st.session_state[CHECK] = request.signature, outcome, progress.seconds
    left = [desk.without_reason(outcome, position) for position in range(len(outcome.results))]
    return CheckedRequest(request, outcome, options, progress, left)


def stages(seconds: Mapping[Stage, float], now: Stage | None, about: str = "") -> str:
    """Return the stages of a check: done with its time, under way, still to come.

    seconds: what the stages so far have taken. now: the one under way, None between two.
    """
    items = []
    for stage, name in STAGES.items():
        if stage == now:
            items.append(f'<li class="stage-now">… {name}{f": {escape(about)}" if about else ""}</li>')
        elif stage in seconds:
            items.append(f"<li>✓ {name} — {_took(seconds[stage])}</li>")
        else:
            items.append(f'<li class="quiet">○ {name}</li>')
    return f'<ol class="stages">{"".join(items)}</ol>'


def _took(seconds: float) -> str:
    return f"{number(seconds, 1)}{NBSP}с" if seconds >= _SHOWN_SECONDS else f"меньше {number(_SHOWN_SECONDS, 1)}{NBSP}с"
