"""A second opinion on nn/io/safetensors: the format read and written from its description alone.

    check_safetensors.py check FILE F32|F64    exits with 0 if FILE holds exactly the tensors below
    check_safetensors.py write FILE            writes them, laid out differently on purpose
"""

import json
import struct
import sys

CODES = {"F32": "f", "F64": "d"}
SIZES = {"F32": 4, "F64": 8}

NAN, INF = float("nan"), float("inf")
TENSORS = {  # name: (shape, numbers)
    "encoder.weight": ([2, 3], [0.5, -1.25, 3.0, 0.0, -0.0, 1024.0]),
    "scalar": ([], [2.5]),
    "empty": ([0, 4], []),
    "special": ([3], [NAN, INF, -INF]),
    'odd "name" ä': ([1, 1, 1, 2], [1.0, 2.0]),
}
METADATA = {"step": "18446744073709551615", "note": 'two\nlines, "quoted"'}


def pack(dtype, numbers):
    return struct.pack(f"<{len(numbers)}{CODES[dtype]}", *numbers)


def check(path, dtype):
    data = open(path, "rb").read()
    (length,) = struct.unpack_from("<Q", data)
    assert length % 8 == 0, "the header is not padded to a multiple of 8"
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]

    assert header.pop("__metadata__") == METADATA
    assert set(header) == set(TENSORS), set(header)
    covered = 0
    for name, fields in header.items():
        shape, numbers = TENSORS[name]
        assert fields["dtype"] == dtype, fields
        assert fields["shape"] == shape, fields
        begin, end = fields["data_offsets"]
        assert end - begin == SIZES[dtype] * len(numbers), fields
        assert body[begin:end] == pack(dtype, numbers), name
        covered += end - begin
    assert covered == len(body), "there are bytes that belong to no tensor"


def write(path):
    """Other types, another order, an unpadded header with white space, and an unknown field."""
    header, body = {}, b""
    for i, (name, (shape, numbers)) in enumerate(reversed(TENSORS.items())):
        dtype = ["F32", "F64"][i % 2]
        packed = pack(dtype, numbers)
        header[name] = {
            "data_offsets": [len(body), len(body) + len(packed)],
            "shape": shape,
            "dtype": dtype,
            "unknown": None,
        }
        body += packed
    header["__metadata__"] = METADATA
    text = json.dumps(header, indent=1, ensure_ascii=True).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


if sys.argv[1] == "check":
    check(sys.argv[2], sys.argv[3])
else:
    write(sys.argv[2])
