"""The examples of README.md run, and print what it says."""
import contextlib
import io
import os
import re
import unittest

import support


class Readme(unittest.TestCase):
    def test_examples_print_what_it_says(self):
        with open(os.path.join(support.PACKAGE, "README.md"), encoding="utf-8") as f:
            blocks = re.findall(r"^```(\w*)\n(.*?)^```$", f.read(), re.M | re.S)
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
