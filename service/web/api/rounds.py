"""Rounds, endorsements and seals, over the API."""

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.endorsement import endorsements, rounds
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import seals as seals_store
from service.web.api import presenters, schemas
from service.web.http.api_handler import Answer, Call


def list_rounds(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "round.read", call.path["document"])
    items = [presenters.round_(call.tx, one) for one in rounds_store.of_document(call.tx, found.id)]
    return Answer(schemas.RoundPage(items=items))


def open_round(call: Call[schemas.NewRound]) -> Answer:
    body = call.body
    id = rounds.open_round(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        version_number=body.version,
        closes_at=body.closes_at,
        rule=body.rule,
        close_when_all_answered=body.close_when_all_answered,
        rev=call.rev,
    )
    return Answer(presenters.round_(call.tx, seen(rounds_store.get(call.tx, id))), 201)


def show_round(call: Call[None]) -> Answer:
    _, found = authorization.round_(call.tx, call.actor, "round.read", call.path["round"])
    return Answer(presenters.round_(call.tx, found))


def prepare(call: Call[schemas.Prepare]) -> Answer:
    body = call.body
    made = endorsements.prepare(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        position=body.position,
        reservation=body.reservation,
        lang=body.lang,
        replaces=body.replaces,
        secret=call.house.secret,
    )
    return Answer(
        schemas.Prepared(
            challenge=made.challenge,
            sentence=made.sentence,
            statement=made.statement.decode(),
            statement_sha256=made.statement_sha256,
            expires_at=made.expires_at,
        ),
        201,
    )


def cast(call: Call[schemas.Confirm]) -> Answer:
    new = endorsements.cast(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        challenge_id=call.body.challenge,
        code=call.body.code,
        secret=call.house.secret,
    )
    return Answer(presenters.endorsement(new), 201)


def withdraw(call: Call[schemas.Confirm]) -> Answer:
    ended = endorsements.withdraw(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        challenge_id=call.body.challenge,
        code=call.body.code,
        secret=call.house.secret,
    )
    return Answer(presenters.endorsement(ended))


def list_endorsements(call: Call[None]) -> Answer:
    _, found = authorization.round_(call.tx, call.actor, "round.read", call.path["round"])
    items = [presenters.endorsement(one) for one in endorsements_store.of_round(call.tx, found.id)]
    return Answer(schemas.EndorsementPage(items=items))


def close(call: Call[None]) -> Answer:
    return Answer(presenters.round_(call.tx, rounds.close(call.tx, call.actor, round_id=call.path["round"])))


def cancel(call: Call[None]) -> Answer:
    return Answer(presenters.round_(call.tx, rounds.cancel(call.tx, call.actor, round_id=call.path["round"])))


def show_seal(call: Call[None]) -> Answer:
    found = authorization.document(call.tx, call.actor, "version.read", call.path["document"])
    seal = seen(seals_store.of_document(call.tx, found.id))
    return Answer(
        schemas.SealShown(
            id=seal.id, seal_sha256=seal.seal_sha256, sealed_at=seal.sealed_at, content=dict(seal.content)
        )
    )
