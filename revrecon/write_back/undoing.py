"""Undoing a write: the values that were there before, put back only where the value is still ours."""

from revrecon.write_back.change import change_id
from revrecon.write_back.planning import LeftOut, Plan
from revrecon.write_back.state import Write
from revrecon.write_back.trouble import WriteRefused

_ERASED = "its person was erased: what was there before is not known any more"


def undo_of(write: Write) -> Plan:
    """The plan that takes a write back, its last change first. Raises WriteRefused for one that is not finished."""
    if write.ended is None:
        raise WriteRefused(
            f"{write.id} is not finished, so that nobody knows what is to be undone. First go on with it: revrecon "
            f"write-back resume {write.id}; or write no more of it: revrecon write-back give-up {write.id}."
        )
    ours = write.ours()
    back = tuple(
        one.model_copy(
            update={
                "id": change_id(one.system, one.object, one.record_id, one.column, made.after, found.value),
                "seen": made.after, "to": found.value, "why": f"{write.id} is undone: {one.why}", "batch": 0,
            }
        )
        for one, found, made in reversed(ours)
    )  # fmt: skip
    mine = {one.id for one, _, _ in ours}
    left = tuple(
        LeftOut(one.object, one.record_id, one.column, _ERASED if one.erased else "it was not changed by this write")
        for one in write.changes
        if one.id not in mine
    )
    return Plan(write.begun.system, back, left)
