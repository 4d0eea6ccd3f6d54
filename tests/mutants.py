#!/usr/bin/env python3
"""Breaks the derivative rules one at a time and shows that the tests notice every time.

    python3 tests/mutants.py build             all of them; or: ninja -C build mutants
    python3 tests/mutants.py build --only tanh those whose line contains the word
    python3 tests/mutants.py build --list      only names them

Each mutant is one change in a copy of one source file. It is compiled in double precision as the
build folder compiles that file, linked in front of the library into the tests of autograd, and
caught when a test fails. Prints a line for each, with the test case that caught it, and fails if one
survives. A mutant that does not compile, or whose original text is not found exactly once where it
should be, is an error of this script: the code has moved on, so mend the list.
"""

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = 'tests/autograd/autograd_double'
LIBRARY = 'libtapestry_double.a'
# This test compares with a program in single precision that no mutant has changed. It would catch
# them all, and it could not see the same mistake in both precisions.
EXCLUDED = '*single precision*'
# A changed header is compiled with the source beside it, which includes it.
INCLUDED_BY = {'broadcast.hpp': 'ops/arithmetic.cpp', 'pullback.hpp': 'ops/arithmetic.cpp',
               'ops/axis.hpp': 'ops/reduce.cpp', 'ops/examples.hpp': 'ops/likelihoods.cpp',
               'ops/sequences.hpp': 'ops/lstm.cpp'}

# File under autograd/, where in it (from this text to the end of that function), the original text,
# the replacement, what the mistake is.
MUTANTS = [
    # --- arithmetic
    ('ops/arithmetic.cpp', 'operator+(Variable a, Variable b)',
     'contribute_broadcast(b, y, std::identity(), y', 'contribute_broadcast(b, y, std::negate<>(), y',
     'add: sign'),
    ('ops/arithmetic.cpp', 'operator+(Variable a, Variable b)',
     'contribute_broadcast(a, y, std::identity(), y.gradient);', '', 'add: a gets nothing'),
    ('ops/arithmetic.cpp', 'operator-(Variable a, Variable b)',
     'std::negate<>()', 'std::identity()', 'subtract: sign'),
    ('ops/arithmetic.cpp', 'operator*(Variable a, Variable b)',
     'y.gradient, b.value()', 'y.gradient, a.value()', 'multiply: wrong operand for a'),
    ('ops/arithmetic.cpp', 'operator*(Variable a, Variable b)',
     'y.gradient, a.value()', 'y.gradient, b.value()', 'multiply: wrong operand for b'),
    ('ops/arithmetic.cpp', 'operator*(Variable a, Variable b)',
     'std::multiplies<>(), y.gradient, b.value()', 'std::identity(), b.value()',
     'multiply: incoming gradient forgotten'),
    ('ops/arithmetic.cpp', 'operator/(Variable a, Variable b)',
     'std::divides<>(), y.gradient', 'std::multiplies<>(), y.gradient', 'divide: a multiplied'),
    ('ops/arithmetic.cpp', 'operator/(Variable a, Variable b)',
     '-dy * (q', 'dy * (q', 'divide: sign'),
    ('ops/arithmetic.cpp', 'operator/(Variable a, Variable b)',
     '-dy * (q / d)', '-dy / d + 0 * q', 'divide: y forgotten'),
    ('ops/arithmetic.cpp', 'operator/(Variable a, Variable b)',
     'y.value, b.value()', 'y.value, a.value()', 'divide: wrong operand'),
    ('ops/arithmetic.cpp', 'operator+(Variable x, Real c)',
     'y.gradient', 'c * y.gradient', 'x + c: factor'),
    ('ops/arithmetic.cpp', 'operator-(Real c, Variable x)',
     '-y.gradient', 'y.gradient', 'c - x: sign'),
    ('ops/arithmetic.cpp', 'operator*(Real c, Variable x)',
     'c * y.gradient', 'y.gradient', 'c * x: factor'),
    ('ops/arithmetic.cpp', 'operator/(Variable x, Real c)',
     'y.gradient / c', 'y.gradient * c', 'x / c: factor'),
    ('ops/arithmetic.cpp', 'operator/(Real c, Variable x)',
     '-y.gradient', 'y.gradient', 'c / x: sign'),
    ('ops/arithmetic.cpp', 'operator/(Real c, Variable x)',
     '(y.value / x.value())', 'y.value', 'c / x: one x forgotten'),
    ('ops/arithmetic.cpp', 'operator-(Variable x)',
     '-y.gradient', 'y.gradient', 'negate: sign'),
    # --- elementwise
    ('ops/elementwise.cpp', 'Variable exp(', 'y.gradient * y.value', 'y.value + Real{0} * y.gradient',
     'exp: incoming gradient forgotten'),
    ('ops/elementwise.cpp', 'Variable exp(', 'y.gradient * y.value', 'y.gradient * x.value()',
     'exp: wrong operand'),
    ('ops/elementwise.cpp', 'Variable log(', 'y.gradient / x', 'y.gradient * x', 'log: multiplied'),
    ('ops/elementwise.cpp', 'Variable sqrt(', 'Real{2} * y.value', 'y.value', 'sqrt: factor'),
    ('ops/elementwise.cpp', 'Variable square(', 'Real{2} * x.value())', 'x.value())',
     'square: factor'),
    ('ops/elementwise.cpp', 'Variable abs(', '-y.gradient', 'y.gradient', 'abs: sign'),
    ('ops/elementwise.cpp', 'Variable abs(', 'v < Real{0}', 'v <= Real{0}', 'abs: at 0'),
    ('ops/elementwise.cpp', 'Variable tanh(', 'y.value * y.value', 'y.value', 'tanh: not squared'),
    ('ops/elementwise.cpp', 'Variable tanh(', 'Real{1} - y', 'Real{1} + y', 'tanh: sign'),
    ('ops/elementwise.cpp', 'Variable sigmoid(', 'dy * s * (', 'dy * (', 'sigmoid: y forgotten'),
    ('ops/elementwise.cpp', 'Variable relu(', 'v > zero()', 'v >= zero()', 'relu: at 0'),
    ('ops/elementwise.cpp', 'Variable relu(', 'v > zero()', 'v > Batch(Real{1})',
     'relu: threshold'),
    ('ops/elementwise.cpp', 'Variable leaky_relu(', 'slope * y.gradient', 'slope',
     'leaky_relu: incoming gradient forgotten'),
    ('ops/elementwise.cpp', 'Variable leaky_relu(', 'x.value() > Real{0}', 'x.value() >= Real{0}',
     'leaky_relu: at 0'),
    ('ops/elementwise.cpp', 'Variable softplus(', 'xt::exp(-x.value())', 'xt::exp(x.value())',
     'softplus: sign'),
    ('ops/elementwise.cpp', 'Variable elu(', 'y.value + alpha', 'y.value', 'elu: alpha forgotten'),
    ('ops/elementwise.cpp', 'Variable elu(', 'y.value + alpha', 'y.value + Real{1}', 'elu: alpha = 1'),
    ('ops/elementwise.cpp', 'Variable clip(', 'v < low || v > high', 'v < low', 'clip: one end'),
    ('ops/elementwise.cpp', 'Variable clip(', 'v < low || v > high', 'v <= low || v >= high',
     'clip: at its ends'),
    ('ops/elementwise.cpp', 'Variable stop_gradient(', 'return x.tape().record(',
     'return x; x.tape().record(', 'stop_gradient: does not stop'),
    ('ops/elementwise.cpp', 'Variable where(', 'choose(c, dy, zero())',
     'choose(c, zero(), dy)', 'where: branches exchanged'),
    ('ops/elementwise.cpp', 'Variable where(', 'choose(c, zero(), dy)',
     'dy + 0 * c', 'where: b gets all'),
    # --- matmul
    ('ops/matmul.cpp', 'void contribute_product(', 'gemm(a, b, beta,', 'gemm(a, b, 0,',
     'products: later contributions overwrite'),
    ('ops/matmul.cpp', 'void contribute_product(', 'gemm(a, b, beta,', 'gemm(a, b, 1,',
     'products: the first contribution adds'),
    ('ops/matmul.cpp', 'Variable matmul_pairs(', 'gemm(dy, transposed(matrix_of(b.value(), i)), beta',
     'gemm(dy, transposed(matrix_of(b.value(), 0)), beta', 'matmul in pairs: always the first b'),
    ('ops/matmul.cpp', 'Variable matmul_pairs(', 'gemm(transposed(matrix_of(a.value(), i)), dy, beta',
     'gemm(transposed(matrix_of(a.value(), i)), dy, 0', 'matmul in pairs: beta ignored'),
    ('ops/matmul.cpp', 'Variable matmul_pairs(', 'product(i, matrix_of(y.gradient, i)',
     'product(i, matrix_of(y.value, i)', 'matmul in pairs: incoming gradient forgotten'),
    ('ops/matmul.cpp', 'Variable matmul(Variable a', 'rows_of(y.gradient), transposed',
     'rows_of(y.value), transposed', 'matmul: incoming gradient forgotten for a'),
    ('ops/matmul.cpp', 'Variable matmul(Variable a', 'transposed(rows_of(a.value())), rows_of(y.gradient)',
     'transposed(rows_of(a.value())), rows_of(y.value)', 'matmul: incoming gradient forgotten for b'),
    ('ops/matmul.cpp', 'Variable linear(Variable x, Variable weight, Variable bias)',
     'contribute_product(x, dy, rows_of(weight.value()));', '', 'linear: x gets nothing'),
    ('ops/matmul.cpp', 'Variable linear(Variable x, Variable weight, Variable bias)',
     'rows_of(y.gradient)', 'rows_of(y.value)', 'linear: incoming gradient forgotten'),
    ('ops/matmul.cpp', 'Variable linear(Variable x, Variable weight, Variable bias)',
     'y.gradient, beta', 'y.gradient, 0', 'linear: bias contributions overwrite'),
    ('ops/matmul.cpp', 'Variable linear(Variable x, Variable weight, Variable bias)',
     'y.gradient, beta', 'y.value, beta', 'linear: wrong operand for the bias'),
    ('ops/matmul.cpp', 'Variable linear(Variable x, Variable weight) {',
     'contribute_product(weight, transposed(dy), rows_of(x.value()));', '',
     'linear without bias: the weight gets nothing'),
    # --- reduce
    ('ops/reduce.cpp', 'Variable scaled_sum(', 'return scale * dy', 'return dy', 'mean: factor'),
    ('ops/reduce.cpp', 'Variable scaled_sum(', 'x.shape(), beta,', 'x.shape(), 0,',
     'sum: later contributions overwrite'),
    ('ops/reduce.cpp', 'Variable scaled_sum(', 'View(y.gradient.data()', 'View(y.value.data()',
     'sum: incoming gradient forgotten'),
    ('ops/reduce.cpp', 'Variable sum_over(', 'average ? Real{1} / static_cast<Real>(count) : 1',
     'average ? Real{1} / static_cast<Real>(x.value().size()) : 1', 'mean over axes: wrong count'),
    ('ops/reduce.cpp', 'Variable max(', 'if (beta == 0) gradient.fill(0);', '',
     'max: what is not the largest is not cleared'),
    ('ops/reduce.cpp', 'Variable max(', '+= y.gradient.data()[lane]', '= y.gradient.data()[lane]',
     'max: later contributions overwrite'),
    ('ops/reduce.cpp', 'Variable max(', '+= y.gradient.data()[lane]', '+= 1',
     'max: incoming gradient forgotten'),
    ('ops/reduce.cpp', 'Variable max(', 'v[i] > v[best]', 'v[i] >= v[best]', 'max: the last of equals'),
    ('ops/reduce.cpp', 'void add_to_lane(', 'return old + f(v...)', 'return f(v...)',
     'functions of an axis: later contributions overwrite'),
    ('ops/reduce.cpp', 'void add_to_lane(', 'if (beta == 0)', 'if (false)',
     'functions of an axis: the first contribution adds'),
    ('ops/reduce.cpp', 'Variable log_sum_exp(', 'lane.load(y.gradient.data() + number) /', 'Real{1} /',
     'log_sum_exp: incoming gradient forgotten'),
    ('ops/reduce.cpp', 'Variable log_sum_exp(', 'y.gradient.data() + number', 'y.gradient.data()',
     'log_sum_exp: every lane gets the gradient of the first'),
    ('ops/reduce.cpp', 'Variable log_sum_exp(', '/ lane.sum(exp_less(shift), v)', '* 1',
     'log_sum_exp: not divided by the sum'),
    ('ops/reduce.cpp', 'Variable log_sum_exp(', 'finite_or_zero(lane.max(v))', 'lane.max(v)',
     'log_sum_exp: infinities not left alone'),
    ('ops/reduce.cpp', 'Variable softmax(', 'q * (d - average)', 'q * d', 'softmax: mean not taken off'),
    ('ops/reduce.cpp', 'Variable softmax(', 'q * (d - average)', 'd - average + 0 * q',
     'softmax: y forgotten'),
    ('ops/reduce.cpp', 'Variable softmax(', 'exp_less(lane.max(v))', 'exp_less(Real{0})',
     'softmax: the largest not taken off'),
    ('ops/reduce.cpp', 'Variable log_softmax(', 'xsimd::exp(l) * total', 'total + 0 * l',
     'log_softmax: y forgotten'),
    ('ops/reduce.cpp', 'Variable log_softmax(', 'd - xsimd::exp(l) * total', 'd + 0 * l * total',
     'log_softmax: sum not taken off'),
    ('ops/reduce.cpp', 'Variable log_softmax(', 'e - shift - log_total', 'e - (shift + log_total)',
     'log_softmax: the digits of large logits lost'),
    ('ops/axis.hpp', 'struct LaneBatch', 'for (std::size_t k = 1; k < extent; ++k) largest',
     'for (std::size_t k = 2; k < extent; ++k) largest', 'axis: a lane side by side is not seen whole'),
    # --- shape
    ('ops/shape.cpp', 'void contribute_transposed(', 'xt::noalias(gradient) += expression',
     'xt::noalias(gradient) = expression', 'transpose: later contributions overwrite'),
    ('ops/shape.cpp', 'Variable transpose(Variable x) {', 'xt::transpose(y.gradient)', 'y.gradient',
     'transpose: not put back'),
    ('ops/shape.cpp', 'Variable transpose(Variable x, const Indices& axes)', 'y.indices[axes[i]] = i',
     'y.indices[i] = axes[i]', 'transpose: axes not inverted'),
    ('ops/shape.cpp', 'void add_elements(', 'if (beta == 0)', 'if (true)',
     'moves: later contributions overwrite'),
    ('ops/shape.cpp', 'void add_elements(', 'if (beta == 0)', 'if (false)',
     'moves: the first contribution adds'),
    ('ops/shape.cpp', 'Variable reshape(', 'add_elements(y.gradient.data()',
     'add_elements(y.value.data()', 'reshape: incoming gradient forgotten'),
    ('ops/shape.cpp', '[piece, along, &tape', 'begin += part.shape()[along];', '',
     'concat: every part gets the first piece'),
    ('ops/shape.cpp', '[piece, along, &tape', 'gradient.data(), beta)', 'gradient.data(), 0)',
     'concat: later contributions overwrite'),
    ('ops/shape.cpp', 'Piece(const Lanes& part', 'offset(begin * whole.inner)', 'offset(begin)',
     'slice and concat: wrong offset'),
    ('ops/shape.cpp', 'Variable slice(', 'if (beta == 0) gradient.fill(0);', '',
     'slice: what was left out is not cleared'),
    ('ops/shape.cpp', 'Variable slice(', 'add_to_whole(y.gradient.data(), gradient.data(), 1)',
     'add_to_whole(y.gradient.data(), gradient.data(), 0)', 'slice: later contributions overwrite'),
    ('ops/shape.cpp', 'Variable gather(Variable x, const Indices& rows, const Shape& leading)',
     'if (beta == 0) gradient.fill(0);', '', 'gather: rows not taken are not cleared'),
    ('ops/shape.cpp', 'void scatter_rows(', '+ begin, 1)', '+ begin, 0)',
     'gather: a row taken twice counts once'),
    ('ops/shape.cpp', 'void scatter_rows(', 'target + rows[i] * size', 'target + rows[0] * size',
     'gather: wrong rows'),
    ('ops/shape.cpp', 'void scatter_rows(', 'begin += piece', 'begin += size',
     'gather: the rest of long rows forgotten'),
    # --- convolution
    ('patches.cpp', 'void scatter(', 'image[to + k] += ', 'image[to + k] = ',
     'convolution: of overlapping patches the last one counts'),
    ('patches.cpp', 'void scatter(', 'line / windows.down() * windows.image_size()', '0',
     'convolution: all patches go back to the first image'),
    ('patches.cpp', 'void for_each_run(', 'line % windows.down() * stride', 'line % windows.down()',
     'convolution: stride forgotten along the height'),
    ('ops/convolution.cpp', 'Variable patches(', 'if (target.beta == 0) target', 'target',
     'convolution, patches: later contributions overwrite'),
    ('ops/convolution.cpp', 'Variable patches(', 'if (target.beta == 0) target.gradient.fill(0);', '',
     'convolution, patches: the first contribution adds'),
    ('ops/convolution.cpp', 'Variable patches(', 'scatter(windows, y.gradient', 'scatter(windows, y.value',
     'convolution, patches: incoming gradient forgotten'),
    ('ops/convolution.cpp', 'void contribute_products(', 'target->beta', '0',
     'convolution: later contributions overwrite what goes back to the rows'),
    ('ops/convolution.cpp', 'void contribute_products(', 'target->beta', '1',
     'convolution: the first contribution adds to what goes back to the rows'),
    ('ops/convolution.cpp', 'void begin_images(', 'else if (beta == 0)', 'else',
     'convolution: later contributions overwrite the images'),
    ('ops/convolution.cpp', 'void begin_images(', 'else if (beta == 0)', 'else if (false)',
     'convolution: the first contribution adds to the images'),
    ('ops/convolution.cpp', 'void begin_images(', '(lines.begin + down - 1) / down', 'lines.begin / down',
     'convolution: an image begins anew with each block of lines'),
    ('ops/convolution.cpp', 'void contribute_products(', 'block == 0 ? 0 : 1', '0',
     'convolution: only the last block counts for the weight'),
    ('ops/convolution.cpp', 'void contribute_products(', 'block == 0 ? 0 : 1', '1',
     'convolution: sums for the weight begin with what was there'),
    ('ops/convolution.cpp', 'void contribute_products(', 'sums + part * weights', 'sums',
     'convolution: all parts sum into the first'),
    ('ops/convolution.cpp', 'void contribute_products(', 'View(sums, sums_shape), beta', 'View(sums, sums_shape), 0',
     'convolution: later contributions overwrite the weight'),
    ('ops/convolution.cpp', 'void contribute_bias(', 'y.gradient, beta', 'y.gradient, 0',
     'convolution: later contributions overwrite the bias'),
    ('ops/convolution.cpp', 'void contribute_bias(', 'y.gradient, beta', 'y.value, beta',
     'convolution: wrong operand for the bias'),
    ('ops/convolution.cpp', 'Variable convolution(', 'spread(c, y.gradient', 'spread(c, y.value',
     'convolution: incoming gradient forgotten for x'),
    ('ops/convolution.cpp', 'Variable convolution(',
     'contribute_products(c, x.value(), y.gradient, weight, {}, y);', '',
     'convolution: the weight gets nothing'),
    ('ops/convolution.cpp', 'Variable convolution(', 'contribute_products(c, x.value(), y.gradient',
     'contribute_products(c, x.value(), y.value',
     'convolution: incoming gradient forgotten for the weight'),
    ('ops/convolution.cpp', 'Variable convolution(', 'contribute_bias(bias, y);', '',
     'convolution: the bias gets nothing'),
    ('ops/convolution.cpp', 'Variable transposed_convolution(', 'contribute_products(c, y.gradient',
     'contribute_products(c, y.value', 'transposed convolution: incoming gradient forgotten'),
    ('ops/convolution.cpp', 'Variable transposed_convolution(', 'x.value(), weight, x, y',
     'x.value(), weight, {}, y', 'transposed convolution: x gets nothing'),
    ('ops/convolution.cpp', 'Variable transposed_convolution(', 'contribute_bias(bias, y);', '',
     'transposed convolution: the bias gets nothing'),
    # --- pooling
    ('ops/pooling.cpp', 'Variable max_pool2d(Variable x, std::size_t size, std::size_t stride)',
     'gradient[y.indices[i]] += ', 'gradient[y.indices[i]] = ',
     'max_pool: of overlapping windows the last one counts'),
    ('ops/pooling.cpp', 'Variable max_pool2d(Variable x, std::size_t size, std::size_t stride)',
     'y.gradient.data()[i]', 'y.value.data()[i]', 'max_pool: incoming gradient forgotten'),
    ('ops/pooling.cpp', 'Variable max_pool2d(Variable x, std::size_t size, std::size_t stride)',
     'v[i] > v[best]', 'v[i] >= v[best]', 'max_pool: the last of equal ones'),
    ('ops/pooling.cpp', 'Real* begin_contribution(', 'if (beta == 0) gradient', 'gradient',
     'pooling: later contributions overwrite'),
    ('ops/pooling.cpp', 'Real* begin_contribution(', 'if (beta == 0) gradient.fill(0);', '',
     'pooling: the first contribution adds'),
    ('ops/pooling.cpp', 'void add_everywhere(', '+= scale * y', '= scale * y',
     'pooling: of overlapping windows the last one counts'),
    ('ops/pooling.cpp', 'Variable average_pool2d(Variable x, std::size_t size, std::size_t stride)',
     'add_everywhere(windows, share, y.gradient', 'add_everywhere(windows, 1, y.gradient',
     'average_pool: factor'),
    ('ops/pooling.cpp', 'Variable average_pool2d(Variable x, std::size_t size, std::size_t stride)',
     'share, y.gradient.data()', 'share, y.value.data()', 'average_pool: incoming gradient forgotten'),
    ('ops/pooling.cpp', 'Variable upsample_nearest(', 'add_sums(squares, 1, y.gradient',
     'add_sums(squares, 1, y.value', 'upsample: incoming gradient forgotten'),
    ('ops/pooling.cpp', 'Variable upsample_nearest(', 'add_sums(squares, 1, y.gradient',
     'add_sums(squares, Real{0.25}, y.gradient', 'upsample: the average goes back'),
    # --- recurrent nets
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'c_bar * g * i * (one - i)', 'c_bar * g * (one - i)',
     'lstm: slope of i'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::load(c_before + k, n) * f', 'simd::load(c + k, n) * f',
     'lstm: c after for c before'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'c_bar * i * (one - g * g)', 'c_bar * i * (one - g)',
     'lstm: g not squared'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'h_bar * squashed * o', 'c_bar * squashed * o',
     'lstm: wrong gradient for o'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'put(0, c_bar * g', 'put(0, c_bar * i',
     'lstm: wrong operand for i'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::load(dc + k, n) + h_bar', 'h_bar',
     'lstm: nothing comes back through c'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     ' * (one - squashed * squashed)', '',
     'lstm: tanh of c forgotten'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::load(dh + k, n) + simd::load(dy + k, n)', 'simd::load(dy + k, n) + simd::load(dh + k, n) - simd::load(dh + k, n)',
     'lstm: nothing comes back through h'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::load(dh + k, n) + simd::load(dy + k, n)', 'simd::load(dh + k, n)',
     'lstm: incoming gradient forgotten'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::store(c_bar * f, dc', 'simd::store(c_bar, dc',
     'lstm: f forgotten on the way through c'),
    ('ops/lstm.cpp', 'void lstm_step_back(',
     'simd::store(Batch(Real{0}), dh + k, n);', '',
     'lstm: h goes on past its gates'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'std::fill_n(m.dc.data, sizes.batch * sizes.units, Real{0});', '',
     'lstm: the last c has a gradient left over'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'contribute_elements(c, m.dc.data);', '',
     'lstm: the first c gets nothing'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'contribute_elements(h, m.dh.data);', '',
     'lstm: the first h gets nothing'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'contribute_weights(sizes, weight, bias, h, da, y);', '',
     'lstm: the weights get nothing'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'of_x.add_rest();', '',
     'lstm: later contributions to x forgotten'),
    ('ops/lstm.cpp', 'Variable lstm(',
     'contribute_weights(sizes, weight, bias, h, da', 'contribute_weights(sizes, weight, bias, c, da',
     'lstm: the first c taken for the first h'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'h_bar * (one - z) * (one', 'h_bar * z * (one',
     'gru: z for 1 - z'),
    ('ops/gru.cpp', 'void gru_step_back(',
     '(one - new_h * new_h)', '(one - new_h)',
     'gru: n not squared'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'last_bar * last * r', 'last_bar * r',
     'gru: the product forgotten for r'),
    ('ops/gru.cpp', 'void gru_step_back(',
     '- new_h) * z * (one - z)', ') * z * (one - z)',
     'gru: n forgotten for z'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'put(2, last_bar * r, last_bar)', 'put(2, last_bar, last_bar)',
     'gru: r forgotten on the way to h'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'put(2, last_bar * r, last_bar)', 'put(2, last_bar * r, last_bar * r)',
     'gru: r on the way to x'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'simd::store(h_bar * z, dh', 'simd::store(h_bar, dh',
     'gru: z forgotten on the way to h'),
    ('ops/gru.cpp', 'void gru_step_back(',
     'simd::load(dh + k, n) + simd::load(dy + k, n)', 'simd::load(dh + k, n)',
     'gru: incoming gradient forgotten'),
    ('ops/gru.cpp', 'Variable gru(',
     'std::fill_n(dx[row], sizes.gates, Real{0});', '',
     'gru: x gets something behind the end'),
    ('ops/gru.cpp', 'Variable gru(',
     'sizes.before(row, sizes.states(y.value), h)', 'sizes.states(y.value)[row]',
     'gru: h after for h before'),
    ('ops/gru.cpp', 'Variable gru(',
     'contribute_elements(h, m.dh.data);', '',
     'gru: the first state gets nothing'),
    ('ops/gru.cpp', 'Variable gru(',
     'contribute_weights(sizes, weight, bias, h, m.da', 'contribute_weights(sizes, weight, bias, h, dx',
     'gru: gradient of x taken for that of the product'),
    ('ops/gru.cpp', 'Variable gru(',
     'of_x.add_rest();', '',
     'gru: later contributions to x forgotten'),
    ('ops/sequences.hpp', 'void backwards(',
     'std::fill_n(dh.data, s.batch * s.units, Real{0});', '',
     'sequences: the last state has a gradient left over'),
    ('ops/sequences.hpp', 'void backwards(',
     'std::fill_n(da[row], s.gates, Real{0});', '',
     'sequences: gates get something behind the end'),
    ('ops/sequences.hpp', 'void backwards(',
     'add_to(dh[row % s.batch], s.units, s.states(y.gradient)[row]);', '',
     'sequences: what is kept gets nothing'),
    ('ops/sequences.hpp', 'void backwards(',
     'part.count()), w, 1,', 'part.count()), w, 0,',
     'sequences: what goes to h directly is overwritten'),
    ('ops/sequences.hpp', 'inline void contribute_weights(',
     'matrix_of(s.states(h.value()), 0, first), beta,', 'matrix_of(s.states(h.value()), 0, first), 1,',
     'sequences: the first contribution to the weight adds'),
    ('ops/sequences.hpp', 'inline void contribute_weights(',
     'matrix_of(s.states(h.value()), 0, first), beta,', 'matrix_of(s.states(h.value()), 0, first), 0,',
     'sequences: later contributions to the weight overwrite'),
    ('ops/sequences.hpp', 'inline void contribute_weights(',
     '0, others), 1,', '0, others), 0,',
     'sequences: the first step forgotten for the weight'),
    ('ops/sequences.hpp', 'inline void contribute_weights(',
     'matrix_of(da, first, others)', 'matrix_of(da, 0, others)',
     'sequences: the state after for the state before'),
    ('ops/sequences.hpp', 'inline void contribute_weights(',
     '{s.rows(), s.gates}), beta', '{s.rows(), s.gates}), 0',
     'sequences: later contributions to the bias overwrite'),
    ('ops/sequences.hpp', 'inline void contribute_elements(',
     'add_to(gradient.data(), gradient.size(), d);', 'std::copy_n(d, gradient.size(), gradient.data());',
     'sequences: later contributions to a first state overwrite'),
    ('ops/sequences.hpp', 'struct Share {',
     'if (target.beta == 0)', 'if (true)',
     'sequences: later contributions to x overwrite'),
    # --- fused
    ('ops/examples.hpp', 'void contribute_examples(', 'return dy * f(e...)', 'return f(e...)',
     'losses: incoming gradient forgotten'),
    ('ops/examples.hpp', 'void contribute_examples(', 'old + dy * f(e...)', 'dy * f(e...)',
     'losses: later contributions overwrite'),
    ('ops/examples.hpp', 'void contribute_examples(', 'y.gradient.data()[b]', 'y.gradient.data()[0]',
     'losses: every example gets the gradient of the first'),
    ('ops/likelihoods.cpp', 'Real bernoulli_block(', '(one + e) - t', '(one + e)',
     'bce: targets forgotten'),
    ('ops/likelihoods.cpp', 'Real bernoulli_block(', 'l < zero, e, one', 'l < zero, one, e',
     'bce: sigmoid of -l'),
    ('ops/likelihoods.cpp', 'void bernoulli_cross_entropy(', 'slope.data() + i', 'slope.data() + b * size',
     'bce: gradients of long examples overwritten'),
    ('ops/likelihoods.cpp', 'Variable bce_with_logits(', 'std::negate<>()', 'std::identity()',
     'bce: sign for the targets'),
    ('ops/likelihoods.cpp', 'Variable cross_entropy_with_logits(',
     'p[labels[b]] -= 1;', '', 'cross_entropy: labels forgotten'),
    ('ops/likelihoods.cpp', 'Variable squared_error(', 'Real{2} * (u - v)', 'u - v', 'squared_error: factor'),
    ('ops/likelihoods.cpp', 'Variable squared_error(', 'twice, b.value(), a.value()',
     'twice, a.value(), b.value()', 'squared_error: sign for b'),
    ('ops/likelihoods.cpp', 'Variable mse(', '2 * *y.gradient', '*y.gradient', 'mse: factor'),
    ('ops/likelihoods.cpp', 'Variable mse(', '2 * *y.gradient.data() /', 'Real{2} /',
     'mse: incoming gradient forgotten'),
    ('ops/likelihoods.cpp', 'Variable mse(', 'static_cast<Real>(a.value().size())',
     'static_cast<Real>(a.shape().empty() ? 1 : a.shape()[0])', 'mse: divided by the examples only'),
    ('ops/likelihoods.cpp', 'Variable mse(', 'scale * (b.value() - a.value())',
     'scale * (a.value() - b.value())', 'mse: sign for b'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance) {',
     'return m;', 'return m + m;', 'kl: factor for the mean'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance) {',
     'return Real{0.5} * xsimd::expm1(l);', 'return xsimd::expm1(l);',
     'kl: factor for the log variance'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance) {',
     'return Real{0.5} * xsimd::expm1(l);', 'return Real{0.5} * xsimd::exp(l);', 'kl: the determinant forgotten'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance, Variable',
     '(m - pm) * xsimd::exp(-pl)', '(m - pm)', 'kl to a prior: its variance forgotten'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance, Variable',
     'return Real{0.5} * xsimd::expm1(l - pl);', 'return Real{0.5} * xsimd::expm1(l);',
     'kl to a prior: its variance forgotten for the log variance'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance, Variable',
     'contribute_examples(prior_mean, y, pull, prior_mean.value(), mean.value()',
     'contribute_examples(prior_mean, y, pull, mean.value(), prior_mean.value()',
     'kl to a prior: sign for its mean'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance, Variable',
     '(-xsimd::expm1(l - pl) - d * d', '(-xsimd::expm1(l - pl) + d * d',
     'kl to a prior: sign of the distance'),
    ('ops/gaussian.cpp', 'Variable gaussian_kl(Variable mean, Variable log_variance, Variable',
     'Real{0.5} * (-xsimd', '(-xsimd', 'kl to a prior: factor for its log variance'),
    ('ops/gaussian.cpp', 'Variable reparameterize(', 'contribute(mean, z.gradient)',
     'contribute(mean, z.gradient * noise.value())', 'reparameterize: noise in the mean'),
    ('ops/gaussian.cpp', 'Variable reparameterize(', 'Real{0.5} * z.gradient', 'z.gradient',
     'reparameterize: factor'),
    ('ops/gaussian.cpp', 'Variable reparameterize(', 'z.gradient * noise.value() *', 'z.gradient *',
     'reparameterize: noise forgotten'),
    ('ops/gaussian.cpp', 'Variable reparameterize(', 'contribute(noise, z.gradient * xt::exp(Real{0.5} * l)',
     'contribute(noise, z.gradient * xt::exp(l)', 'reparameterize: variance for deviation'),
    # --- what all rules stand on
    ('broadcast.cpp', 'void reduce_to_shape(', 'if (beta == 0) std', 'std',
     'reduce: later contributions overwrite'),
    ('broadcast.cpp', 'void reduce_to_shape(', 'if (beta == 0) std', 'if (false) std',
     'reduce: the first contribution adds'),
    ('broadcast.cpp', 'const Real* add_sums(', 'small + i * step)', 'small)',
     'reduce: all rows onto the first'),
    ('broadcast.cpp', 'auto sum_rows(', 'begin + 1', 'begin + 2', 'reduce: a row is left out'),
    ('broadcast.cpp', 'auto sum_rows(', 'sum_rows(middle, end', 'sum_rows(middle + 1, end',
     'reduce: a row is left out where many are halved'),
    ('broadcast.hpp', 'void broadcast_map(', 'if (beta == 0)', 'if (true)',
     'broadcast: later contributions overwrite'),
    ('broadcast.hpp', 'void broadcast_map(', 'if (beta == 0)', 'if (false)',
     'broadcast: the first contribution adds'),
    ('pullback.hpp', 'void contribute_broadcast(', 'y.saved, beta', 'y.saved, 0',
     'broadcast: later sums overwrite'),
    ('tape.cpp', 'Contribution Tape::contribution(', 'return {gradient, 1}', 'return {gradient, 0}',
     'tape: later contributions overwrite'),
    ('tape.cpp', 'Contribution Tape::contribution(', 'return {gradient, 0}', 'return {gradient, 1}',
     'tape: the first contribution adds'),
    ('tape.cpp', 'Array& Tape::begin_backward(', 'entries_[i].has_gradient = false;', '',
     'tape: a second pass adds to the first'),
    ('tape.cpp', 'Array& Tape::begin_backward(',
     'for (Gradients::Slot& slot : gradients_.slots_) slot.reached = false;', '',
     'tape: a parameter keeps the gradient of another loss'),
    ('tape.cpp', 'Gradients& Tape::sweep(', 'i-- > 0', 'i-- > 2', 'tape: stops too early'),
]


def mutated(file, where, original, replacement):
    """The text of the file with the change, which must fit in exactly one place."""
    text = (ROOT / 'autograd' / file).read_text()
    if text.count(where) != 1:
        raise SystemExit(f'stale: "{where}" is {text.count(where)} times in autograd/{file}')
    start = text.index(where)
    end = re.search(r'\n};?\n', text[start:])
    if end is None:
        raise SystemExit(f'stale: no end of "{where}" in autograd/{file}')
    end = start + end.start()
    body = text[start:end]
    if body.count(original) != 1:
        raise SystemExit(
            f'stale: "{original}" is {body.count(original)} times behind "{where}" in autograd/{file}')
    return text[:start] + body.replace(original, replacement) + text[end:]


class Build:
    """Compiles and links as the build folder does, to other places."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.compile = {}
        for entry in json.loads((self.folder / 'compile_commands.json').read_text()):
            if entry['output'].startswith(LIBRARY):
                source = (self.folder / entry['file']).resolve()
                self.compile[source] = shlex.split(entry['command'])
        commands = subprocess.run(['ninja', '-t', 'commands', PROGRAM], cwd=self.folder, check=True,
                                  capture_output=True, text=True).stdout
        self.link = shlex.split(commands.splitlines()[-1])

    def object(self, file, source, out):
        """Compiles `source`, a changed copy of autograd/`file`; a header, where its includer finds it."""
        unit = (ROOT / 'autograd' / INCLUDED_BY.get(file, file)).resolve()
        command = list(self.compile[unit])
        if file in INCLUDED_BY:
            first = next(i for i, option in enumerate(command) if option.startswith('-I'))
            command.insert(first, f'-I{str(source).removesuffix(f"autograd/{file}")}')
        else:
            command[command.index('-c') + 1] = str(source)
        for option, value in (('-o', out), ('-MF', f'{out}.d'), ('-MQ', out)):
            command[command.index(option) + 1] = str(value)
        self.run(command + ['-O1', '-w'])  # a mistake may earn warnings

    def program(self, changed, out):
        """Links the tests with an object that stands in for the library's own."""
        command = list(self.link)
        command[command.index('-o') + 1] = str(out)
        command.insert(command.index(next(c for c in command if c.endswith(LIBRARY))), str(changed))
        self.run(command)

    def run(self, command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f'does not build: {shlex.join(command)}\n{done.stderr[:3000]}')

    def test(self, program):
        """The name of the first test case that fails, or nothing."""
        done = subprocess.run(
            [program, '--abort-after=1', '--no-intro', '--no-colors',
             f'--test-case-exclude={EXCLUDED}'],
            cwd=(self.folder / PROGRAM).parent, capture_output=True, text=True, errors='replace',
            timeout=300)
        if done.returncode == 0:
            return None
        lines = [line for line in done.stdout.splitlines() if line.startswith('TEST CASE:')]
        return lines[0].removeprefix('TEST CASE:').strip() if lines else f'exit {done.returncode}'


def check(build, mutant):
    """Builds one mutant and returns the test case that caught it."""
    file, where, original, replacement, _ = mutant
    text = mutated(file, where, original, replacement)
    # The same name every time, so that a compiler cache knows it again.
    folder = build.folder / 'mutants' / hashlib.sha256(text.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source = folder / 'autograd' / file
        source.parent.mkdir(parents=True)
        source.write_text(text)
        build.object(file, source, folder / 'changed.o')
        build.program(folder / 'changed.o', folder / 'tests')
        return build.test(folder / 'tests')
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', help='the build folder')
    parser.add_argument('--only', default='', metavar='WORD', help='those whose line contains it')
    parser.add_argument('--jobs', type=int, default=2, help='how many at a time (%(default)s)')
    parser.add_argument('--list', action='store_true', help='name them and stop')
    options = parser.parse_args()

    chosen = [m for m in MUTANTS if options.only in f'{m[0]} {m[4]}']
    for file, where, original, replacement, _ in chosen:
        mutated(file, where, original, replacement)  # complains at once if the list is stale
    if options.list:
        for mutant in chosen:
            print(f'{mutant[0]}: {mutant[4]}')
        return 0

    build = Build(options.build)
    if 'MESON_BUILD_ROOT' not in os.environ:  # else ninja runs this script, and has built it before
        subprocess.run(['ninja', PROGRAM], cwd=build.folder, check=True, stdout=subprocess.DEVNULL)
    failing = build.test(build.folder / PROGRAM)
    if failing:
        raise SystemExit(f'the tests fail as they are: {failing}')

    survived = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, caught_by in zip(chosen, pool.map(lambda m: check(build, m), chosen)):
            survived += caught_by is None
            verdict = f'caught by "{caught_by}"' if caught_by else 'SURVIVED'
            print(f'{mutant[0]}: {mutant[4]}: {verdict}', flush=True)
    print(f'{len(chosen)} mutants, {len(chosen) - survived} caught, {survived} survived')
    return 1 if survived or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
