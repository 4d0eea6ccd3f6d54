#!/usr/bin/env bash
# pretty_midi 0.2.11.post0: a very short note comes back from a file as one that sounds for seconds.
#
# A note of half a millisecond, written and read again, may be expected to vanish or to last one tick (2.3 ms at
# the default 220 ticks per quarter note and 120 quarter notes a minute). But start and end round to the same
# tick, and events of one tick are sorted with the ends first, so that a note can end where the next one of its
# pitch begins. The file then holds the end before the start. Nothing ends the note until the next end of that
# pitch, perhaps seconds later; if none comes, the note is lost and its start stays in the file, a note that
# hangs on a synthesizer. Networks that put out times in seconds make such notes.
# Drop or lengthen notes shorter than a tick before write(): pm.tick_to_time(1) is its length.
#
# Output seen, with mido 1.3.3, numpy 2.4.6, 2026-11:
#     pitch 60, seconds written: [(0.5, 0.5005), (2.0, 2.5)] read: [(0.5, 2.5), (2.0, 2.5)]
#     written: [(0.5, 0.5005)] read: [] velocities of note_on in the file, 0 is an end: [0, 64]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet setuptools==80.9.0 pretty_midi==0.2.11.post0 mido==1.3.3 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python3" - <<'PYTHON'
import mido
import pretty_midi

def written_and_read(*times):
    midi, piano = pretty_midi.PrettyMIDI(), pretty_midi.Instrument(program=0)
    piano.notes = [pretty_midi.Note(velocity=64, pitch=60, start=start, end=end) for start, end in times]
    midi.instruments.append(piano)
    midi.write("notes.mid")
    return [(round(float(note.start), 4), round(float(note.end), 4))
            for instrument in pretty_midi.PrettyMIDI("notes.mid").instruments for note in instrument.notes]

short = (0.5, 0.5005)
pair = written_and_read(short, (2.0, 2.5))
print("pitch 60, seconds written:", [short, (2.0, 2.5)], "read:", pair)
alone = written_and_read(short)
velocities = [message.velocity for message in mido.MidiFile("notes.mid").tracks[1] if message.type == "note_on"]
print("written:", [short], "read:", alone, "velocities of note_on in the file, 0 is an end:", velocities)
assert sorted(pair) == [(0.5, 2.5), (2.0, 2.5)], "the short note no longer rings on"
assert alone == [] and velocities == [0, 64]
PYTHON
