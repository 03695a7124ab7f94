"""Lengths of common prefixes and suffixes, by bisection: comparing slices is faster than comparing characters."""

from typing import AnyStr


def common_prefix_length(old: AnyStr, new: AnyStr) -> int:
    """Return the length of the common prefix in code points (bytes, for bytes)."""
    low, high = 0, min(len(old), len(new))
    if old[:high] == new[:high]:
        return high
    step = 64
    while low + step < high and old[low : low + step] == new[low : low + step]:
        low, step = low + step, 2 * step
    high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def common_suffix_length(old: AnyStr, new: AnyStr, *, limit: int) -> int:
    """Return the length of the common suffix in code points (bytes, for bytes), up to `limit`.

    Neither text may be shorter than that.
    """
    a, b = len(old), len(new)
    low, high = 0, limit
    if old[a - high :] == new[b - high :]:
        return high
    step = 64
    while low + step < high and old[a - low - step : a - low] == new[b - low - step : b - low]:
        low, step = low + step, 2 * step
    high = min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        if old[a - middle : a - low] == new[b - middle : b - low]:
            low = middle
        else:
            high = middle
    return low
