#!/usr/bin/env python3
"""Several processes that are stopped, killed, and gone on with by another number of them.

    parallel.py PROGRAM

Trains chapter 16 with mpirun, and
- presses Ctrl-C, that is, sends SIGINT to mpirun;
- sends SIGTERM to one of the processes alone;
- kills one of the processes, and in another run mpirun itself, with SIGKILL;
- has an error on all processes, and one on the first alone: a folder that another run has.
Each time the job must end soon, with one line of the program's own, leave no process behind, and leave a whole
checkpoint, with which one, two or four processes go on. Their curves must be that of a run left alone, to 10⁻⁵.
"""

import csv
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
EPOCH = re.compile(r"epoch +(\d+)/")
SOON = 60  # seconds; the machine may be busy
ENVIRONMENT = os.environ | {name: "1" for name in (
    "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM")}


def require(condition, complaint):
    if not condition:
        sys.exit(f"FAILED: {complaint}")


def command(processes, folder, *flags):
    # Two steps an epoch: rounding grows with each.
    program = [PROGRAM, "--measure", "train", "--quick", "--batch", "1024", "--threads", "1", "--out", str(folder),
               *flags]
    return program if processes == 1 else ["mpirun", "--oversubscribe", "-n", str(processes), *program]


def hear_signals():
    """What a shell starts in its background is deaf to Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Job:
    """A run under way."""

    def __init__(self, processes, folder, *flags):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command(processes, folder, *flags), text=True, env=ENVIRONMENT,
                                        start_new_session=True, stdout=subprocess.PIPE, stderr=self.errors,
                                        preexec_fn=hear_signals)

    def wait_for_epoch(self):
        for line in self.process.stdout:
            if EPOCH.search(line):
                return
        require(False, f"the run ended before its first epoch:\n{self.said()}")

    def ranks(self):
        """The processes that mpirun has started, by rank."""
        found = {}
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if int((path / "stat").read_text().rpartition(")")[2].split()[1]) != self.process.pid:
                    continue
                rank = re.search(r"OMPI_COMM_WORLD_RANK=(\d+)", (path / "environ").read_text())
            except (OSError, IndexError):
                continue
            if rank:
                found[int(rank[1])] = int(path.name)
        return found

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self):
        """The exit code and the lines on the standard error output."""
        try:
            self.process.communicate(timeout=SOON)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            require(False, f"the job still runs after {SOON} seconds:\n{self.said()}")
        return self.process.returncode, own_lines(self.said())


def own_lines(text):
    """What the program has said. Open MPI writes between two lines of dashes, or begins with [host:process] or
    [host][[job, 1], process]."""
    text = re.sub(r"^-{5,}$.*?^-{5,}$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for line in text.splitlines() if line.strip() and not re.match(r"\[[^\]]+(:\d+\]|\]\[)", line)]


def major_version():
    """Of Open MPI."""
    said = subprocess.run(["mpirun", "--version"], text=True, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True).stdout
    return int(re.search(r"Open MPI\) (\d+)", said)[1])


def gone(pids):
    """Whether all these processes end."""
    until = time.monotonic() + SOON
    alive = set(pids)
    while alive and time.monotonic() < until:
        alive = {pid for pid in alive if pathlib.Path(f"/proc/{pid}/exe").exists()}
        time.sleep(0.05)
    return not alive


def curve(folder):
    with open(folder / "history.csv", encoding="utf-8") as file:
        return [float(row["train_neg_elbo"]) for row in csv.DictReader(file)]


def finish(processes, folder, *flags):
    code, lines = Job(processes, folder, *flags).end()
    require(code == 0, f"{processes} processes with {' '.join(flags)}: exit code {code}\n" + "\n".join(lines))
    return curve(folder)


def require_resumable(folder, of, counts, alone):
    """So many processes go on from the checkpoint there, by an epoch."""
    epochs = len(curve(folder)) + 1
    for processes in counts:
        copy = folder.with_name(f"{folder.name}_{processes}")
        shutil.copytree(folder, copy)
        got = finish(processes, copy, "--epochs", str(epochs), "--resume")
        expected = alone(epochs)
        apart = max(abs(a - b) / abs(b) for a, b in zip(got, expected, strict=True))
        require(apart < 1e-5, f"{of}: with {processes} processes the curve is off by {apart}")


def stopped(folder, how, of, expected):
    """Trains with two processes until the first epoch is done, lets `how(job)` act, and checks the end."""
    job = Job(2, folder, "--epochs", "100000")
    job.wait_for_epoch()
    ranks = job.ranks()
    require(len(ranks) == 2, f"expected two processes, found {ranks}")
    how(job, ranks)
    code, lines = job.end()
    require(code != 0, f"{of}: exit code 0")
    require(gone(ranks.values()), f"{of}: a process is left")
    own = [line for line in lines if line.startswith(("Interrupted", "[", "process"))]
    require(len(own) <= 1 and re.fullmatch(expected, "\n".join(own)), f"{of}: it said\n" + "\n".join(lines))
    names = {path.name for path in folder.iterdir()}
    require("model.checkpoint.safetensors" in names, f"{of}: there is no checkpoint, but {names}")
    print(f"{of}: {own[0] if own else 'no line of its own'}")


def main():
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        runs = {}

        def alone(epochs):
            if epochs not in runs:
                runs[epochs] = finish(1, place / f"alone_{epochs}", "--epochs", str(epochs))
            return runs[epochs]

        def kill(signal_number, rank):
            return lambda _, ranks: os.kill(ranks[rank], signal_number)

        go_on = r"Interrupted .*; saved to .*checkpoint\.safetensors\. Go on with: mpirun -n 2 .* --resume"
        if major_version() >= 5:  # once it has a signal it throws away what its processes say
            go_on = f"({go_on})?"
        lost = r"(\[parallel\] process \d no longer answers: go on from the last checkpoint with --resume)?"
        cases = [
            ("ctrl_c", lambda job, _: job.process.send_signal(signal.SIGINT), go_on, [1, 2, 4]),
            ("sigterm_to_one", kill(signal.SIGTERM, 1), go_on, [4]),
            ("first_killed", kill(signal.SIGKILL, 0), lost, [1]),
            ("second_killed", kill(signal.SIGKILL, 1), lost, [2]),
            ("mpirun_killed", lambda job, _: job.process.kill(), r".*", [1]),
        ]
        for name, how, expected, counts in cases:
            stopped(place / name, how, name, expected)
            require_resumable(place / name, name, counts, alone)

        code, lines = Job(2, place / "wrong", "--learning-rate", "none").end()
        own = [line for line in lines if line.startswith("[")]
        require(code != 0 and len(own) == 1 and own[0].startswith("[flags] "), "a wrong flag: " + "\n".join(lines))
        first = Job(2, place / "taken", "--epochs", "100000")
        first.wait_for_epoch()
        code, lines = Job(2, place / "taken").end()
        own = [line for line in lines if line.startswith("[")]
        require(code != 0 and len(own) == 1 and own[0].startswith("[--out] another run"),
                "a folder that is taken: " + "\n".join(lines))
        first.process.send_signal(signal.SIGINT)
        first.end()
        print("one, two and four processes went on, with the curve of a run left alone")


if __name__ == "__main__":
    main()
