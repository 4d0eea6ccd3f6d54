// Task a7.4: the mutual information gap.
//
// Codes of N items are (N, K), the values of their factors (N, F): whole numbers from 0 on. Cut the range of each unit, from
// its smallest to its largest code, into `bins` equal parts; the largest code belongs to the last of them. Count, and get the
// mutual information of each unit's part with each factor. The gap of a factor is the best unit's information less the second
// best's, divided by the entropy of the factor in these items. Return the gaps, (F,). A unit that never changes says
// nothing; a factor that never changes has the gap 0. There are two units or more.

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Array information_gaps(const Array& codes, const Array& factors, std::size_t bins);

Array information_gaps(const Array&, const Array&, std::size_t) {
    throw Error("[a7.4] the gaps are not written yet");
}

}  // namespace autograd
