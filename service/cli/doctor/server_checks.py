"""Doctor checks of the servers that an instance uses: Redis, the worker, and the email server."""

import smtplib
from urllib.parse import urlsplit

from celery.exceptions import CeleryError
from kombu.exceptions import OperationalError as BrokerUnreachable
from redis.exceptions import RedisError

from service import job_dispatch
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.local import private_redis
from service.cli.local.processes import is_running
from service.config import Settings
from service.domain.errors import N_
from service.jobs import LANES


def redis(settings: Settings) -> Finding:
    """Check that Redis is running, or that a server of its kind is installed."""
    url = _redis_url(settings)
    if url:
        if not job_dispatch.is_redis_reachable(url):
            raise CommandError(
                N_("Redis is not running. Start it, or correct MITHAQ_REDIS_URL. Nothing is lost, but files wait.")
            )
        return Finding(N_("Redis is running"))
    program = private_redis.find_server()
    if program is None:
        raise CommandError(
            N_("No valkey-server or redis-server of version 6.2 or later was found. Install one, or run: make install")
        )
    version, name = private_redis.server_version(program) or (0, 0), private_redis.describe_server(program)
    if version < private_redis.MAINTAINED_VERSION:
        return Finding(
            N_("{name} ({program}) works, but gets no more fixes. Install valkey-server, or run: make install"),
            name=name,
            program=program,
        )
    return Finding(N_("{name} ({program})"), name=name, program=program)


def worker(settings: Settings) -> Finding:
    """Check that a worker of every lane answers."""
    url = _redis_url(settings)
    if not url or not job_dispatch.is_redis_reachable(url):
        raise CheckSkipped
    try:
        missing = job_dispatch.list_lanes_without_worker(url)
    except (BrokerUnreachable, RedisError, CeleryError, OSError):
        missing = list(LANES)
    if missing == list(LANES):
        raise CommandError(N_("The worker is not running, so files and emails wait. Start it: mithaq worker"))
    if missing:
        raise CommandError(
            N_("No worker takes the jobs “{lane}”. Start it: mithaq worker --lane {lane}"), lane=missing[0]
        )
    return Finding(N_("The worker is running"))


def mail(settings: Settings) -> Finding:
    """Check that the email server responds."""
    if not settings.smtp_url:
        return Finding(N_("No email server: emails wait, or are shown in a demo"))
    parts = urlsplit(settings.smtp_url.get_secret_value())
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(parts.hostname or "", parts.port or 0, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise CommandError(
            N_("The email server {host} does not respond ({reason}). Correct MITHAQ_SMTP_URL. Emails wait until then."),
            host=parts.hostname or "",
            reason=error,
        ) from error
    return Finding(N_("The email server responds"))


def _redis_url(settings: Settings) -> str:
    """Return the URL of the instance's Redis; "" if it is a private one that is not running."""
    if settings.redis_url or not is_running(settings.var):
        return settings.redis_url.get_secret_value()
    return private_redis.url(private_redis.socket_path(settings.var))
