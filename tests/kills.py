#!/usr/bin/env python3
"""Kills short trainings at random moments, and looks at what is left.

    kills.py BUILD [CAMPAIGN...] [--kills N] [--cuts N] [--seed S]

The program is tests/tutorials/demo, a small VAE. Whatever ends it, three things must hold. No file that has
its name is half a file. The next run with --resume ends with the same bits as a run that nothing has
disturbed (model, checkpoint, history, and the numbers of results.json but for times), or says in one line
why it cannot go on. And no scraps of killed runs stay. Campaigns:

    kills   SIGKILL after a random time, again and again until the run has ended; N times (1000)
    cuts    power cuts, simulated by tests/power_cut.cpp: at a random moment the program ends, bytes that had
            not been sent to the disk (fsync) are lost or torn, and of the last files that took a new name
            a random number have the old one again; N times (300)
    full    a full disk from the first, second, ... write on, until the run no longer notices
    folder  a folder that cannot be written, one that is removed while the run trains, two runs in one
    ended   Ctrl-C, SIGTERM, a closed terminal, and a pipe that nobody reads

Prints counts and seconds of each; the exit code is 1 if anything did not hold, and the folder is then kept.
"""

import argparse
import json
import os
import pathlib
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
FLAGS = ["--data", "glyphs", "--quick", "--epochs", "4", "--threads", "1"]
KEPT = (".safetensors", ".csv", "results.json")


class Campaigns:
    def __init__(self, program, shim, root):
        self.program, self.shim, self.root = program, shim, root
        self.folders = 0
        self.whole = self.new_folder()
        start = time.monotonic()
        done = self.finish(self.whole)
        self.seconds = time.monotonic() - start
        require(done.returncode == 0, f"the undisturbed run failed: {done.stderr}", self.whole)

    def new_folder(self):
        self.folders += 1
        return self.root / str(self.folders)

    def start(self, folder, *flags, environment=None, **how):
        return subprocess.Popen([str(self.program), *FLAGS, "--out", str(folder), *flags],
                                env={**os.environ, **(environment or {})}, **how)

    def finish(self, folder, *flags, **more):
        """Runs to the end, and returns what subprocess.run() does."""
        process = self.start(folder, *flags, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, **more)
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def resume_and_compare(self, folder):
        """Goes on undisturbed. Returns whether it did; else it has said why."""
        done = self.finish(folder, "--resume")
        if done.returncode != 0:
            require(one_line(done.stderr), f"not one line: {done.stderr}", folder)
            return False
        for name in sorted(path.name for path in self.whole.iterdir()):
            require((folder / name).exists(), f"there is no {name}", folder)
            if name.endswith(KEPT):
                require(content(folder / name) == content(self.whole / name), f"{name} differs", folder)
        scraps = sorted({path.name for path in folder.iterdir()} -
                        {path.name for path in self.whole.iterdir()})
        require(not scraps, f"scraps: {scraps}", folder)
        shutil.rmtree(folder)
        return True


def hear_signals():
    """What a shell starts in its background is deaf to Ctrl-C, and what nohup starts to a closed terminal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def require(condition, complaint, folder):
    if not condition:
        sys.exit(f"FAILED: {complaint}\nlook into {folder}")


def one_line(errors):
    """Whether a message is a line. What gnuplot says of files that it cannot read is not ours."""
    return len(errors.strip().splitlines()) == 1


def content(path):
    """Bytes, or all numbers of results.json that do not depend on the machine's mood."""
    if path.name != "results.json":
        return path.read_bytes()
    results = json.loads(path.read_text())
    return {key: value for key, value in results["results"].items() if "second" not in key}


def look_at(folder):
    """No file that has its name is half a file."""
    for path in folder.iterdir() if folder.exists() else []:
        if path.suffix == ".safetensors":
            data = path.read_bytes()
            length = int.from_bytes(data[:8], "little")
            header = json.loads(data[8:8 + length])
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
            require(len(data) == 8 + length + max(ends, default=0), f"{path.name} is cut off", folder)
        elif path.suffix == ".csv":
            text = path.read_text()
            columns = text.split("\n", 1)[0].count(",")
            require(text.endswith("\n") and all(line.count(",") == columns for line in text.splitlines()),
                    f"{path.name} is cut off", folder)
        elif path.name == "results.json":
            json.loads(path.read_text())


def kills(all, count):
    """SIGKILL, again and again, each run going on with what the one before has left."""
    done, ended = 0, 0
    while done < count:
        folder = all.new_folder()
        flags = []
        for _ in range(10):
            process = all.start(folder, *flags, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                process.communicate(timeout=random.uniform(0, 1.1 * all.seconds))
                break  # it was faster
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                done += 1
            look_at(folder)
            flags = ["--resume"]
        require(all.resume_and_compare(folder), "a killed run does not go on", folder)
        ended += 1
    return f"{done} kills, {ended} runs brought to their end, all with the same bits"


def power_cut(all, folder, seed, **settings):
    environment = {"LD_PRELOAD": str(all.shim), "POWER_FOLDER": str(folder), "POWER_SEED": str(seed)}
    environment |= {f"POWER_{key.upper()}": str(value) for key, value in settings.items()}
    return environment


def cuts(all, count):
    folder = all.new_folder()
    log = all.root / "calls"
    done = all.finish(folder, environment=power_cut(all, folder, 0, log=log))
    require(done.returncode == 0, done.stderr, folder)
    calls = int(log.read_text())
    refused = cut = 0
    while cut < count:
        folder = all.new_folder()
        flags = []
        for _ in range(random.randint(1, 3)):
            at = random.randint(1, calls)
            done = all.finish(folder, *flags,
                              environment=power_cut(all, folder, random.getrandbits(30), at=at))
            if done.returncode != -signal.SIGKILL:
                break
            cut += 1
            flags = ["--resume"]
        if not all.resume_and_compare(folder):
            refused += 1
            shutil.rmtree(folder)
    return (f"{cut} cuts at the {calls} calls that write, {refused} runs say why they cannot go on, "
            "the others end with the same bits")


def full(all, _):
    """A run that finds the disk full ends with one line and loses nothing."""
    at = ended = 0
    while True:
        at += 1
        folder = all.new_folder()
        done = all.finish(folder, environment=power_cut(all, folder, at, full=at))
        look_at(folder)
        if done.returncode == 0:
            break
        require(done.returncode == 1 and one_line(done.stderr) and "No space left" in done.stderr,
                f"exit code {done.returncode}: {done.stderr}", folder)
        ended += 1
        require(all.resume_and_compare(folder), "does not go on when there is space again", folder)
    return f"{ended} runs ended by a full disk with one line, all went on to the same bits"


def folder(all, _):
    closed = all.new_folder()
    closed.mkdir(mode=0o500)
    command = [str(all.program), *FLAGS, "--out", str(closed)]
    somebody = []
    if os.geteuid() == 0:  # whom modes do not stop
        somebody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*somebody, "test", "-x", str(all.program)]).returncode == 0:
        done = subprocess.run([*somebody, *command], text=True, capture_output=True)
        require(done.returncode == 1 and one_line(done.stderr), f"{done.returncode}: {done.stderr}", closed)
    else:
        print("folder: others than root cannot run the program here, so no folder is closed to it")

    gone = all.new_folder()
    process = all.start(gone, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "epoch 1/" in line:
            shutil.rmtree(gone)
            break
    errors = process.communicate()[1]
    require(process.returncode == 1 and one_line(errors) and str(gone) in errors,
            f"{process.returncode}: {errors}", gone)

    shared = all.new_folder()
    first = all.start(shared, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    first.stdout.readline()
    second = all.finish(shared)
    require(second.returncode == 1 and one_line(second.stderr) and "another run" in second.stderr,
            f"{second.returncode}: {second.stderr}", shared)
    first.communicate()
    require(first.returncode == 0, "the first of two runs failed", shared)
    require(all.resume_and_compare(shared), "the first of two runs was disturbed", shared)
    return "a closed folder, one that goes, and two runs in one: a line each"


def ended(all, _):
    """What ends a run in order saves it at the step where it was."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        folder = all.new_folder()
        process = all.start(folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=hear_signals)
        for line in process.stdout:
            if "epoch 1/" in line:
                process.send_signal(number)
                break
        errors = process.communicate()[1]
        require(process.returncode == code and "saved to" in errors, f"{process.returncode}: {errors}",
                folder)
        require(all.resume_and_compare(folder), f"does not go on after signal {number}", folder)

    folder = all.new_folder()
    child, terminal = pty.fork()
    if child == 0:
        hear_signals()
        os.execv(all.program, [str(all.program), *FLAGS, "--out", str(folder)])
    shown = b""
    while b"epoch 1/" not in shown:
        shown += os.read(terminal, 4096)
    os.close(terminal)  # the window is closed
    status = os.waitpid(child, 0)[1]
    require(os.waitstatus_to_exitcode(status) == 129, f"status {status} when the terminal closes", folder)
    require(all.resume_and_compare(folder), "does not go on after a closed terminal", folder)

    folder = all.new_folder()
    process = all.start(folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.stdout.close()
    process.stderr.read()
    require(process.wait() == -signal.SIGPIPE, f"{process.returncode} without a reader", folder)
    look_at(folder)
    require(all.resume_and_compare(folder), "does not go on after a lost reader", folder)
    return "Ctrl-C, SIGTERM, SIGHUP, a closed terminal, a lost reader: all went on to the same bits"


CAMPAIGNS = {"kills": kills, "cuts": cuts, "full": full, "folder": folder, "ended": ended}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", choices=[*CAMPAIGNS, []])
    parser.add_argument("--kills", type=int, default=1000, metavar="N")
    parser.add_argument("--cuts", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    random.seed(flags.seed)
    root = pathlib.Path(tempfile.mkdtemp(prefix="kills."))
    root.chmod(0o755)
    shim = root / "power_cut.so"
    subprocess.run(["g++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", str(shim),
                    str(SOURCE / "tests/power_cut.cpp")], check=True)
    all = Campaigns(flags.build.resolve() / "tests/tutorials/demo", shim, root)
    print(f"an undisturbed run takes {all.seconds:.2f} s; seed {flags.seed}", flush=True)
    for name in flags.campaigns or CAMPAIGNS:
        start = time.monotonic()
        count = {"kills": flags.kills, "cuts": flags.cuts}.get(name)
        said = CAMPAIGNS[name](all, count)
        print(f"{name}: {said} ({time.monotonic() - start:.0f} s)", flush=True)
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
