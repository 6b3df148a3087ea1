"""A company whose names are an attack, and every page that it leaves behind."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from revrecon.audit.quarter import quarter_named
from revrecon.daily.auditing import audit_of, keep_audit
from revrecon.daily.clean_up import keep_clean_up
from revrecon.daily.health import health_of, keep_health
from revrecon.daily.quarter import Known, quarter_days
from revrecon.daily.site import publish_site
from revrecon.daily.standup import keep_standup
from revrecon.daily.worst import keep_worst
from revrecon_tests.companies import ACCOUNTS, DEALS, SHOP
from revrecon_tests.shops import BROKEN_QUOTES, FIRST, SECOND, export_day, inputs_of, run

SCRIPT = "<script>window.hurt=1;alert(1)</script>"
IMAGE = '\\"><img src=x onerror=alert(2)>'
LINK = "<a href=javascript:alert(3)>x</a>"
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
NEXT_WEEK = dt.datetime(SECOND.year, SECOND.month, SECOND.day, 17, tzinfo=dt.UTC) + dt.timedelta(days=7)
TURNED = "\u202eشركة الأمل ☃"

_HOSTILE = {"Acme Inc.": SCRIPT, "Acme Europe": LINK, "Borealis": LONG}


def hostile_pages(root: Path) -> dict[str, Path]:
    """Every page of two days of the hostile shop, by what it is called."""
    text = SHOP.replace("name: Corner Shop", f'name: "{IMAGE} {TURNED}"')
    text = text.replace("text: What could be won.", f'text: "{SCRIPT}"').replace(
        "title: Deal\n", f"title: '{LINK}'\n", 1
    )
    return every_page(root, text, _HOSTILE, SCRIPT)


def every_page(root: Path, text: str, names: Mapping[str, str], note: str) -> dict[str, Path]:
    """Every page of two days of a shop, by what it is called: its map, other names for accounts and deals, a note."""
    text = text.replace('tickets: {at: "08:00"}', 'tickets: {at: "08:00"}, standup: {at: "09:30", on: tuesday}')
    text = text.replace("text: First year of open quotes.", "text: First year.\n        reported: figures.csv")
    (root / "entity_map.yaml").write_text(text)
    (root / "data").mkdir()
    (root / "data" / "figures.csv").write_text(
        f"number,definition,as_of,value,reported_by,note\npipeline,books,{SECOND},400,ann,{note}\n"
    )
    accounts, deals = ACCOUNTS, DEALS
    for plain, other in names.items():
        accounts, deals = accounts.replace(plain, other), deals.replace(plain, other)
    for day, changed in ((FIRST, {}), (SECOND, {"quotes": BROKEN_QUOTES})):
        export_day(root, day, accounts=accounts, deals=deals, **changed)
        last = run(root, day)
    inputs = inputs_of(root)
    quarter = quarter_days(inputs, quarter_named("2026Q1", inputs.loaded.map.company), Known())
    audit = keep_audit(quarter, audit_of(quarter))
    site, _ = publish_site(inputs, last, root / "site")
    reports = last.home.reports
    return {
        "daily sheet": reports / "daily" / f"{SECOND}.html",
        "number": reports / "bridges" / f"{SECOND}" / "pipeline.html",
        "identity": reports / "identity" / f"{SECOND}.html",
        "standup": keep_standup(last),
        "worst": keep_worst(last)[1],
        "audit": audit,
        "evidence": audit.with_name("evidence.html"),
        **{f"clean-up {page.stem}": page for page in keep_clean_up(last)},
        "health": keep_health(last.home, health_of(last.home, inputs.loaded.map, NEXT_WEEK)),
        "site": site,
        "site, entity": site.parent / "entities" / "deal.html",
        "site, number": site.parent / "numbers" / "pipeline.html",
        "site, system": site.parent / "systems" / "crm.html",
        "site, person": site.parent / "people" / "ann.html",
        "site, versions": site.parent / "versions.html",
        "site, words": site.parent / "words.html",
    }
