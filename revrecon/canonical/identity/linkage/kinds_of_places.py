"""Comparisons of how and where something is reached: domain, e-mail, phone, street, city, postal code."""

import polars as pl

from revrecon.canonical.identity.linkage.kinds import (
    BlockingKey,
    Kind,
    Level,
    different,
    digits,
    replaced_words,
    squashed,
)
from revrecon.canonical.identity.linkage.kinds_of_names import plain_words
from revrecon.canonical.identity.linkage.vocabulary import FREE_MAIL, SHARED_MAILBOXES, STREET_WORDS
from revrecon.canonical.standard_forms import domain, email, none_if_empty, phone, postal_code


def _edits(column: str, most: int) -> str:
    return (
        f'abs(length("{column}_l") - length("{column}_r")) <= {most} AND '
        f'damerau_levenshtein("{column}_l", "{column}_r") <= {most}'
    )


def _domain(field: str) -> list[pl.Expr]:
    host = domain(pl.col(field))
    own = pl.when(~host.is_in(list(FREE_MAIL))).then(host)
    kept = pl.col(field)
    return [own.alias(field), kept.str.split(".").list.first().alias(f"{field}__name"), kept.alias(f"{field}__host")]


_DOMAIN = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.8, 5e-4),
    Level("same name, other ending", '"{f}__name_l" = "{f}__name_r"', 0.03, 1e-4),
    Level("typing error", f'length("{{f}}__name_l") >= 5 AND {_edits("{f}__name", 1)}', 0.03, 1e-4),
    different(0.14, 0.999),
)
DOMAIN = Kind(
    _domain,
    _DOMAIN,
    lambda field: [
        BlockingKey("host", pl.col(f"{field}__host")),
        BlockingKey("name of the host", pl.col(f"{field}__name")),
    ],
)
"""Web domains; those of free-mail providers and those that several companies of one system share are no evidence."""


def _email(field: str) -> list[pl.Expr]:
    whole = pl.col(field)
    user = whole.str.extract(r"^([^@]+)@", 1)
    host = whole.str.extract(r"@(.+)$", 1)
    return [
        email(whole).alias(field),
        digits(whole).alias(f"{field}__digits"),
        pl.when(~user.is_in(list(SHARED_MAILBOXES))).then(user).alias(f"{field}__user"),
        pl.when(~host.is_in(list(FREE_MAIL))).then(host).alias(f"{field}__host"),
    ]


_EMAIL_TYPING_ERROR = (
    '"{f}__digits_l" = "{f}__digits_r" AND length("{f}_l") >= 8 AND "{f}__user_l" IS NOT NULL AND ' + _edits("{f}", 2)
)  # john.smith11 and john.smith12 are two people
_EMAIL = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.75, 1e-4),
    Level("typing error", _EMAIL_TYPING_ERROR, 0.06, 5e-5),
    Level("same user at another domain", '"{f}__user_l" = "{f}__user_r" AND length("{f}__user_l") >= 4', 0.05, 3e-4),
    Level("same domain", '"{f}__host_l" = "{f}__host_r"', 0.05, 5e-3),
    different(0.09, 0.99),
)
EMAIL = Kind(
    _email,
    _EMAIL,
    lambda field: [
        BlockingKey("address", pl.col(field)),
        BlockingKey("user", pl.col(f"{field}__user")),
        BlockingKey("host", pl.col(f"{field}__host"), weak=True),
    ],
)
"""E-mail addresses: whole, with a typing error, the same user elsewhere, the same domain."""


def _phone(field: str) -> list[pl.Expr]:
    number = pl.col(field)
    return [phone(number).alias(field), number.str.slice(-7).alias(f"{field}__last")]


_PHONE = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.72, 2e-4),
    Level("same last digits", 'length("{f}__last_l") = 7 AND "{f}__last_l" = "{f}__last_r"', 0.05, 1e-5),
    Level("one digit differs", f'length("{{f}}_l") >= 7 AND {_edits("{f}", 1)}', 0.04, 1e-5),
    different(0.19, 0.999),
)
PHONE = Kind(_phone, _PHONE, lambda field: [BlockingKey("last digits", pl.col(f"{field}__last"))])
"""Phone numbers in any notation: whole, the last seven digits, one digit wrong."""


def _street(field: str) -> list[pl.Expr]:
    words = plain_words(pl.col(field)).str.replace_all(
        r"\b(suite|ste|apt|apartment|unit|floor|fl|room|rm|level|lot|flat)\s+\w+", " "
    )
    words = words.str.replace_all(r"\b(\d+)(st|nd|rd|th)\b", "${1}").str.replace_all(r"\s+", " ").str.strip_chars()
    whole = pl.col(field)
    return [
        none_if_empty(replaced_words(words, STREET_WORDS)).alias(field),
        whole.str.extract(r"(\d+)", 1).alias(f"{field}__number"),
        none_if_empty(whole.str.replace_all(r"\d+\w?\b", "").str.replace_all(r"\s+", " ").str.strip_chars()).alias(
            f"{field}__road"
        ),
        squashed(whole.str.split(" ").list.sort().list.join(" ")).alias(f"{field}__sorted"),
    ]


_STREET = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.68, 1e-4),
    Level("same words, otherwise ordered", '"{f}__sorted_l" = "{f}__sorted_r"', 0.02, 1e-5),
    Level(
        "same number, similar street",
        '"{f}__number_l" IS NOT DISTINCT FROM "{f}__number_r" AND '
        '(jaro_winkler_similarity("{f}__road_l", "{f}__road_r") >= 0.9 OR '
        'starts_with("{f}__road_l", "{f}__road_r") OR starts_with("{f}__road_r", "{f}__road_l"))',
        0.1,
        1e-4,
    ),
    Level("same street, other number", '"{f}__road_l" = "{f}__road_r"', 0.04, 5e-3),
    different(0.16, 0.99),
)
STREET = Kind(
    _street,
    _STREET,
    lambda field: [
        BlockingKey("whole street", pl.col(f"{field}__sorted")),
        BlockingKey("road", pl.col(f"{field}__road"), weak=True, place=True),
    ],
)
"""Streets in any notation: words written out, suites left aside, number and road apart."""


def _city(field: str) -> list[pl.Expr]:
    name = pl.col(field)
    return [plain_words(name).alias(field), squashed(name).alias(f"{field}__squashed")]


_CITY = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.85, 0.05),
    Level(
        "typing error or part",
        '"{f}__squashed_l" = "{f}__squashed_r" OR jaro_winkler_similarity("{f}_l", "{f}_r") >= 0.9 OR '
        "list_has_any(string_split(\"{f}_l\", ' '), string_split(\"{f}_r\", ' '))",
        0.07,
        0.01,
    ),
    different(0.08, 0.94),
)
CITY = Kind(_city, _CITY, lambda field: [BlockingKey("city", pl.col(f"{field}__squashed"), weak=True, place=True)])
"""Cities: equal, a typing error, or one part of the name."""


def _postal(field: str) -> list[pl.Expr]:
    value = pl.col(field)
    return [postal_code(value).alias(field), value.str.slice(0, 3).alias(f"{field}__area")]


_POSTAL = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.85, 0.02),
    Level("typing error", _edits("{f}", 1), 0.05, 2e-3),
    Level("same area", '"{f}__area_l" = "{f}__area_r"', 0.03, 0.02),
    different(0.07, 0.96),
)
POSTAL_CODE = Kind(_postal, _POSTAL, lambda field: [BlockingKey("postal code", pl.col(field), weak=True, place=True)])
"""Postal codes: equal, one digit wrong or two swapped, the same area."""
