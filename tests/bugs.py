#!/usr/bin/env python3
"""Puts the bugs of chapter 11 into the library, one at a time: the test named there must fail.

    python3 tests/bugs.py build            all of them
    python3 tests/bugs.py build --only kl  those whose name contains the word

Each bug is one change in a copy of one file, built in double precision as for tests/mutants.py. The
test case must pass without the bug and fail with it. A bug whose original text is not found exactly
once where it should be is an error of this script: the code has moved on, so mend the list. And a test
case that chapter 11 does not name is an error too, of one of the two.
"""

import argparse
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import mutants

ROOT = mutants.ROOT

BOUND = 'both parts of the bound are sums over dimensions, averaged over the batch'
BETA = 'the bound is minus reconstruction minus beta times KL'

# Exhibit, file, where in it, the original text, the wrong one, which tests, the test case.
BUGS = [
    ('counted_twice', 'autograd/tape.cpp', 'Gradients& Tape::sweep(Variable y)', 'entry.pullback(entry);',
     '''entry.pullback(entry);
        for (const auto x : std::vector(entry.inputs))
            if (entries_[x].has_gradient && !entries_[x].inputs.empty())
                sweep(Variable(this, x, generation_));
        return gradients_;''',
     'autograd', 'an intermediate result hands its gradient on once, when it is complete'),
    ('deaf_pullback', 'autograd/ops/elementwise.cpp', 'Variable tanh(', 'y.gradient * (',
     'Real{0} * y.gradient + (', 'autograd',
     'the gradient of every operation is that of central differences'),
    ('last_row', 'autograd/broadcast.cpp', 'auto sum_rows(', 'total[k] += next[k]', 'total[k] = next[k]',
     'autograd', 'a column times a row: each gradient is summed over what was broadcast'),
    ('pixel_mean', 'models/decoder.cpp', 'Variable Decoder::log_likelihood(Variable x, Variable z) const',
     'nn::Bernoulli{outputs}.log_prob(x)',
     'nn::Bernoulli{outputs}.log_prob(x) / static_cast<Real>(x.shape()[1])', 'models', BOUND),
    ('unit_mean', 'models/bound.cpp', 'Elbo elbo(const Draws& draws)', 'mean(kl(level))',
     'mean(kl(level)) / static_cast<Real>(level.z.shape()[1])', 'models', BOUND),
    ('batch_over_n', 'models/bound.cpp', 'Variable Elbo::value(', 'cost + beta *',
     'cost + beta * Real(128. / 60000) *', 'models', BETA),
    ('beta_unused', 'models/bound.cpp', 'Variable Elbo::value(', 'cost + beta *',
     'cost + (1 + 0 * beta) *', 'models', BETA),
    ('kl_sign', 'models/bound.cpp', 'Variable Elbo::value(', 'cost + beta *', 'cost - beta *', 'models', BETA),
    ('log_sigma', 'autograd/ops/gaussian.cpp', 'Variable reparameterize(',
     'xt::exp(Real{0.5} * log_variance.value())', 'xt::exp(log_variance.value())', 'models', BOUND),
    ('one_layer', 'models/gaussian_net.cpp', 'nn::Normal GaussianNet::heads(', 'log_variance(features)',
     'mean(features)', 'models', 'mean and log variance have layers of their own, and the bound reaches both'),
    ('ladder_prior', 'models/bound.cpp', 'Variable kl(const LatentLevel& level)',
     'nn::kl(level.posterior, *level.prior)', 'nn::kl_to_standard_normal(level.posterior)', 'models',
     'on a Gaussian chain the KL of each level is the information that it carries'),
    ('no_condition', 'models/cvae.cpp', 'Variable Cvae::sample(', 'random)), c)', 'random)), Real(0) * c)',
     'models', 'what the condition says, the code need not say'),
    ('per_example', 'models/sparse.cpp', 'Variable kl_penalty(',
     'sum(bernoulli_kl(rho, mean(activations, {0})))', 'mean(sum(bernoulli_kl(rho, activations), {1}))',
     'models', 'units may take turns: only their means over the batch are priced'),
    ('half_kl', 'models/sparse.cpp', 'Variable bernoulli_kl(',
     ' + (1 - rho) * log((1 - inside) / (1 - rho))', '', 'models',
     'the KL between coins is zero at rho and has the values of paper and pencil'),
    ('no_noise', 'models/vae.cpp', 'Draws Vae::draw(Variable x, Variable noise) const', 'q.sample(noise)',
     'q.mean', 'models',
     'the reconstruction is paid for codes that are drawn, not for the mean of the proposal'),
    ('leak', 'nn/data/dataset.cpp', 'TrainTest draw_glyphs(Limits limits)', '= random.split()',
     '{seed}', 'nn', 'no drawn test image is among those to learn from, and every grey level is a pixel\'s'),
    ('out_of_range', 'nn/data/dataset.cpp', 'Dataset read_part(', ' / 255', '', 'nn',
     'a folder with the four files of MNIST is read, grey levels as byte / 255'),
]


def broken(file, where, original, replacement):
    """The text of the file with the bug, at the only such place behind `where`, before a `}` alone."""
    before, found, after = (ROOT / file).read_text().partition(where)
    body, end, rest = after.partition('\n}')
    if not found or body.count(original) != 1:
        raise SystemExit(f'stale: "{original}" is {body.count(original)} times behind "{where}" in {file}')
    return before + found + body.replace(original, replacement) + end + rest


class Build(mutants.Build):
    """The tests of one folder."""

    def __init__(self, folder, tests):
        super().__init__(folder)
        self.tests = f'tests/{tests}/{tests}_double'
        subprocess.run(['ninja', self.tests], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        self.link = self._last_command(self.tests)

    def _last_command(self, target):
        commands = subprocess.run(['ninja', '-t', 'commands', target], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
        return shlex.split(commands.splitlines()[-1])

    def test_object(self, source, include, out):
        """Compiles a file of tests with the headers in the folder `include` before all others."""
        target = f'{self.tests}.p/{source}.o'
        command = self._last_command(target)
        command.insert(1 + command.index('c++'), f'-I{include}')
        for option, value in (('-o', out), ('-MF', f'{out}.d'), ('-MQ', out)):
            command[command.index(option) + 1] = str(value)
        self.run(command)

    def replace(self, old, new, out):
        """Links the tests with another object in the place of one of theirs."""
        command = [str(new) if word.endswith(old) else word for word in self.link]
        command[command.index('-o') + 1] = str(out)
        self.run(command)

    def passes(self, program, case):
        done = subprocess.run([program, '--no-intro', f'--test-case={escaped(case)}'],
                              cwd=(self.folder / self.tests).parent, capture_output=True, text=True,
                              timeout=300)
        if 'test cases: 1' not in ' '.join(done.stdout.split()):
            raise SystemExit(f'there is not one test case "{case}"')
        return done.returncode == 0


def escaped(case):
    """Commas separate doctest's filters."""
    return case.replace(',', '\\,')


def check(build, bug):
    """Whether the test case passes without the bug, and with it."""
    _, file, where, original, replacement, _, case = bug
    folder = build.folder / 'bugs' / bug[0]
    changed = folder / file
    changed.parent.mkdir(parents=True, exist_ok=True)
    try:
        changed.write_text(broken(file, where, original, replacement))
        if file.endswith('.hpp'):
            name = Path(file).stem + '.cpp'
            build.test_object(name, folder, folder / 'changed.o')
            build.replace(f'/{name}.o', folder / 'changed.o', folder / 'tests')
        else:
            build.object('../' + file, changed, folder / 'changed.o')
            build.program(folder / 'changed.o', folder / 'tests')
        return build.passes(build.folder / build.tests, case), build.passes(folder / 'tests', case)
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', help='the build folder')
    parser.add_argument('--only', default='', metavar='WORD', help='those whose name contains it')
    options = parser.parse_args()

    chapter = (ROOT / 'tutorials/11_bugs/11_bugs.cpp').read_text()
    words = ' '.join(chapter.replace('\n//', ' ').split())
    failures, builds = 0, {}
    for bug in BUGS:
        name, case, tests = bug[0], bug[6], bug[5]
        if options.only not in name:
            continue
        if f'*{case}*' not in words or f'`{name}`' not in words:
            raise SystemExit(f'{name}: chapter 11 does not name "{case}"')
        if tests not in builds:
            builds[tests] = Build(options.build, tests)
        right, wrong = check(builds[tests], bug)
        verdict = 'caught by' if right and not wrong else 'NOT CAUGHT by' if right else 'BROKEN:'
        failures += verdict != 'caught by'
        print(f'{name}: {verdict} "{case}"', flush=True)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
