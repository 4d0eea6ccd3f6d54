/// @file
/// Counts what a test takes from the heap. Link allocations.cpp into the test program.
#pragma once

#include <cstddef>

/// How often this program has asked for memory since it started: by `new`, or for an array.
std::size_t allocations();

/// How many bytes that were in all, whether or not they have been given back.
std::size_t allocated_bytes();
