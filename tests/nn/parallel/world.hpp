/// @file
/// The processes of a test.
#pragma once

#include <doctest/doctest.h>

#include "nn/parallel/communicator.hpp"

const nn::Communicator& world();
