"""Standard forms: named expressions that make two spellings of one value equal. Equal afterwards is no disagreement."""

from collections.abc import Callable

import polars as pl

from revrecon.entity_map.entities import StandardForm

_LEGAL_FORMS = (
    "incorporated inc corporation corp company co limited ltd llc llp lp plc gmbh mbh ag kg ohg ug sa sas sarl srl spa "
    "bv nv oy ab as aps pty pte kk holding"
)
_COUNTRIES = {
    "united states of america": "us", "united states": "us", "usa": "us", "u.s.a.": "us", "u.s.": "us",
    "united kingdom": "gb", "great britain": "gb", "uk": "gb", "england": "gb", "germany": "de", "deutschland": "de",
    "france": "fr", "canada": "ca", "spain": "es", "italy": "it", "netherlands": "nl", "the netherlands": "nl",
    "belgium": "be", "switzerland": "ch", "austria": "at", "ireland": "ie", "poland": "pl", "portugal": "pt",
    "sweden": "se", "norway": "no", "denmark": "dk", "finland": "fi", "australia": "au", "new zealand": "nz",
    "japan": "jp", "china": "cn", "india": "in", "singapore": "sg", "brazil": "br", "mexico": "mx",
    "south africa": "za", "south korea": "kr", "korea, republic of": "kr", "czech republic": "cz", "czechia": "cz",
    "hungary": "hu", "romania": "ro", "greece": "gr", "turkey": "tr", "israel": "il", "united arab emirates": "ae",
    "luxembourg": "lu", "argentina": "ar", "chile": "cl", "colombia": "co", "hong kong": "hk", "taiwan": "tw",
}  # fmt: skip


def text(value: pl.Expr) -> pl.Expr:
    """Trimmed, inner blanks single, Unicode composed, empty as null."""
    tidy = value.cast(pl.String).str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    return none_if_empty(tidy)


def none_if_empty(value: pl.Expr) -> pl.Expr:
    """Null for an empty text. By one pattern: a choice between two branches would work out `value` twice."""
    return value.str.extract(r"(?s)^(.+)$")


def casefold(value: pl.Expr) -> pl.Expr:
    """As text, in lower case and without accents."""
    return text(value).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def email(value: pl.Expr) -> pl.Expr:
    """Lower case, without blanks."""
    return text(value).str.to_lowercase().str.replace_all(" ", "")


def domain(value: pl.Expr) -> pl.Expr:
    """The host of a web address, or what follows the @ of an e-mail address, without www."""
    host = text(value).str.to_lowercase().str.replace(r"^.*@", "").str.replace(r"^[a-z]+://", "")
    return text(host.str.replace(r"[/?#:].*$", "").str.replace(r"^www\d?\.", "").str.strip_chars("."))


def phone(value: pl.Expr) -> pl.Expr:
    """Digits only; a leading 00 or + and a North American 1 are the same as none."""
    digits = text(value).str.replace_all(r"(?i)\s*(ext\.?|x)\s*\d+$", "").str.replace_all(r"\D", "")
    return text(digits.str.replace(r"^00", "").str.replace(r"^1(\d{10})$", "$1"))


def legal_name(value: pl.Expr) -> pl.Expr:
    """A company name without its legal form, what stands in brackets, punctuation, case and accents."""
    bare = casefold(value).str.replace_all(r"\([^)]*\)", " ").str.replace_all("&", " and ")
    words = bare.str.replace_all(r"[.'’]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    forms = "|".join(_LEGAL_FORMS.split())
    return text(words.str.replace(rf"(\s+({forms}))+$", "").str.replace(r"^the\s+", ""))  # a form alone stays


def country(value: pl.Expr) -> pl.Expr:
    """The ISO code of two letters, in lower case, where the name is known; else the name in lower case."""
    return casefold(value).replace(_COUNTRIES)


def postal_code(value: pl.Expr) -> pl.Expr:
    """Upper case without blanks and dashes; a nine-digit US code is cut to five."""
    bare = text(value).str.to_uppercase()
    return text(bare.str.replace(r"^(\d{5})-\d{4}$", "$1").str.replace_all(r"[\s-]", ""))


def code(value: pl.Expr) -> pl.Expr:
    """Letters and digits only, in upper case: product codes, tax numbers."""
    return text(casefold(value).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", ""))


FORMS: dict[StandardForm, Callable[[pl.Expr], pl.Expr]] = {
    "text": text,
    "casefold": casefold,
    "email": email,
    "domain": domain,
    "phone": phone,
    "legal_name": legal_name,
    "country": country,
    "postal_code": postal_code,
    "code": code,
}
"""Each standard form of the map, as an expression on a text expression."""


def standardised(field: str, form: StandardForm | None) -> pl.Expr:
    """The field in its standard form; a field without one is compared as it is."""
    return FORMS[form](pl.col(field)).alias(field) if form else pl.col(field)
