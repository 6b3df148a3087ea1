"""The troubles that a person can mend: the map's author, the operator, the outside world."""

from revrecon.audit.quarter import NoSuchQuarter
from revrecon.canonical.copies import ColumnsMissing
from revrecon.canonical.rates import RatesUnreadable
from revrecon.canonical.world import LooksBeyondItsPart
from revrecon.daily.auditing import QuarterIncomplete
from revrecon.daily.buckets.engine import SpreadUnknown
from revrecon.daily.buckets.trouble import EngineMissing, SchedulerSilent, WorkersDied, WorkersUnfit
from revrecon.daily.carrying.settings import CarryingUnknown
from revrecon.daily.decisions_file import DecisionsFileRefused
from revrecon.daily.erasing import NobodyToErase
from revrecon.daily.home import HomeNotWritable
from revrecon.daily.names import UnknownName
from revrecon.daily.publishing import NothingToPublish, PublishedLater, SnapshotMissing
from revrecon.daily.run import NothingToRun
from revrecon.daily.standup import NotReconciled
from revrecon.daily.steward import DecisionsRefused
from revrecon.daily.tables import TableMissing
from revrecon.daily.verifying import NoSuchFigure
from revrecon.daily.warehouse import WarehouseNotBuilt
from revrecon.decisions.amending import AmendmentRefused
from revrecon.decisions.contradictions import Contradiction
from revrecon.entity_map.formulas import FormulaError
from revrecon.entity_map.problems import MapProblems
from revrecon.history.atomic import NotWhole, NotWritten
from revrecon.history.lake import LakeError
from revrecon.history.map_store import NoSuchMap
from revrecon.history.storage.trouble import StorageTrouble
from revrecon.numbers.orders import TooLarge
from revrecon.numbers.versions import NoSuchLens
from revrecon.reports.bridge_views import NoSuchBridge
from revrecon.reports.bridges.files import NoSuchForm
from revrecon.reports.bridges.workbook.door import TooManyRecords
from revrecon.reports.table_files import TooManyRows
from revrecon.sources.contract import SourceError
from revrecon.tickets.acts import ActRefused
from revrecon.tickets.database import LedgerTrouble
from revrecon.tickets.publications import PublishedMeanwhile
from revrecon.write_back.trouble import WriteRefused

CANNOT_RUN = (
    MapProblems,
    SourceError,
    LakeError,
    StorageTrouble,
    ColumnsMissing,
    RatesUnreadable,
    FormulaError,
    HomeNotWritable,
    SpreadUnknown,
    CarryingUnknown,
    EngineMissing,
    SchedulerSilent,
    WorkersDied,
    WorkersUnfit,
    LooksBeyondItsPart,
    NothingToRun,
    NotReconciled,
    NoSuchQuarter,
    QuarterIncomplete,
    TableMissing,
    UnknownName,
    NoSuchBridge,
    NoSuchForm,
    TooManyRecords,
    TooManyRows,
    NoSuchLens,
    TooLarge,
    NothingToPublish,
    PublishedLater,
    SnapshotMissing,
    PublishedMeanwhile,
    Contradiction,
    DecisionsRefused,
    DecisionsFileRefused,
    AmendmentRefused,
    NoSuchFigure,
    NoSuchMap,
    ActRefused,
    LedgerTrouble,
    NotWhole,
    NotWritten,
    WarehouseNotBuilt,
    NobodyToErase,
    WriteRefused,
)
"""Each ends a command with its own sentence and exit code 2."""
