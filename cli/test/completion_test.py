"""Tests the shell completions against the command's own help: completion_test.py PATH-OF-BINARY. Standard library only.

Exit 0: all passed. 1: something failed. zsh is tested where it is installed: with replacements for its functions, each
line separately, and as users see it, with Tab pressed in a terminal (module zsh/zpty).
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "completion"
BASH = f"""source {FOLDER}/nitro-attest.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_nitro_attest
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# What zsh's completion system would be handed, printed.
ZSH = f"""
_describe() {{ while [[ $1 == -* ]]; do shift; done; shift; print -rl -- ${{(P)1}} }}
_files() {{ print -r -- files $* }}
_command_names() {{ print -r -- commands }}
compset() {{ [[ $words[CURRENT] == ${{~@[-1]}}* ]] }}
words=("$@") CURRENT=$#
source {FOLDER}/_nitro-attest
"""
# An interactive zsh in a separate terminal: for each argument, types that line, Tab, and a key that shows the new line.
# Prints the output until then: the list, and the line.
TYPIST = r"""
zmodload zsh/zpty || exit 77
zpty typist "TERM=dumb zsh -f -i"
zpty -w typist "PS1= PS2= PROMPT_EOL_MARK= LISTMAX=100000; stty -echo cols 250 rows 2000"
zpty -w typist "setopt no_list_beep no_list_ambiguous"
zpty -w typist "fpath=($FOLDER \$fpath) path=(${BINARY:h} \$path); autoload -Uz compinit; compinit -D -u"
zpty -w typist 'show() { print -r -- "LINE<$BUFFER>"; BUFFER= }; zle -N show'
zpty -w typist 'bindkey "^G" show; bindkey "^I" complete-word'
zpty -w typist 'print -r -- "RE""ADY"'
zpty -r typist seen '*READY*'
for line; do
    zpty -n -w typist "$line"$'\t\C-g'
    zpty -r typist seen '*LINE<*>*' || exit 1
    print -rn -- "$seen"$'\0'
done
zpty -d typist
"""


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def bash(*words):
    """What bash offers for the last word."""
    done = run("bash", "--norc", "-c", BASH, "bash", BINARY, *words)
    assert done.stderr == "", done.stderr
    return [line for line in done.stdout.splitlines() if line]


def zsh(*words):
    done = run("zsh", "-f", "-c", ZSH, "zsh", BINARY, *words)
    assert done.stderr == "", done.stderr
    return [line for line in done.stdout.splitlines() if line]


def command_help(*path):
    done = run(BINARY, *path, "--help")
    assert done.returncode == 0, path
    return done.stdout


def commands_of(text):
    below = text.split("\nCommands:\n")
    return re.findall(r"^  (\S+)", below[1].split("\n\n")[0], re.M) if len(below) == 2 else []


def options_of(text):
    return re.findall(r"^  (--\S+)", text, re.M)


def tree(path=()):
    """Every command with its help."""
    text = command_help(*path)
    yield path, text
    for name in commands_of(text):
        yield from tree(path + (name,))


TREE = list(tree())


class Bash(unittest.TestCase):
    def test_every_command_is_offered(self):
        groups = [(path, text) for path, text in TREE if commands_of(text)]
        self.assertGreaterEqual(len(groups), 5)
        for path, text in groups:
            self.assertEqual(bash(*path, ""), commands_of(text), path)

    def test_every_option_is_offered(self):
        leaves = [(path, text) for path, text in TREE if not commands_of(text)]
        self.assertGreaterEqual(len(leaves), 15)
        for path, text in leaves:
            self.assertEqual(bash(*path, "--"), options_of(text), path)

    def test_the_beginning_decides(self):
        self.assertEqual(bash("ver"), ["verify"])
        self.assertEqual(bash("verify", "--max-"), ["--max-age", "--max-future"])
        self.assertEqual(bash("nsm", "pcr", "e"), ["extend"])
        self.assertEqual(bash("verify", "--pcr", "0=ab", "--json", "--arch"), ["--archive"])

    def test_named_values_are_those_of_the_help(self):
        self.assertEqual(bash("verify", "--kind", ""), ["enclave", "nitrotpm"])
        self.assertEqual(bash("verify", "--kind", "=", "ni"), ["nitrotpm"])
        self.assertEqual(bash("verify", "--limits", "="), ["default", "aws-1024", "aws-512"])
        text = command_help("verify")
        for option in ("--kind", "--limits"):
            line = re.search(r"^  %s .*" % option, text, re.M).group()
            for value in bash("verify", option, ""):
                self.assertIn(value, line)

    def test_ids_come_from_the_command(self):
        self.assertEqual(bash("explain", "NATT_E_TIME_ST"), ["NATT_E_TIME_STALE"])
        self.assertGreater(len(bash("explain", "")), 100)
        self.assertEqual(bash("issue", "--break", "envelope-tag-18-t"),
                         ["envelope-tag-18-twice", "envelope-tag-18-then-self-described"])
        self.assertIn("R-COSE-02", bash("issue", "--break", "R-COSE-"))

    def test_files_and_folders(self):
        with tempfile.TemporaryDirectory() as place:
            os.mkdir(place + "/inner")
            pathlib.Path(place, "paper.bin").touch()
            both, folder = [place + "/inner", place + "/paper.bin"], [place + "/inner"]
            self.assertEqual(sorted(bash("verify", place + "/")), both)
            self.assertEqual(sorted(bash("verify", "--root", place + "/")), both)
            self.assertEqual(sorted(bash("verify", "--nonce", "@", place + "/")), both)
            self.assertEqual(bash("emulate", "--pki", place + "/"), folder)

    def test_another_program_behind_the_dashes(self):
        self.assertIn("printf", bash("emulate", "--", "print"))

    def test_nothing_typed_is_run(self):
        with tempfile.TemporaryDirectory() as place:
            bash("emulate", "--listen", place + "/socket", "--pki", place + "/pki", "--init", "--")
            bash("issue", "--out", place + "/out", "--root-out", place + "/root", "")
            self.assertEqual(os.listdir(place), [])


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(unittest.TestCase):
    def test_it_is_parsed(self):
        self.assertEqual(run("zsh", "-n", str(FOLDER / "_nitro-attest")).returncode, 0)

    def test_every_command_and_option_is_offered_with_its_text(self):
        for path, text in TREE:
            names = commands_of(text) or options_of(text)
            offered = zsh(*path, "" if commands_of(text) else "--")
            self.assertEqual([line.split(":")[0] for line in offered], names, path)
            for line in offered:
                name, about = line.split(":", 1)
                self.assertIn(about, re.search(r"^  %s( .*)" % re.escape(name), text, re.M).group(1))

    def test_values(self):
        self.assertEqual(zsh("verify", "--kind", ""), ["enclave", "nitrotpm"])
        self.assertEqual(zsh("verify", "--kind=n"), ["enclave", "nitrotpm"])
        self.assertEqual(zsh("verify", "--root", ""), ["files"])
        self.assertEqual(zsh("emulate", "--pki", ""), ["files -/"])
        self.assertEqual(zsh("emulate", "--", ""), ["commands"])
        self.assertIn("NATT_E_TIME_STALE", zsh("explain", ""))


def typed(*lines):
    """(listed names, the resulting line) for each line that is typed into an interactive zsh, followed by Tab."""
    env = dict(os.environ, FOLDER=str(FOLDER), BINARY=BINARY)
    done = subprocess.run(["zsh", "-f", "-c", TYPIST, "zsh", *lines], capture_output=True, text=True, timeout=60,
                          env=env,
                          check=False)
    if done.returncode == 77:
        raise unittest.SkipTest("this zsh has no module zsh/zpty: " + done.stderr)
    assert done.returncode == 0, done
    seen = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", one) for one in done.stdout.split("\0")[:-1]]
    assert len(seen) == len(lines), seen
    return [(re.findall(r"^(\S+) +-- ", one, re.M), re.findall(r"LINE<(.*)>", one)[-1]) for one in seen]


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class InteractiveZsh(unittest.TestCase):
    """The completion system itself, with keys that are pressed; found by its #compdef line, as an installed one is."""

    def test_every_command_and_option_is_listed(self):
        lines = [" ".join(("nitro-attest",) + path + ("" if commands_of(text) else "--",)) for path, text in TREE]
        for (path, text), (listed, line) in zip(TREE, typed(*lines)):
            names = commands_of(text) or options_of(text)
            if len(names) > 1:
                self.assertEqual(sorted(listed), sorted(names), path)
            else:
                self.assertIn(names[0], line)

    def test_lines_are_finished(self):
        with tempfile.TemporaryDirectory() as place:
            os.mkdir(place + "/inner")
            pathlib.Path(place, "paper.bin").touch()
            pathlib.Path(place, "inner.bin").touch()
            finished = {
                "nitro-attest ver": "verify ", "nitro-attest nsm pcr e": "extend ",
                "nitro-attest verify --max-f": "--max-future ",
                "nitro-attest verify --kind ni": "nitrotpm ", "nitro-attest verify --kind=ni": "--kind=nitrotpm ",
                "nitro-attest explain NATT_E_TIME_ST": "NATT_E_TIME_STALE ",
                "nitro-attest issue --break envelope-tag-18-tw": "envelope-tag-18-twice ",
                f"nitro-attest verify --root {place}/pa": f"{place}/paper.bin ",
                f"nitro-attest verify {place}/pa": f"{place}/paper.bin ",
                f"nitro-attest verify --nonce @{place}/pa": f"@{place}/paper.bin ",
                f"nitro-attest emulate --pki {place}/inn": f"{place}/inner/",
                f"nitro-attest verify {place}/inn": f"{place}/inner",
            }
            for (line, end), (_, became) in zip(finished.items(), typed(*finished)):
                self.assertEqual(became, line.rpartition(" ")[0] + " " + end)
            self.assertEqual(sorted(os.listdir(place)), ["inner", "inner.bin", "paper.bin"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
