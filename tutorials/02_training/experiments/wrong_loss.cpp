// What we care about is how many images are classified right. We cannot descend on that: it is a
// step function. A small change of a weight changes no decision, so its gradient is zero almost
// everywhere. A loss has to tell a near miss from a bad one.
//
// The next idea is the squared distance $\sum_k (p_k - [k = y])^2$ between the probabilities and
// the truth. Its gradient with respect to the logits carries the softmax's own slope, which
// vanishes where the network is sure. If it is sure of the *wrong* class, there is hardly a
// gradient to change that. The table shows two classes; the logit of the right one lies below that
// of the wrong one by the gap. The gradient with respect to the right class's logit is
//
// | gap | probability of the right class | cross-entropy | squared distance |
// |--:|--:|--:|--:|
// | 0 | 0.5 | @result{cross_entropy_gradient_at_gap_0, .3f} | @result{squared_gradient_at_gap_0, .3f} |
// | 4 | 0.018 | @result{cross_entropy_gradient_at_gap_4, .3f} | @result{squared_gradient_at_gap_4, .3f} |
// | 8 | 0.00034 | @result{cross_entropy_gradient_at_gap_8, .3f} | @result{squared_gradient_at_gap_8, .5f} |
// | 12 | 0.0000061 | @result{cross_entropy_gradient_at_gap_12, .3f} | @result{squared_gradient_at_gap_12, .7f} |
//
// The larger the gap, the closer the gradient of the cross-entropy comes to −1, and that of the
// squared distance to 0.

#include <string>

#include "nn/losses/losses.hpp"
#include "tutorials/support/experiment.hpp"
#include "tutorials/support/session.hpp"

namespace {

using autograd::Tape;
using autograd::Variable;
using tutorials::Session;

/// The gradient of a loss with respect to the right class's logit.
double gradient_at(double gap, bool squared) {
    Tape tape;
    const Variable logits = tape.variable(autograd::array({1, 2}, {0, gap}));
    const Variable truth = tape.constant(autograd::array({1, 2}, {1, 0}));
    const Variable loss =
        squared ? nn::squared_loss(softmax(logits), truth) : nn::categorical_loss(logits, {0});
    return double{tape.backward(loss).of(logits)(0, 0)};
}

void sure_and_wrong(Session& session) {
    for (const int gap : {0, 4, 8, 12}) {
        session.result("cross_entropy_gradient_at_gap_" + std::to_string(gap),
                       gradient_at(gap, false));
        session.result("squared_gradient_at_gap_" + std::to_string(gap), gradient_at(gap, true));
    }
}

const tutorials::Experiment wrong_loss{
    "wrong_loss", "The squared distance lets go where the network is sure and wrong",
    sure_and_wrong};

}  // namespace
