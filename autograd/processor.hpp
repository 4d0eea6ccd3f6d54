/// @file
/// Whether this processor can run what the program was compiled for.
#pragma once

/// Runs by itself before anything else in a program; that somebody names it makes it part of the
/// program. Where the processor lacks an instruction set that the compiler was free to use, it says so in
/// one line and ends the program with exit code 1; else the first such instruction would end it.
extern "C" void tapestry_check_processor();
