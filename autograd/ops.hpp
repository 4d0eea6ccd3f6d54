/// @file
/// Every operation the tape knows.
#pragma once

#include "autograd/ops/arithmetic.hpp"
#include "autograd/ops/convolution.hpp"
#include "autograd/ops/elementwise.hpp"
#include "autograd/ops/gaussian.hpp"
#include "autograd/ops/likelihoods.hpp"
#include "autograd/ops/matmul.hpp"
#include "autograd/ops/pooling.hpp"
#include "autograd/ops/recurrent.hpp"
#include "autograd/ops/reduce.hpp"
#include "autograd/ops/shape.hpp"
