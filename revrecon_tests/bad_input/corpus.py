"""Exports as ugly as real ones, each with how many rows are in it and what shall become of them."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass

HEADER = "id,name,stage,total,crm_id,created,changed"
WHEN = "2026-01-11 00:00:00,2026-01-11 00:00:00"
MANY = 1_000_000


def row(key: str = "Q1", name: str = "Big", total: str = "900.00", when: str = WHEN) -> str:
    """A quote."""
    return f"{key},{name},open,{total},D1,{when}"


def text(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


@dataclass(frozen=True)
class Ugly:
    """An export: what is in it, and what becomes of its rows. `refused`: a part of the one error that is told."""

    name: str
    content: Callable[[], bytes]
    kept: int = 0
    replaced: int = 0  # rows that a later one of the same key replaced
    quarantined: int = 0
    refused: str = ""
    large: bool = False

    @property
    def rows(self) -> int:
        """How many rows were sent."""
        return self.kept + self.replaced + self.quarantined


def _plain(name: str, *rows: str, encoding: str = "utf-8", kept: int = -1, **became: int | str) -> Ugly:
    settled = became.get("quarantined", 0), became.get("replaced", 0)
    count = kept if kept >= 0 else len(rows) - sum(int(one) for one in settled)
    return Ugly(name, lambda: text(*rows).encode(encoding), kept=count, **became)


def _of_header(name: str, header: str, refused: str) -> Ugly:
    return Ugly(name, lambda: text(row(), header=header).encode(), refused=refused)


CORPUS = [
    _plain("a byte order mark", row(), row("Q2"), encoding="utf-8-sig"),
    _plain("UTF-16 with its mark", row(), row("Q2", "Zoë"), encoding="utf-16"),
    Ugly(
        "the mark of UTF-8 before Latin-1",
        lambda: b"\xef\xbb\xbf" + text(row(name="Zoë")).encode("latin-1"),
        refused="begins with the mark of UTF-8 and goes on as something else",
    ),
    Ugly(
        "UTF-16 that ends in half a letter",
        lambda: text(row()).encode("utf-16")[:-1],
        refused="begins with the mark of UTF-16 and goes on as something else",
    ),
    _plain("Latin-1", row(name="Zoë"), row("Q2", "Müller"), encoding="latin-1"),
    _plain("Windows-1252", row(name="“Smart” – €"), encoding="cp1252"),
    _plain("NUL bytes", row(name="B\x00ig"), row("Q\x002")),
    _plain("nothing but NUL bytes in a key", row("\x00\x00"), row("Q2"), quarantined=1),
    _plain("quotes in quotes", row(name='"Big ""and"" bold"'), row("Q2", '"a,b"')),
    _plain("a line break within quotes", row(name='"Big\nand bold"'), row("Q2")),
    _plain("a quote that is never closed", row("Q2"), 'Q1,"Big,open,900.00,D1,' + WHEN, quarantined=1),
    _plain("a quote in the middle of a value", row(name='Big "B" Deal'), row("Q2")),
    _plain("carriage returns and line feeds", row() + "\r", row("Q2") + "\r"),
    Ugly("only carriage returns", lambda: text(row(), row("Q2")).replace("\n", "\r").encode(), kept=2),
    _plain("empty lines between rows", row(), "", "", row("Q2"), kept=2),
    _plain("rows too short and too long", row(), "Q2,Small", row("Q3") + ",more", quarantined=2),
    _plain("a cell of 10 MB", row(name="x" * 10_000_000), row("Q2"), large=True),
    Ugly(
        "2,000 columns",
        lambda: text(row() + ",v" * 2000, header=HEADER + "".join(f",c{n}" for n in range(2000))).encode(),
        kept=1,
    ),
    _of_header("two headers of one name", HEADER + ",name", "has two columns named 'name'"),
    _of_header("a header without a name", "id,,stage,total,crm_id,created,changed", "has no name for column 2"),
    _of_header("a header in another case", HEADER.replace("id,", "ID,", 1), "did you mean"),
    _of_header("no header at all", row("Q9"), "has two columns named"),
    Ugly("an empty file", lambda: b"", refused="is empty: not even a header"),
    Ugly("nothing but blanks", lambda: b" \n\t\n  ", refused="is empty: not even a header"),
    Ugly("a header and no row", lambda: f"{HEADER}\n".encode(), refused="a first extract cannot be empty"),
    Ugly("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, refused="2026-03-0"),
    Ugly("half of a gzip file", lambda: gzip.compress(text(row()).encode())[:-9], refused="2026-03-0"),
    _plain("decimal commas", row(total='"1.234,56"'), row("Q2", total='"12,5"')),
    _plain("thousands of several kinds", row(total='"1,234.56"'), row("Q2", total="1'234.5")),
    _plain(
        "dates in three formats",
        row(when="11.01.2026,01/11/2026"),
        row("Q2", when="2026-01-11T00:00:00Z,20260111"),
        row("Q3", when="last Tuesday,soon"),
    ),
    _plain("the years 9999, 0001 and 12026", row(when="9999-12-31 23:59:59,9999-12-31 23:59:59"),
           row("Q2", when="0001-01-01 00:00:00,0001-01-01 00:00:00"), row("Q3", when="12026-01-01 00:00:00,")),
    _plain("no number, minus nothing and infinity", *(
        row(f"Q{n}", total=total) for n, total in enumerate(("NaN", "-0.0", "inf", "1e308", "0x1F", "٣٤", "--5"))
    )),
    _plain("numbers without end", row(total="9" * 400), row("Q2", total="0." + "3" * 400)),
    _plain("emoji and what joins them", row(name="👩‍👩‍👧 Ltd 🚀"), row("Q2", "\u200b\ufeffGhost")),
    _plain("names from right to left", row(name="\u202eshirt\u202c"), row("Q2", "شركة النور")),
    _plain("ids that differ only in case", row("q1"), row("Q1")),
    _plain("ids that differ only in leading zeros", row("01"), row("1"), row("001")),
    _plain("ids with blanks around them", row(" Q1 "), row("Q1"), replaced=1),
    _plain("keys that are empty or blank", row(""), row("   "), row("Q1"), quarantined=2),
    _plain("formulas and HTML in names", row("=1+1", "=cmd|' /C calc'!A0"), row("Q2", "<script>alert(1)</script>")),
    _plain("names that are paths", row("../../etc/passwd", "../x"), row("..", "/")),
    _plain("a row that is sent twice", row(), row(), replaced=1),
    Ugly("a million rows of one key", lambda: text(*[row()] * MANY).encode(), kept=1, replaced=MANY - 1, large=True),
]  # fmt: skip
"""Every export of the corpus."""
