#include "autograd/ops.hpp"

namespace autograd {

Variable tied_error(Variable x, Variable weight);

Variable tied_error(Variable x, Variable weight) {
    const Variable code = linear(x, weight);
    return mean(squared_error(matmul(code, weight), x));
}

}  // namespace autograd
