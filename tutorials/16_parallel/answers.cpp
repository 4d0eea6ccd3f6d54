// ## Exercise 1
//
// Process $r$ gets the rows from $\lfloor 96 r / 5 \rfloor$ to before $\lfloor 96 (r+1) / 5 \rfloor$: the shares
// begin at 0, 19, 38, 57, 76, so four have 19 images and the last has 20.
//
// Without weights the processes step along $\frac15 \sum_r \nabla L_r$, and the right gradient is $\sum_r w_r \nabla
// L_r$ with $w_r = 19/96$, and $20/96$ for the last. The difference is
// $$ \sum_r \Big(\frac15 - w_r\Big) \nabla L_r = \frac{1}{480} \sum_{r<4} \nabla L_r - \frac{4}{480} \nabla L_4
//    = \frac{1}{120} \big( \overline{\nabla L} - \nabla L_4 \big) , $$
// where the bar is the mean over the first four. So each image of the last share counts 4 % too little, 1/100 instead of
// 1/96, and each other image 1 % too much, 1/95. This is small here, but it is no rounding. With shares of 1 and 95 images, one image would count as much
// as the 95.
//
// (1) is right because $\sum_i \ell_i = \sum_r \sum_{i \in r} \ell_i = \sum_r B_r L_r$. Divide by $B$. The gradient is
// linear.
//
// ## Exercise 2
//
// $P$ is convex if $P'' \ge 0$. For one unit $P(p) = \rho \ln \frac{\rho}{p} + (1-\rho) \ln \frac{1-\rho}{1-p}$, so
// $P''(p) = \rho / p^2 + (1-\rho) / (1-p)^2 > 0$. (2) is then Jensen's inequality with the weights $w_r$, which are not
// negative and sum to 1. It holds with equality only if all $\hat\rho_r$ are equal.
//
// Let $m = \sum_r w_r m_r$, and let every process compute the same $P(m)$. Write $\bar m = P'(m)$ for what arrives from
// above. The processes average by (1), so process $r$'s gradient is multiplied by $w_r$ and summed. We want the sum to be
// $\bar m\, \partial m / \partial \theta = \sum_r w_r \bar m\, \partial m_r / \partial \theta$. So process $r$ must have
// $\bar m\, \partial m_r / \partial\theta$, which is the pullback $\bar m_r \mathrel{+}= \bar m$. Had it the weight $w_r$
// as well, the penalty would count $n$ times too little for equal shares.
//
// | | as it is? | why |
// |---|---|---|
// | L1 penalty | yes | $\sum_j \lvert a_j \rvert$ of each example, a mean over examples |
// | capacity $\lvert \mathrm{KL} - C \rvert$ | no | the KL is a mean over the batch, and $\lvert\cdot\rvert$ is not linear: `batch_mean` of the KL first |
// | importance-weighted bound | yes | the logarithm is taken of each example's mean over draws, and then averaged over examples |
// | weight decay | yes | it depends on no example; each process has the same, and $\sum_r w_r = 1$ |
// | median of the losses | no | all losses are needed in one place |
//
// ## Exercise 3
//
// (a) Process 0 receives $n - 1$ arrays through its one link, and sends as many: $2(n-1)(\alpha + m/\beta)$. (b) The
// tree takes $\lceil \log_2 n \rceil$ steps up and as many down, in each of which a process sends or receives one whole
// array: $2 \lceil \log_2 n \rceil (\alpha + m/\beta)$. (c) The ring: $2(n-1)(\alpha + m/(n\beta))$. With $\alpha$ and
// $\beta$ of this machine, as if all processes were connected like two here:

#include <cmath>
#include <string>

#include "tutorials/16_parallel/shared.hpp"

using namespace lesson;

namespace {

void ways_to_add_up(Session& session) {
    const Job messages{.what = "messages", .processes = 2, .folder = "messages", .again = false};
    const Cost cost = cost_of(started(session, messages));
    const auto message = [&](double bytes) { return cost.latency + bytes / cost.bandwidth; };
    for (const auto& [name, bytes] : {std::pair("gradient", cost.gradient), {"number", 8.0}})
        for (const double n : {2.0, 16.0, 1024.0}) {
            const std::string of = "_" + std::string(name) + "_" + autograd::text(n);
            session.result("star" + of, 2 * (n - 1) * message(bytes));
            session.result("tree" + of, 2 * std::log2(n) * message(bytes));
            session.result("ring" + of, cost.ring(n, bytes));
        }
}

const tutorials::Experiment exercise_3{"exercise_3", "Star, tree and ring", ways_to_add_up};

}  // namespace

// | microseconds, by the model | star | tree | ring |
// |---|--:|--:|--:|
// | gradient, 2 processes | @result{star_gradient_2, .0f} | @result{tree_gradient_2, .0f} | @result{ring_gradient_2, .0f} |
// | gradient, 16 | @result{star_gradient_16, .0f} | @result{tree_gradient_16, .0f} | @result{ring_gradient_16, .0f} |
// | gradient, 1024 | @result{star_gradient_1024, .0f} | @result{tree_gradient_1024, .0f} | @result{ring_gradient_1024, .0f} |
// | one number, 2 | @result{star_number_2, .1f} | @result{tree_number_2, .1f} | @result{ring_number_2, .1f} |
// | one number, 16 | @result{star_number_16, .1f} | @result{tree_number_16, .1f} | @result{ring_number_16, .1f} |
// | one number, 1024 | @result{star_number_1024, .0f} | @result{tree_number_1024, .0f} | @result{ring_number_1024, .0f} |
//
// The star is never faster than the tree. For one number, tree and ring take four latencies each with three processes. From
// four on the tree wins, and by far at 1024: the ring pays 2046 latencies, the tree 20. For the gradient and many
// processes the ring wins about as long as $(\log_2 n - 1)\, m/\beta$ outweighs $n \alpha$. So libraries take a tree for short arrays and a ring for long ones.
//
// ## Exercise 4
//
// The last term of (5) is left out: as a tree (exercise 3) it takes only $2 \log_2 n$ latencies. (As a ring it would double
// the $\alpha$ below.) With (4) in the rest,
// $$ T_n = a + \frac{cB}{n} + 2(n-1)\alpha + \frac{2m}{\beta} \frac{n-1}{n} . $$
// As a function of a real $n$ its derivative is $-cB/n^2 + 2\alpha + 2m/(\beta n^2)$, which is 0 at
// $$ n^* = \sqrt{\frac{cB - 2m/\beta}{2\alpha}} . $$
// If $cB < 2m/\beta$, more processes are always slower: the images of a whole batch must at least take as long as
// sending the gradient twice. Far above that the best number grows only with the square root of the batch.
//
// For 16 384 images and the networks of the experiment on nodes, $n^*$ is @result{best_by_formula_infiniband, .0f} and
// @result{best_by_formula_ethernet, .0f}. Of the powers of two, the experiment finds @result{best_nodes_infiniband, .0f} and
// @result{best_nodes_ethernet, .0f} best.
//
// Half of the time goes into messages when $a + cb = 2(n-1)(\alpha + m/(n\beta))$, with $b = B/n$ images in a share. For
// many processes, as long as $n\alpha$ is small beside $m/\beta$, this is $b = (2m/\beta - a)/c$. With two processes here
// it is $(2\alpha + m/\beta - a)/c$, which is @result{half_share, .0f} by the lesson's numbers. A number below 0 means that there is no such share: $a$ alone,
// which holds Adam's update of all weights, takes longer than the messages, and they never take half of the time.
//
// ## Exercise 5
//
// `std::max(a, b)` is `(a < b) ? b : a`. A comparison with NaN is false, so it gives $a$, the first. Let process 0 hold
// 1, process 1 NaN, process 2 hold 2, and let each compute `std::max(received, own)` as the number travels.
//
// - The part that starts at process 0: process 1 computes max(1, NaN) = 1, process 2 max(1, 2) = 2. The NaN is lost.
// - The part that starts at process 1: process 2 computes max(NaN, 2) = NaN, process 0 max(NaN, 1) = NaN.
// - The part that starts at process 2: process 0 computes max(2, 1) = 2, process 1 max(2, NaN) = 2.
//
// So after the first round process 2 holds a part of 2, process 0 one of NaN and process 1 one of 2. If each array has its
// process's number three times, one place comes out as NaN and two as 2. All processes then hold the same three, because
// the second round copies them. An all-reduce that computes each process's maximum separately, in an order of its own,
// can even give different processes different results: one stops, and the others wait for it.
//
// The sum keeps it: NaN plus anything is NaN, in any order. So add up the losses, as `nn::average` does, or a flag, 1 where
// the number is not finite and else 0: `nn::any(world, bad)`.
