// ## Exercise 1
//
// The entries of $W$ are independent with mean 0 and variance $s^2 / 3n$: a uniform number within $\pm a$ has the variance
// $a^2 / 3$. So
// $$ \mathbb{E}\, |W^{\mathsf T} v|^2 = \sum_j \mathbb{E} \Big( \sum_i W_{ij} v_i \Big)^2
//    = \sum_j \sum_i \frac{s^2}{3n} v_i^2 = \frac{s^2}{3} . $$
// Each step multiplies the norm by about $s / \sqrt{3}$: with $s = 1$ by .58, with $s = 4$ by 2.3, before the slope of tanh is
// counted. The slope $1 - h_i^2$ makes both smaller. From 10 to 50 steps the figure's plain net falls from @result{gradient_plain_10, .1e} to
// @result{gradient_plain_50, .1e}. The 40th root of the ratio is .45 per step. The inputs drive $h$ away from 0, where the slope is below 1: its
// root mean square must be about $.45 / .58 = .79$. With $s = 4$ the gradient grows from @result{gradient_large_10, .1f} to @result{gradient_large_50, .0f},
// by 1.16 per step, so the slope halves the 2.3.
//
// ## Exercise 2
//
// After $k$ steps $f^k$ is left, which is ½ at $k = \ln 2 / (-\ln f)$: 1 step for $f = .5$, 2.2 for .73, 6.6 for .9, and 69 for .99.
// With weights and bias near 0, $f = \operatorname{sigmoid}(0) = .5$ for every unit and every input, and half of all is lost at each step. A
// bias of 1 makes it $\operatorname{sigmoid}(1) = .73$. The weights move $f$ to both sides of that, for each unit and input, but the
// bias says where its middle is. (The measured loss per step of the LSTM is smaller than that of $c$ alone, presumably because there are also
// ways through $h$, and because units whose $f$ is larger make up most of what is left after many steps.)
//
// ## Exercise 3
//
// With their end marks the words have 4 and 8 symbols. Let $s_{tb}$ be the surprise $-\ln p$ of each. Right is
// $$ \frac{\sum_{t \le 4} s_{t1} + \sum_{t \le 8} s_{t2}}{12} . $$
// With the padding it is divided by 16, and the four steps behind the first end mark are added. If the model knows that padding
// follows an end mark these cost nothing, and the number is ¾ of the right one. It depends on how words come together in
// batches: with longer words beside it, the same word seems to cost less.
//
// ## Exercise 4
//
// Single symbols first: a was said twice, b once, the end mark twice, five in all, of three kinds. Witten and Bell give each kind as
// much as one more count, shared by the order below, which says ⅓:
// $$ p(b) = \frac{1 + 3 \cdot \tfrac13}{5 + 3} = \frac14 . $$
// After a there was b once and the end mark once, two in all, of two kinds:
// $$ p(b \mid a) = \frac{1 + 2 \cdot \tfrac14}{2 + 2} = \frac38 . $$
// The test *known answers by hand: single symbols and pairs* has the same numbers.
//
// Let $r_T$ be the probability that no end mark has come within $T$ symbols. It is what is left after all shorter words: the
// probabilities of the words of fewer than $T$ letters add up to $1 - r_T$, because at each step those of the end mark and
// of all letters add up to 1. At each step at least the share $\epsilon$ of what is left ends, so $r_T \le (1 - \epsilon)^T \to 0$.
// Smoothing down to equal probabilities guarantees such an $\epsilon$ for the tables, which have finitely many contexts.
//
// ## Exercise 5
//
// By the identity of chapter 7, averaged over the data,
// $$ \mathbb{E}_x\, \text{ELBO} = \mathbb{E}_x \ln p(x) - \mathbb{E}_x\, \mathrm{KL}(q(z \mid x) \,\|\, p(z \mid x)) . $$
// The first term is at most $-H$, minus the entropy of the data, and equal only if $p$ is the distribution of the data. The second is at least 0.
// A decoder that needs no $z$ reaches $-H$ with $q(z \mid x) = p(z)$: $z$ and $x$ are then independent, the true posterior is the prior too, and
// the second term is 0. So nothing is better than no code.
//
// A code is as good if the model still fits the data exactly *and* $q(z \mid x) = p(z \mid x)$ for all $x$. Then what the code costs, KL, comes back
// in full as a better reconstruction. With a Gaussian $q$ this is rarely possible: if $z$ tells the key, the true posterior is cut off where
// the region of the next key begins, and no Gaussian is.
//
// The collapse shows in the KL: @result{kl_without_cures, .4f}, @result{seed_2/kl_without_cures, .4f} and @result{seed_3/kl_without_cures, .4f} nats. −ELBO does not show it. The
// cure costs @result{neg_elbo_with_cures, .2f} nats against @result{neg_elbo_without_cures, .2f} with seed 1, and nothing with seeds 2 and 3, where the cured VAE has the better
// bound: @result{seed_2/neg_elbo_with_cures, .2f} against @result{seed_2/neg_elbo_without_cures, .2f}, and @result{seed_3/neg_elbo_with_cures, .2f} against @result{seed_3/neg_elbo_without_cures, .2f}. This does not
// contradict the proof: an LSTM after twelve epochs does not reach $-H$, and a code may then help it. The second term is there too. 100
// draws for each melody close a part of it, and the cured VAE is at @result{nll_with_cures, .2f}, @result{seed_2/nll_with_cures, .2f} and
// @result{seed_3/nll_with_cures, .2f} nats on the first 500 test melodies, against @result{nll_without_cures, .2f}, @result{seed_2/nll_without_cures, .2f} and
// @result{seed_3/nll_without_cures, .2f} without the cure: with seed 1 it is not worse any more.
//
// ## Exercise 6
//
// Let $m$ be the largest score. $p_i \propto e^{(s_i - m)/\tau}$. For $\tau \to 0$ all terms with $s_i < m$ go to 0: all symbols with the
// largest score are equally probable, and if there is only one it is certain. For $\tau \to \infty$ all exponents go to 0, and all symbols
// are equally probable.
//
// With $\beta = 1/\tau$ and $\ln Z(\beta) = \ln \sum e^{\beta s_i}$, the entropy is $H = \ln Z - \beta \langle s \rangle$, and $d \ln Z / d\beta = \langle s
// \rangle$. So
// $$ \frac{dH}{d\beta} = \langle s \rangle - \langle s \rangle - \beta \frac{d \langle s \rangle}{d \beta}
//    = -\beta \operatorname{Var}(s) \le 0 , \qquad \frac{dH}{d\tau} = \frac{\operatorname{Var}(s)}{\tau^3} \ge 0 . $$
// That is the entropy of one symbol. The share of different words among 1000 in the experiment, @result{different_words, .0f} % at temperatures
// of .25, .5, .75, 1, 1.25 and 1.5, rises with it at first, and cannot go beyond 100 % (seed 1).

#include "shared.hpp"
