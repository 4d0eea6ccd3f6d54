"""Melodies in a page: drawn as piano rolls here, so that they are there in print and without a script, and
played by theme/player.js.

    {"bar": 8, "steps_per_quarter": 2, "quarters_per_minute": 120,
     "melodies": [{"name": "A", "steps": 32, "notes": [[start, length, pitch], ...]}, ...]}

Times are in steps, pitches as MIDI numbers them: 60 is the C in the middle of a piano.
"""

import html
import json

STEP, PITCH, MARGIN = 10, 2.6, 18  # the size of a note, and room for names of pitches
NAMES = ["C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B"]


class Malformed(Exception):
    """What is wrong with the melodies of a file."""


def require(condition, what):
    if not condition:
        raise Malformed(what)


def is_count(value, low, high):
    return type(value) is int and low <= value <= high


def read(text):
    """The melodies in a file, all of whose parts are there and in their ranges."""
    try:
        found = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError) as trouble:
        raise Malformed(f"is no JSON: {trouble}") from None
    require(isinstance(found, dict), "expected an object")
    for key, high in [("bar", 1024), ("steps_per_quarter", 64)]:
        require(is_count(found.get(key), 1, high), f"expected {key} from 1 to {high}, got {found.get(key)}")
    tempo = found.get("quarters_per_minute")
    require(type(tempo) in (int, float) and 4 <= tempo <= 1000,
            f"expected quarters_per_minute from 4 to 1000, got {tempo}")
    melodies = found.get("melodies")
    require(isinstance(melodies, list) and melodies, "expected melodies")
    for number, melody in enumerate(melodies, 1):
        check_melody(melody, f"melody {number}")
    return found


def check_melody(melody, which):
    require(isinstance(melody, dict), f"{which}: expected an object")
    name, steps, notes = (melody.get(key) for key in ("name", "steps", "notes"))
    require(isinstance(name, str) and name.strip(), f"{which}: expected a name")
    require(is_count(steps, 0, 1024), f"{which}: expected steps from 0 to 1024, got {steps}")
    require(isinstance(notes, list), f"{which}: expected notes")
    for note in notes:
        require(isinstance(note, list) and len(note) == 3, f"{which}: expected notes [start, length, pitch], "
                f"got {note}")
        start, length, pitch = note
        require(is_count(start, 0, steps - 1) and is_count(length, 1, steps - start) and is_count(pitch, 0, 127),
                f"{which}: expected notes within {steps} steps and pitches below 128, got {note}")


def pitch_name(pitch):
    return f"{NAMES[pitch % 12]} {pitch // 12 - 1}"


def roll(melody, bar, steps, low, high):
    """A piano roll: time goes to the right, pitch up."""
    row = lambda pitch: (high + 1 - pitch) * PITCH
    height = (high - low + 3) * PITCH
    lines = [f'<path class="bar" d="M{STEP * at} 0V{height:g}"/>' for at in range(0, steps + 1, bar)]
    for pitch in range(low + -low % 12, high + 1, 12):
        middle = row(pitch) + PITCH / 2
        lines.append(f'<path class="octave" d="M0 {middle:g}H{STEP * steps}"/>'
                     f'<text x="-3" y="{middle + 2:g}">C{pitch // 12 - 1}</text>')
    notes = [f'<rect x="{STEP * start + 0.5:g}" y="{row(pitch):g}" width="{STEP * length - 1}" '
             f'height="{PITCH:g}" rx="0.8"/>' for start, length, pitch in melody["notes"]]
    spoken = ", ".join(pitch_name(pitch) for _, _, pitch in melody["notes"]) or "nothing sounds"
    return (f'<svg viewBox="{-MARGIN} 0 {STEP * steps + MARGIN + 1} {height:g}" role="img" '
            f'aria-label="{html.escape(melody["name"])}: {spoken}">{"".join(lines + notes)}'
            f'<path class="cursor" d="M0 0V{height:g}"/></svg>')


def rolls(found):
    """The melodies below each other, on one scale."""
    pitches = [pitch for melody in found["melodies"] for _, _, pitch in melody["notes"]] or [60]
    steps = max(1, *(melody["steps"] for melody in found["melodies"]))
    return "".join(f'<div class="melody"><span class="name">{html.escape(melody["name"])}</span>'
                   + roll(melody, found["bar"], steps, min(pitches), max(pitches)) + "</div>"
                   for melody in found["melodies"])


def opening(found):
    """The figure, up to its caption, with all that the script needs."""
    data = html.escape(json.dumps(found, separators=(",", ":")))
    return f'<figure class="player" data-melodies="{data}">{rolls(found)}'
