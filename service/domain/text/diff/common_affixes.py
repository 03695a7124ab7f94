"""What two texts begin and end with, found by halves: slices are compared in memory, not letter by letter."""


def common_prefix_length(old: str, new: str) -> int:
    """Code points both begin with."""
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


def common_suffix_length(old: str, new: str, *, limit: int) -> int:
    """Code points both end with, up to `most`, which neither text is shorter than."""
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
