"""The channels that exist. A new one is a file with two verbs, its settings in the map's model, and a case here."""

from pathlib import Path

import httpx

from revrecon.entity_map.outlets import (
    ChannelSettings,
    EmailChannel,
    FileChannel,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
)
from revrecon.tickets.alerts import email, file, slack, teams, webhook
from revrecon.tickets.alerts.contract import Channel
from revrecon.tickets.wire import Wire, client, secret


def open_channel(settings: ChannelSettings, home: Path, transport: httpx.BaseTransport | None = None) -> Channel:
    """A channel by its settings; `transport` in place of the network. Raises SecretMissing."""
    match settings:
        case FileChannel():
            return file.FileChannel(home / "reports" / "alerts")
        case EmailChannel():
            return email.EmailChannel(settings)
        case SlackChannel():
            headers = {"Authorization": f"Bearer {secret(settings.token_env)}"}
            http = client(settings.url, headers=headers, transport=transport)
            return slack.SlackChannel(settings, Wire("Slack", http, pause=1.0))
        case TeamsChannel():
            return teams.TeamsChannel(Wire("The Teams workflow", client(secret(settings.url_env), transport=transport)))
        case WebhookChannel():
            http = client(secret(settings.url_env), transport=transport)
            signing = secret(settings.secret_env) if settings.secret_env else None
            return webhook.WebhookChannel(Wire("The webhook", http), signing)
