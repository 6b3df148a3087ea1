"""Values of a map that nothing can hold are problems with their line, and never a traceback, there or on a day."""

import pytest

from revrecon.entity_map.loader import parse_map
from revrecon.entity_map.problems import MapProblems
from revrecon_tests.companies import SHOP

STAGE = "stage: {type: text, allowed: [open, won, lost]}"
DEEP = f"{'(' * 4000}1 = 1{')' * 4000}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 2\n", f"version: {'9' * 5000}\n", "line 101: .*a whole number of 5,000 digits"),
        ("version: 2\n", f"version: 0x{'f' * 9000}\n", "line 101: .*a whole number of 9,002 digits"),
        ("name: Corner Shop", 'name: "\\ud800"', "line 2: company.name: U\\+D800 is half a character"),
        ("freshness: 24h", f"freshness: {'9' * 400}h", "line 36: .*'99999999 … h' is longer than a hundred years"),
        ("freshness: 24h", "freshness: 99999d", "line 36: .*is longer than a hundred years; write a shorter duration"),
        ("stage = 'open', large", f"{DEEP}, large", "is nested too deeply; write it with fewer brackets"),
        (STAGE, "stage: {type: text, pattern: '((a{1000}){1000}){1000}'}", "line 79: .*pattern"),
        (STAGE, f"stage: {{type: text, pattern: '{'(' * 3000}a{')' * 3000}'}}", "line 79: .*pattern"),
    ],
)
def test_what_is_out_of_bounds_is_told_with_its_line(old, new, told):
    assert old in SHOP
    with pytest.raises(MapProblems, match=told):
        parse_map(SHOP.replace(old, new, 1))


def test_what_is_long_and_within_bounds_is_read():
    text = SHOP.replace("version: 2\n", f"version: {'1' * 18}\n").replace("freshness: 24h", "freshness: 36000d", 1)
    assert parse_map(text).map.numbers["pipeline"].definitions["canonical"].version == int("1" * 18)
