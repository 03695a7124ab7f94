"""The Celery app: queues, limits and the beat schedule, each setting with its reason."""

import ctypes
import gc
import logging
import os
import signal

from billiard.util import get_logger
from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init

from service.config import Settings
from service.job_dispatch import celery_url
from service.jobs import QUEUES, SWEEP

SETTINGS = Settings.load()

_pool_owner = 0
"""The worker process that forks the pool."""

HARD_TIME_LIMIT = SETTINGS.task_seconds
"""Seconds after which a task is killed: 120 by default, since pandoc may take 30 and Typst 60, plus the checks."""

SWEEP_SECONDS = SETTINGS.sweep_seconds
"""Seconds between two sweeps."""

celery = Celery(
    "mithaq",
    include=[
        "workers.draft_files",
        "workers.exports",
        "workers.imports",
        "workers.notices",
        "workers.proofs",
        "workers.reservation_proofs",
        "workers.sweep",
    ],
)
celery.conf.update(
    broker_url=celery_url(SETTINGS.redis_url.get_secret_value() or "redis://localhost:6379/0"),
    broker_connection_retry_on_startup=True,  # Redis may start after the worker
    broker_connection_max_retries=None,  # Redis may be away for long: a worker waits for it, it does not end
    broker_transport_options={
        "visibility_timeout": 5 * HARD_TIME_LIMIT,  # or Redis would deliver the message of a running task a second time
        "socket_keepalive": True,
    },
    task_acks_late=True,  # acknowledged when the work is done: the message of a killed worker is delivered again
    task_reject_on_worker_lost=True,  # the same when the kernel kills the process
    worker_prefetch_multiplier=1,  # a busy worker reserves no messages that another could process
    task_soft_time_limit=HARD_TIME_LIMIT * 3 // 4,  # leaves time to store the reason
    task_time_limit=HARD_TIME_LIMIT,
    task_ignore_result=True,  # results are database rows
    task_serializer="json",
    accept_content=["json"],  # never pickle
    task_default_queue="sweep",
    task_routes={name: {"queue": queue} for name, queue in QUEUES.items()},
    worker_max_tasks_per_child=500,  # returns leaked memory to the system
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    enable_utc=True,
    timezone="UTC",
    beat_schedule={
        SWEEP: {
            "task": SWEEP,
            "schedule": float(SWEEP_SECONDS),
            "args": [""],
            "options": {"expires": 4 * SWEEP_SECONDS},
        }
    },
)


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_logging(**_: object) -> None:
    """Leave logging as `service.logs` has set it up: with a receiver of this signal Celery sets up nothing."""
    get_logger().propagate = True  # lines of the pool
    logging.getLogger("py.warnings").addFilter(_is_for_operators)


def _is_for_operators(record: logging.LogRecord) -> bool:
    """Whether a warning is not one of Celery's to programmers, which it writes whenever it loses the connection."""
    return "CPendingDeprecationWarning" not in record.getMessage()


@worker_init.connect  # type: ignore[untyped-decorator]
def freeze_loaded_objects(**_: object) -> None:
    """Freeze the garbage collector before the fork.

    Objects loaded so far are never collected, so the pool processes keep sharing their memory pages (copy-on-write).
    """
    global _pool_owner  # the same value in every process of a worker
    _pool_owner = os.getpid()
    gc.collect()
    gc.freeze()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_pool_process_with_worker(**_: object) -> None:
    """Let a pool process end with its worker. A worker without a pool has no such process."""
    if os.getpid() != _pool_owner:
        die_with_parent(_pool_owner)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when `parent`, which forked it, ends, even if that one is killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def name_process(name: str) -> None:
    """Give this process a name of at most 15 bytes, which `ps -o comm` and `top` show instead of `python`."""
    ctypes.CDLL(None).prctl(15, name.encode())  # PR_SET_NAME
