"""The parts of the workforce, joined: what the routes use of this room, and the loops that it offers."""

from collections.abc import Awaitable, Callable

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.loops import Loop
from mci_router.routing.engine import Engine
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.workforce.forecast import ForecastMaking, Forecasts
from mci_router.workforce.intraday.looking import Intraday, Try
from mci_router.workforce.schedules import lapsing, news
from mci_router.workforce.schedules import work as schedule_work
from mci_router.workforce.schedules.news import ScheduleEvents
from mci_router.workforce.schedules.work import Doing, Making
from mci_router.workforce.staffing import jobs
from mci_router.workforce.staffing.asking import Staffing
from mci_router.workforce.staffing.jobs import StaffingJobs

ForEach = Callable[[Callable[[Snapshot], Awaitable[None]]], Callable[[], Awaitable[None]]]
"""Makes work of a workspace the work of all workspaces that this process keeps."""


class Workforce:
    """What will come, who is needed, and who works when. `solver` gives a worker that makes a schedule, `try_out`
    plays the rest of a day.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        solver: Callable[[], Doing],
        try_out: Try,
    ) -> None:
        self.forecasts = Forecasts(database)
        self.staffing = Staffing(database, self.forecasts)
        self.schedules = Making(database, snapshots, solver)
        self._intraday = Intraday(database, engine, self.forecasts, try_out)
        self._news = ScheduleEvents(database, engine)
        self._database = database
        self._forecasting = ForecastMaking(database)
        self._jobs = StaffingJobs(database, settings)

    def loops(
        self, of_mine: ForEach, mine: Callable[[str], Callable[[], bool]], *, soon_s: float, forget_s: float
    ) -> list[Loop]:
        """Returns its loops: `mine` says whether a piece of work is this process's."""
        return [
            Loop("forecasts", soon_s, of_mine(self._forecasting.turn)),
            Loop("intraday", soon_s, of_mine(self._intraday.turn)),
            Loop("staffing", soon_s, self._jobs.turn, jobs.PENDING, mine=mine("staffing")),
            Loop("forgetting staffing jobs", forget_s, self._jobs.forget, mine=mine("forgetting")),
            Loop("schedules", soon_s, self.schedules.turn, schedule_work.PENDING),
            Loop("lapsing requests", lapsing.INTERVAL_S, self._lapse, mine=mine("lapsing requests")),
            Loop("news of schedules", soon_s, self._news.turn, news.PENDING, mine=mine("news of schedules")),
        ]

    async def _lapse(self) -> None:
        await lapsing.lapse(self._database)

    async def close(self) -> None:
        """Ends what is under way: another process takes it up."""
        await self.schedules.close()
