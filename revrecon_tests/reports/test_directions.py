"""Names that are written from right to left turn nothing around them."""

from html.parser import HTMLParser
from unicodedata import bidirectional

import pytest
from jinja2 import Environment
from markupsafe import Markup

from revrecon.reports.directions import isolated, isolated_text
from revrecon.reports.environment import pages
from revrecon.reports.isolating import Isolating
from revrecon_tests.browser.pages import every_page
from revrecon_tests.companies import SHOP

COMPANY = "شركة"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Acme & Sons", "Acme &amp; Sons"),
        ("Müller", "Müller"),
        (COMPANY, f"<bdi>{COMPANY}</bdi>"),
        (f"{COMPANY} 42", f"<bdi>{COMPANY} 42</bdi>"),
        (f"2026: {COMPANY} <b>", f"2026: <bdi>{COMPANY}</bdi> &lt;b&gt;"),
        (f"Deal in {COMPANY} {COMPANY}: 3 stale", f"Deal in <bdi>{COMPANY} {COMPANY}</bdi>: 3 stale"),
        ("חברה of شركة", "<bdi>חברה</bdi> of <bdi>شركة</bdi>"),
        ("شِ Acme", "<bdi>شِ</bdi> Acme"),
        ("Acme \u202e$100\u202c", "Acme [U+202E]$100[U+202C]"),
        (f"\u2067{COMPANY}", f"[U+2067]<bdi>{COMPANY}</bdi>"),
        (f"{COMPANY}\u2069", f"<bdi>{COMPANY}</bdi>[U+2069]"),
    ],
)
def test_what_is_written_from_right_to_left_keeps_to_itself(text, html):
    assert isolated(text) == html
    assert isolated_text(text) == (Markup(html).replace("<bdi>", "\u2068").replace("</bdi>", "\u2069").unescape())


def test_markup_stays_what_it_is():
    assert isolated(Markup(f"<b>{COMPANY}</b>")) == f"<b>{COMPANY}</b>"


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("<p>{{ x }}</p>", "<p><bdi>{x}</bdi></p>"),
        ("<p title='>' id=\"a{{ x }}\">{{ x }}</p>", "<p title='>' id=\"a{x}\"><bdi>{x}</bdi></p>"),
        ("<title>{{ x }}</title>{{ x }}", "<title>\u2068{x}\u2069</title><bdi>{x}</bdi>"),
        ("<style>p > a { content: '{{ x }}' }</style>{{ x }}", "<style>p > a { content: '{x}' }</style><bdi>{x}</bdi>"),
        ("<td{% if x %} class='{{ x }}'{% endif %}>{{ x ~ '!' }}", "<td class='{x}'><bdi>{x}!</bdi>"),
        ("{% macro told(y) %}<b>{{ y }}</b>{% endmacro %}{{ told(x) }}", "<b><bdi>{x}</bdi></b>"),
        ("{{ 'no' if not x else x }}{{ '' if not x }}", "<bdi>{x}</bdi>"),
    ],
)
def test_a_value_is_isolated_by_where_it_stands(template, page):
    environment = Environment(autoescape=True, extensions=[Isolating])
    assert environment.from_string(template).render(x=COMPANY) == page.replace("{x}", COMPANY)


def test_a_template_shows_no_function():
    for template in ("{{ beside.items }}", "<a href='{{ beside.items }}'>", "<title>{{ beside.items }}</title>"):
        with pytest.raises(TypeError, match="which is a function: call it, or ask for the key in brackets"):
            pages().from_string(template).render(beside={"items": "items.csv"})
    assert pages().from_string("{{ beside['items'] }}").render(beside={"items": "items.csv"}) == "items.csv"


class Isolated(HTMLParser):
    """Every text and told attribute of a page that holds something from right to left, and whether it is isolated."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.apart = 0
        self.loose: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.open += [] if tag in ("meta", "br", "wbr", "img", "link", "input", "hr") else [tag]
        for name, value in attrs:
            if name in ("title", "aria-label", "alt", "placeholder") and value:
                self._look(value, f"{name} of {tag}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "bdi" not in self.open:
            self._look(data, "/".join(self.open[-3:]))
        elif any(letter in data for letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
            self.loose.append(f"turned in bdi: {data!r}")
        else:
            self.apart += any(map(_turns, data))

    def _look(self, text, where):
        depth = 0
        for letter in text:
            depth += {"\u2068": 1, "\u2069": -1}.get(letter, 0)
            if letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067" or (_turns(letter) and depth != 1):
                self.loose.append(f"{where}: {text.strip()[:80]!r}")
                return
            self.apart += _turns(letter)


def _turns(letter: str) -> bool:
    return bidirectional(letter) in ("R", "AL")


ARABIC = {
    "Corner Shop": "شركة 42 الأمل", "name: Ann,": "name: آن 7,", "title: Sales": "title: المبيعات 3",
    "title: Books": "title: الدفاتر 1", "title: CRM": "title: زبائن 2", "title: Account\n": "title: حساب 5\n",
    "title: Deal\n": "title: صفقة 6\n", "title: Pipeline": "title: خط 8", "text: A sale.": "text: بيع 9.",
    "text: A customer.": "text: زبون 4.", "text: What could be won.": "text: ما قد يربح 11.",
    "text: Amount of open deals.": "text: مبلغ 12.",
}  # fmt: skip
NAMES = {"Acme Inc.": "\u202eأكمي 10", "Acme Europe": "أكمي أوروبا 20", "Borealis": "بورياليس (30)", "Big": "كبيرة 40"}


@pytest.fixture(scope="module")
def arabic(tmp_path_factory):
    text = SHOP
    for plain, other in ARABIC.items():
        assert plain in text
        text = text.replace(plain, other)
    return every_page(tmp_path_factory.mktemp("arabic"), text, NAMES, "ملاحظة 50")


@pytest.mark.slow
def test_every_page_isolates_every_name(arabic):
    assert len(arabic) >= 16
    for name, path in arabic.items():
        found = Isolated(path.read_text(encoding="utf-8"))
        assert found.loose == [], name
        assert found.apart > 0, name
