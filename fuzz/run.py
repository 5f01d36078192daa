#!/usr/bin/python3
"""Runs one fuzz target: progress while it runs, figures at its end, and what to do with the input after a crash.

Usage: run.py TARGET --build DIR [--seconds N] [--runs N] [--fresh] [--quiet] [-- LIBFUZZER-OPTION...]
  --build DIR    a build with -Dfuzz=true
  --seconds N    run for N seconds (default 60); 0 = no limit
  --runs N       at most N executions
  --fresh        start from a sample of the seeds, keep only crashes
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def table():
    with open(os.path.join(HERE, 'targets'), encoding='utf-8') as f:
        rows = [line.split() for line in f if line.strip() and not line.startswith('#')]
    return {row[0]: row[1:] for row in rows}


def options():
    parser = argparse.ArgumentParser(usage=__doc__.split('Usage: ')[1])
    parser.add_argument('target')
    parser.add_argument('--build', required=True)
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--runs', type=int, default=-1)
    parser.add_argument('--fresh', action='store_true')
    parser.add_argument('--quiet', action='store_true')
    at = sys.argv.index('--') if '--' in sys.argv else len(sys.argv)
    opt = parser.parse_args(sys.argv[1:at])
    opt.more = sys.argv[at + 1:]
    if opt.target not in table():
        parser.exit(2, 'run.py: unknown target %s; the targets are: %s\n' % (opt.target, ' '.join(table())))
    return opt


def sample_seeds(opt, corpus):
    """A short run of a slow target uses only every Nth seed, as the ordinary test does."""
    seeds, _, every = table()[opt.target][1:4]
    folder = os.path.join(opt.build, 'fuzz', 'seeds', seeds)
    for name in sorted(os.listdir(folder))[::int(every)]:
        shutil.copy(os.path.join(folder, name), corpus)


def command(opt, corpus, crashes):
    max_len, seeds, dictionary = table()[opt.target][:3]
    program = os.path.join(opt.build, 'fuzz', 'fuzz-' + opt.target)
    if not os.path.exists(program):
        sys.exit('run.py: %s does not exist; configure a build with -Dfuzz=true' % program)
    words = [program, '-max_len=' + max_len, '-max_total_time=%d' % opt.seconds, '-runs=%d' % opt.runs, '-timeout=20',
             '-print_final_stats=1', '-artifact_prefix=' + os.path.join(crashes, opt.target + '-')]
    if dictionary != '-':
        words.append('-dict=' + os.path.join(HERE, 'dictionaries', dictionary + '.dict'))
    folders = [corpus] if opt.fresh else [corpus, os.path.join(opt.build, 'fuzz', 'seeds', seeds)]
    regressions = os.path.join(HERE, 'regressions', opt.target)
    return words + opt.more + [f for f in folders + [regressions] if os.path.isdir(f)]


def run(words, quiet):
    """Prints the fuzzer's output and returns its last lines."""
    if not quiet:
        print('$ ' + ' '.join(words), flush=True)
    kept = []
    env = dict(os.environ, UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, errors='replace', env=env) as process:
        for line in process.stderr:
            kept = kept[-400:] + [line]
            if not quiet:
                sys.stderr.write(line)
    return process.returncode, kept


def figures(kept):
    text = ''.join(kept)
    number = lambda pattern: ([0] + [int(n) for n in re.findall(pattern, text)])[-1]
    runs = number(r'stat::number_of_executed_units: *(\d+)') or number(r'#(\d+)\t')
    return runs, number(r'cov: (\d+)'), number(r'ft: (\d+)')


def after_crash(opt, kept):
    found = re.findall(r'Test unit written to (\S+)', ''.join(kept))
    if opt.quiet:
        sys.stderr.write(''.join(kept[-60:]))
    if not found:
        print('%s: the target failed without saving an input; its last output is above' % opt.target)
        return
    print('%s: an input breaks a property: %s' % (opt.target, found[-1]))
    print('  to repeat it:   %s %s' % (os.path.join(opt.build, 'fuzz', 'fuzz-' + opt.target), found[-1]))
    print('  to minimize it: add -minimize_crash=1 -max_total_time=60')
    print('  after the fix, add it as a test: cp %s %s/' % (found[-1], os.path.join('fuzz', 'regressions', opt.target)))


def main():
    opt = options()
    crashes = os.path.join(opt.build, 'fuzz', 'crashes')
    corpus = tempfile.mkdtemp() if opt.fresh else os.path.join(opt.build, 'fuzz', 'corpus', opt.target)
    os.makedirs(crashes, exist_ok=True)
    os.makedirs(corpus, exist_ok=True)
    if opt.fresh:
        sample_seeds(opt, corpus)
    began = time.monotonic()
    status, kept = run(command(opt, corpus, crashes), opt.quiet)
    if opt.fresh:
        shutil.rmtree(corpus)
    if status != 0:
        after_crash(opt, kept)
    executions, edges, features = figures(kept)
    print('%s: %d executions in %d s, %d edges, %d features: %s' % (
        opt.target, executions, time.monotonic() - began, edges, features, 'FAILED' if status else 'no crash'))
    return 1 if status or executions == 0 else 0


sys.exit(main())
