"""CRDT client ids: each writer of a draft has one."""

CLIENT_ID_BITS = 52
"""Random bits of a client id."""


def new_client_id(random_bits: int) -> int:
    """Return the id of a new writer, from CLIENT_ID_BITS bits of the caller's randomness. Odd, so never 0."""
    if not 0 <= random_bits < 2**CLIENT_ID_BITS:
        raise ValueError(f"a client id is made of {CLIENT_ID_BITS} random bits")
    return random_bits | 1
