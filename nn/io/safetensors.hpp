/// @file
/// Named arrays in a file that PyTorch and NumPy users can open: the safetensors format.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "autograd/array.hpp"

namespace nn {

/// What a safetensors file holds: arrays by name, and notes by name. Numbers that must come back
/// exactly, like step counts, belong into the notes as decimal text: an array holds only Real.
struct Tensors {
    std::map<std::string, autograd::Array> arrays;
    std::map<std::string, std::string> metadata;
};

/// Writes a safetensors file: the length of the header as 8 bytes, little end first; the header, a
/// JSON object `{name: {"dtype", "shape", "data_offsets"}}` with the metadata as `__metadata__`,
/// padded with spaces to a multiple of 8; then the arrays, row-major, without gaps, as F32 (F64
/// where Real is double). In Python: `safetensors.numpy.load_file(path)`.
///
/// The file is replaced as a whole or stays as it was (see write_atomically()).
///
/// Throws if the file cannot be written, a name is not UTF-8, or an array is called `__metadata__`.
///
/// Source: https://huggingface.co/docs/safetensors, "Format".
void write_safetensors(const std::filesystem::path& path, const Tensors& tensors);

/// The text with what is not UTF-8 in it replaced by `�`: fit for a note.
std::string as_utf8(const std::string& text);

/// Reads a safetensors file whose arrays are F32 or F64, converting them to Real.
///
/// Throws, naming the file, if there is none, it holds other types of numbers, or it is
/// malformed: cut off, with bytes left over, a header that is not as above or longer than 100 MB, a
/// name used twice, a shape that overflows or does not match its data, arrays that overlap or leave
/// gaps.
Tensors read_safetensors(const std::filesystem::path& path);

}  // namespace nn
