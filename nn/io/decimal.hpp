/// @file
/// How numbers are written in files that people read.
#pragma once

#include <string>

namespace nn {

/// The number as a person would write it. Whole numbers up to 2^53 have all their digits: `60000`.
/// Others are rounded to single precision and have the fewest digits, at most nine, that give it
/// back: `244.41`, not `244.41000366`. Writing, reading and writing again gives the same text. Not a
/// number is `nan`, and what is beyond single precision is `inf`. The locale does not matter.
std::string decimal(double number);

}  // namespace nn
