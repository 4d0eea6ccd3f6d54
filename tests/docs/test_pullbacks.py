#!/usr/bin/env python3
"""The table of pullbacks has every operation, and says what a docstring says."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docs/pullbacks.py"
HEADERS = sorted((ROOT / "autograd/ops").glob("*.hpp"))


def run(*headers):
    """(exit code, table, messages)."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "table.md"
        done = subprocess.run([sys.executable, SCRIPT, out, *headers], capture_output=True, text=True)
        return done.returncode, out.read_text(encoding="utf-8") if out.exists() else "", done.stderr


def run_on(text):
    """The same for a header with this text; file names in messages are short."""
    with tempfile.TemporaryDirectory() as folder:
        header = pathlib.Path(folder) / "made_up.hpp"
        header.write_text(text, encoding="utf-8")
        code, table, messages = run(header)
        return code, table, messages.replace(folder + "/", "")


def cells(table, operation):
    """The four cells of the row in which an operation is linked."""
    row = next(r for r in table.splitlines() if f"autograd::{operation}(" in r)
    return re.findall(r"<td>(.*?)</td>", row)


class TheRealHeaders(unittest.TestCase):
    def setUp(self):
        code, self.table, messages = run(*HEADERS)
        self.assertEqual((code, messages), (0, ""))

    def test_every_declared_operation_appears(self):
        for header in HEADERS:
            text = header.read_text(encoding="utf-8")
            names = re.findall(r"^Variable (\w+|operator[-+*/])\(", text, re.M)
            for name in set(names):
                links = len(re.findall(rf"@ref autograd::{re.escape(name)}[( ]", self.table))
                everywhere = sum(len(re.findall(rf"^Variable {re.escape(name)}\(",
                                                h.read_text(encoding="utf-8"), re.M))
                                 for h in HEADERS)
                self.assertEqual(links, everywhere, f"{name} of {header.name}")

    def test_every_recorded_operation_appears(self):
        for source in (ROOT / "autograd/ops").glob("*.cpp"):
            text = source.read_text(encoding="utf-8")
            for name in re.findall(r'\.record\(\s*"(\w+)"', text):
                if re.search(rf"^Variable {name}\(", text, re.M):  # `add` is spelt `+`
                    self.assertRegex(self.table, rf"@ref autograd::{name}[( ]")

    def test_a_row_says_what_the_docstring_says(self):
        self.assertEqual(cells(self.table, "tanh")[1:],
                         ["y = tanh x", "x̄ += ȳ ∘ (1 − y²)", "The result has the shape of x."])
        self.assertEqual(cells(self.table, "matmul")[1:3], ["y = a·b", "ā += ȳ·bᵀ, b̄ += aᵀ·ȳ"])

    def test_no_cell_is_empty(self):
        self.assertNotIn("<td></td>", self.table)


class MadeUpHeaders(unittest.TestCase):
    def test_a_docstring_without_pullback_is_an_error_with_file_and_line(self):
        code, table, messages = run_on("/// @file\n/// Maps. The shape of x.\n#pragma once\n\n"
                                       "/// y = x³.   x̄ += 3 ȳ ∘ x²\nVariable cube(Variable x);\n"
                                       "/// y = sin x.\nVariable sin(Variable x);\n")
        self.assertEqual(code, 1)
        self.assertEqual(table, "")
        self.assertEqual(messages, "made_up.hpp:8: the docstring of sin names no pullback\n")

    def test_so_is_an_operation_without_docstring_or_shapes(self):
        top = "/// @file\n/// Maps.\n#pragma once\n\n"
        _, _, messages = run_on(top + "Variable sin(Variable x);\n")
        self.assertIn("made_up.hpp:5: the docstring of sin names no forward", messages)
        _, _, messages = run_on(top + "/// y = sin x.   x̄ += ȳ ∘ cos x\nVariable sin(Variable x);\n")
        self.assertIn("made_up.hpp:6: the docstring of sin names no shapes", messages)

    def test_a_pullback_that_hides_behind_a_semicolon_is_an_error(self):
        _, _, messages = run_on("/// y = x³; x̄ += 3 ȳ ∘ x².\nVariable cube(Variable x);\n")
        self.assertIn("made_up.hpp:2: cube: the pullback wants a sentence of its own", messages)

    def test_sources_and_errors_stay_out_of_the_table(self):
        _, table, _ = run_on("/// y = x³; (B, D) stays.   x̄ += 3 ȳ ∘ x².\n/// Author 2016, eq. 15. "
                             "Throws when tired.\nVariable cube(Variable x,\n    Real c = 1);\n")
        self.assertEqual(cells(table, "cube")[1:], ["y = x³", "x̄ += 3 ȳ ∘ x²", "(B, D) stays"])
        self.assertIn('autograd::cube(autograd::Variable,autograd::Real) "cube(x, c)"', table)

    def test_an_overload_shares_the_row_of_the_one_before(self):
        _, table, _ = run_on("/// y = c x; any shape.   x̄ += c ȳ\nVariable operator*(Real c, "
                             "Variable x);\nVariable operator*(Variable x, Real c);\n")
        self.assertEqual(table.count("<tr>"), 2)  # the head and one row
        self.assertIn('operator*(autograd::Real,autograd::Variable) "c * x"<br>@ref '
                      'autograd::operator*(autograd::Variable,autograd::Real) "x * c"', table)

    def test_our_types_are_linked_with_their_namespace_but_not_between_angle_brackets(self):
        top = "/// y = x; any shape.   x̄ += ȳ\n"
        _, table, _ = run_on(top + "Variable at(const Shape& s, std::size_t n, Variable x);\n")
        self.assertIn('@ref autograd::at(const autograd::Shape&,std::size_t,autograd::Variable) "at(s, n, x)"',
                      table)
        _, table, _ = run_on(top + "Variable join(const std::vector<Variable>& parts);\n")
        self.assertIn('@ref autograd::join "join(parts)"', table)

    def test_what_a_page_would_take_for_markup_is_escaped(self):
        _, table, _ = run_on("/// y = x where x < `low` & so; any shape.   x̄ += ȳ\n"
                             "Variable low(Variable x);\n")
        self.assertIn("x &lt; <code>low</code> &amp; so", table)


if __name__ == "__main__":
    unittest.main()
