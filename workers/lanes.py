"""The lanes of `mithaq worker`: a Celery worker for each, forked from one process that has loaded everything.

The lanes share the memory of that process (copy-on-write), which costs far less than separate programs. It starts a
lane again when it ends; other lanes go on meanwhile. With `mithaq up` the scheduler and the web server are lanes too.
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import FrameType, MappingProxyType

from celery.apps import worker as celery_worker

from service.freed_memory import return_freed_memory
from service.jobs import LANES, QUEUES, RENDER_PROOF
from service.logs.formats import set_part
from workers import beat, lane_heartbeat, proofs
from workers.app import SETTINGS, celery, die_with_parent, name_process
from workers.restart_delay import STABLE_AFTER, restart_delay

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
"""Seconds between two looks at the lanes while one waits to be started again."""

MAX_EXITS = 3
"""Exits of a lane that was never stable, after which it will not recover by itself."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
BEAT = "beat"
"""The name of the scheduler among the lanes."""

THREADS = {"mails": 4, "proofs": 1}
"""Threads of the lanes that need no further processes. Those that deliver emails and sweep mostly wait for a server;
proofs are made one after another, by programs with limits of their own."""

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


def run(lanes: Iterable[str], *, others: Mapping[str, Callable[[], None]] = MappingProxyType({})) -> int:
    """Run lanes until a stop signal, and return the exit code. Replaces the signal handlers of this process.

    `others` are further lanes, and what each of them runs.
    """
    celery.loader.import_default_modules()
    for name in PRELOADED:
        import_module(name)
    celery.finalize()
    _ = celery.amqp, celery.control, celery.tasks
    gc.collect()
    return_freed_memory()
    gc.freeze()

    def run_one(lane: str) -> None:
        others[lane]() if lane in others else run_lane(lane)

    return LaneSupervisor(run_one).run([*others, *lanes])


def run_lane(lane: str) -> None:
    """Run the Celery worker of a lane, or the scheduler, in this process."""
    if lane == BEAT:
        beat.run()
        return
    if RENDER_PROOF in LANES[lane]:
        _run_in_child("mithaq-engines", proofs.register_engines)
    celery.steps["consumer"].add(lane_heartbeat.make_step(lane))
    queues = ",".join(sorted({QUEUES[name] for name in LANES[lane]}))
    # No gossip: workers coordinate through the job rows.
    common = (f"--hostname={lane}@%h", "--without-gossip", "--without-mingle", f"--loglevel={SETTINGS.log}")
    celery_worker.safe_say = _log_celery_message
    celery.worker_main(["--quiet", "worker", *_pool_options(lane), f"--queues={queues}", *common])


def _run_in_child(name: str, function: Callable[[], None]) -> None:
    """Run a function in a process of its own, so that this one does not keep the 11 MB that it needs."""
    pid = os.fork()
    if pid == 0:
        try:
            name_process(name)
            function()
        except Exception:
            log.exception("%s failed", function.__name__)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _log_celery_message(message: str, *_: object) -> None:
    """Log what Celery writes to its standard output when it stops."""
    log.info("%s", message)


def _pool_options(lane: str) -> tuple[str, str]:
    if lane in THREADS:
        return "--pool=threads", f"--concurrency={THREADS[lane]}"
    return "--pool=prefork", f"--concurrency={SETTINGS.workers}"


@dataclass(slots=True)
class _Lane:
    """When a lane was started last, how long it waits before it is started again, and how often it ended."""

    started: float = 0.0
    delay: float = 0.0
    exits: int = 0
    was_stable: bool = False


class LaneSupervisor:
    """Forks a process for each lane, and waits for them."""

    def __init__(self, run_lane: Callable[[str], None]) -> None:
        self._run_lane = run_lane
        self._running: dict[int, str] = {}
        self._due: dict[str, float] = {}
        self._lanes: dict[str, _Lane] = {}
        self._is_stopping = False
        self._failed = False

    def run(self, lanes: Iterable[str]) -> int:
        """Run until every lane has stopped after a stop signal; return 0, or 1 if one was killed on the way.

        A lane that ends is started again, each time later. If one never comes up, all are stopped: 1.
        """
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        for lane in lanes:
            self._lanes[lane] = _Lane()
            self._fork(lane)
        while self._running or self._due:
            pid, status = self._wait()
            if pid:
                self._note_end(self._running.pop(pid, ""), os.waitstatus_to_exitcode(status))
            self._start_due_lanes()
        return int(self._failed)

    def _wait(self) -> tuple[int, int]:
        """Wait until a lane has ended, or one is due."""
        if not self._due:
            return os.wait()
        time.sleep(POLL_SECONDS)
        return os.waitpid(-1, os.WNOHANG) if self._running else (0, 0)

    def _note_end(self, lane: str, code: int) -> None:
        if self._is_stopping:
            self._failed |= code not in (0, -signal.SIGTERM)  # uvicorn ends by the signal that stopped it
            return
        if not lane:
            return
        state, now = self._lanes[lane], time.monotonic()
        ran = now - state.started
        state.exits, state.was_stable = state.exits + 1, state.was_stable or ran >= STABLE_AFTER
        state.delay = restart_delay(ran, state.delay)
        if state.exits >= MAX_EXITS and not state.was_stable:
            log.error("%s does not start (%s)", lane, _reason(code))
            self._failed = True
            self._stop(signal.SIGTERM, None)
            return
        log.error("%s stopped unexpectedly (%s); starting it again in %g s", lane, _reason(code), state.delay)
        self._due[lane] = now + state.delay

    def _start_due_lanes(self) -> None:
        if self._is_stopping:
            self._due.clear()
        for lane in [lane for lane, due in self._due.items() if due <= time.monotonic()]:
            del self._due[lane]
            self._fork(lane)

    def _stop(self, number: int, _: FrameType | None) -> None:
        """Ask every lane to finish what it does. The signal of a terminal has reached the lanes already."""
        self._is_stopping = True
        for pid in self._running:
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
            self._running[pid] = lane
            self._lanes[lane].started = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _become(self, lane: str, parent: int) -> None:
        """Run a lane in the forked process, which never returns."""
        code = 1
        try:
            die_with_parent(parent)
            name_process(f"mithaq-{lane}")
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


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
