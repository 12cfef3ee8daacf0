"""Known findings in the demonstration, and where to see them."""

from dataclasses import dataclass

from etl.demo.scale import Municipality, Scale, regional


@dataclass(frozen=True)
class Story:
    """A known finding of the demonstration.

    code: for tests and links. what: the finding, a Russian sentence. where: page and part of it, in Russian.
    """

    code: str
    what: str
    where: str
    municipalities: tuple[str, ...] = ()


def stories(scale: Scale | None = None) -> tuple[Story, ...]:
    """Return the stories; their municipalities come from the roles of the scale."""
    chosen = scale or regional()
    played = (
        ("climbs", "{names}: доля прошедших диагностику из самой низкой стала одной из самых высоких.",
         "Обзор, матрица; Муниципалитет, динамика"),
        ("slides", "{names}: в 2022 году впереди всех, в 2025-м цель по диагностике не достигнута.",
         "Показатель «Диагностика», рейтинг и динамика"),
        ("silent", "{names}: нет сведений за 2023-1, 2025-2 и 2026-1, поэтому значения региона известны в границах.",
         "Раунды и полнота; Показатель, границы при неполных данных"),
        ("overloaded", "{names}: региональных методистов меньше, чем нужно; нагрузка выше 250 учителей на одного.",
         "Методисты, нагрузка"),
        ("served_by", "{names}: своего регионального методиста нет, учителя закреплены за методистом соседей, и его "
         "общая нагрузка выше 250, хотя по каждому муниципалитету отдельно она в норме.",
         "Методисты, нагрузка методиста по всем муниципалитетам"),
        ("corrects", "{names}: в марте 2026 года пришли уточнённые сведения за 2025-2; людей меньше, прошедших "
         "диагностику больше, одна школа выросла после присоединения, и предупреждение об этом принято с объяснением.",
         "Показатель, почему изменилось; Качество данных, история партий"),
        ("mistakes", "{names}: 12.03.2025 вместо проведённых мероприятий отправлен план на год, партия отозвана.",
         "Качество данных, история партий"),
        ("own_file", "{names}: кадровый состав приходит своей книгой Excel с заголовками в две строки и итогами; "
         "до середины 2024 года в файлах области стоит прежнее название или код ОКТМО.",
         "Загрузка данных; Качество данных, история партий"),
        ("no_roadmap", "{names}: муниципальной дорожной карты нет, показатель не считается.",
         "Дорожная карта, муниципальные карты"),
        ("no_service", "{names}: до 2025 года нет муниципальной методической службы.",
         "Муниципалитет, инфраструктура"),
        ("opens_schools", "{names}: три школы открылись в сентябре 2024 года, в более ранних полугодиях они ожидаются, "
         "но не отчитываются.",
         "Раунды и полнота"),
    )  # fmt: skip
    municipalities = [one for region in chosen.regions for one in region.municipalities]
    found = [
        Story(code, what.format(names=_names(players)), where, tuple(one.municipality_id for one in players))
        for code, what, where in played
        for players in [[one for one in municipalities if _plays(one, code)]]
        if players
    ]
    return (*found, *OF_THE_REGION)


def _plays(one: Municipality, code: str) -> bool:
    return one.served_by is not None if code == "served_by" else code in one.roles


def _names(players: list[Municipality]) -> str:
    return ", ".join(one.name for one in players)


OF_THE_REGION = (
    Story(
        "unanswered_deficit",
        "На дефициты в инклюзивном образовании (INCL) с июля 2024 года не отвечает ни одна программа, хотя "
        "это самый частый дефицит.",
        "Диагностика и дефициты, дефициты без программ; Дорожная карта, мера 3.6 просрочена",
    ),
    Story(
        "unregistered_answer",
        "По оцениванию (EVAL) программы есть, но ни одной из них нет в Федеральном реестре.",
        "Диагностика и дефициты; Дорожная карта, мера 3.7 просрочена",
    ),
    Story(
        "missed_quarter",
        "Региональный методический актив собирался каждый квартал только в 2024 году; в 2025-м пропущен III квартал.",
        "Методисты, заседания по кварталам",
    ),
    Story(
        "late_round",
        "Раунд за 2023-2 закрыт 22.01.2024, поэтому за 2023 год засчитан один мониторинг вместо двух.",
        "Раунды и полнота; Показатель «Мониторинги»",
    ),
    Story(
        "slow_teams",
        "Доля обученных управленческих команд нарастающим итогом доходит до 40 % только в 2026 году.",
        "Показатель «Управленческие команды», ступени целей",
    ),
    Story(
        "two_jobs",
        "Некоторые люди работают в двух организациях, поэтому числитель региона меньше суммы по муниципалитетам.",
        "Показатель, таблица",
    ),
    Story(
        "weak_link",
        "Там, где педагоги активнее, средние баллы чуть выше: связь слабая, но заметная.",
        "Паспорт РС НМС, результаты обучающихся",
    ),
)
