"""Merges of random edits, compared with what the edits mean by the ids of blocks and words."""

import random
import sys
from collections import Counter

from service.domain.text.merge.merge import merge_texts
from tests.support.hypothesis_profiles import is_soak
from tests.unit.text.merge.merge_model import Edits, draw_sample

COUNT = 100_000 if is_soak() else 2_000
SEED = 20_261_130


def test_no_merge_is_silently_wrong() -> None:
    """A clean result is the only lawful one; where equal neighbours allow two, the merge is a conflict."""
    counts: Counter[str] = Counter()
    for index in range(COUNT):
        sample = draw_sample(random.Random(f"{SEED} {index}"))
        base, ours, theirs = (sample.text(edits) for edits in (Edits(), sample.ours, sample.theirs))
        if len({base, ours, theirs}) < 3:
            counts["one side alone"] += 1
            continue
        expected, merged = sample.expected(), merge_texts(base, ours, theirs)
        if merged.text is not None:
            assert expected == {merged.text}, (index, sample.ours.names, sample.theirs.names)
        lawful = "conflict" if None in expected else "clean" if len(expected) == 1 else "two results"
        counts[f"{lawful}: {'clean' if merged.text is not None else 'conflict'}"] += 1
        counts.update(f"edit {name}" for name in (*sample.ours.names, *sample.theirs.names))
        swapped = merge_texts(base, theirs, ours)
        assert (swapped.text is None) == (merged.text is None)
    sys.stdout.write(f"seed {SEED}: {', '.join(f'{name} {count}' for name, count in sorted(counts.items()))}\n")
    assert counts["clean: clean"] > COUNT // 5 and counts["conflict: conflict"] > COUNT // 50
