"""The site as files in a folder that any web server, share or browser shows."""

from pathlib import Path

from revrecon.entity_map.model import EntityMap
from revrecon.history.atomic import write_text
from revrecon.reports.files import safe_csv
from revrecon.reports.site.pages import site_pages
from revrecon.reports.site.state import SiteState
from revrecon.reports.ticket_lists import ticket_table


def write_site(entity_map: EntityMap, map_sha: str, text: str, state: SiteState, folder: Path) -> Path:
    """Write every page, beside them the map and all live tickets; the path of the first page, written last."""
    made = site_pages(entity_map, map_sha, state)
    write_text(text, folder / "entity_map.yaml")
    write_text(safe_csv(ticket_table(state.tickets)), folder / "tickets.csv")
    for path, page in made.items():
        if path != "index.html":
            write_text(page, folder / path)
    write_text(made["index.html"], folder / "index.html")
    return folder / "index.html"
