/// @file
/// How far a restored image is from the clean one, in decibels.
#pragma once

#include "autograd/array.hpp"

namespace models {

/// The mean of (restored − clean)² over all pixels of all images together. Throws if the shapes differ,
/// or there are no pixels.
double mse_per_pixel(const autograd::Array& restored, const autograd::Array& clean);

/// The peak signal-to-noise ratio, 10·log₁₀(1 / MSE), in decibels, of pixels whose range is 1, with
/// the MSE of mse_per_pixel(). (The mean of the ratios of single images is another, higher number.)
/// Higher is better; infinite if nothing differs. Throws as mse_per_pixel() does.
double psnr(const autograd::Array& restored, const autograd::Array& clean);

/// The ratio that belongs to a mean squared error per pixel.
double psnr(double mse);

}  // namespace models
