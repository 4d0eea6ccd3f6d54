/// @file
/// Counts what a test takes from the heap.
#pragma once

#include <cstddef>

/// How often this program has asked for memory since it started: by `new`, or for an array. Link
/// allocations.cpp into the test program.
std::size_t allocations();
