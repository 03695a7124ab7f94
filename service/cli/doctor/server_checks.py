"""Doctor checks of the servers that an instance uses: Redis, the worker, and the email server."""

from celery.exceptions import CeleryError
from kombu.exceptions import OperationalError as BrokerUnreachable
from redis.exceptions import RedisError

from service import job_dispatch
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.doctor.queries import run_query
from service.cli.local import private_redis
from service.cli.local.processes import is_running
from service.config import Settings
from service.domain.errors import N_
from service.jobs import LANES
from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.message import sender_address
from service.store.membership import organisations as organisations_store

MAIL_SECONDS = 15.0
"""Seconds for the whole session with the email server."""


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
    """Check that the email server would take an email: what sending does, but for the email."""
    server, seen = settings.smtp_server, dict[smtp.Step, str]()
    if server is None:
        return Finding(N_("No email server: emails wait, or are shown in a demo"))
    try:
        smtp.check(server, sender=_sender(settings), seconds=MAIL_SECONDS, report=seen.__setitem__)
    except EmailNotSent as error:
        raise CommandError(error.sentence, **error.params) from error
    host, tls = f"{server.host}:{server.port}", seen.get(smtp.Step.ENCRYPTED, "")
    if smtp.Step.SIGNED_IN in seen:
        return Finding(
            N_("The email server {host} responds over {tls} and accepts user and password"), host=host, tls=tls
        )
    if tls:
        return Finding(N_("The email server {host} responds over {tls}"), host=host, tls=tls)
    return Finding(N_("The email server {host} responds; it is on this computer, so TLS is not used"), host=host)


def _sender(settings: Settings) -> str:
    try:
        coalition = run_query(settings, organisations_store.get_coalition)
    except CheckSkipped:
        coalition = None
    return sender_address(
        mail_from=settings.mail_from, origin=coalition.origin if coalition else settings.public_origin
    )


def _redis_url(settings: Settings) -> str:
    """Return the URL of the instance's Redis; "" if it is a private one that is not running."""
    if settings.redis_url or not is_running(settings.var):
        return settings.redis_url.get_secret_value()
    return private_redis.url(private_redis.socket_path(settings.var))
