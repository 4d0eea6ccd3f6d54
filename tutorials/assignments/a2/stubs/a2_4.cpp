// Task a2.4: is this gradient right?
//
// f computes a result of any shape on the tape of its inputs. Say whether its pullbacks are right at x:
// compare what the tape gives, for all inputs, with differences, entry by entry. A relative error below 10⁻⁶
// is right. Your checker is tried on functions that you have not seen, right ones and wrong ones: it must
// find every wrong one, and call no right one wrong.
//
// `tape.variable(array)` puts an input on a tape, `tape.backward(y, v)` gives the gradients of ⟨v, y⟩;
// ask it `reached(input)` before `of(input)`: an input that is not reached has a gradient of zero.
// `tape.poison_gradients(true)` fills gradients with NaN before anything is written to them. The functions
// of the tasks before may be used.

#include <functional>
#include <vector>

#include "autograd/tape.hpp"

namespace autograd {

Array differences(const std::function<Array(const std::vector<Array>&)>& f, std::vector<Array> x,
                  std::size_t k, const Array& v);
Array cotangent(const Shape& shape, unsigned seed);
double relative_error(double analytic, double numeric);

bool gradient_is_right(const std::function<Variable(const std::vector<Variable>&)>& f,
                       const std::vector<Array>& x);

bool gradient_is_right(const std::function<Variable(const std::vector<Variable>&)>&,
                       const std::vector<Array>&) {
    throw Error("[a2.4] the check is not written yet");
}

}  // namespace autograd
