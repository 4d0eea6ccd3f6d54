// Task a6.7: a price of the term. README.md says which.
//
// What a loss charges for the rates need not be their sum. Rates are (K,) or (L, K), of K units on L levels, and never
// negative; the result, of rank 0, is the sum of the formula over all of them. One operation with a pullback of its own.
//
// `x.tape().record(name, {x}, forward, pullback)` makes an operation: `forward(Entry& y)` fills `y.value`, which
// `y.value.resize(shape)` gives its shape; `pullback(Entry& y)` reads `y.gradient` and adds to the gradient of x.
// `x.tape().contribution(x)` gives that array and a number beta: if it is 0, yours is the first contribution and
// overwrites what stands there; else add to it. Plain loops over `x.value().data()` will do.

#include <cmath>

#include "autograd/tape.hpp"

namespace autograd {

Variable price(Variable rates);

Variable price(Variable) { throw Error("[a6.7] the price is not written yet"); }

}  // namespace autograd
