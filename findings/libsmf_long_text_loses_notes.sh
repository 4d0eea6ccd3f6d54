#!/usr/bin/env bash
# libsmf 1.3 (Debian 12): after a text of more than 128 bytes the notes of a track are lost, and the file loads.
#
# In a MIDI file a text, a lyric, a copyright or a name has its length before it, in one to four bytes of which each
# but the last has its highest bit set: 200 is 0x81 0x48. libsmf takes one byte for the length, 0x81, reads on at
# the wrong place, and what comes there is no event. (For 128 bytes, 0x81 0x00, the place is right by chance.) It says "truncating track" through GLib and returns the file
# as loaded: with the text, or a part of it, and without the notes. Who looks only at whether smf_load gave a file
# gets a silent melody. mido reads both files. Cut long texts before you hand a file to libsmf, or
# compare the length that it found (smf_get_length_pulses) with what you expect.
#
# Output seen, with libsmf0 1.3-4 (of bookworm), mido 1.3.3, 2026-11:
#     text of 127 bytes: mido 1 note, libsmf 1 note
#     text of 200 bytes: mido 1 note, libsmf 0 notes
#
# Needs Debian with apt, python3 and a network; installs nothing. Fails when the behaviour has changed.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

# An apt of its own, which knows the packages of bookworm, on the mirror of this machine.
release=$(. /etc/os-release; echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' "Release: $release" | head -n 1)
mkdir -p lists/partial cache/archives/partial debs
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >sources.list
apt=(apt-get -q -o Dir::Etc::sourcelist="$place/sources.list" -o Dir::Etc::sourceparts=/dev/null
     -o Dir::State::lists="$place/lists" -o Dir::Cache="$place/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null
(cd debs && "${apt[@]}" download libsmf0=1.3-4 libglib2.0-0 >/dev/null)
for package in debs/*.deb; do dpkg-deb -x "$package" root; done
python3 -m venv venv
venv/bin/pip install --quiet mido==1.3.3

cat >notes.py <<'PYTHON'
import ctypes
import glob
import struct
import mido

smf = ctypes.CDLL(glob.glob("root/usr/lib/*/libsmf.so.0")[0])
smf.smf_load.restype = smf.smf_get_next_event.restype = ctypes.c_void_p
smf.smf_get_next_event.argtypes = smf.smf_event_decode.argtypes = [ctypes.c_void_p]
smf.smf_event_decode.restype = ctypes.c_char_p

def by_libsmf(path):
    file, notes = smf.smf_load(path.encode()), 0
    assert file, "libsmf refuses the file"
    while event := smf.smf_get_next_event(file):
        notes += b"Note On" in (smf.smf_event_decode(event) or b"")
    return notes

def by_mido(path):
    return sum(message.type == "note_on" for track in mido.MidiFile(path).tracks for message in track)

found = []
for size in (127, 200):
    length = bytes([size]) if size < 128 else bytes([0x80 | size >> 7, size & 0x7F])
    text = b"\x00\xff\x01" + length + b"a" * size
    track = text + b"\x00\x90\x3c\x40\x60\x80\x3c\x00" + b"\x00\xff\x2f\x00"  # a C, and the end of the track
    with open("text.mid", "wb") as file:
        file.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", len(track)) + track)
    found.append((by_mido("text.mid"), by_libsmf("text.mid")))
    print(f"text of {size} bytes: mido {found[-1][0]} note, libsmf {found[-1][1]} note" + "s" * (found[-1][1] != 1))
assert found == [(1, 1), (1, 0)], "the behaviour has changed"
PYTHON
LD_LIBRARY_PATH=$(dirname "$(echo root/usr/lib/*/libglib-2.0.so.0)") venv/bin/python3 notes.py
