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

/// The area, and how far chance in the choice of the examples may move it.
struct RocArea {
    double area = 0;
    double standard_error = 0;  ///< area ± 1.96 of it is an interval of 95 %, if examples are many
};

/// The same with its standard error, from how the examples of either kind differ in their shares of
/// pairs in the right order. Throws as area_under_roc() does, and unless there are two of each kind.
///
/// Source: DeLong, DeLong & Clarke-Pearson, Comparing the areas under two or more correlated ROC
/// curves, Biometrics 44 (1988).
RocArea area_with_error(const std::vector<double>& low, const std::vector<double>& high);

}  // namespace models
