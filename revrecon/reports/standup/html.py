"""The pack as one HTML page that needs nothing beside it: no network, good on screen, on a phone and on paper."""

from markupsafe import Markup

from revrecon.reports.environment import pages
from revrecon.reports.formats import long_day
from revrecon.reports.palette import CATEGORY_COLOURS
from revrecon.reports.standup.pack import StandupPack
from revrecon.reports.standup.picture import open_picture
from revrecon.reports.standup.views import (
    ages_of_all,
    exception_lines,
    figure_lines,
    followed,
    owed_views,
    proposal_lines,
)


def render_standup(pack: StandupPack) -> str:
    """The whole pack; every value from the data is escaped."""
    return pages().get_template("standup.html.j2").render(
        pack=pack,
        company=pack.map.company,
        day=long_day(pack.meets_on),
        at=pack.map.rhythms.standup.at if pack.map.rhythms.standup else None,
        figures=figure_lines(pack),
        owed=owed_views(pack),
        new=exception_lines(pack, "new"),
        cleared=exception_lines(pack, "cleared"),
        proposals=proposal_lines(pack),
        followed=list(followed(pack)),
        ages=ages_of_all(pack),
        picture=Markup(open_picture(pack.open_by_day)),  # its own text is escaped where it is drawn
        colours=CATEGORY_COLOURS,
    )  # fmt: skip
