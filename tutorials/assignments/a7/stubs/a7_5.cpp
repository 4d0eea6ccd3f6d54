// Task a7.5: the FactorVAE score.
//
// Which factor do the items of a group share? Given are codes of many items, (N, K), and groups of M codes each: (G, M, K) to
// learn from and (T, M, K) to judge by, with the number of the factor that each group shares. In a group the unit votes
// whose variance there is least, relative to its variance over all N codes. What the vote of a unit means is learnt
// from the first groups: the factor for which it has voted most often, the lowest number if there are several, or none has
// been seen. The score is the share of the other groups whose vote means their factor. Units whose variance over all codes
// is 1/100 or less have no vote; if no unit has one, the score is 1 / factors. Variances are divided by the number of codes.

#include <algorithm>
#include <vector>

#include "autograd/array.hpp"

namespace autograd {

Real factor_vae_score(const Array& codes, const Array& train, const Indices& train_factor,
                      const Array& test, const Indices& test_factor, std::size_t factors);

Real factor_vae_score(const Array&, const Array&, const Indices&, const Array&, const Indices&,
                      std::size_t) {
    throw Error("[a7.5] the score is not written yet");
}

}  // namespace autograd
