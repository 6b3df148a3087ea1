"""Where tickets and alerts go out: trackers and channels, their settings, and who is told of what.

Secrets are never written here: a key that ends in `_env` names the environment variable that holds one.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from revrecon.entity_map.addresses import EnvName, Url
from revrecon.entity_map.company import ClockTime
from revrecon.entity_map.parts import Name, Part


class _Tracker(Part):
    """What every tracker may say: which entities' tickets it shows (all, where left out)."""

    entities: tuple[Name, ...] = ()


class MarkdownTracker(_Tracker):
    """One Markdown file per ticket in one more folder, such as a share; the home's own files are always written."""

    kind: Literal["markdown"]
    folder: str


class WebhookTracker(_Tracker):
    """Each change of a ticket as JSON to an address, signed when a secret is named."""

    kind: Literal["webhook"]
    url_env: EnvName
    secret_env: EnvName | None = None


class JiraTracker(_Tracker):
    """Issues of one Jira Cloud project; `assignees` gives people of the map their account ids there."""

    kind: Literal["jira"]
    url: Url
    project: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]+$")]
    issue_type: str = "Task"
    user_env: EnvName = "REVRECON_JIRA_USER"
    token_env: EnvName = "REVRECON_JIRA_TOKEN"
    assignees: dict[Name, str] = {}


class GitHubTracker(_Tracker):
    """Issues of one GitHub repository; `assignees` gives people of the map their login names there."""

    kind: Literal["github"]
    repository: Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$")]
    url: Url = "https://api.github.com"
    token_env: EnvName = "REVRECON_GITHUB_TOKEN"
    assignees: dict[Name, str] = {}


class ServiceNowTracker(_Tracker):
    """Records of one ServiceNow table; `assignees` gives people of the map their sys_id there."""

    kind: Literal["servicenow"]
    url: Url
    table: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")] = "incident"
    user_env: EnvName = "REVRECON_SERVICENOW_USER"
    password_env: EnvName = "REVRECON_SERVICENOW_PASSWORD"
    close_code: str = "Solved (Permanently)"
    assignees: dict[Name, str] = {}


class RoundupTracker(_Tracker):
    """Issues of a Roundup tracker whose `issue` class has a text property `external_id`."""

    kind: Literal["roundup"]
    url: Url
    user_env: EnvName = "REVRECON_ROUNDUP_USER"
    password_env: EnvName = "REVRECON_ROUNDUP_PASSWORD"
    priority: str = "bug"
    open_status: str = "unread"
    taken_status: str = "in-progress"
    resolved_status: str = "resolved"
    assignees: dict[Name, str] = {}


TrackerSettings = Annotated[
    MarkdownTracker | WebhookTracker | JiraTracker | GitHubTracker | ServiceNowTracker | RoundupTracker,
    Field(discriminator="kind"),
]
"""One tracker, told apart by its kind."""


class FileChannel(Part):
    """Each alert as a file below `reports/alerts` of the home."""

    kind: Literal["file"]


class EmailChannel(Part):
    """Mail to the people concerned, through an SMTP server."""

    kind: Literal["email"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    security: Literal["starttls", "tls", "none"] = "starttls"
    user_env: EnvName | None = None
    password_env: EnvName | None = None


class SlackChannel(Part):
    """Messages of a Slack app in one channel, named by its id."""

    kind: Literal["slack"]
    channel: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]+$")]
    token_env: EnvName = "REVRECON_SLACK_TOKEN"
    url: Url = "https://slack.com/api"


class TeamsChannel(Part):
    """Adaptive cards to a Teams workflow, whose address is a secret."""

    kind: Literal["teams"]
    url_env: EnvName


class WebhookChannel(Part):
    """Each alert as JSON to an address, signed when a secret is named."""

    kind: Literal["webhook"]
    url_env: EnvName
    secret_env: EnvName | None = None


ChannelSettings = Annotated[
    FileChannel | EmailChannel | SlackChannel | TeamsChannel | WebhookChannel, Field(discriminator="kind")
]
"""One channel of alerts, told apart by its kind."""


class Engineers(Part):
    """Who is told when a run fails or a day is missing, and through which channels."""

    people: tuple[Name, ...]
    channels: tuple[Name, ...]


class Heartbeat(Part):
    """A daily alert that proves that alerting works: whoever misses it knows that it does not."""

    at: ClockTime
    channels: tuple[Name, ...]


class Links(Part):
    """Where people find reports and Dagster, so that tickets lead there: the addresses under which each is served."""

    reports: Url | None = None
    dagster: Url | None = None


class Alerts(Part):
    """The channels of alerts; `owners` are told of their tickets, engineers of runs, all of the heartbeat."""

    channels: dict[Name, ChannelSettings]
    owners: tuple[Name, ...] = ()
    engineers: Engineers | None = None
    heartbeat: Heartbeat | None = None
