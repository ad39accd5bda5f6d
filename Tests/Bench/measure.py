"""Runs commands as a side of the bench and takes the operating system's figures of them."""

import os
import resource
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


class BenchError(Exception):
    pass


@dataclass(frozen=True)
class Side:
    """Steps one after another, each of commands that run at the same time."""

    name: str
    steps: list
    # How its findings are read: "lines" from its output, "report" or "day" from tieout's files.
    audit: str = ""
    accepts: tuple = (0,)
    # Emptied before each run.
    report_folder: Path | None = None
    environment: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    seconds: float
    # Of the client's processes: user and system time; peak memory, added up over those that run at
    # the same time.
    cpu_seconds: float
    peak_kilobytes: int
    # Linux counts a child's peak from what its parent held when it started it: a smaller one does
    # not show.
    is_peak_hidden: bool


def run(side, output):
    """Runs a side once. Its findings are what its last command writes to `output`."""
    if side.report_folder:
        subprocess.run(["rm", "-rf", "--", side.report_folder], check=True)
    cpu, peak, is_hidden = 0.0, 0, True
    started = time.monotonic()
    for step in side.steps:
        is_last = step is side.steps[-1]
        results = run_together(step, output if is_last else Path(os.devnull), side)
        cpu += sum(usage.ru_utime + usage.ru_stime for usage in results)
        peak = max(peak, sum(usage.ru_maxrss for usage in results))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        is_hidden = is_hidden and all(usage.ru_maxrss <= own for usage in results)
    return Run(time.monotonic() - started, cpu, peak, is_hidden)


def run_together(commands, output, side):
    errors = output.with_suffix(".err") if output != Path(os.devnull) else output
    with open(output, "wb") as out, open(errors, "wb") as err:
        children = [
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env=os.environ | side.environment,
            )  # fmt: skip
            for command in commands
        ]
        results = []
        for child in children:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            results.append(usage)
    for child, command in zip(children, commands):
        if child.returncode not in side.accepts:
            said = errors.read_text(errors="replace")[-2000:] if errors != output else ""
            raise BenchError(
                f"{side.name}: {command[0]} ended with status {child.returncode}\n{said}"
            )
    return results


def psql(dsn, *arguments):
    return ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn, *arguments]


def query(dsn, statement):
    """Rows of text."""
    done = subprocess.run(
        psql(dsn, "-A", "-t", "-F", "\x1f", "-c", statement), capture_output=True, text=True
    )
    if done.returncode:
        raise BenchError(done.stderr)
    return [row.split("\x1f") for row in done.stdout.splitlines()]
