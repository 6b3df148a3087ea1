"""Rules about trackers and alerts: whom and what they name."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.outlets import EmailChannel, MarkdownTracker, WebhookTracker
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known


def alerts_go_to_channels_that_exist(entity_map: EntityMap) -> Iterator[Problem]:
    """Whoever is told is told through channels of the map."""
    alerts = entity_map.alerts
    if alerts is None:
        return
    for path, names in _channels_named(entity_map):
        for place, name in enumerate(names):
            yield from unless_known((*path, place), "channel of the map", name, alerts.channels)


def _channels_named(entity_map: EntityMap) -> Iterator[tuple[Path, tuple[str, ...]]]:
    alerts = entity_map.alerts
    if alerts is not None:
        yield ("alerts", "owners"), alerts.owners
    if alerts is not None and alerts.engineers is not None:
        yield ("alerts", "engineers", "channels"), alerts.engineers.channels
    if alerts is not None and alerts.heartbeat is not None:
        yield ("alerts", "heartbeat", "channels"), alerts.heartbeat.channels


def people_of_alerts_and_trackers_exist(entity_map: EntityMap) -> Iterator[Problem]:
    """Engineers, and those whom a tracker knows under another name, are people of the map."""
    if entity_map.alerts is not None and entity_map.alerts.engineers is not None:
        for place, name in enumerate(entity_map.alerts.engineers.people):
            path: Path = ("alerts", "engineers", "people", place)
            yield from unless_known(path, "person of the map", name, entity_map.people)
    for key, tracker in entity_map.trackers.items():
        if not isinstance(tracker, MarkdownTracker | WebhookTracker):
            for name in tracker.assignees:
                path = ("trackers", key, "assignees", name)
                yield from unless_known(path, "person of the map", name, entity_map.people)


def trackers_show_entities_that_exist(entity_map: EntityMap) -> Iterator[Problem]:
    """A tracker that shows the tickets of some entities names entities of the map."""
    for key, tracker in entity_map.trackers.items():
        for place, name in enumerate(tracker.entities):
            path = ("trackers", key, "entities", place)
            yield from unless_known(path, "entity of the map", name, entity_map.entities)


def outlets_have_names_of_their_own(entity_map: EntityMap) -> Iterator[Problem]:
    """A tracker and a channel of one name would share one place in the outbox; two names are always there."""
    taken = {"files", "ledger"}
    for key in entity_map.trackers:
        if key in taken:
            yield broken(("trackers", key), f"the tracker '{key}' is always there", "choose another name")
    for key in entity_map.alerts.channels if entity_map.alerts else ():
        if key in taken or key in entity_map.trackers:
            yield broken(("alerts", "channels", key), f"'{key}' is also a tracker", "choose another name")


def mail_logs_in_with_a_name_and_a_password(entity_map: EntityMap) -> Iterator[Problem]:
    """A login has both halves, and never goes over a line that is not encrypted."""
    for key, channel in (entity_map.alerts.channels if entity_map.alerts else {}).items():
        if not isinstance(channel, EmailChannel):
            continue
        path = ("alerts", "channels", key)
        if (channel.user_env is None) != (channel.password_env is None):
            yield broken(path, "a login needs both user_env and password_env", "name both or neither")
        elif channel.user_env and channel.security == "none":
            yield broken((*path, "security"), "a password would go over an open line", "write starttls or tls")


OUTLET_RULES: tuple[Rule, ...] = (
    alerts_go_to_channels_that_exist,
    people_of_alerts_and_trackers_exist,
    trackers_show_entities_that_exist,
    outlets_have_names_of_their_own,
    mail_logs_in_with_a_name_and_a_password,
)
