// ## Exercise 1
//
// The bound is $-\mathcal U = \sum_y q(y)\,(-\mathcal L(x, y)) + H(q)$.
//
// | $q$ | $\sum q\,(-\mathcal L)$ | $H(q)$ | $-\mathcal U$ |
// |---|--:|--:|--:|
// | $(\frac12, \frac12)$ | $-2$ | $\ln 2 = .693$ | $-1.307$ |
// | $(1, 0)$ | $-3$ | 0 | $-3$ |
// | $(0, 1)$ | $-1$ | 0 | $-1$ |
// | $r = (.119, .881)$ | $-1.238$ | .365 | $-.873$ |
//
// The best $q$ is $r(y) = e^{-\mathcal L(x, y)} / \sum_{y'} e^{-\mathcal L(x, y')}$, so
// $r(1) = e^{-3} / (e^{-3} + e^{-1}) = 1 / (1 + e^2) = .119$, and it reaches
// $\ln(e^{-3} + e^{-1}) = -1 + \ln(1 + e^{-2}) = -.873$. That beats certainty: to give class 1
// the probability .119 costs $.119 \cdot 2 = .238$ nats, and gains .365 nats of entropy.
//
// Derivation of (3). Write $S = \sum_y e^{-\mathcal L(x, y)}$. By the definition of $r$, $-\mathcal L(x, y) = \ln r(y) + \ln S$. So
// $$ -\mathcal U = \sum_y q(y) \bigl( \ln r(y) + \ln S - \ln q(y) \bigr) = \ln S - \sum_y q(y) \ln \frac{q(y)}{r(y)} = \ln S -
//    \mathrm{KL}(q \,\|\, r) . $$
// The KL is at least 0, and 0 only for $q = r$.
//
// The logits $a$ give $q = \operatorname{softmax}(a)$ with $\partial q(y) / \partial a_k = q(y) (\delta_{yk} - q(k))$. Let
// $f(y) = -\mathcal L(x, y) - \ln q(y)$. As $\sum_y q(y)\, \partial \ln q(y) / \partial a_k = 0$,
// $$ \frac{\partial (-\mathcal U)}{\partial a_k} = \sum_y \frac{\partial q(y)}{\partial a_k} f(y) = q(k) \Bigl( f(k) - \sum_y q(y)
//    f(y) \Bigr) = q(k) \bigl( f(k) + \mathcal U \bigr) . $$
// It pushes up the logits of classes whose $f$ is above the average. At $q = r$ all $f$ are equal to $\ln S$, and the
// gradient is 0. At $q = (1, 0)$ it is 0 as well: a classifier that is certain and wrong learns nothing from (2). That is one reason to
// start from a classifier that is not too sure of itself.
//
// ## Exercise 2
//
// With $f(y) = -\mathcal L(x, y) - \ln q(y)$ the bound is $\mathbb E_{q(y)}[f(y)]$. For a drawn label $y$, $f(y)$ is right on average,
// and so is its gradient with respect to all weights on which $f$ depends directly. But $q$ is also what the label is drawn
// from, and no gradient passes through the choice of a label. From $\nabla q = q\, \nabla \ln q$ follows
// $$ \nabla \sum_y q(y) f(y) = \mathbb E_{q(y)} \bigl[ f(y)\, \nabla \ln q(y) + \nabla f(y) \bigr] , $$
// the *score function* estimate (REINFORCE). So one adds the loss $-f(y)$, held still, times $\ln q(y)$.
//
// For the image of exercise 1 take the logit $a_2$; $\partial \ln q(y) / \partial a_2$ is $\delta_{y2} - q(2)$, which is
// $-\frac12$ for $y = 1$ and $+\frac12$ for $y = 2$. The term $-\ln q$ in $f$ has the gradient
// $-\partial \ln q(y) / \partial a_2$ with expectation 0; leave it out. With $-\ln q = .693$ we have $f(1) = -2.307$ and
// $f(2) = -.307$, so the estimate is $(-2.307)(-\frac12) = 1.153$ or $(-.307)(\frac12) = -.153$, with probability ½ each. Its
// mean is $\frac12$, as the formula of exercise 1 says: $q(2)\,(f(2) + \mathcal U) = \frac12 (-.307 + 1.307)$. Its standard deviation is
// $.653$. That looks harmless. But real bounds are not $-1$ and $-3$; they may be $-241$ and $-243$, and the difference alone
// matters. Then $f$ is $-242.3$ or $-240.3$, the estimate is $121.2$ or $-120.2$, and the standard deviation is 241 times the
// mean.
//
// The cure is a **baseline**: subtract from $f$ a number $b$ that does not depend on the label drawn. This changes nothing on
// average, as $\mathbb E[\nabla \ln q] = 0$. With $b = \mathbb E[f] = -241.3$ the two estimates become $(-1)(-\frac12)$ and
// $(1)(\frac12)$: both are $\frac12$, and the standard deviation is 0. But $b$ has to be predicted for each image, by a net that is
// learnt too. For ten classes the exact sum is simpler. For thousands, or for discrete codes of several digits, one has no
// choice.
//
// ## Exercise 3
//
// Of a million parts 1000 are faulty, and 600 of these raise an alarm; 999 000 are not, and 49 950 of these do, too. So
// $$ \frac{600}{600 + 49\,950} \approx 1.2\,\% $$
// of the alarms are real: 84 inspections for one faulty part. In general, with a share $p$ of faulty parts, a share $h$
// of them found and a share $f$ of false alarms among the others, it is $p h / (p h + (1 - p) f)$.
//
// Every second alarm is real if $p h = (1 - p) f$, so $f \approx p h = .0006$, if $h$ stays at .6. It will not: a higher
// threshold also finds fewer of the faulty parts, so $f$ has to be lower still.
//
// Of 1000 normal validation images .6 are above such a threshold. It would lie somewhere beyond the largest score or two
// that have been seen, and that is no estimate. If none of $n$ images is above a threshold, a false alarm rate of $3/n$
// is still compatible with it: $(1 - 3/n)^n \approx e^{-3} = .05$. To show that $f \le .0006$, with 95 % confidence,
// takes $3 / .0006 = 5000$ normal images, none of which may be above.
//
// The AUC says nothing of it. It averages over all thresholds, and all the usable ones are in the leftmost thousandth of
// the ROC curve. Two detectors with the same AUC can differ there by any factor. So report what is found at a false alarm
// rate that one can afford. (The table of the fold on anomalies does so at 5 %, which is affordable if many parts are faulty, or looking is
// cheap.)
//
// ## Exercise 4
//
// Let $d = x - \mu$, and split $d$ and the rows of $W$ into known ones, $k$, and missing ones, $m$. The posterior mean is
// $M^{-1} W^\top d$ with $M = W^\top W + \sigma^2 I = W_k^\top W_k + W_m^\top W_m + \sigma^2 I$. A round takes $z$ to
// $$ z' = M^{-1} \bigl( W_k^\top d_k + W_m^\top \hat d_m \bigr), \qquad \hat d_m = W_m z . $$
// *Where it stands still*, $z' = z$, we have $M z = W_k^\top d_k + W_m^\top W_m z$. The term $W_m^\top W_m z$ is in $M z$
// as well and drops out:
// $$ \bigl( W_k^\top W_k + \sigma^2 I \bigr)\, z = W_k^\top d_k . $$
// This is the equation of $\operatorname{E}[z \mid x_k]$, of the model that has only the known pixels. Given $z$, the
// missing pixels do not depend on the known ones, so $\operatorname{E}[x_m \mid x_k] = \mu_m + W_m \operatorname{E}[z
// \mid x_k]$, which is what has been filled in.
//
// *That it gets there.* The distance $e$ from that point becomes $e' = M^{-1} W_m^\top W_m\, e = (I - M^{-1} A)\, e$ with
// $A = W_k^\top W_k + \sigma^2 I$. Both $W_m^\top W_m$ and $A$ have no negative eigenvalue, $A$ none below $\sigma^2$,
// and they add up to $M$. For an eigenvector $v$ of $M^{-1} W_m^\top W_m$ with the eigenvalue $\rho$,
// $$ \rho = \frac{v^\top W_m^\top W_m v}{v^\top W_m^\top W_m v + v^\top A v} , \qquad 0 \le \rho < 1 , $$
// so every part of the distance shrinks in every round, from any start.
//
// *How fast.* $\rho$ is the share of what all pixels together say about the direction $v$ (the prior counts as known)
// that the missing pixels would have to say. If half of the pixels are missing at random, that is about half for a
// direction that is spread over many pixels: ten rounds make the distance a thousandth. If the bottom half is missing,
// there are directions that only the bottom half shows, such as the form of a hem. For those $W_k v \approx 0$ and $\rho
// \approx |W_m v|^2 / (|W_m v|^2 + \sigma^2)$. With $|W_m v|^2 = 1$ and $\sigma = .1$ it is .99: ten rounds take a tenth
// of the distance away, and a thousandth takes 700.
//
// *Without linearity* there is no single equation that the missing part drops out of. The encoder may have several points
// where it stands still, each a picture that it would rebuild as it is, and the start decides which. An encoder that is
// trained has, besides, never seen half-finished images, and is no exact posterior on them. Only the search over $q(z)$
// with the bound of the known pixels asks the right question there.
//
// ## Exercise 5
//
// A pixel that is 0 or 1 and has the mean $m_d$ has the variance $m_d (1 - m_d)$: $x^2 = x$, so $\mathbb E x^2 = m_d$.
// There is no more to it, so the total $\sum_d m_d - \sum_d m_d^2$ depends on the mean image alone, and not on how good
// the model is otherwise. The numbers give both sums. All pixels together have
// $$ \sum_d m_d = 784 \cdot .2860 = 224.2, \qquad
//    \sum_d \mathbb E x_d^2 = 784 \, (.3530^2 + .2860^2) = 161.8 , $$
// and as the total variance is $\sum_d \mathbb E x_d^2 - \sum_d m_d^2 = 68.2$, the second sum is $\sum_d m_d^2 = 93.6$.
// The samples have a total variance of $224.2 - 93.6 = 130.6$, which is 1.9 times that of the data. The
// fold on synthetic images measures @result{synthetic_variance_pixels, .2f} (seeds 2 and 3:
// @result{synthetic_seed_2/synthetic_variance_pixels, .2f}, @result{synthetic_seed_3/synthetic_variance_pixels, .2f})
// of that of one half of the data, for a CVAE whose mean image is not quite the right one. The model has been trained
// on grey pixels, which vary less than black and white ones of the same mean; it cannot say so.
//
// For expected pixels use the law of total variance. With $r(z) = \mathbb E[x \mid z]$, pixel by pixel,
// $$ \operatorname{var}(x) = \operatorname{var}(r(z)) + \mathbb E[\operatorname{var}(x \mid z)] . $$
// If the model were right about the grey images, expected pixels would have the first part only, and so less than 68.2
// by what varies among images of one $z$: a decoder that averages cannot draw it. Measured:
// @result{synthetic_variance_means, .2f} of the real variance. No choice between the two is right. But off the diagonal
// both have the same covariance, as pixels are independent given $z$: $\operatorname{cov}(x_d, x_e) =
// \operatorname{cov}(r_d(z), r_e(z))$ for $d \ne e$. They differ on the diagonal alone.
//
// ## Exercise 6
//
// (a) The standard deviations are
// $$ \sqrt{\frac{20\,501}{12 \cdot 500 \cdot 20\,000}} = .0131, \qquad
//    \sqrt{\frac{40\,001}{12 \cdot 20\,000 \cdot 20\,000}} = .0029 , $$
// so the intervals reach ± .026 and ± .0057 from ½. (The fold on privacy estimates
// ± @result{privacy_auc_all_within, .4f} from the scores themselves, without the assumption that they tell nothing.) The smaller kind decides: with 500
// images of one kind, more of the other help little, as $(m + n + 1) / (12\, m n) \approx 1/(12\, m)$ for $n \gg m$.
// With 20 000 of either kind an area of .505 still has ½ in its interval, and with 500 one of .52.
//
// (b) Draw a training image and another one. With probability .001 the training image is one of those remembered and
// scores lower for certain; else it does so with probability ½:
// $$ .001 \cdot 1 + .999 \cdot \tfrac12 = .5005 , $$
// far inside the interval of (a). The model in effect publishes one image in a thousand: set the threshold just below the
// lowest score of all held-out images, and the attacker finds .1 % of the training images, 50 of 50 000, and is never wrong.
// (In practice it is a little less: images that the attacker has not seen may score lower, so the threshold has to be lower.)
// The area is an average over all images. It bounds no single one. So a report should also say what share is found at few false
// alarms, such as one in 1000, and for which attack: of the model of 500 images the fold has one attack that finds next to
// nothing and another one that finds a fifth of them.
//
// ## Exercise 7
//
// **(a)** Let the codes have mean $m$ and covariance $S = U \Lambda U^\top$ with all eigenvalues above 0. Put
// $A = \Lambda^{-1/2} U^\top$ and let the new codes be $h' = A (h - m)$. Their mean is 0 and their covariance is
// $A S A^\top = \Lambda^{-1/2} U^\top U \Lambda U^\top U \Lambda^{-1/2} = I$. Both layers next to the code are affine, so they
// can absorb this. The encoder computes $h = W a + b$ from its activations $a$; its new weights are $A W$ and its new
// bias is $A (b - m)$. The decoder's first layer computes $V h + c$ and has to get $h = A^{-1} h' + m$, with
// $A^{-1} = U \Lambda^{1/2}$; its new weights are $V A^{-1}$ and its new bias is $c + V m$. What follows is as before, so all
// reconstructions and the loss are.
//
// The KL divergence of a Gaussian with mean 0 and covariance $I$ from $\mathcal N(0, I)$ is 0. A draw $\varepsilon$ from
// $\mathcal N(0, I)$ is now decoded as $A^{-1} \varepsilon + m$ was before, and that is a draw from
// $\mathcal N(m, U \Lambda U^\top)$, the fitted Gaussian. So both rows of pictures become one.
//
// The first number of the table therefore says nothing about how good the autoencoder is. Its loss does not care about an
// invertible affine map of the codes, and training may end at any one of them. What no such map removes is what distinguishes
// the codes from a Gaussian: several clusters, bends, and empty places between them. A mixture can take account of some of
// that.
//
// **(b)** The reconstructions would stay, but the bound would not. Its KL compares $q(z|x)$ with $\mathcal N(0, I)$. If all of
// $q$ is mapped by $A$ and the prior stays $\mathcal N(0, I)$, the KL changes, unless $A$ is orthogonal and $m = 0$: these maps
// are the ones that leave $\mathcal N(0, I)$ as it is. Even then the mapped $q$, with covariance
// $A \operatorname{diag}(\sigma^2) A^\top$, is no longer diagonal in general, so that the encoder cannot express it. Without
// any conditions only maps are left that permute units and change signs. The prior chooses the coordinates, and it penalises
// codes that are not distributed as it is.
//
// **(c)** Nothing. The difference of the means of $h'$ is $A (\bar h_1 - m) - A (\bar h_0 - m) = A d$ if it was $d$ before.
// The decoder then gets $A^{-1} (h' + s A d) + m = h + s d$. Edits depend neither on the scale of the codes nor on how they are
// turned. They are the same for the autoencoder of the table and for the one of (a).
//
// **(d)** PCA codes are $h = C (x - \bar x)$ with orthonormal rows in $C$, and the decoder is $\bar x + C^\top h$. The code of
// the class means' difference is $C (\bar x_1 - \bar x_0)$, so an edit gives
// $$ \bar x + C^\top (h + s\, C (\bar x_1 - \bar x_0)) = \text{reconstruction} + s\, C^\top C (\bar x_1 - \bar x_0) . $$
// The second term does not contain $x$: the same ghost is added to each image, namely the difference of the mean images,
// projected onto the components. With all components $C^\top C = I$, and this is the edit in pixels. With a ReLU layer $g$ in
// the decoder the change is $g(h + s d) - g(h)$. Which of its units are above 0 depends on $h$, so the change does too: a dark
// shirt can get dark sleeves. Clipping the pixels to $[0, 1]$, as the program does, makes an exception to the first case
// wherever it sets in.
