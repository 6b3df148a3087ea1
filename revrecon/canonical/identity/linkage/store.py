"""Models and carried scores on disk."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.schemas import Carried
from revrecon.entity_map.entities import Entity


class LinkageStore:
    """Models and carried scores below a folder; every file is whole or absent, and losing one costs only time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def model(self, name: str, entity: Entity, training_day: date, make: Callable[[], Model]) -> Model:
        """The kept model of an entity, its settings and the training day; made and kept where there is none."""
        raise NotImplementedError

    def carried(self, name: str, model: Model) -> Carried | None:
        """The newest scores carried under this model, or None."""
        raise NotImplementedError

    def keep(self, name: str, carried: Carried) -> None:
        """Keep the scores to carry over, and drop older ones that no kept model needs."""
        raise NotImplementedError
