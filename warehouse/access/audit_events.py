"""Kinds and outcomes of entries of the audit trail, with their Russian names."""

from typing import Literal

Outcome = Literal["begun", "done", "failed", "refused"]

Event = Literal[
    "signed_in",
    "sign_in_refused",
    "signed_out",
    "session_expired",
    "local_session",
    "action_refused",
    "files_checked",
    "load",
    "batch_withdrawn",
    "delivery_stated",
    "batch_restored",
    "rows_dismissed",
    "rows_finished",
    "finding_decided",
    "round_changed",
    "target_changed",
    "recommendations_made",
    "recommendations_changed",
    "people_exported",
    "documents_made",
    "person_changed",
    "published",
    "key_rotated",
    "condensed",
    "backed_up",
    "restored",
]

EVENTS: dict[str, str] = {
    "signed_in": "вход",
    "sign_in_refused": "вход отклонён",
    "signed_out": "выход",
    "session_expired": "сеанс истёк",
    "local_session": "сеанс без входа",
    "action_refused": "отказ в действии",
    "files_checked": "проверка файлов",
    "load": "загрузка",
    "batch_withdrawn": "отзыв партии",
    "delivery_stated": "сведения о присланном",
    "batch_restored": "возврат партии",
    "rows_dismissed": "отклонение строк карантина",
    "rows_finished": "исправление строк карантина",
    "finding_decided": "решение по находке",
    "round_changed": "раунд",
    "target_changed": "изменение цели",
    "recommendations_made": "составление рекомендаций",
    "recommendations_changed": "рекомендации",
    "people_exported": "выгрузка строк о людях",
    "documents_made": "подготовка документов",
    "person_changed": "изменение доступа",
    "published": "пересчёт показателей",
    "key_rotated": "смена ключа",
    "condensed": "сжатие строк о людях",
    "backed_up": "резервная копия",
    "restored": "восстановление из копии",
}
"""Kinds of entries, by code, with their Russian names."""

OUTCOMES: dict[str, str] = {
    "begun": "начато, итога нет",
    "done": "выполнено",
    "failed": "не выполнено",
    "refused": "отказано",
}
