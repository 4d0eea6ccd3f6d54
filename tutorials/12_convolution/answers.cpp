// ## Exercise 1
//
// A convolution from $C$ to $O$ channels with a kernel of $h \times h$ pixels has $h^2 C O + O$ weights, the
// biases included, and multiplies $h^2 C O$ times at each of its places. Its transpose has one bias for each
// of its own output channels, and as many places as its input has pixels.
//
// | layer | weights | multiplications for an image |
// |---|--:|--:|
// | convolution, 1 to 16 | $16 \cdot 16 + 16 = 272$ | $196 \cdot 256 = 50\,176$ |
// | convolution, 16 to 32 | $16 \cdot 16 \cdot 32 + 32 = 8224$ | $49 \cdot 8192 = 401\,408$ |
// | to the code | $1568 \cdot 32 + 32 = 50\,208$ | $50\,176$ |
// | from the code | $32 \cdot 1568 + 1568 = 51\,744$ | $50\,176$ |
// | transposed, 32 to 16 | $16 \cdot 32 \cdot 16 + 16 = 8208$ | $49 \cdot 8192 = 401\,408$ |
// | transposed, 16 to 1 | $16 \cdot 16 + 1 = 257$ | $196 \cdot 256 = 50\,176$ |
// | sum | $118\,913$ | $1\,003\,520$ |
//
// The dense rival, 784-72-32-72-784, has $56\,520 + 2336 + 2376 + 57\,232 = 118\,464$ weights and multiplies
// once with each that is no bias: $117\,504$ times. So the convolutional net works 8.5 times as much with as
// many weights. Six sevenths of its weights are in the two dense layers around the code, four fifths of its
// work in the two layers between 16 and 32 maps.
//
// ## Exercise 2
//
// The window has 3 places, which see the pixels $(-1, 0, 1)$, $(1, 2, 3)$ and $(3, 4, 5)$; those numbered $-1$
// and 5 are padding. So
// $$ A = \begin{bmatrix} k_2 & k_3 & 0 & 0 & 0 \\ 0 & k_1 & k_2 & k_3 & 0 \\ 0 & 0 & 0 & k_1 & k_2
//    \end{bmatrix} , \qquad
//    A^{\mathsf T} \bar y = \begin{bmatrix} k_2 \bar y_0 \\ k_3 \bar y_0 + k_1 \bar y_1 \\ k_2 \bar y_1
//    \\ k_3 \bar y_1 + k_1 \bar y_2 \\ k_2 \bar y_2 \end{bmatrix} . $$
// The scatter gives the same: each $\bar y_i$ paints $\bar y_i (k_1, k_2, k_3)$ over the three pixels that
// its window saw. Windows 0 and 1 overlap in pixel 1, windows 1 and 2 in pixel 3. What falls on the padding
// is dropped.
//
// For the kernel, $\bar K = \bar Y^{\mathsf T} P$ with the patches as rows of $P$:
// $$ P = \begin{bmatrix} 0 & x_0 & x_1 \\ x_1 & x_2 & x_3 \\ x_3 & x_4 & 0 \end{bmatrix} , \qquad
//    \begin{aligned} \bar k_1 &= \bar y_1 x_1 + \bar y_2 x_3 ,
//    \\ \bar k_2 &= \bar y_0 x_0 + \bar y_1 x_2 + \bar y_2 x_4 ,
//    \\ \bar k_3 &= \bar y_0 x_1 + \bar y_1 x_3 . \end{aligned} $$
// A weight that is shared gets the sum of the gradients of all places where it is used.
//
// $A^{\mathsf T}$ is no inverse: $A$ has rank 3 at most, so $A^{\mathsf T} A x$ cannot be $x$ for all $x$ of 5
// numbers. With $k = (0, 1, 0)$, $A^{\mathsf T} A x = (x_0, 0, x_2, 0, x_4)$. In the other order it can be one: with
// this kernel $A A^{\mathsf T} y = y$.
//
// ## Exercise 3
//
// By (4) with stride 1 each layer of 3 × 3 adds 2: three layers see $1 + 2 + 2 + 2 = 7$ pixels, like one layer of
// 7 × 7. From $C$ to $C$ channels they have $27 C^2$ weights against $49 C^2$, and two more nonlinearities.
//
// Layers of 4 × 4 with stride 2 see 4, 10, 22, 46 pixels: four are needed for 28. With stride 1 each adds 3, so
// the field is $1 + 3l$ and nine are needed. Strides make fields grow geometrically, and the maps smaller.
//
// ## Exercise 4
//
// Pixel $d$ is covered by the places $i$ with $0 \le d + p - si < h$, that is, by as many as there are multiples
// of $s$ among the $h$ successive numbers $d + p - h + 1, \ldots, d + p$. (Away from the rim, all these places exist.)
// If $s$ divides $h$, these are $h/s$, whatever $d$ is. If not, $h = qs + r$ with $0 < r < s$. The first $qs$ numbers
// hold $q$ multiples, and the other $r$ hold one more for some $d$ and none for others.
//
// Even coverage is not enough, because the covering weights differ. Let all inputs be $c$. Pixel $d$ gets $c
// \sum K_u$ over the $u$ with $u \equiv d + p$ modulo $s$. So the pixels fall into $s$ phases along each axis,
// $s^2$ in all, and each phase has a part of the kernel for itself. The picture is even only if these $s^2$
// parts have equal sums. Parts drawn at random have different sums, and the net has to learn equal ones. Behind
// an enlargement by copying, a convolution with stride 1 uses all its weights at every pixel, so constant maps
// stay constant away from the rim, whatever the weights are.
//
// In the experiment the untrained net with 4 × 4 has a measure of @result{chequer_before_four, .1f} %, that with 3
// × 3 of @result{chequer_before_three, .1f} %, and that which copies of @result{chequer_before_grown, .1f} % (seed 1).
// The copied maps are not constant and have a rim, so the last is not 0.

#include <cmath>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/fit.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;

// ## Exercise 5
//
// Three classifiers learn from 20 000 images for three epochs: the two of the exercise, and a dense one with 30
// hidden units, which has about as many weights.

namespace {

// Both halve an image twice: by a stride, or by the largest of 2 × 2 pixels behind a convolution with
// stride 1.

Classifier strided(const Dataset& data, nn::Random& random) {
    return Classifier(
        nn::Sequential{see(data.item, 16, random), nn::Flatten{},
                       nn::Linear(features_seen(data.item, 16), data.classes, random)});
}

Classifier pooled(const Dataset& data, nn::Random& random) {
    const nn::Kernel same{.size = 3, .padding = 1};
    return Classifier(nn::Sequential{
        nn::Unflatten{data.item[0], data.item[1], data.item[2]},
        nn::Convolution(data.item[2], 16, same, random), autograd::relu, nn::MaxPool{2},
        nn::Convolution(16, 32, same, random), autograd::relu, nn::MaxPool{2}, nn::Flatten{},
        nn::Linear(features_seen(data.item, 16), data.classes, random)});
}

Classifier dense(const Dataset& data, nn::Random& random) {
    return Classifier({.input = data.images.shape(1), .hidden = {30}, .classes = data.classes},
                      random);
}

void strides_and_pools(Session& session) {
    const Data data = split(session);
    const Dataset some = nn::first(data.train, 20000);
    const Array beside = moved(data.test.images, data.test.item, 2);
    const auto measure = [&](const std::string& name, const auto& new_net) {
        nn::Random random{session.flags.seed};
        const Classifier net =
            train(session, some, new_net(some, random), random, "pool_" + name, session.epochs(3));
        session.result("pool_weights_" + name, static_cast<double>(weights(net)));
        session.result("pool_accuracy_" + name, net.accuracy(data.test.images, data.test.labels));
        session.result("pool_moved_" + name, net.accuracy(beside, data.test.labels));
    };
    measure("strided", strided);
    measure("pooled", pooled);
    measure("dense", dense);
}

const tutorials::Experiment exercise_5{
    "exercise_5", "Stride, pooling, and images that lie elsewhere", strides_and_pools};

// | (one seed) | weights | right about test images | about the same, moved by two pixels |
// |---|--:|--:|--:|
// | stride 2 | @result{pool_weights_strided} | @result{pool_accuracy_strided, .1%} | @result{pool_moved_strided, .1%} |
// | stride 1, then the largest of 2 × 2 | @result{pool_weights_pooled} | @result{pool_accuracy_pooled, .1%} | @result{pool_moved_pooled, .1%} |
// | dense | @result{pool_weights_dense} | @result{pool_accuracy_dense, .1%} | @result{pool_moved_dense, .1%} |
//
// With this seed pooling is right more often than strides, by one point, with fewer weights. It loses least when the
// images move: eleven points against 24 and 25. A reason may be that the largest of 2 × 2 pixels is often the same one
// place further; but the kernels differ as well (3 × 3 and 4 × 4). Pooling costs more: its convolutions have four times
// as many places, and so 9 · 4 / 16, two and a quarter times as many multiplications. The strided net, whose weights are
// shared as well, loses about as much as the dense one.
//
// ## Exercise 6
//
// The pictures are parameters, and Adam moves them for 300 steps. The features are those of the target in
// the experiment on sharpness.

// Starts from grey pictures and moves their logits until their features are those of the images.

struct Pictures {
    Parameter logits;  // (N, D)
    void visit(auto&& part) { part("logits", logits); }
};

Array with_the_features_of(const Array& images, const Features& features, int steps) {
    Pictures pictures{{autograd::full({images.shape(0), images.shape(1)}, 0)}};
    nn::Adam adam{pictures, {.learning_rate = Real(0.05)}};
    Tape tape;
    for (int step = 0; step < steps; ++step) {
        tape.rewind();
        const Variable drawn = sigmoid(tape.parameter(pictures.logits));
        const Variable error = square(features(tape.constant(images)) - features(drawn));
        adam.step(tape.backward(sum(error)));
    }
    return nn::evaluate([](Variable l) { return sigmoid(l); }, pictures.logits.value);
}

void same_features(Session& session) {
    const Data data = split(session);
    const Judges judges = train_judges(session, data);
    const Features features{data.train.item, judges.target};
    const std::size_t count = session.flags.quick ? 20 : 200;
    const Dataset some = nn::first(data.test, count);
    const Array drawn = with_the_features_of(some.images, features, session.flags.quick ? 5 : 300);
    const auto apart = [&](const Array& pictures) {
        return nn::measure(
            [&](Variable a, Variable b) { return mean(square(features(a) - features(b))); },
            some.images, pictures);
    };
    const Array grey = autograd::full({count, some.images.shape(1)}, Real(0.5));
    session.result("same_features", 100 * apart(drawn) / apart(grey));
    session.result("same_pixels", 100 * tutorials::error_per_pixel(some.images, drawn) /
                                      tutorials::error_per_pixel(some.images, grey));
    for (const auto& [name, judge] :
         {std::pair{"target", &judges.target}, std::pair{"other", &judges.other},
          std::pair{"dense", &judges.dense}}) {
        session.result(std::string("same_real_") + name, judge->accuracy(some.images, some.labels));
        session.result(std::string("same_drawn_") + name, judge->accuracy(drawn, some.labels));
    }
    const Indices shown = tutorials::upto(session.flags.quick ? 4 : 14);
    tutorials::save_named_rows(
        session.file("same_features.png"),
        {{"image", nn::take(some.images, shown)}, {"same features", nn::take(drawn, shown)}},
        some.item);
}

const tutorials::Experiment exercise_6{"exercise_6", "Pictures with the same features",
                                       same_features};

}  // namespace

// @figure{same_features.png, Test images, and pictures whose features have been made equal to theirs.}
//
// After 300 steps the features are at @result{same_features, .2f} % of the squared distance at which grey
// pictures were, the pixels at @result{same_pixels, .0f} %.
//
// | right about 200 | the images | the pictures |
// |---|--:|--:|
// | the target, whose features were copied | @result{same_real_target, .0%} | @result{same_drawn_target, .0%} |
// | another one with its layers | @result{same_real_other, .0%} | @result{same_drawn_other, .0%} |
// | a dense one | @result{same_real_dense, .0%} | @result{same_drawn_dense, .0%} |
//
// The pictures have the outlines and even the print of the images, under a regular pattern of dots, also in the black
// ground. Dots of this kind hardly change the features of the second layer. The target and the other judge with
// its layers recognise the pictures about as often as the images. The dense judge, which looks at pixels through
// other weights, is right less often. So agreement with the target alone shows that the features are the same, and not
// that the pictures are. (One seed, 200 images: a difference of two or three points may be chance.)
