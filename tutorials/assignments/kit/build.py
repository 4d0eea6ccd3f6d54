"""Compiles what students write, and links it into probes, as the build folder does it."""

import functools
import hashlib
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import tempfile
from pathlib import Path

from kit.assignment import ROOT, Trouble
from kit.fit import unlinked
from kit.source import without

LIBRARY = 'libtapestry_double.a'
CLOCK, PROCESSOR = 600, 60  # seconds for one compiler
MEMORY = 2 << 30  # bytes; and for what it writes:
FILES = 256 << 20
LONGEST = 1 << 20  # of its messages, that is read
NOBODY = 65534


def limit(resource_, most):
    """A limit that is lower already stays as it is."""
    hard = resource.getrlimit(resource_)[1]
    least = most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(resource_, (least, least))


def confined(as_nobody):
    """What is done between fork and exec: root has a compiler run as a user who owns nothing."""
    limit(resource.RLIMIT_AS, MEMORY)
    limit(resource.RLIMIT_CPU, PROCESSOR)
    limit(resource.RLIMIT_FSIZE, FILES)
    limit(resource.RLIMIT_CORE, 0)
    if as_nobody:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def run(command, folder, room=None):
    """Runs a compiler; returns what went wrong, or nothing. If a room is named, what it compiles is not
    trusted: it is nobody's process then, if this one is root's, and may write in this room only."""
    as_nobody = room is not None and os.geteuid() == 0
    environment = dict(os.environ)
    if room is not None:
        environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'TMPDIR': str(room), 'CCACHE_DISABLE': '1'}
    if as_nobody:
        os.chown(room, NOBODY, NOBODY)
    with tempfile.TemporaryFile() as messages:
        started = subprocess.Popen([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=messages, stderr=messages, env=environment, start_new_session=True,
                                   preexec_fn=lambda: confined(as_nobody))
        try:
            code = started.wait(CLOCK)
        except subprocess.TimeoutExpired:
            return f'the compiler took more than {CLOCK} seconds'
        finally:
            stop_all(started)
        messages.seek(0)
        return '' if code == 0 else shortened(messages.read(LONGEST).decode(errors='replace'), code)


def stop_all(started):
    """A compiler and the processes that it has started."""
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    started.wait()


def shortened(messages, code=1):
    """The lines of a compiler's or a linker's messages that say what is wrong."""
    if re.search('virtual memory exhausted|out of memory|bad_alloc', messages):
        return f'the compiler needed more than {MEMORY >> 20} MB'
    if re.search('Killed|CPU time limit', messages) or code < 0:
        return f'the compiler needed more than {PROCESSOR} seconds or {MEMORY >> 20} MB'
    found = [unlinked(line) for line in messages.splitlines()
             if re.search(r'error|undefined reference|multiple definition', line)]
    found = [line for line in dict.fromkeys(found) if not line.startswith('collect2: ')] or found
    lines = found or messages.splitlines() or ['the compiler failed']
    return '\n'.join(re.sub(r'\S*/(?=\w+_\d+\.cpp)', '', line)[:300] for line in lines[:5])


class Build:
    """A build folder of the framework, and a folder for what is made from it."""

    def __init__(self, folder, work, progress=lambda words: None, jobs=os.cpu_count()):
        self.folder = Path(folder).resolve()
        self.work = Path(work).resolve()
        self.progress = progress
        self.jobs = jobs
        commands = self.folder / 'compile_commands.json'
        if not commands.is_file():
            raise Trouble(f'{folder} is no build folder: make one with meson setup {folder}')
        self.compiles = {}
        for entry in json.loads(commands.read_text()):
            if entry['output'].startswith(LIBRARY):
                path = (self.folder / entry['file']).resolve()
                if ROOT not in path.parents:
                    raise Trouble(f'{folder} builds {path}, which is no file of this framework, {ROOT}')
                self.compiles[str(path.relative_to(ROOT))] = shlex.split(entry['command'])

    def make(self, *targets):
        done = subprocess.run(['ninja', f'-j{self.jobs}', *targets], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise Trouble('the framework does not build: ' + (shortened(done.stdout) or done.stderr).splitlines()[0])

    def programs(self, assignment):
        """Builds judge and probe of an assignment; returns the judge."""
        self.progress(f'building the judge and the probe of {assignment}')
        room = 'tutorials/assignments'
        self.make(f'{room}/judge_{assignment}', f'{room}/probe_{assignment}')
        return self.folder / room / f'judge_{assignment}'

    def check_nobody(self):
        """As root, compilers of submissions run as nobody, who has to read the framework. They are started
        in the build folder and name the rest from there, so folders above both need not be open."""
        for path in (ROOT / 'autograd/tape.hpp', self.folder / LIBRARY):
            top = Path(os.path.commonpath([path, self.folder]))
            rooms = {room for end in (path, self.folder / LIBRARY) for room in end.parents
                     if room == top or top in room.parents}
            if os.geteuid() == 0 and not (path.stat().st_mode & 4 and all(r.stat().st_mode & 1 for r in rooms)):
                raise Trouble(f'as root, submissions are compiled as nobody, who cannot read {path}')

    def compile(self, source, out, like='autograd/tape.cpp', room=None):
        """Compiles a file with the options of one of the library's; returns what went wrong."""
        command = list(self.compiles[like])
        command[command.index('-c') + 1] = str(source)
        for option, value in (('-o', out), ('-MF', f'{out}.d'), ('-MQ', out)):
            command[command.index(option) + 1] = str(value)
        return run(command + ['-O1', '-w', '-fmax-errors=5', '-fdiagnostics-color=never'], self.folder, room)

    def stripped(self, task):
        """The framework's object without the functions of a task, compiled once."""
        text = without(task.file, task.cut)
        name = hashlib.sha256((text + str(self.folder)).encode()).hexdigest()[:16]
        out = self.work / f'{task.id}-{name}.o'
        if not out.is_file():
            self.progress(f'compiling {task.file} without the functions of {task.id}')
            source = self.work / f'{out.stem}.{os.getpid()}.cpp'
            source.write_text(text, encoding='utf-8')
            part = source.with_suffix('.o')
            trouble = self.compile(source, part, task.file)
            if trouble:
                raise Trouble(f'{task.file} without {task.id} does not compile: {trouble}')
            part.rename(out)
            source.unlink()
        return out

    @functools.cache
    def link_command(self, assignment):
        target = f'tutorials/assignments/probe_{assignment}'
        commands = subprocess.run(['ninja', '-t', 'commands', target], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
        return shlex.split(commands.splitlines()[-1])

    def link(self, assignment, out, before=(), stub='', own=None, room=None):
        """Links a probe with these objects before the library, and one in the place of a stub's; returns
        what went wrong."""
        command = list(self.link_command(assignment))
        command[command.index('-o') + 1] = str(out)
        if own:
            place = (f'stubs_{stub}.o', f'answers_{stub}.o')
            command = [str(own) if word.endswith(place) else word for word in command]
        at = next(i for i, word in enumerate(command) if word.endswith(LIBRARY))
        command[at:at + 1] = [*(os.path.relpath(each, self.folder) for each in before), LIBRARY]
        return run(command + ['-s'], self.folder, room)
