"""Compiles what students write, and links it into probes, as the build folder does it."""

import hashlib
import json
import os
import re
import resource
import shlex
import subprocess
from pathlib import Path

from kit.assignment import ROOT, Trouble
from kit.source import without

LIBRARY = 'libtapestry_double.a'
SECONDS = 120  # for one compiler
MEMORY = 4 << 30


def limits():
    """A template may ask for more than there is."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = MEMORY if most == resource.RLIM_INFINITY else min(most, MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, folder):
    """Returns what went wrong, or nothing."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True,
                              errors='replace', timeout=SECONDS, preexec_fn=limits,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f'the compiler took more than {SECONDS} seconds'
    return '' if done.returncode == 0 else shortened(done.stderr)


def shortened(messages):
    """The lines of a compiler's or a linker's messages that say what is wrong."""
    found = [line for line in messages.splitlines()
             if re.search(r'error|undefined reference|multiple definition', line)]
    lines = found or messages.splitlines() or ['the compiler failed']
    return '\n'.join(re.sub(r'\S*/(?=a\d+_\d+\.cpp)', '', line)[:300] for line in lines[:5])


class Build:
    """A build folder of the framework, and a folder for what is made from it."""

    def __init__(self, folder, work, progress=lambda words: None):
        self.folder = Path(folder).resolve()
        self.work = Path(work).resolve()
        self.progress = progress
        commands = self.folder / 'compile_commands.json'
        if not commands.is_file():
            raise Trouble(f'{folder} is no build folder: make one with meson setup {folder}')
        self.compiles = {}
        for entry in json.loads(commands.read_text()):
            if entry['output'].startswith(LIBRARY):
                path = (self.folder / entry['file']).resolve()
                self.compiles[str(path.relative_to(ROOT))] = shlex.split(entry['command'])

    def make(self, *targets):
        done = subprocess.run(['ninja', *targets], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise Trouble('the framework does not build: ' + shortened(done.stdout).splitlines()[0])

    def programs(self, assignment):
        """Builds judge and probe of an assignment; returns the judge."""
        self.progress(f'building the judge and the probe of {assignment}')
        room = 'tutorials/assignments'
        self.make(f'{room}/judge_{assignment}', f'{room}/probe_{assignment}')
        return self.folder / room / f'judge_{assignment}'

    def compile(self, source, out, like='autograd/tape.cpp'):
        """Compiles a file with the options of one of the library's; returns what went wrong."""
        command = list(self.compiles[like])
        command[command.index('-c') + 1] = str(source)
        for option, value in (('-o', out), ('-MF', f'{out}.d'), ('-MQ', out)):
            command[command.index(option) + 1] = str(value)
        return run(command + ['-O1', '-w', '-fdiagnostics-color=never'], self.folder)

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

    def link(self, assignment, out, before=(), stub='', own=None):
        """Links a probe with these objects before the library, and one in the place of a stub's; returns
        what went wrong."""
        target = f'tutorials/assignments/probe_{assignment}'
        commands = subprocess.run(['ninja', '-t', 'commands', target], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
        command = shlex.split(commands.splitlines()[-1])
        command[command.index('-o') + 1] = str(out)
        if own:
            command = [str(own) if word.endswith(f'stubs_{stub}.o') else word for word in command]
        at = next(i for i, word in enumerate(command) if word.endswith(LIBRARY))
        command[at:at] = [str(each) for each in before]
        return run(command + ['-s'], self.folder)
