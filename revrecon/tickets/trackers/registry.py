"""The trackers that exist. A new one is a file with three verbs, its settings in the map's model, and a case here."""

from pathlib import Path

import httpx

from revrecon.entity_map.outlets import (
    GitHubTracker,
    JiraTracker,
    MarkdownTracker,
    RoundupTracker,
    ServiceNowTracker,
    TrackerSettings,
    WebhookTracker,
)
from revrecon.tickets.trackers import github, jira, markdown, roundup, servicenow, webhook
from revrecon.tickets.trackers.contract import Tracker
from revrecon.tickets.wire import Wire, client, secret


def open_tracker(settings: TrackerSettings, home: Path, transport: httpx.BaseTransport | None = None) -> Tracker:
    """A tracker by its settings; `transport` in place of the network. Raises SecretMissing."""
    match settings:
        case MarkdownTracker():
            return markdown.MarkdownTracker(home / settings.folder)
        case WebhookTracker():
            http = client(secret(settings.url_env), transport=transport)
            return webhook.WebhookTracker(
                Wire("The webhook", http), secret(settings.secret_env) if settings.secret_env else None
            )
        case JiraTracker():
            login = (secret(settings.user_env), secret(settings.token_env))
            return jira.JiraTracker(settings, Wire("Jira", client(settings.url, auth=login, transport=transport)))
        case GitHubTracker():
            headers = {"Authorization": f"Bearer {secret(settings.token_env)}", "X-GitHub-Api-Version": "2022-11-28"}
            headers |= {"Accept": "application/vnd.github+json"}
            http = client(settings.url, headers=headers, transport=transport)
            return github.GitHubTracker(settings, Wire("GitHub", http, pause=1.0))
        case ServiceNowTracker():
            login = (secret(settings.user_env), secret(settings.password_env))
            http = client(settings.url, auth=login, headers={"Accept": "application/json"}, transport=transport)
            return servicenow.ServiceNowTracker(settings, Wire("ServiceNow", http))
        case RoundupTracker():
            login = (secret(settings.user_env), secret(settings.password_env))
            origin = str(httpx.URL(settings.url).copy_with(path="/", query=None, fragment=None)).rstrip("/")
            headers = {"X-Requested-With": "rest", "Origin": origin, "Referer": f"{settings.url}/"}
            http = client(settings.url, auth=login, headers=headers, transport=transport)
            return roundup.RoundupTracker(settings, Wire("Roundup", http), login[0])
