"""Coverage-guided texts against every promise: `python -m provisioning.tests.campaigns.fuzz`.

Atheris drives the core, instrumented; a text that breaks a promise ends the run and is kept as a
file. What took long under instruments is tried again without them, in this process.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import process_time

from provisioning.tests.campaigns.seeds import inputs, keep_promise, words

SLOW = 0.05
"""Seconds of processor time that no text may take (T22, T23)."""


def main(seconds: int, folder: Path) -> int:
    """0 when every promise held for all texts of so many seconds; the corpus stays in `folder`."""
    for name in ("corpus", "found", "slow"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs()):
        (folder / "corpus" / f"seed-{number:04}").write_bytes(data)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words())
    (folder / "words").write_text("".join(f'"{word}"\n' for word in quoted))
    driver = [sys.executable, "-m", "provisioning.tests.campaigns.drive", str(folder)]
    options = [
        f"-max_total_time={seconds}", f"-dict={folder / 'words'}",
        f"-artifact_prefix={folder}/found/",
        "-max_len=12000", "-len_control=0", "-timeout=20", "-print_final_stats=1", "-verbosity=1",
    ]  # fmt: skip
    code = subprocess.run([*driver, *options, str(folder / "corpus")]).returncode
    slow = [file for file in sorted((folder / "slow").iterdir()) if not _quick(file)]
    for file in slow:
        print(f"takes more than {SLOW * 1000:.0f} ms: {file}")
    return 1 if code or slow else 0


def _quick(file: Path) -> bool:
    """Whether the best of three tries, without instruments, is quick."""
    return min(_seconds(file.read_bytes()) for _ in range(3)) <= SLOW


def _seconds(data: bytes) -> float:
    started = process_time()
    keep_promise(data)
    return process_time() - started


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
