#!/usr/bin/env python3
"""Data of one's own, from end to end: what `tapestry` makes of a small table and a small folder of
pictures, read as any Python can.

    own_data.py PROGRAM
"""

import csv
import json
import math
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SCRATCH = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(SCRATCH.name)


# --- files, by their formats -----------------------------------------------------------------------

def write_png(path, rows, channels=1):
    """Rows of bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.parent.mkdir(parents=True, exist_ok=True)
    size = struct.pack(">IIBBBBB", len(rows[0]) // channels, len(rows), 8, 0 if channels == 1 else 2, 0, 0, 0)
    lines = b"".join(b"\0" + bytes(row) for row in rows)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(lines))
                     + chunk(b"IEND", b""))


def read_png(path):
    """Rows of bytes, 8 bits per channel."""
    data, at, packed = path.read_bytes(), 8, b""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    assert bits == 8
    step = {0: 1, 2: 3}[colour]
    raw, above, rows = zlib.decompress(packed), bytes(width * step), []
    for y in range(height):
        begin = y * (width * step + 1)
        kind, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step])
        for x in range(len(line)):
            a, b = line[x - step] if x >= step else 0, above[x]
            c = above[x - step] if x >= step else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line[x] = (line[x] + [0, a, b, (a + b) // 2, nearest][kind]) % 256
        above = bytes(line)
        rows.append(above)
    return rows


def read_safetensors(path):
    """Arrays as (shape, numbers), and the notes."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    notes, arrays = header.pop("__metadata__", {}), {}
    for name, about in header.items():
        begin, end = (8 + length + offset for offset in about["data_offsets"])
        assert about["dtype"] == "F32"
        arrays[name] = (about["shape"], struct.unpack(f"<{(end - begin) // 4}f", data[begin:end]))
    return arrays, notes


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


# --- the program -----------------------------------------------------------------------------------

def run(*words, interrupt=False):
    """Exit code, standard output, standard error output."""
    with tempfile.TemporaryFile("w+") as errors:
        threads = ["--threads", "1"] if len(words) > 1 and "--help" not in words else []
        lines = []
        with subprocess.Popen([PROGRAM, *map(str, words), *threads], cwd=FOLDER, text=True,
                              stdout=subprocess.PIPE, stderr=errors,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
            for line in process.stdout:
                lines.append(line)
                if interrupt and line.startswith("epoch"):
                    process.send_signal(signal.SIGINT)
                    interrupt = False
        errors.seek(0)
        return process.returncode, "".join(lines), errors.read()


def good(*words):
    code, output, errors = run(*words)
    assert code == 0, f"{words}: exit code {code}\n{output}{errors}"
    return output


# --- the data: a table whose law is known, and pictures of bars -----------------------------------

COLUMNS = ["height, cm", "b", "c", "d", "e", "f"]
WEIGHTS = [(0.8, 0.4), (0.4, -0.8), (-0.8, 0.4), (0.6, 0.66), (0.0, 0.89), (0.89, 0.0)]
NOISE = 0.45  # so that all columns have variance 1
UNITS = [(170, 10), (0, 1), (1e6, 5), (-3, 0.01), (5, 2), (0, 100)]  # mean and deviation
dice = random.Random(7)


def draw_rows(count):
    """x = W z + noise, in the units of the columns."""
    rows = []
    for _ in range(count):
        z = dice.gauss(0, 1), dice.gauss(0, 1)
        rows.append([mean + deviation * (w[0] * z[0] + w[1] * z[1] + dice.gauss(0, NOISE))
                     for w, (mean, deviation) in zip(WEIGHTS, UNITS)])
    return rows


def standard(row):
    return [None if x is None else (x - mean) / deviation for x, (mean, deviation) in zip(row, UNITS)]


def posterior(x):
    """Mean and inverse covariance, times the noise's variance, of the two numbers z given what is known of x."""
    a = b = 0
    c = [[NOISE ** 2, 0], [0, NOISE ** 2]]
    for value, (u, v) in zip(x, WEIGHTS):
        if value is None:
            continue
        a, b = a + u * value, b + v * value
        c[0][0] += u * u
        c[0][1] += u * v
        c[1][1] += v * v
    determinant = c[0][0] * c[1][1] - c[0][1] ** 2
    return ((c[1][1] * a - c[0][1] * b) / determinant, (c[0][0] * b - c[0][1] * a) / determinant), (a, b)


def expectations(row):
    """E[x | what is known], standardised."""
    z, _ = posterior(standard(row))
    return [u * z[0] + v * z[1] for u, v in WEIGHTS]


def strangeness(row):
    """-ln p(x) of a whole row, up to a constant and a factor."""
    x = standard(row)
    z, projected = posterior(x)
    return sum(value * value for value in x) - z[0] * projected[0] - z[1] * projected[1]


def area(low, high):
    """Under the ROC curve."""
    return sum((a > b) + 0.5 * (a == b) for a in high for b in low) / len(low) / len(high)


def bar(where, level, wide, channels):
    return [[level * (x // channels in (where, where + wide)) for x in range(8 * channels)] for _ in range(8)]


ROWS, NEW, = draw_rows(1500), draw_rows(200)


def setUpModule():
    write_csv(FOLDER / "t.csv", COLUMNS, ROWS)
    write_csv(FOLDER / "new.csv", ["who", *COLUMNS],
              [[f"row, {i}", *row] for i, row in enumerate(NEW)])
    for i in range(60):
        level, where = dice.randrange(120, 256), dice.randrange(7)
        write_png(FOLDER / f"bars/{'left' if i % 2 else 'right'}/{i:02}.png", bar(where, level, 1, 1))
        colours = [[level * (x // 3 == where) * (x % 3 == i % 3) for x in range(24)] for _ in range(8)]
        write_png(FOLDER / f"colours/{i:02}.png", colours, 3)
    good("train", "t.csv", "--model", "vae", "--hidden", "none", "--latent", 2, "--learning-rate", 0.003,
         "--out", "linear")
    good("train", "bars", "--model", "vae", "--hidden", "32", "--latent", 3, "--epochs", 60,
         "--learning-rate", 0.01, "--patience", 0, "--out", "grey")
    good("train", "colours", "--model", "conv_autoencoder", "--hidden", "4", "--epochs", 40, "--learning-rate", 0.01,
         "--out", "conv")


class Tables(unittest.TestCase):
    def test_the_settings_are_in_the_model_file(self):
        arrays, notes = read_safetensors(FOLDER / "linear/model.safetensors")
        settings = json.loads(notes["settings"])
        self.assertEqual(settings["columns"], COLUMNS)
        self.assertEqual((settings["model"], settings["latent"], settings["likelihood"]), ("vae", 2, "gaussian"))
        self.assertEqual(notes["seed"], "1")
        self.assertRegex(notes["tapestry"], r"\d+\.\d+")
        self.assertEqual(arrays["decoder.net.0.weight"][0], [6, 2])
        for mean, (wanted, deviation) in zip(settings["means"], UNITS):
            self.assertLess(abs(mean - wanted), 0.2 * deviation)

    def test_held_out_numbers_are_beside_those_of_the_mean_and_of_pca(self):
        held_out = {row["measure"]: float(row["value"]) for row in read_csv(FOLDER / "linear/held_out.csv")}
        self.assertLess(held_out["error"], 0.5 * held_out["error_of_the_mean"])
        self.assertLess(held_out["error"], 1.5 * held_out["error_of_pca"])
        self.assertGreater(held_out["neg_elbo"], 0)

    def test_reconstruct_is_better_than_the_mean_and_in_the_units_of_the_table(self):
        good("reconstruct", "t.csv", "--model", "linear", "--out", "rebuilt.csv")
        rebuilt = read_csv(FOLDER / "rebuilt.csv")
        self.assertEqual(list(rebuilt[0]), COLUMNS)
        good("score", "rebuilt.csv", "--model", "linear", "--out", "rebuilt_scores.csv")  # is read like any other
        self.assertEqual([row["row"] for row in read_csv(FOLDER / "rebuilt_scores.csv")][:3], ["1", "2", "3"])
        error = sum((standard([float(found[c]) for c in COLUMNS])[k] - standard(row)[k]) ** 2
                    for found, row in zip(rebuilt, ROWS) for k in range(6)) / len(ROWS) / 6
        self.assertLess(error, 0.3)  # the mean's is 1; with the true law it is about 0.15

    def test_planted_anomalies_score_highest(self):
        """Each number is an ordinary one, but not beside the others: columns of different rows."""
        strange = [[NEW[(i + 7 * k) % len(NEW)][k] for k in range(6)] for i in range(len(NEW))]
        write_csv(FOLDER / "mixed.csv", COLUMNS, NEW + strange)
        good("score", "mixed.csv", "--model", "linear", "--out", "scores.csv")
        scores = [float(row["score"]) for row in read_csv(FOLDER / "scores.csv")]
        found, exact = area(scores[:len(NEW)], scores[len(NEW):]), area(*([*map(strangeness, x)] for x in (NEW, strange)))
        print(f"\nscore: area {found:.3f}, of the exact likelihood {exact:.3f}")
        self.assertGreater(found, exact - 0.01)
        self.assertGreater(found, 0.85)

    def test_imputed_cells_are_near_the_exact_conditional_mean(self):
        holes = random.Random(3)
        holed = [[None if holes.random() < 0.3 else x for x in row] for row in NEW]
        lines = [[f"row, {i}", *("" if x is None else x for x in row)] for i, row in enumerate(holed)]
        write_csv(FOLDER / "holed.csv", ["who", *COLUMNS], lines)
        good("impute", "holed.csv", "--id", "who", "--model", "linear", "--out", "filled.csv")
        ours = exact = away = count = 0
        for found, row, true in zip(read_csv(FOLDER / "filled.csv"), holed, NEW):
            guess = standard([float(found[c]) for c in COLUMNS])
            wanted, truth = expectations(row), standard(true)
            for k in range(6):
                if row[k] is None:
                    ours, exact = ours + (guess[k] - truth[k]) ** 2, exact + (wanted[k] - truth[k]) ** 2
                    away, count = away + (guess[k] - wanted[k]) ** 2, count + 1
                else:  # as it was, bit by bit
                    self.assertEqual(float(found[COLUMNS[k]]), row[k])
        self.assertGreater(count, 300)
        print(f"\nimpute: error {ours / count:.3f}, exact {exact / count:.3f}, apart {away / count:.4f}")
        self.assertLess(ours, 1.05 * exact)
        self.assertLess(away, 0.05 * exact)
        self.assertEqual(read_csv(FOLDER / "filled.csv")[3]["who"], "row, 3")

    def test_codes_are_the_same_in_both_forms(self):
        for out in ("codes.csv", "codes.safetensors"):
            good("encode", "new.csv", "--id", "who", "--model", "linear/model.safetensors", "--out", out)
        table = read_csv(FOLDER / "codes.csv")
        arrays, notes = read_safetensors(FOLDER / "codes.safetensors")
        shape, numbers = arrays["codes"]
        self.assertEqual(shape, [200, 2])
        self.assertEqual(next(csv.reader([notes["who"]])), [row["who"] for row in table])
        for i, row in enumerate(table):
            self.assertEqual(struct.unpack("<f", struct.pack("<f", float(row["code_2"])))[0], numbers[2 * i + 1])

    def test_samples_have_the_spread_of_the_data(self):
        good("sample", "--model", "linear", "--count", 2000, "--out", "drawn.csv")
        drawn = [standard([float(row[c]) for c in COLUMNS]) for row in read_csv(FOLDER / "drawn.csv")]
        self.assertEqual(len(drawn), 2000)
        for k in range(6):
            variance = sum(row[k] ** 2 for row in drawn) / len(drawn)
            self.assertLess(abs(variance - 1), 0.25)
        together = sum(row[0] * row[2] for row in drawn) / len(drawn)
        self.assertLess(abs(together - (-0.8 * 0.8 + 0.4 * 0.4)), 0.15)

    def test_other_ways_of_writing_a_table(self):
        """Semicolons, quotes, CR LF, a byte order mark, another order of columns, an id."""
        order = [5, 0, 1, 4, 2, 3]
        text = ";".join(["who", *(f'"{COLUMNS[k]}"' for k in order)]) + "\r\n"
        text += "".join(";".join([f'"row, {i}"', *(repr(row[k]) for k in order)]) + "\r\n" for i, row in enumerate(NEW))
        (FOLDER / "other.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
        good("reconstruct", "other.csv", "--id", "who", "--model", "linear", "--out", "one.csv")
        good("reconstruct", "new.csv", "--id", "who", "--model", "linear", "--out", "two.csv")
        self.assertEqual((FOLDER / "one.csv").read_bytes(), (FOLDER / "two.csv").read_bytes())

    def test_constant_columns_and_rows_with_empty_cells(self):
        rows = [[*row[:2], 5] for row in ROWS[:100]] + [["", 1, 5], [1, "NaN", 5]]
        write_csv(FOLDER / "constant.csv", ["a", "b", "c"], rows)
        output = good("train", "constant.csv", "--epochs", 3, "--out", "constant")
        self.assertIn("2 of 102 rows have empty cells and are left out", output)
        self.assertIn("the column c is constant", output)
        write_csv(FOLDER / "whole.csv", ["a", "b", "c"], rows[:100])
        good("reconstruct", "whole.csv", "--model", "constant", "--out", "c.csv")
        good("sample", "--model", "constant", "--count", 20, "--out", "drawn_c.csv")
        for row in read_csv(FOLDER / "c.csv") + read_csv(FOLDER / "drawn_c.csv"):
            self.assertEqual(float(row["c"]), 5)

    def test_every_model_learns_from_a_table(self):
        for model in ("autoencoder", "sparse", "denoising"):
            good("train", "t.csv", "--model", model, "--epochs", 20, "--learning-rate", 0.01, "--out", model)
            held_out = {row["measure"]: float(row["value"]) for row in read_csv(FOLDER / model / "held_out.csv")}
            self.assertLess(held_out["error"], 0.6 * held_out["error_of_the_mean"], model)


class Pictures(unittest.TestCase):
    def names(self):
        return sorted(str(path.relative_to(FOLDER / "bars")) for path in (FOLDER / "bars").rglob("*.png"))

    def distance(self, a, b):
        a, b = b"".join(read_png(a)), b"".join(read_png(b))
        self.assertEqual(len(a), len(b))
        return sum((x - y) ** 2 for x, y in zip(a, b)) / len(a) / 255 ** 2

    def test_pictures_are_rebuilt_under_their_names(self):
        good("reconstruct", "bars", "--model", "grey", "--out", "rebuilt")
        self.assertEqual(sorted(str(path.relative_to(FOLDER / "rebuilt"))
                                for path in (FOLDER / "rebuilt").rglob("*.*")), self.names())
        mean = sum(self.distance(FOLDER / "bars" / name, FOLDER / "rebuilt" / name) for name in self.names()) / 60
        self.assertLess(mean, 0.05)
        good("reconstruct", "colours", "--model", "conv", "--out", "rebuilt_colours")
        mean = sum(self.distance(FOLDER / f"colours/{i:02}.png", FOLDER / f"rebuilt_colours/{i:02}.png")
                   for i in range(60)) / 60
        self.assertLess(mean, 0.05)

    def test_samples_and_scores(self):
        good("sample", "--model", "grey", "--count", 12, "--seed", 3, "--out", "drawn")
        self.assertEqual(len(read_png(FOLDER / "drawn/sample_01.png")), 8)
        self.assertEqual(len(list((FOLDER / "drawn").iterdir())), 12)
        for i in range(10):  # lines that lie
            write_png(FOLDER / f"strange/{i}.png", [[200 * (y == i % 8)] * 8 for y in range(8)])
        good("score", "bars", "--model", "grey", "--out", "bars_scores.csv")
        good("score", "strange", "--model", "grey", "--out", "strange_scores.csv")
        usual = {row["image"]: float(row["score"]) for row in read_csv(FOLDER / "bars_scores.csv")}
        self.assertEqual(sorted(usual), self.names())
        for row in read_csv(FOLDER / "strange_scores.csv"):
            self.assertGreater(float(row["score"]), max(usual.values()))

    def test_pixels_under_a_mask_are_filled_in_and_others_stay(self):
        """The lower half is hidden; a bar goes on below."""
        write_png(FOLDER / "mask.png", [[255 * (y >= 4)] * 8 for y in range(8)])
        for i in range(10):
            write_png(FOLDER / f"half/{i}.png", [row if y < 4 else [90] * 8
                                                 for y, row in enumerate(bar(i % 7, 250, 1, 1))])
            write_png(FOLDER / f"masks/{i}.png", [[255 * (y >= 4)] * 8 for y in range(8)])
        good("impute", "half", "--mask", "mask.png", "--model", "grey", "--out", "mended")
        good("impute", "half", "--mask", "masks", "--model", "grey", "--out", "mended_too")
        error = 0
        for i in range(10):
            found, wanted = read_png(FOLDER / f"mended/{i}.png"), bar(i % 7, 250, 1, 1)
            self.assertEqual([list(row) for row in found[:4]], wanted[:4])
            self.assertEqual(found, read_png(FOLDER / f"mended_too/{i}.png"))
            error += sum((a - b) ** 2 for y in range(4, 8) for a, b in zip(found[y], wanted[y])) / 32 / 255 ** 2 / 10
        grey = sum((90 - b) ** 2 for i in range(10) for b in bar(i % 7, 250, 1, 1)[0]) / 80 / 255 ** 2
        self.assertLess(error, 0.5 * grey)

    def test_codes_of_pictures_have_their_names(self):
        good("encode", "bars", "--model", "grey", "--out", "bars_codes.csv")
        table = read_csv(FOLDER / "bars_codes.csv")
        self.assertEqual([row["image"] for row in table], self.names())
        self.assertEqual(list(table[0]), ["image", "code_1", "code_2", "code_3"])


class Runs(unittest.TestCase):
    def test_an_interrupted_training_goes_on_bit_for_bit(self):
        for data, model in (("t.csv", "vae"), ("bars", "conv_vae"), ("t.csv", "denoising")):
            flags = ["train", data, "--model", model, "--epochs", 12, "--patience", 3]
            whole, parts = f"whole_{model}", f"parts_{model}"
            good(*flags, "--out", whole)
            code, _, errors = run(*flags, "--out", parts, interrupt=True)
            self.assertEqual(code, 130, errors)
            self.assertIn("Go on with:", errors)
            self.assertIn("--resume", errors)
            self.assertFalse((FOLDER / parts / "model.safetensors").exists())
            code, _, errors = run(*flags, "--out", parts)
            self.assertEqual(code, 1)
            self.assertIn("go on with --resume, or give another folder", errors)
            good(*flags, "--out", parts, "--resume")
            for name in ("model.safetensors", "history.csv", "held_out.csv", "model.checkpoint.safetensors"):
                self.assertEqual((FOLDER / whole / name).read_bytes(), (FOLDER / parts / name).read_bytes(), name)
            good(*flags, "--out", parts, "--resume")  # finished: only measured again

    def test_help_of_every_command_has_an_example(self):
        self.assertIn("impute", good("--help"))
        for command in ("train", "reconstruct", "sample", "score", "encode", "impute"):
            self.assertIn(f"Example: tapestry {command} ", good(command, "--help"))

    def refused(self, code, words, *line):
        before = sorted(map(str, FOLDER.rglob("*")))
        found, _, errors = run(*line)
        self.assertEqual(found, code, f"{line}: {errors}")
        last = errors.splitlines()[-1]
        self.assertIn(words, last, line)
        self.assertRegex(last, r"^\[[\w-]+\] ")
        self.assertEqual(sorted(map(str, FOLDER.rglob("*"))), before, line)

    def test_wrong_use_is_told_in_one_line_and_leaves_nothing(self):
        train = ["train", "t.csv", "--out", "no"]
        for words, *line in [
                ("expected a command, got none", ), ("expected a command, got weave", "weave", "x"), ("--out", "train", "t.csv"), ("DATA", "train", "--out", "no"),
                ("gan not in", *train, "--model", "gan"), ("400,200", *train, "--hidden", "400;200"),
                ("at least 1", *train, "--epochs", 0), ("whole number", *train, "--latent", -3),
                ("1e-38", *train, "--learning-rate", 0), ("0 to 1", *train, "--corruption", 2),
                ("gaussian", *train, "--likelihood", "poisson"), ("--speed", *train, "--speed", 3),
                ("--model", "score", "t.csv", "--out", "no.csv"), ("--header", *train, "--header", "perhaps"),
                ("whole number", *train, "--seed", "010"),
                ("at least 1", "sample", "--model", "linear", "--count", 0, "--out", "no.csv")]:
            self.refused(2, words, *line)

    def test_wrong_data_are_told_in_one_line_and_leave_nothing(self):
        def file(name, content):
            (FOLDER / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            return name
        (FOLDER / "empty").mkdir(exist_ok=True)
        numbers = "a,b\n" + "1,2\n3,4\n" * 20
        few = file("few.csv", "a,b\n1,2\n3,4\n")
        ragged = file("ragged.csv", numbers + "1\n")
        city = file("city.csv", "a,city\n1,Budapest\n")
        comma = file("comma.csv", "a;b\n1;2,5\n")
        quote = file("quote.csv", 'a,b\n"1,2\n')
        wide = file("wide.csv", "a\0,\0b\0\n\0")
        hole = file("hole.csv", ",".join(f'"{c}"' for c in COLUMNS) + "\n1,2,,4,5,6\n")
        alien = file("alien.csv", numbers)
        damaged = file("damaged.safetensors", (FOLDER / "linear/model.safetensors").read_bytes()[:-5])
        data, notes = (FOLDER / "linear/model.safetensors").read_bytes(), b'"latent\\":2,'
        self.assertIn(notes, data)
        changed = file("changed.safetensors", data.replace(notes, b'"latent\\":3,'))
        (FOLDER / "broken").mkdir()
        file("broken/x.png", b"no PNG")
        write_png(FOLDER / "tiny/x.png", [[1, 2]])
        write_png(FOLDER / "small_mask.png", [[255] * 4] * 4)
        for i in range(3):
            write_png(FOLDER / f"three/{i}.png", [[1] * 8] * 8)
        use = lambda command, data, model="linear", out="no.csv": [command, data, "--model", model, "--out", out]
        for words, *line in [
                ("there is no none.csv", "train", "none.csv", "--out", "no"),
                ("has no PNG images", "train", "empty", "--out", "no"),
                ("expected at least 20", "train", few, "--out", "no"),
                ("expected at least 20", "train", "three", "--out", "no"),
                ("line 42: has 1 cells, expected 2", "train", ragged, "--out", "no"),
                ('line 2: column city: expected a finite number, got "Budapest"', "train", city, "--out", "no"),
                ("with a decimal point", "train", comma, "--out", "no"),
                ("a quote is not closed", "train", quote, "--out", "no"),
                ("expected text in UTF-8", "train", wide, "--out", "no"),
                ('has no column "x"', "train", alien, "--id", "x", "--out", "no"),
                ("is for pictures, got a table", "train", alien, "--model", "conv_vae", "--out", "no"),
                ("expected the likelihood gaussian", "train", alien, "--likelihood", "bernoulli", "--out", "no"),
                ("--id and --header are for tables", "train", "bars", "--id", "x", "--out", "no"),
                ("one number of feature maps", "train", "bars", "--model", "conv_vae", "--hidden", "4,5", "--out", "no"),
                ("is not a PNG file", "train", "broken", "--out", "no"),
                ("has the run that left model.safetensors", "train", "t.csv", "--out", "linear"),
                ("there is no file", *use("score", "t.csv", "nowhere")),
                ("without settings", *use("score", "t.csv", "codes_only.safetensors")),
                ("bytes", *use("score", "t.csv", damaged)),
                ("in the model", *use("score", "t.csv", changed)),
                ("line 2, column c is empty", *use("score", hole)),
                ('expected a column "height, cm"', *use("encode", alien)),
                ("is a folder of pictures, but the model was trained on a table", *use("score", "bars")),
                ("is a file, but the model was trained on a folder of pictures", *use("score", "t.csv", "grey")),
                ("expected at least 8 × 8", *use("score", "tiny", "grey")),
                ("is in colour, expected grey", *use("reconstruct", "colours", "grey", "no")),
                ("is there already", *use("score", "t.csv", out="t.csv")),
                ("is there already", *use("reconstruct", "bars", "grey", "bars")),
                ("expected a vae", "sample", "--model", "conv", "--out", "no"),
                ("expected a picture that is white", *use("impute", "bars", "grey", "no")),
                ("expected none for a table", *use("impute", hole), "--mask", "mask.png"),
                ("small_mask.png is 4 × 4 pixels", *use("impute", "bars", "grey", "no"), "--mask", "small_mask.png"),
                ("there is no folder", *use("score", "t.csv", out="nowhere/no.csv"))]:
            if "codes_only.safetensors" in line:
                header = b'{"codes":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
                file("codes_only.safetensors", struct.pack("<Q", len(header)) + header + b"\0" * 4)
            self.refused(1, words, *line)

    def test_a_run_on_other_data_is_not_gone_on_with(self):
        write_csv(FOLDER / "alike.csv", COLUMNS, ROWS[::-1])
        code, _, errors = run("train", "alike.csv", "--hidden", "none", "--latent", 2, "--learning-rate", 0.003,
                              "--out", "linear", "--resume")
        self.assertEqual(code, 1)
        self.assertIn("[resume] the checkpoint was made with", errors)

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_that_cannot_be_written(self):
        (FOLDER / "locked").mkdir(mode=0o500)
        self.refused(1, "cannot", "train", "t.csv", "--out", "locked/no")


if __name__ == "__main__":
    unittest.main()
