"""Memory of large texts goes back to the system: measured in a process of its own."""

import subprocess
import sys

PROGRAM = """
from service.freed_memory import limit_kept_memory, return_freed_memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

limit_kept_memory()
before = resident()
kept = []
texts = []
for number in range(100_000):
    texts.append(bytes(700))
    if number % 1000 == 0:
        kept.append(bytes(700))  # as a cache does: blocks that stay between those that are freed
full = resident()
texts.clear()
return_freed_memory()
print(before, full, resident())
"""


def test_freed_texts_leave_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    before, full, after = map(float, ended.stdout.split())
    assert full - before > 60
    assert after - before < (full - before) / 4
