"""Rules about systems: their objects, the files that they come in, and their date formats."""

import re
from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken
from revrecon.entity_map.stores import AzureStore, DataFolder, SftpStore
from revrecon.entity_map.systems import FilesSystem, System

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LETTER = re.compile(r"%(?:[:#]{0,2}(?=z)|\.?[369]?(?=f)|[-_0]?)(.)|%$")
_LETTERS = frozenset("YCyqmbBhdeaAwuUWGgVjDxFvHkIlPpMSfRTXrZzcstn+%")
_YEARS = frozenset("YyCGFDxvcs+")
_DAYS = frozenset("dejFDxvcs+")


def every_object_has_a_key(entity_map: EntityMap) -> Iterator[Problem]:
    """Records are told apart by at least one column, each named once."""
    for name, system in entity_map.systems.items():
        for object_name, spec in system.objects.items():
            if not spec.key or len(set(spec.key)) < len(spec.key):
                path = ("systems", name, "objects", object_name, "key")
                yield broken(
                    path, "a key is one or more different columns", "write the columns that tell records apart"
                )


def shrink_limits_are_shares(entity_map: EntityMap) -> Iterator[Problem]:
    """An extract is suspicious below a share of the one before, and a share is at most 1."""
    for name, system in entity_map.systems.items():
        for object_name, spec in system.objects.items():
            if not 0 <= spec.shrink_limit <= 1:
                path = ("systems", name, "objects", object_name, "shrink_limit")
                yield broken(path, f"{spec.shrink_limit:g} is no share between 0 and 1", "write 0.5 or 50%")


def file_patterns_tell_objects_and_days(entity_map: EntityMap) -> Iterator[Problem]:
    """A pattern knows `{object}` and `{date:...}` and no other placeholder, and tells several objects apart."""
    for name, system in entity_map.systems.items():
        wrong = [problem for at, pattern in _patterns(name, system) for problem in _pattern_problems(at, pattern)]
        yield from wrong
        unnamed = [key for key, spec in system.objects.items() if spec.file is None]
        if not isinstance(system, FilesSystem):
            continue
        if not wrong and len(unnamed) > 1 and "{object}" not in system.settings.file:
            message = f"the pattern '{system.settings.file}' is the same for {len(unnamed)} objects"
            yield broken(
                ("systems", name, "settings", "file"), message, "write {object} where the object's name stands"
            )


def _patterns(name: str, system: System) -> Iterator[tuple[Path, str]]:
    if isinstance(system, FilesSystem):
        yield ("systems", name, "settings", "file"), system.settings.file
    for key, spec in system.objects.items():
        if spec.file is not None:
            yield ("systems", name, "objects", key, "file"), spec.file


def _pattern_problems(path: Path, pattern: str) -> Iterator[Problem]:
    for placeholder in _PLACEHOLDER.findall(pattern):
        known, _, letters = placeholder.partition(":")
        if placeholder != "object" and (known != "date" or not letters):
            hint = "use {object} or {date:%Y-%m-%d}"
            yield broken(path, f"the placeholder '{{{placeholder}}}' means nothing in a file pattern", hint)
        elif letters and (wrong := _unknown_letter(letters) or ("%" not in letters and letters)):
            yield broken(path, f"'{wrong}' is no strftime letter", "write such as {date:%Y-%m-%d}")


def roots_stay_in_their_store(entity_map: EntityMap) -> Iterator[Problem]:
    """A folder of a bucket has a plain name, and an app of Azure a tenant."""
    for name, system in entity_map.systems.items():
        if not isinstance(system, FilesSystem) or isinstance(system.settings.store, DataFolder):
            continue
        root, store = system.settings.root, system.settings.store
        if ".." in root.split("/") or (root.startswith("/") and not isinstance(store, SftpStore)):
            message = f"the folder '{root}' is none of the {store.kind} store"
            yield broken(
                ("systems", name, "settings", "root"), message, "write such as exports/crm, or . for all of it"
            )
        if isinstance(store, AzureStore) and store.login == "app" and not store.tenant:
            path = ("systems", name, "settings", "store", "login")
            yield broken(path, "an app logs in at a tenant, and none is named", "add tenant, or another login")


def time_formats_give_a_year_and_a_day(entity_map: EntityMap) -> Iterator[Problem]:
    """Date and timestamp formats are strftime letters from which a whole day can be read."""
    for path, pattern in _time_formats(entity_map):
        letters = [match.group(1) or "" for match in _LETTER.finditer(pattern)]
        unknown = _unknown_letter(pattern)
        if unknown:
            yield broken(path, f"the format '{pattern}' holds '{unknown}', which is no strftime letter")
        elif not _YEARS.intersection(letters) or not _DAYS.intersection(letters):
            message = f"no whole day can be read by the format '{pattern}'"
            yield broken(path, message, "write strftime letters such as %Y-%m-%d or %m/%d/%Y")


def _time_formats(entity_map: EntityMap) -> Iterator[tuple[Path, str]]:
    for name, system in entity_map.systems.items():
        for kind, patterns in (("date", system.formats.date), ("timestamp", system.formats.timestamp)):
            for place, pattern in enumerate(patterns):
                yield ("systems", name, "formats", kind, place), pattern
    for entity_name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            for field, mapping in copy.fields.items():
                for place, pattern in enumerate(mapping.format):
                    above = ("entities", entity_name, "replication", copy_name, "fields", field)
                    yield (*above, "format", place), pattern


def _unknown_letter(pattern: str) -> str | None:
    return next((m.group() for m in _LETTER.finditer(pattern) if (m.group(1) or "") not in _LETTERS), None)


SYSTEM_RULES: tuple[Rule, ...] = (
    every_object_has_a_key,
    shrink_limits_are_shares,
    file_patterns_tell_objects_and_days,
    roots_stay_in_their_store,
    time_formats_give_a_year_and_a_day,
)
