"""The lanes of `mithaq worker`: a Celery worker for each, forked from one process that has loaded everything.

The lanes share the memory of that process (copy-on-write), which costs far less than separate programs. It starts a
lane again when it ends; other lanes go on meanwhile. With `mithaq up` the scheduler is one of them.
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from types import FrameType

from celery.apps import worker as celery_worker

from service.jobs import LANES, QUEUES
from service.logs.formats import set_part
from workers import beat, lane_heartbeat
from workers.app import SETTINGS, celery, die_with_parent

log = logging.getLogger(__name__)

RESTART_DELAY = 1.0
"""Seconds before a lane that ended is started again."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
BEAT = "beat"
"""The name of the scheduler among the lanes."""

MAIL_THREADS = 4
"""Threads that deliver emails and sweep: most of the time they wait for a server, and they share their memory."""

PRELOADED = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.bin.celery",
    "celery.concurrency.asynpool",
    "celery.concurrency.thread",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "kombu.asynchronous",
    "kombu.transport.redis",
)
"""Modules that every lane would load after the fork, each into memory of its own: 15 MB a process."""


def run(lanes: Iterable[str]) -> int:
    """Run lanes until a stop signal, and return the exit code. Replaces the signal handlers of this process."""
    celery.loader.import_default_modules()
    for name in PRELOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    return LaneSupervisor(run_lane).run(lanes)


def run_lane(lane: str) -> None:
    """Run the Celery worker of a lane, or the scheduler, in this process."""
    if lane == BEAT:
        beat.run()
        return
    celery.steps["consumer"].add(lane_heartbeat.make_step(lane))
    queues = ",".join(sorted({QUEUES[name] for name in LANES[lane]}))
    # No gossip: workers coordinate through the job rows.
    common = (f"--hostname={lane}@%h", "--without-gossip", "--without-mingle", f"--loglevel={SETTINGS.log}")
    celery_worker.safe_say = _log_celery_message
    celery.worker_main(["--quiet", "worker", *_pool_options(lane), f"--queues={queues}", *common])


def _log_celery_message(message: str, *_: object) -> None:
    """Log what Celery writes to its standard output when it stops."""
    log.info("%s", message)


def _pool_options(lane: str) -> tuple[str, str]:
    if lane == "mails":
        return "--pool=threads", f"--concurrency={MAIL_THREADS}"
    return "--pool=prefork", f"--concurrency={SETTINGS.workers}"


class LaneSupervisor:
    """Forks a process for each lane, and waits for them."""

    def __init__(self, run_lane: Callable[[str], None]) -> None:
        self._run_lane = run_lane
        self._lanes: dict[int, str] = {}
        self._is_stopping = False

    def run(self, lanes: Iterable[str]) -> int:
        """Run until every lane has stopped after a stop signal; return 0, or 1 if one was killed on the way."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        for lane in lanes:
            self._fork(lane)
        failed = False
        while self._lanes:
            pid, status = os.wait()
            lane = self._lanes.pop(pid, "")
            if self._is_stopping:
                failed |= status != 0
            elif lane:
                log.error("the worker of lane %s ended (status %d); starting it again", lane, status)
                time.sleep(RESTART_DELAY)
                self._fork(lane)
        return int(failed)

    def _stop(self, number: int, _: FrameType | None) -> None:
        """Ask every lane to finish what it does. The signal of a terminal has reached the lanes already."""
        self._is_stopping = True
        for pid in self._lanes:
            os.kill(pid, signal.SIGQUIT if number == signal.SIGQUIT else signal.SIGTERM)

    def _fork(self, lane: str) -> None:
        """Start a lane; stop signals wait until it is known, so that none is missed."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            parent = os.getpid()
            pid = 0 if self._is_stopping else os.fork()
            if self._is_stopping:
                return
            if pid == 0:
                self._become(lane, parent)
            self._lanes[pid] = lane
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _become(self, lane: str, parent: int) -> None:
        """Run a lane in the forked process, which never returns."""
        code = 1
        try:
            die_with_parent(parent)
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            set_part(lane)
            self._run_lane(lane)
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except BaseException:
            log.exception("lane %s failed", lane)
        finally:
            logging.shutdown()
            os._exit(code)
