"""Tests that manual pages and --help name the same commands and options: manual_test.py PATH-OF-BINARY.

For every command, everything in the help must be in its page, and everything in the page must exist.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
MAN = pathlib.Path(__file__).resolve().parents[2] / "docs" / "man"
FIRST = pathlib.Path(BINARY).parent / "nitro-attest.1"  # made of the others
EVERYWHERE = {"help", "version"}


def command_help(path):
    return subprocess.run([BINARY, *path, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout


def commands_of(text):
    below = text.split("\nCommands:\n")
    return re.findall(r"^  (\S+)", below[1].split("\n\n")[0], re.M) if len(below) == 2 else []


def tree(path=()):
    text = command_help(path)
    yield path, text
    for name in commands_of(text):
        yield from tree(path + (name,))


def of_help(text):
    return set(re.findall(r"^  --([a-z0-9-]+)", text, re.M))


def of_page(name):
    """All options in a page: .It Fl -x, .Op Fl -x, Fl -x in a line; and in lines of examples."""
    text = (MAN / name).read_text()
    return set(re.findall(r"\bFl -([a-z][a-z0-9-]*)", text)) | set(re.findall(r"(?<!\S)--([a-z][a-z0-9-]*)", text))


def listed_in_page(name):
    return set(re.findall(r"^\.It Fl -([a-z][a-z0-9-]*)", (MAN / name).read_text(), re.M))


def see_also(text):
    """(the pages in SEE ALSO, all the other text)."""
    before, section = text.split(".Sh SEE ALSO\n")
    own, *after = section.split("\n.Sh ")
    return re.findall(r"^\.Xr (\S+ \d)", own, re.M), "\n.Sh ".join([before, *after])


def keys_of(schema):
    """The names of members, at any depth of a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(keys_of(value) for value in schema.values()))


TREE = list(tree())
COMMANDS = [path[0] for path, _ in TREE if len(path) == 1]


class Help(unittest.TestCase):
    def run_command(self, *words):
        return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60, check=False)

    def test_every_command_explains_itself_in_every_form(self):
        self.assertGreater(len(TREE), 20)
        for path, text in TREE:
            forms = [(*path, "-h"), (*path, "help"), ("help", *path), ("help", *path, "--help")]
            forms += [(*path[:at], "help", *path[at:]) for at in range(len(path))
                      if commands_of(command_help(path[:at]))]
            for words in forms:
                done = self.run_command(*words)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, text, ""), words)

    def test_help_for_what_is_no_command_is_wrong(self):
        for words, hint in ((("help", "verfy"), "did you mean verify?"),
                            (("help", "nsm", "pcr", "reed"), "did you mean read?"),
                            (("nsm", "help", "atest"), "did you mean attest?"), (("help", "-x"), "--help")):
            done = self.run_command(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertIn(hint, done.stderr)

    def test_other_words_are_not_taken_for_help(self):
        for words in (("-H",), ("--hel",), ("verify", "-hx"), ("verify", "-xh"), ("verify", "--hel"),
                      ("root", "help", "x"),
                      ("explain", "help", "x")):
            done = self.run_command(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
        for words in (("inspect", "--json", "help"), ("inspect", "./help")):
            self.assertEqual(self.run_command(*words).returncode, 3, "a file of that name")


class Manuals(unittest.TestCase):
    def options(self, command):
        return set().union(*(of_help(text) for path, text in TREE if path[:1] == (command,)))

    def test_every_option_of_the_help_is_in_the_manual(self):
        seen = 0
        for path, text in TREE[1:]:
            page = of_page("nitro-attest-%s.1" % path[0])
            self.assertEqual(of_help(text) - EVERYWHERE - page, set(), path)
            seen += len(of_help(text) - EVERYWHERE)
        self.assertGreater(seen, 80)

    def test_every_option_of_the_manual_is_in_a_help(self):
        """Options of its own command; in running text and examples, of any command."""
        every = set().union(*(self.options(command) for command in COMMANDS)) | EVERYWHERE
        for command in COMMANDS:
            page = "nitro-attest-%s.1" % command
            self.assertEqual(listed_in_page(page) - self.options(command) - EVERYWHERE, set(), page)
            self.assertEqual(of_page(page) - every, set(), page)
        for page in (FIRST, MAN / "nitro-attest-policy-file.5"):
            self.assertEqual(of_page(page) - every, set(), page)

    def test_every_command_is_in_a_manual(self):
        first = FIRST.read_text()
        for command in COMMANDS:
            self.assertIn("Xr nitro-attest-%s 1" % command, first)
        for path, _ in TREE[1:]:
            page = (MAN / ("nitro-attest-%s.1" % path[0])).read_text()
            for word in path[1:]:
                self.assertRegex(page, r"(?m)^\.(Nm|Cm|It Cm|Ic|Ss).*\b%s\b" % re.escape(word), path)
        self.assertEqual({page.name for page in MAN.glob("nitro-attest-*.1")},
                         {"nitro-attest-%s.1" % command for command in COMMANDS})

    def test_see_also_is_complete(self):
        """SEE ALSO has nitro-attest(1) and each command that the page names, and references are mutual; most pages name
        verify(1)."""
        listed = {command: see_also((MAN / ("nitro-attest-%s.1" % command)).read_text()) for command in COMMANDS}
        for command, (pages, text) in listed.items():
            self.assertEqual(pages[0], "nitro-attest 1", command)
            self.assertEqual(pages, sorted(set(pages), key=lambda page: page.split()[::-1]), command)
            named = {"nitro-attest-%s 1" % other for other in re.findall(r"nitro-attest ([a-z]+)", text)
                     if other in COMMANDS and other != command}
            named |= set(re.findall(r"^\.Xr (nitro-attest\S* \d)", text, re.M))
            self.assertLessEqual(named, set(pages), command)
            for other in COMMANDS:
                if "verify" not in (command, other) and "nitro-attest-%s 1" % other in pages:
                    self.assertIn("nitro-attest-%s 1" % command, listed[other][0], other)
        every = ["nitro-attest-%s 1" % command for command in sorted(COMMANDS)] + ["nitro-attest-policy-file 5"]
        self.assertEqual(see_also(FIRST.read_text())[0], every)
        for page in {page for pages, _ in listed.values() for page in pages} - {"nitro-attest 1"}:
            self.assertTrue((MAN / page.replace(" ", ".")).is_file(), page)


class PolicyFile(unittest.TestCase):
    PAGE = (MAN / "nitro-attest-policy-file.5").read_text()

    def test_its_example_is_that_of_the_page_in_docs_and_a_policy(self):
        example = json.loads(re.search(r"^\.Bd .*\n(\{\n(?:.*\n)*?\}\n)\.Ed", self.PAGE, re.M)[1])
        shown = re.search(r"```json\n((?:.*\n)*?)```", (MAN.parent / "POLICY-FILE.md").read_text())[1]
        self.assertEqual(example, json.loads(shown))
        values = iter(range(1, 10))
        text = re.sub("<96 hex digits>", lambda _: "%096x" % next(values), json.dumps(example))
        with tempfile.TemporaryDirectory() as folder:
            policy, document = pathlib.Path(folder) / "policy.json", pathlib.Path(folder) / "document"
            policy.write_text(text)
            document.write_bytes(b"")
            words = [BINARY, "verify", "--policy", policy, "--nonce", "00", "--max-age", "5m", document]
            done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)

    def test_it_lists_the_keys_of_the_schema(self):
        schema = json.loads((MAN.parent / "policy.schema.json").read_text())
        found = set(re.findall(r"^\.It Ql (\w+)$", self.PAGE, re.M))
        self.assertEqual(found, keys_of(schema), "keys of the schema")
        self.assertEqual(see_also(self.PAGE)[0], ["nitro-attest 1", "nitro-attest-pcr 1", "nitro-attest-policy 1",
                                                  "nitro-attest-verify 1"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
