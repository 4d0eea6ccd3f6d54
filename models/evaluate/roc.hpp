/// @file
/// How well a score tells two kinds of examples apart, whatever the threshold.
#pragma once

#include <vector>

namespace models {

/// The area under the receiver operating characteristic: the probability that an example drawn from
/// `high` has a larger score than one drawn from `low`, ties counting half. 1 tells them apart
/// without error, ½ is chance, 0 the right score with the wrong sign.
///
/// Throws if one of them is empty, or a score is not a number.
///
/// Source: Hanley & McNeil, The meaning and use of the area under a ROC curve, Radiology 143 (1982).
double area_under_roc(const std::vector<double>& low, const std::vector<double>& high);

}  // namespace models
