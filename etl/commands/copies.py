"""The commands `backup` and `restore`; `restore` also restores withdrawn batches."""

import argparse
from collections.abc import Callable
from pathlib import Path

from checks.russian import counted
from etl.commands.arguments import Commands, acting
from warehouse.retention import archive
from warehouse.store.address import Address
from warehouse.store.clock import now

DONE = 0
Run = Callable[[argparse.Namespace, Address], int]


def add_commands(commands: Commands, restore_batch: Run) -> None:
    """Add the commands `backup` and `restore` to the parser.

    restore_batch: runs when `restore` is given a batch number instead of a file.
    """
    backup = commands.add_parser("backup", help="сделать резервную копию хранилища одним файлом")
    backup.add_argument("target", type=Path, metavar="ПАПКА-ИЛИ-ФАЙЛ")
    backup.add_argument("--with-key", action="store_true", help="положить в копию и ключ псевдонимов")
    backup.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
    backup.set_defaults(run=_backup)

    def restore(options: argparse.Namespace, address: Address) -> int:
        if options.what.isdecimal():
            options.batch = int(options.what)
            return restore_batch(options, address)
        return _restore(options, address)

    back = commands.add_parser("restore", help="вернуть отозванную партию (номер) или хранилище из копии (файл)")
    back.add_argument("what", metavar="ПАРТИЯ-ИЛИ-ФАЙЛ")
    back.add_argument("--reason", default="", help="причина, если возвращается партия")
    back.add_argument("--replace", action="store_true", help="прежнее хранилище отложить")
    back.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
    back.set_defaults(run=restore, change="restore")


def _backup(options: argparse.Namespace, address: Address) -> int:
    made = archive.back_up(address, acting(options), options.target, now(), with_key=options.with_key)
    files = counted(len(made.files), "файл", "файла", "файлов")
    print(f"Копия сделана и проверена: {made.file}, {files}.")
    if made.has_key:
        print("В копии есть ключ псевдонимов: храните её так же закрыто, как ключ.")
    else:
        print("Ключа псевдонимов в копии нет: его файл или RSNMS_KEY храните отдельно.")
    return DONE


def _restore(options: argparse.Namespace, address: Address) -> int:
    done = archive.restore(address, acting(options), Path(options.what), now(), replace=options.replace)
    print(f"Хранилище восстановлено из копии от {done.archive.made_at:%d.%m.%Y %H:%M} UTC: {address.database}.")
    if done.aside:
        print(f"Прежнее хранилище отложено: {done.aside}. Когда убедитесь, что всё на месте, удалите его.")
    if not done.key_fits:
        print(
            f"Ключа, под которым записаны люди, здесь нет: верните {address.key} или RSNMS_KEY. "
            "До этого файлы с людьми не загружаются, остальное работает."
        )
    return DONE
