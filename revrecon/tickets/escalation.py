"""The ladder: by a ticket's age its owner is reminded, then the deputy and the manager are told."""

from datetime import date, timedelta

from revrecon.entity_map.company import Person
from revrecon.entity_map.model import EntityMap
from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.model import Escalation, Role


def escalations(
    entity_map: EntityMap, owner: str, opened_by: date, as_of: date, acknowledged: bool
) -> tuple[Escalation, ...]:
    """The steps that a ticket in breach since `opened_by` has reached on the morning after `as_of`.

    A step is told on the business morning after the day on which the ticket turned that old. An acknowledged ticket
    needs no deputy, and a step to someone whom the map does not name is passed over.
    """
    climbed = []
    for step, rung in enumerate(entity_map.rhythms.escalation):
        due = next_business_morning(opened_by + rung.after, entity_map.rhythms.holidays)
        person = _person(entity_map, owner, rung.to)
        passed_over = person is None or (acknowledged and rung.to == "deputy")
        if person is not None and not passed_over and due <= as_of + timedelta(days=1):
            climbed.append(Escalation(step, rung.to, person.name, person.email, due))
    return tuple(climbed)


def _person(entity_map: EntityMap, owner: str, role: Role) -> Person | None:
    answers = entity_map.people.get(owner)
    if answers is None or role == "owner":
        return answers
    return entity_map.people.get((answers.deputy if role == "deputy" else answers.manager) or "")
