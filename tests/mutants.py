#!/usr/bin/env python3
"""Makes mistakes in the code one at a time and shows that the tests notice every time.

    python3 tests/mutants.py build                   all listed ones; or: ninja -C build mutants
    python3 tests/mutants.py build --only nn/optim   those whose line matches
    python3 tests/mutants.py build --random 200 --seed 1   mistakes at random
    python3 tests/mutants.py build --list            only names them

Each mutant is one change in a copy of one source file, compiled as the build folder compiles that
file and linked in front of the library into the tests of its folder: autograd and models in double
precision, nn in single, which tests the readers too. First the file of tests with the same name is
run, then all. A mutant is caught when a test fails or does not end. Prints a line for each, with the
test case that caught it, and fails if one survives that mutations/equivalent.py does not argue.

The listed ones are mistakes that people make, in mutations/*.py: the file in that folder; where in it
(from this text to the end of that function, or '' for anywhere); the original text; the replacement;
what the mistake is. One that does not compile, or whose original text is not found exactly once where
it should be, is an error of the list: the code has moved on, so mend it. Random ones are made by the
rules of mutations/rules.py and left out if they do not compile.
"""

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from mutations import autograd, equivalent, models, nn, rules

ROOT = Path(__file__).resolve().parent.parent
LISTS = {'autograd': autograd.MUTANTS, 'nn': nn.MUTANTS, 'models': models.MUTANTS}
# Which tests a folder's mutants are linked into, and how they are started.
PROGRAMS = {'autograd': 'tests/autograd/autograd_double', 'models': 'tests/models/models_double',
            'nn/parallel': 'tests/nn/parallel', 'nn': 'tests/nn/nn'}
STARTS = {'nn/parallel': [['mpirun', '--oversubscribe', '--allow-run-as-root', '-n', processes]
                          for processes in ('1', '2', '3')]}
# The first compares with a program in single precision that no mutant has changed: it would catch
# them all, and it could not see the same mistake in both precisions. The others take longer than all
# the rest together.
EXCLUDED = ','.join([
    '*single precision*', '*Fashion-MNIST*', 'who hears the factors of melodies*',
    '*the gradient of the encoder is the same on average', 'sprites in colour are the same*',
    'the split is the same on every machine*'])
# A changed header is compiled with the source beside it, which includes it, or with a test of its
# templates.
INCLUDED_BY = {'autograd/broadcast.hpp': 'autograd/ops/arithmetic.cpp',
               'autograd/pullback.hpp': 'autograd/ops/arithmetic.cpp',
               'autograd/ops/axis.hpp': 'autograd/ops/reduce.cpp',
               'autograd/ops/examples.hpp': 'autograd/ops/likelihoods.cpp',
               'autograd/ops/sequences.hpp': 'autograd/ops/lstm.cpp',
               'models/bound.hpp': 'tests/models/bound.cpp',
               'models/priors.hpp': 'tests/models/priors.cpp'}


class Mutant(NamedTuple):
    file: str  # from the root
    text: str  # of the whole file, with the mistake
    title: str


def listed(folder, file, where, original, replacement, what):
    """The mutant of one line of a list, which must fit in exactly one place."""
    file = f'{folder}/{file}'
    text = (ROOT / file).read_text()
    start, end = 0, len(text)
    if where:
        if text.count(where) != 1:
            raise SystemExit(f'stale: "{where}" is {text.count(where)} times in {file}')
        start = text.index(where)
        function = re.search(r'\n};?\n', text[start:])
        if function is None:
            raise SystemExit(f'stale: no end of "{where}" in {file}')
        end = start + function.start()
    body = text[start:end]
    if body.count(original) != 1:
        raise SystemExit(
            f'stale: "{original}" is {body.count(original)} times behind "{where}" in {file}')
    return Mutant(file, text[:start] + body.replace(original, replacement) + text[end:], what)


class DoesNotBuild(Exception):
    pass


class Build:
    """Compiles and links as the build folder does, to other places, and runs the tests."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.compile = {}  # by object
        for entry in json.loads((self.folder / 'compile_commands.json').read_text()):
            self.compile[entry['output']] = shlex.split(entry['command'])
        self.link, self.longest = {}, {}

    def prepare(self, place, limit):
        """Asks how a place's tests are linked, and without a limit how long a program without mistake takes."""
        program = PROGRAMS[place]
        commands = subprocess.run(['ninja', '-t', 'commands', program], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
        self.link[place] = shlex.split(commands.splitlines()[-1])
        self.longest[place] = limit or 600
        if limit:
            return
        start = time.monotonic()
        file = str(next(path for path in sorted((ROOT / place).rglob('*.cpp'))).relative_to(ROOT))
        failing = check(self, Mutant(file, (ROOT / file).read_text(), 'no mistake'))
        if failing:
            raise SystemExit(f'the tests of {place} fail without a mistake: {failing}')
        self.longest[place] = 30 + 5 * (time.monotonic() - start)

    def object_of(self, place, source):
        """The object that the tests of this place have of a source, as the build folder names it."""
        link = self.link[place]
        libraries = [word for word in link if word.endswith('.a')]
        for output, command in self.compile.items():
            if (self.folder / command[command.index('-c') + 1]).resolve() == ROOT / source and (
                    output in link or output.split('.p/')[0] in libraries):
                return output
        raise SystemExit(f'{PROGRAMS[place]} is built without {source}')

    def program(self, place, mutant, folder):
        """Tests with one object that stands in for the build folder's own."""
        source = folder / mutant.file
        source.parent.mkdir(parents=True)
        source.write_text(mutant.text)
        for beside in (self.folder / PROGRAMS[place]).parent.glob('*.py'):  # which a test runs
            (folder / beside.name).symlink_to(beside)
        original = self.object_of(place, INCLUDED_BY.get(mutant.file, mutant.file))
        changed, tests = str(folder / 'changed.o'), str(folder / 'tests')

        command = list(self.compile[original])
        if mutant.file in INCLUDED_BY:
            first = next(i for i, word in enumerate(command) if word.startswith('-I'))
            command.insert(first, f'-I{folder}')
        else:
            command[command.index('-c') + 1] = str(source)
        for option, value in (('-o', changed), ('-MF', f'{changed}.d'), ('-MQ', changed)):
            command[command.index(option) + 1] = value
        self.run(command + ['-O1', '-w', '-fdiagnostics-color=never'])  # a mistake may earn warnings

        command = list(self.link[place])
        command[command.index('-o') + 1] = tests
        if original in command:
            command[command.index(original)] = changed
        else:
            command.insert(next(i for i, word in enumerate(command) if word.endswith('.a')), changed)
        self.run(command)
        return tests

    def run(self, command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            error = re.search(r'error: (.*)', done.stderr)
            if error is None:  # no mistake of the mutant's
                raise SystemExit(f'{shlex.join(command)}\n{done.stderr[:3000]}')
            raise DoesNotBuild(error.group(1))

    def test(self, place, program, first='', scratch=None):
        """The name of the first test case that fails, or nothing."""
        for filters in ([f'--source-file=*/{first}'] if first else []), []:
            for start in STARTS.get(place, [[]]):
                failing = self.one_run(place, [*start, program, *filters], scratch)
                if failing:
                    return failing
        return None

    def one_run(self, place, command, scratch):
        # A mistake may ask for all memory or fill the disk.
        command = ['prlimit', f'--as={16 << 30}', f'--fsize={1 << 30}', '--', 'stdbuf', '-oL', *command,
                   '--abort-after=1', '--no-intro', '--no-colors',
                   f'--test-case-exclude={EXCLUDED}']
        environment = os.environ | {'OMP_NUM_THREADS': '1', 'OMP_WAIT_POLICY': 'passive'}
        environment |= {'TMPDIR': str(scratch)} if scratch else {}
        done = subprocess.Popen(command, cwd=(self.folder / PROGRAMS[place]).parent,
                                env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            said = done.communicate(timeout=self.longest[place])[0].decode(errors='replace')
        except subprocess.TimeoutExpired:
            os.killpg(done.pid, signal.SIGKILL)
            done.communicate()
            return 'does not end'
        if done.returncode == 0:
            return None
        cases = [line for line in said.splitlines() if line.startswith('TEST CASE:')]
        return cases[0].removeprefix('TEST CASE:').strip() if cases else f'exit {done.returncode}'


def place_of(file):
    return max((place for place in PROGRAMS if file.startswith(place + '/')), key=len)


def check(build, mutant):
    """Builds one mutant and returns the test case that caught it."""
    # The same name every time, so that a compiler cache knows it again.
    name = hashlib.sha256(f'{mutant.file} {mutant.text}'.encode()).hexdigest()[:16]
    folder = build.folder / 'mutants' / name
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was ended
    folder.mkdir(parents=True)
    place = place_of(mutant.file)
    first = INCLUDED_BY.get(mutant.file, 'tests/' + mutant.file)
    try:
        program = build.program(place, mutant, folder)
        with tempfile.TemporaryDirectory() as scratch:  # what a test that ends early leaves behind
            return build.test(place, program, first, scratch)
    except DoesNotBuild as error:
        return error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', help='the build folder')
    parser.add_argument('--only', default='', metavar='PATTERN', help='those whose line matches it')
    parser.add_argument('--random', type=int, default=0, metavar='N', help='so many random ones')
    parser.add_argument('--seed', type=int, default=1, help='which random ones (%(default)s)')
    parser.add_argument('--limit', type=float, metavar='SECONDS',
                        help='how long tests may take; else a program without mistake is timed')
    parser.add_argument('--jobs', type=int, default=2, help='how many at a time (%(default)s)')
    parser.add_argument('--list', action='store_true', help='name them and stop')
    options = parser.parse_args()

    if options.random:
        chosen = [Mutant(*m) for m in rules.draw(ROOT, options.random, options.seed)]
    else:
        chosen = [listed(folder, *m) for folder, lines in LISTS.items() for m in lines]
    chosen = [m for m in chosen if re.search(options.only, f'{m.file}: {m.title}')]
    if options.list:
        for mutant in chosen:
            print(f'{mutant.file}: {mutant.title}')
        return 0

    build = Build(options.build)
    places = sorted({place_of(mutant.file) for mutant in chosen})
    if 'MESON_BUILD_ROOT' not in os.environ:  # else ninja runs this script, and has built it before
        subprocess.run(['ninja', *(PROGRAMS[place] for place in places)], cwd=build.folder,
                       check=True, stdout=subprocess.DEVNULL)
    for place in places:
        build.prepare(place, options.limit)

    count = dict.fromkeys(('caught', 'survived', 'equivalent', 'not compiled'), 0)
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, found in zip(chosen, pool.map(lambda m: check(build, m), chosen)):
            reason = equivalent.REASONS.get((mutant.file, mutant.title))
            if isinstance(found, DoesNotBuild):
                kind, verdict = 'not compiled', f'does not compile: {found}'
            elif found:
                kind, verdict = 'caught', f'caught by "{found}"'
            elif reason:
                kind, verdict = 'equivalent', f'equivalent: {reason}'
            else:
                kind, verdict = 'survived', 'SURVIVED'
            count[kind] += 1
            print(f'{mutant.file}: {mutant.title}: {verdict}', flush=True)
    print(f'{len(chosen)} mutants, ' + ', '.join(f'{n} {kind}' for kind, n in count.items()))
    stale = count['not compiled'] and not options.random
    return 1 if count['survived'] or stale or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
