"""Homes in whose lakes the deals of a shop are."""

import pytest

from revrecon.daily.home import Home
from revrecon_tests.companies import TODAY, company
from revrecon_tests.daily.buckets.landing import land
from revrecon_tests.daily.buckets.many_deals import STRICT, many_deals


@pytest.fixture
def ninety_deals(tmp_path):
    """A home with the strict shop's extracts of a day, ninety deals among them."""
    strict, home = company(**STRICT), Home(tmp_path, alone=True)
    land(home, strict, TODAY, many_deals(90))
    return home
