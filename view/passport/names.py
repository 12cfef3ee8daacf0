"""Names of the passport: sections, expected parts and who provides them, figures."""

from __future__ import annotations

from dataclasses import dataclass

from checks.russian import NBSP


@dataclass(frozen=True)
class Named:
    """A figure: name, column of the totals, unit, decimals, levels of passports with it."""

    name: str
    code: str
    unit: str = ""
    decimals: int = 0
    levels: str = "RM"


@dataclass(frozen=True)
class Part:
    """An expected part: name, who provides it, the noun after «667 из 700»: one, many."""

    name: str
    owner: str
    one: str
    many: str


TITLES = {
    "staff": "Кадры",
    "programs": "Программы ДПО",
    "infrastructure": "Инфраструктура",
    "finance": "Финансы",
    "events": "Мероприятия и вовлечённость",
    "resources": "Информационные ресурсы",
    "results": "Результативность и связь с результатами обучающихся",
}
_SERVICE, _CENTRE = "муниципальная методическая служба", "ЦНППМ"
_ORGANIZATION = "образовательные организации"
PART_NAMES = {
    "staff_reports": Part("Кадровый состав организаций", _ORGANIZATION, "организации", "организаций"),
    "municipal_methodists": Part("Муниципальные методисты в реестре", _SERVICE, "муниципалитета", "муниципалитетов"),
    "assignments": Part("Закрепление педагогов за методистами", _CENTRE, "муниципалитета", "муниципалитетов"),
    "program_list": Part("Перечень действующих программ", _CENTRE, "перечня", "перечней"),
    "program_developers": Part("У программы указан разработчик", _CENTRE, "программы", "программ"),
    "training": Part("Обучение по программам", _CENTRE, "муниципалитета", "муниципалитетов"),
    "infrastructure_reports": Part("Муниципальная инфраструктура", _SERVICE, "муниципалитета", "муниципалитетов"),
    "infrastructure_fields": Part("Числа служб, центров и объединений заполнены", _SERVICE, "поля", "полей"),
    "registry": Part("Записи в банке практик, площадок и сообществ", _SERVICE, "муниципалитета", "муниципалитетов"),
    "finance": Part("Финансовое обеспечение за год", "муниципалитеты и Комитет", "территории", "территорий"),
    "events": Part("Мероприятия с начала года", _SERVICE, "муниципалитета", "муниципалитетов"),
    "event_participants": Part("У мероприятия указано число участников", _SERVICE, "мероприятия", "мероприятий"),
    "young_support": Part("Поддержка молодых педагогов", _SERVICE, "муниципалитета", "муниципалитетов"),
    "resources": Part("Хотя бы один информационный ресурс", "муниципалитеты и ЦНППМ", "территории", "территорий"),
    "indicators": Part("Показатели, по которым есть данные", _CENTRE, "показателя", "показателей"),
    "outcomes": Part("Результаты обучающихся школ за год", "Комитет и школы", "школы", "школ"),
    "roadmap": Part("Дорожная карта", "муниципалитеты и Комитет", "территории", "территорий"),
}
FIGURES: dict[str, tuple[Named, ...]] = {
    "staff": (
        Named("Педагогические работники", "pedagogical_staff", "чел."),
        Named("из них учителя", "teachers", "чел."),
        Named("Управленческие кадры", "managers", "чел."),
        Named("Педагоги до 35 лет, первые три года", "young_specialists", "чел."),
        Named("Управленческие команды", "management_teams", ""),
        Named("Региональные методисты в реестре", "regional_methodists", "чел."),
        Named("Муниципальные методисты в реестре", "municipal_methodists", "чел."),
    ),
    "programs": (
        Named("Действующие программы области", "programs", ""),
        Named("повышения квалификации", "programs_short", "", levels="R"),
        Named("переподготовки", "programs_long", "", levels="R"),
        Named("В Федеральном реестре", "programs_registered", ""),
        Named("В дистанционной системе", "programs_distant", ""),
        Named("Средний объём", "program_hours", "ч", 1, levels="R"),
        Named("Завершили обучение с начала года", "trained", "чел."),
        Named("из них прошли аттестацию", "attested", "чел."),
        Named("Программы, по которым учились", "programs_studied", ""),
    ),
    "infrastructure": (
        Named("Муниципальные методические службы", "municipal_services", "", levels="R"),
        Named("Сотрудники служб", "service_staff", "чел."),
        Named("Методические советы", "councils", "", levels="R"),
        Named("Ресурсные центры", "resource_centers", ""),
        Named("Методические объединения", "associations", ""),
        Named("Службы и советы в организациях", "organization_services", ""),
        Named("Соглашения с ЦНППМ", "agreements", "", levels="R"),
        Named("Дорожные карты утверждены", "roadmaps_approved", "", levels="R"),
        Named("Практики", "practices", ""),
        Named("Стажировочные площадки", "training_sites", ""),
        Named("Профессиональные сообщества", "communities", ""),
        Named("Инновационные площадки", "innovation_sites", ""),
    ),
    "finance": (
        Named("План на год", "planned_rub", f"млн{NBSP}руб.", 1),
        Named("Исполнено", "spent_rub", f"млн{NBSP}руб.", 1),
        Named("Исполнение плана", "spent_share", "%", 1),
    ),
    "events": (
        Named("Мероприятия с начала года", "events", ""),
        Named("Участия", "participants", ""),
        Named("Молодые педагоги с поддержкой", "young_supported", "чел."),
    ),
    "resources": (
        Named("Ресурсы", "resources", ""),
        Named("Сайты", "sites", ""),
        Named("Системы дистанционного обучения", "learning_systems", ""),
        Named("Базы данных", "databases", ""),
    ),
    "results": (),
}
OF_WHOLE_YEAR = frozenset({"spent_rub", "spent_share"})
"""Figures of a calendar year, which grow until its end; those of the year before cover it in full."""
UNDATED = frozenset({"resources"})
"""Sections whose records have no date, and so no figures of the year before."""
