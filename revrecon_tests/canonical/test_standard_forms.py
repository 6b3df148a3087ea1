import polars as pl
import pytest

from revrecon.canonical.standard_forms import FORMS


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        ("legal_name", "Acme, Inc.", "ACME"),
        ("legal_name", "The Übér GmbH & Co. KG", "uber gmbh and co"),
        ("legal_name", "Granite Biotech Inc. (Renewal 2026)", "Granite Biotech"),
        ("legal_name", "S.A. Dupont S.A.", "sa dupont"),
        ("email", " Jane.Doe@Example.COM ", "jane.doe@example.com"),
        ("domain", "https://www.example.com/about?x=1", "example.com"),
        ("domain", "billing@example.co.uk", "example.co.uk"),
        ("phone", "+1 (212) 555-0100 ext. 9", "2125550100"),
        ("phone", "0049 30 1234", "+49 30 1234"),
        ("country", "United States", "US"),
        ("country", "Deutschland", "de"),
        ("postal_code", "80202-1234", "80202"),
        ("postal_code", "ec1a 1bb", "EC1A1BB"),
        ("code", "hx-100", "HX 100"),
        ("casefold", "Café  Central ", "cafe central"),
    ],
)
def test_two_spellings_of_one_value_have_one_standard_form(form, one, other):
    both = pl.DataFrame({"value": [one, other]}).select(FORMS[form](pl.col("value")).alias("value"))["value"]
    assert both[0] == both[1]


@pytest.mark.parametrize("form", list(FORMS))
def test_an_empty_value_is_none_and_a_standard_form_stays_as_it_is(form):
    frame = pl.DataFrame({"value": ["", "   ", None, "Acme 42 Inc"]})
    once = frame.select(FORMS[form](pl.col("value")).alias("value"))
    assert once["value"][:3].to_list() == [None, None, None]
    assert once.select(FORMS[form](pl.col("value")).alias("value")).equals(once)


def test_a_name_that_is_only_a_legal_form_is_kept():
    assert pl.DataFrame({"n": ["Limited"]}).select(FORMS["legal_name"](pl.col("n")).alias("n")).item() == "limited"
