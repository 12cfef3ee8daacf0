"""Russian texts instead of the English ones in Streamlit's own scripts.

Streamlit has no setting for them. Its scripts are read once at start, and the gate serves them with the texts replaced.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from starlette.responses import Response

SCRIPTS = "/static/js/"
KEPT_BY_BROWSERS = "public, max-age=86400"
"""A day: the name of a script does not change when its Russian texts do."""
TEXTS: Final[dict[str, dict[str, str]]] = {
    "index": {
        "`Skip to main content`": "`К содержанию страницы`",
        "`Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:`": (
            "`Сервер программы не отвечает. Если его остановили, запустите его снова:`"
        ),
        "`streamlit run yourscript.py`": "`python -m view`",
        "`Streamlit server is not responding. Are you connected to the internet?`": (
            "`Сервер программы не отвечает. Проверьте связь; когда она появится, страница оживёт сама.`"
        ),
        "`Connection timed out.`": "`Сервер программы долго не отвечает.`",
        "`Connection error`": "`Нет связи с сервером`",
        "`Connecting to Streamlit server`": "`Соединение с сервером`",
        "=`Connecting`,": "=`Соединение`,",
        '"aria-label":`Running...`': '"aria-label":`Страница обновляется`',
        "`Stopping...`:`Stop`": "`Останавливается`:`Остановить`",
        '"aria-label":`Close`': '"aria-label":`Закрыть`',
        "children:`Close`": "children:`Закрыть`",
        '"aria-label":`Expand sidebar`': '"aria-label":`Развернуть меню`',
        '"aria-label":`Collapse sidebar`': '"aria-label":`Свернуть меню`',
    },
    "FileUploader": {
        "`Upload`": "`Выбрать файлы`",
        "`Drag and drop files here`": "`Перетащите файлы сюда`",
        "`Drag and drop a file here`": "`Перетащите файл сюда`",
        "`Add files`": "`Добавить файлы`",
    },
    "Selectbox": {
        "`No results`": "`Ничего не найдено`",
        "`Clear value`": "`Очистить`",
        "`Open`": "`Открыть список`",
        "`Selectbox options`": "`Варианты`",
    },
    "Multiselect": {
        "`No results`": "`Ничего не найдено`",
        "`Remove ${": "`Убрать: ${",
        "`Clear all`": "`Очистить`",
        "`Select all`": "`Выбрать все`",
        "`Open`": "`Открыть список`",
        "`Multiselect options`": "`Варианты`",
        "`Selected values`": "`Выбрано`",
    },
    "DateField": {"en:{year:`yyyy`,month:`mm`,day:`dd`}": "en:{year:`гггг`,month:`мм`,day:`дд`}"},
    "DateInput": {
        "`Choose date`": "`Выбрать дату`",
        "`Clear date`": "`Очистить дату`",
        "`Use arrow keys to navigate dates. Enter to select. Escape to close.`": (
            "`Стрелки — по дням, Enter — выбрать, Esc — закрыть.`"
        ),
    },
    "InputInstructions": {
        "`submit form`": "`отправить`",
        "`apply`": "`применить`",
        "`Press Enter to ${": "`Enter — ${",
        "`Press ${": "`${",
        "+Enter to ${": "+Enter — ${",
    },
    "utils": {"`File must be ${": "`Файл не должен быть больше ${", " or smaller.`": ".`"},
    "NumberInput": {"`Increment`": "`Больше`", "`Decrement`": "`Меньше`", "`Clear value`": "`Очистить`"},
}
"""English text → Russian one, by the name of a script before its digest."""
SIZE = re.compile(r"`\$\{(\w+\(\w+,\w+\.Byte,0\))\} per file`")
SIZE_IN_RUSSIAN = r"`не больше ${\1.replace(`MB`,` МБ`).replace(`GB`,` ГБ`)} в файле`"


@cache
def scripts() -> dict[str, bytes]:
    """Return Streamlit's scripts with Russian texts, by file name."""
    folder = resources.files("streamlit").joinpath("static/static/js")
    found = {}
    for file in folder.iterdir():
        texts = TEXTS.get(file.name.partition(".")[0])
        if texts is None:
            continue
        script = file.read_text(encoding="utf-8")
        for english, russian in texts.items():
            script = script.replace(english, russian)
        found[file.name] = SIZE.sub(SIZE_IN_RUSSIAN, script).encode()
    return found


def answer(path: str) -> Response | None:
    """Return the script asked for, with its texts replaced; None for other paths."""
    _, found, name = path.rpartition(SCRIPTS)
    script = scripts().get(name) if found else None
    if script is None:
        return None
    return Response(script, media_type="text/javascript", headers={"cache-control": KEPT_BY_BROWSERS})
