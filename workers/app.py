"""The Celery app: queues, limits and the timetable, each setting with its reason."""

import ctypes
import gc
import os
import signal

from celery import Celery
from celery.signals import worker_init, worker_process_init

from service.config import Settings
from service.job_dispatch import celery_url
from service.jobs import QUEUES, SWEEP

PARENT_PID = os.getpid()
"""The process that imports this module and later forks the pool."""

SETTINGS = Settings.load()

HARD_TIME_LIMIT = SETTINGS.task_seconds
"""Seconds after which a task is killed: by default 120, since pandoc may take 30, Typst 60, and some for checking."""

SWEEP_SECONDS = SETTINGS.sweep_seconds

celery = Celery("mithaq", include=["workers.exports", "workers.imports", "workers.notices", "workers.sweep"])
celery.conf.update(
    broker_url=celery_url(SETTINGS.redis_url or "redis://localhost:6379/0"),
    broker_connection_retry_on_startup=True,  # Redis may start after us
    broker_transport_options={
        "visibility_timeout": 5 * HARD_TIME_LIMIT,  # or Redis hands the bell of a task at work out a second time
        "socket_keepalive": True,
    },
    task_acks_late=True,  # a bell is answered when the work is done, so a killed worker's bell rings elsewhere
    task_reject_on_worker_lost=True,  # the same when the kernel kills the process
    worker_prefetch_multiplier=1,  # a renderer takes one bell at a time and leaves the others to its neighbours
    task_soft_time_limit=HARD_TIME_LIMIT * 3 // 4,  # time to write the reason down
    task_time_limit=HARD_TIME_LIMIT,
    task_ignore_result=True,  # results are rows
    task_serializer="json",
    accept_content=["json"],  # never pickle
    task_default_queue="sweep",
    task_routes={name: {"queue": queue} for name, queue in QUEUES.items()},
    worker_max_tasks_per_child=500,  # gives memory back now and then
    worker_hijack_root_logger=False,
    enable_utc=True,
    timezone="UTC",
    beat_schedule={
        SWEEP: {"task": SWEEP, "schedule": float(SWEEP_SECONDS), "args": [""], "options": {"expires": SWEEP_SECONDS}}
    },
)


@worker_init.connect  # type: ignore[untyped-decorator]
def freeze_loaded_objects(**_: object) -> None:
    """What is loaded before the fork is left alone by the collector, so that the pool goes on sharing its memory."""
    gc.collect()
    gc.freeze()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def die_with_parent(**_: object) -> None:
    """A pool process ends with the worker that started it, even if that one was killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != PARENT_PID:
        os._exit(1)
