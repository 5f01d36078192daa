"""The examples of README.md run, print the output that it shows, and have the right types."""
import contextlib
import io
import os
import re
import tempfile
import unittest

import support


def readme_blocks():
    with open(os.path.join(support.PACKAGE, "README.md"), encoding="utf-8") as f:
        return re.findall(r"^```(\w*)\n(.*?)^```$", f.read(), re.M | re.S)


class Readme(unittest.TestCase):
    maxDiff = None

    def test_examples_are_typed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "program.py")
            with open(path, "w", encoding="utf-8") as f:
                f.write("".join(text for language, text in readme_blocks() if language == "python"))
            for checker, nothing in ((support.mypy, ""), (support.pyright, [])):
                told = checker(path)
                if told is not None:
                    self.assertEqual(told, nothing)

    def test_examples_print_what_it_says(self):
        blocks = readme_blocks()
        programs = [text for language, text in blocks if language == "python"]
        expected = [text for language, text in blocks if language == ""]
        self.assertEqual((len(programs), len(expected)), (3, 2))
        printed, names = io.StringIO(), {}
        with contextlib.redirect_stdout(printed):
            for program in programs:
                exec(compile(program, "README.md", "exec"), names)
        self.assertEqual(printed.getvalue(), "".join(expected))


if __name__ == "__main__":
    unittest.main(verbosity=2)
