"""How long what days leave behind is kept. What is precious is kept for ever, and has no place here."""

from datetime import timedelta

from revrecon.entity_map.parts import Duration, Part


class Retention(Part):
    """After these times a day is thinned out: of each month only its last day that was run stays.

    `reports` and `tables` can be made again from the lake. `replaced`: extracts that a later export of the same day
    replaced and no published figure rests on. `passes`: facts of checks that never were in breach. `messages`: what was
    told to an outlet and has been followed by something newer. `runs`: Dagster's own log of runs.
    """

    reports: Duration = timedelta(days=120)
    tables: Duration = timedelta(days=400)
    replaced: Duration = timedelta(days=120)
    passes: Duration = timedelta(days=400)
    messages: Duration = timedelta(days=120)
    runs: Duration = timedelta(days=30)
