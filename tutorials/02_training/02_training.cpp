// ---
// title: Training a first network
// builds_on: 01_tape
// leads_to: 03_autoencoder
// tooltip: A network built from units, and trained: softmax, the loop, optimizers, schedules, overfitting.
// minutes: 1
// keywords: layer, ReLU, softmax, cross-entropy, initialisation, gradient descent, SGD, momentum, RMSProp, Adam, schedule, batch size, overfitting
// ---
//
// ## What you will be able to do
//
// - Build a classifier from units, weights and biases, say why it needs an activation and what equal
//   first weights do to it, and derive its gradients: exercises 1 and 2.
// - Write a training loop from memory, and say what goes wrong without each of its five lines:
//   exercise 3.
// - Compare rules and learning rates fairly, average the noise out of the last weights, and tell
//   learning from memorising: exercises 4 to 6.
//
// @predict{We shuffle the labels of a thousand pictures of clothes, so that there is nothing left
// to learn. A network with 200 000 weights is trained on them. What share of these thousand labels
// can it be brought to give back?}
//
// ## The idea in one figure
//
// @figure{network.png, The network of this chapter. Each box names an array and its shape for a
// batch of 128 images. Values flow from left to right and end in one number, the loss. Gradients
// flow back along the same arrows to the weights and biases (the lower row), which then take a
// small step. The images and labels get no gradient.}
//
// The weights start at random. The gradient of chapter 01 says how the loss changes when a weight
// changes a little. What is left to decide is how far to step and what to remember from earlier
// steps.
//
// ## The data
//
// **Fashion-MNIST** (Xiao, Rasul and Vollgraf 2017) holds 60 000 training images and 10 000 test
// images of clothes in ten classes. Each has 28 × 28 = 784 pixels, grey levels between 0 (black)
// and 1 (white). An image is a row of 784 numbers here; the network does not know which pixels are
// neighbours.
//
// @figure{data.png, The first twelve training images of each of the ten classes, with the name of
// the class.}
//
// ## The network in the open
//
// Here is all of it, in the tape's operations. The next section explains hidden units, ReLU, logits
// and softmax. A `Parameter` is an array that outlives the tape; `tape.parameter` puts it on the
// tape, so that `backward` gives it a gradient.

#include "autograd/ops.hpp"

using autograd::Array, autograd::Parameter, autograd::Real, autograd::Tape, autograd::Variable;

namespace {

/// From images (B, 784) through 64 hidden units to ten numbers for each image.
struct FirstNetwork {
    Parameter w1, b1;  ///< weights (64, 784) and biases (64,) of the hidden layer
    Parameter w2, b2;  ///< (10, 64) and (10,): the output layer

    Variable logits(Variable x) const {
        Tape& tape = x.tape();
        const Variable sums = matmul(x, transpose(tape.parameter(w1))) + tape.parameter(b1);
        const Variable h = relu(sums);  // (B, 64), the activations
        return matmul(h, transpose(tape.parameter(w2))) + tape.parameter(b2);
    }
    /// −ln p(label | x), averaged over the batch. `truth` (B, 10) is 1 at the label, else 0.
    Variable loss(Variable x, Variable truth) const {
        const Variable p = softmax(logits(x));
        return -mean(sum(truth * log(p), {1}));
    }
};

/// One step of gradient descent. Returns the loss before it.
double step(FirstNetwork& net, Tape& tape, const Array& x, const Array& truth, Real rate) {
    tape.rewind();
    const Variable loss = net.loss(tape.constant(x), tape.constant(truth));
    const autograd::Gradients& gradients = tape.backward(loss);
    for (Parameter* w : {&net.w1, &net.b1, &net.w2, &net.b2}) {
        const Array& gradient = gradients.of(*w);
        for (std::size_t i = 0; i < gradient.size(); ++i)
            w->value.data()[i] -= rate * gradient.data()[i];
    }
    return double{loss.item()};
}

}  // namespace

// Called for minibatches of 128 images at the rate 0.1, this `step` takes the loss from
// @result{first_loss, .2f} to @result{hand_loss, .2f} (the mean of the last 50 batches) in one
// **epoch**, one pass over 50 000 images. Then the network is right for @result{hand_accuracy, .2f}
// of 10 000 images that it has not learnt from (one seed). Guessing gives 0.1.
//
// ## What is in it
//
// ### Units, weights, biases, layers
//
// A **unit** (or neuron) takes $I$ numbers, multiplies each by a **weight**, adds a **bias**, and
// applies a fixed function $f$, the **activation function**. Its output is its **activation**,
// $h = f(\sum_i w_i x_i + b)$. The weights say what it looks for, the bias how easily it responds.
// A **layer** is $O$ units that see the same inputs. For a batch of $B$ examples, one per row, it
// is
// $$ H = f(X W^{\mathsf T} + b), \qquad X: (B, I), \quad W: (O, I), \quad b: (O), \quad H: (B, O), $$
// with the bias added to every row. A layer whose outputs are not the network's answer is
// **hidden**, and so are its units.
//
// ### Why an activation function
//
// @figure{activations.png, Left: ReLU and sigmoid. Right: their slopes.}
//
// **ReLU** is $\max(0, s)$, with slope 0 or 1. The **sigmoid** is $1/(1 + e^{-s})$, between 0 and
// 1, with slope $f(1 - f) \le \frac14$. Without either, the whole network is one **affine** map,
// $x \mapsto A x + c$, and the hidden layer is wasted:
//
// @experiment{nonlinearity}
//
// ### The first weights
//
// Training cannot start with equal weights, because equal units stay equal. And the scale matters:
// every layer multiplies the signal by some factor, and in a deep network these factors multiply.
// For ReLU, weights of variance $2/I$ keep the signal's size (He and others 2015).
//
// @experiment{initialisation}
//
// nn::Linear draws its weights uniformly between $\pm 1/\sqrt I$, as PyTorch does: a variance of
// $1/(3I)$, a sixth of He's. With one hidden layer, as here, it works; for many ReLU layers there
// is nn::he_normal.
//
// ### Softmax and cross-entropy
//
// The ten outputs $l_k$, the **logits**, may be any numbers. **Softmax** makes them probabilities:
// $p_k = e^{l_k} / \sum_j e^{l_j}$. We look for the weights under which the labels $y$ that we have
// seen are most probable. The logarithm of the product of their probabilities is a sum, and this
// **maximum likelihood** asks for the least
// $$ L = \frac1N \sum_{n=1}^N -\ln p_{y_n}(x_n), \qquad
//    -\ln p_y = \ln \sum_j e^{l_j} - l_y, \qquad
//    \frac{\partial (-\ln p_y)}{\partial l_k} = \frac{e^{l_k}}{\sum_j e^{l_j}} - [k = y] = p_k - [k = y] . $$
// Here $[k = y]$ is 1 if $k = y$, else 0. $L$ is the **cross-entropy**: how surprising the labels
// are on average. With the natural logarithm its unit is the **nat**. A network that knows nothing
// gives each class a tenth: $L = \ln 10 = 2.303$ nats. The gradient is prediction minus truth.
//
// @experiment{wrong_loss}
//
// > **Reduction.** Nats per example: summed over dimensions, averaged over the batch. With one
// > label per example there is nothing to sum. The average makes a learning rate mean the same for
// > batches of 32 and of 512.
//
// ### The pullback of a layer
//
// $Y = X W^{\mathsf T}$ has two inputs, and each needs its gradient. With indices,
// $Y_{no} = \sum_i X_{ni} W_{oi}$, so $\partial Y_{no} / \partial X_{ni} = W_{oi}$ and
// $\partial Y_{no} / \partial W_{oi} = X_{ni}$. The chain rule sums over everything that an input
// reaches:
// $$ \bar X_{ni} = \sum_o \bar Y_{no} W_{oi}, \qquad \bar W_{oi} = \sum_n \bar Y_{no} X_{ni},
//    \qquad \text{or} \qquad \bar X = \bar Y W, \quad \bar W = \bar Y^{\mathsf T} X . $$
// Chapter 01 derives the same without indices. The bias is broadcast over the rows, so its gradient
// is the sum of $\bar Y$ over the rows. In the library the product and the bias are one operation:
//
// @source{autograd/ops/matmul.cpp, linear}
//
// ## The same from the library
//
// The library has it in pieces. A **module** is a struct with its parts as members, a call
// operator, and `visit`, which names the parts. Counting, saving and optimizing parameters are
// written once over `visit`, in `nn/module.hpp`. nn::Linear holds a weight and a bias:
//
// @source{nn/layers/linear.hpp, Linear}
//
// `nn::Sequential(nn::Linear(784, 64, random), autograd::relu, nn::Linear(64, 10, random))` joins
// them, and models::Classifier adds the loss. Softmax, logarithm and the choice of the label are
// one operation in the library, which stays finite where `log(softmax(l))` is $\ln 0$:
//
// @source{models/classifier.cpp, Classifier::loss}
//
// From the same weights, the loss of the library's network differs from ours by
// @result{library_loss_difference} nats and its gradients by at most
// @result{library_gradient_difference}.

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "models/classifier.hpp"
#include "nn/data/batches.hpp"
#include "nn/layers/dropout.hpp"
#include "nn/optim/optimizer.hpp"
#include "nn/optim/schedule.hpp"
#include "nn/rows.hpp"
#include "nn/train/training.hpp"
#include "tutorials/02_training/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/plot.hpp"
#include "tutorials/support/session.hpp"

namespace {

using namespace training;
using tutorials::Session;

/// 1 at each label, else 0: (B, classes).
Array one_hot(const nn::Batch& batch, std::size_t classes) {
    Array truth = autograd::full({batch.size(), classes}, 0);
    for (std::size_t n = 0; n < batch.size(); ++n) truth(n, batch.labels[n]) = 1;
    return truth;
}

void compare(Session& session, const FirstNetwork& ours, const models::Classifier& theirs,
             const std::vector<nn::NamedParameter>& their_weights, const nn::Batch& batch) {
    Tape a, b;
    const Array truth = one_hot(batch, their_weights[3].parameter->value.size());
    const Variable loss_a = ours.loss(a.constant(batch.images), a.constant(truth));
    const Variable loss_b = theirs.loss(b.constant(batch.images), batch.labels);
    const autograd::Gradients &from_a = a.backward(loss_a), &from_b = b.backward(loss_b);
    double difference = 0;
    const std::array our_weights{&ours.w1, &ours.b1, &ours.w2, &ours.b2};
    for (std::size_t k = 0; k < 4; ++k) {
        const Array &g = from_a.of(*our_weights[k]), &h = from_b.of(*their_weights[k].parameter);
        for (std::size_t i = 0; i < g.size(); ++i)
            difference = std::max(difference, std::abs(double{g.data()[i]} - double{h.data()[i]}));
    }
    session.result("library_loss_difference",
                   std::abs(double{loss_a.item()} - double{loss_b.item()}));
    session.result("library_gradient_difference", difference);
}

// ## The loop
//
// Before a long run, two questions save hours. Is the first loss that of knowing nothing, $\ln 10$?
// Here it was @result{first_loss, .3f}. And can the network learn one small batch by heart? If it
// cannot, something is broken that no tuning will mend. After 300 steps on the same 32 images the
// loss was @result{one_batch_loss, .3f} (one seed).

void first_network(Session& session, const Parts& data) {
    nn::Random random(session.flags.seed);
    models::Classifier library({.input = data.train.images.shape(1), .hidden = {64}}, random);
    std::puts("\nA classifier and its parameters");
    const auto w = nn::parameters(library);
    nn::print_parameters(std::cout, w);
    FirstNetwork net{*w[0].parameter, *w[1].parameter, *w[2].parameter, *w[3].parameter};
    FirstNetwork learner = net;

    nn::Batches batches(data.train, 128);
    compare(session, net, library, w, *batches.in_order().begin());
    Tape tape;
    Numbers losses;
    for (const nn::Batch& batch : batches.shuffled(random))
        losses.push_back(step(net, tape, batch.images, one_hot(batch, data.train.classes), 0.1f));
    session.result("first_loss", losses.front());
    losses.erase(losses.begin(), losses.end() - std::min<long>(50, std::ssize(losses)));
    session.result("hand_loss", spread(losses).mean);
    const Array logits =
        nn::map_rows(data.validation.images, [&](Variable x) { return net.logits(x); });
    session.result("hand_accuracy", accuracy(logits, data.validation.labels));

    nn::Batches thirty_two(data.train, 32);
    const nn::Batch few = *thirty_two.in_order().begin();
    double by_heart = 0;
    for (int t = 0; t < 300; ++t)
        by_heart = step(learner, tape, few.images, one_hot(few, data.train.classes), 0.1f);
    session.result("one_batch_loss", by_heart);
}

// In the library, one step is four lines, and the order of the batches is the fifth:
//
// | line | without it |
// |---|---|
// | `tape.rewind()` | the record keeps every earlier step, and memory runs out |
// | `loss = net.loss(...)` of this batch | the handle of the last step's loss is refused: the record it stood on is gone |
// | `gradients = tape.backward(loss)` | nn::Optimizer::step refuses if there was no backward pass yet; later it would take the same gradients again |
// | `optimizer.step(gradients)` | the loss stays where it is |
// | `batches.shuffled(random)` | every epoch has the same batches, in the order of the file: exercise 3 |
//
// ### How far to step
//
// Gradient descent is $w \leftarrow w - \eta\, g$ with the gradient $g = \bar w$ and the **learning
// rate** $\eta$. Near a minimum where the loss is curved in every direction it looks like a bowl,
// $\frac12 \sum_i a_i u_i^2$ along its principal axes, with curvatures $a_i > 0$. A step multiplies
// $u_i$ by $1 - \eta a_i$, which has to lie between −1 and 1:
// $$ \eta < \frac{2}{a_{\max}} . $$
// So the *steepest* direction limits the rate. The *flattest* one then moves slowly, by the factor
// $1 - \eta a_{\min}$ per step.
//
// The gradient of all training images costs 50 000 images per step. That of a random **minibatch**
// of $B$ costs $B$ and is right on average. This is **stochastic** gradient descent, SGD. Its noise
// sets a floor under the loss, and the floor falls with the rate.
//
// @experiment{noise}
//
// ### Four rules
//
// | rule | remembers | direction $d$ of the step $w \leftarrow w - \eta\, d$ |
// |---|---|---|
// | SGD | nothing | $g$ |
// | momentum | $v \leftarrow \mu v + g$ | $v$ |
// | RMSProp | $s \leftarrow \alpha s + (1 - \alpha)\, g^2$ | $g / (\sqrt s + \epsilon)$ |
// | Adam | $m \leftarrow \beta_1 m + (1 - \beta_1)\, g$, $\ v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$ | $\hat m / (\sqrt{\hat v} + \epsilon)$, $\ \hat m = m / (1 - \beta_1^t)$, $\ \hat v = v / (1 - \beta_2^t)$ |
//
// **Momentum** sums gradients with a memory of about $1/(1-\mu)$ steps. Where they alternate in
// sign they cancel. Where they agree they add up, to ten times the step for $\mu = 0.9$.
// **RMSProp** divides each weight's gradient by $\sqrt s$, the root mean square of that weight's
// recent gradients, so that weights with large gradients and with small ones move about equally
// far. **Adam** does the same to a running mean of the gradient, and corrects both means because
// they start from zero. Multiply the loss by 1000 and SGD's steps grow a thousandfold, while Adam's
// stay the same but for $\epsilon$.
//
// | symbol | C++ |
// |---|---|
// | $w$, $g$ | `Parameter::value`, `gradients.of(parameter)` |
// | $\eta$, $t$ | nn::Optimizer::learning_rate, nn::Optimizer::steps |
// | $\mu$; $v$ of momentum | nn::SgdSettings::momentum; the state `NAME/velocity` |
// | $\alpha$; $s$ | nn::RmsPropSettings::decay; the state `NAME/mean_square` |
// | $\beta_1$, $\beta_2$, $\epsilon$ | nn::AdamSettings::beta1, nn::AdamSettings::beta2, nn::AdamSettings::epsilon |
// | $m$; $v$ of Adam | the states `NAME/mean` and `NAME/mean_square` |
// | $L$; $W$, $b$ | nn::categorical_loss; nn::Linear::weight, nn::Linear::bias |
//
// @experiment{ravine}
//
// @experiment{adaptive}
//
// ### Comparisons that are fair
//
// A network must not be judged by images that it learnt from. If we choose a setting by its result
// on some images, the choice has learnt from them as well. So there are three parts: **training**
// images for the weights, **validation** images for choices (the last 10 000 of the training set),
// and **test** images, looked at once, at the end, for the number that is reported. We compare
// settings on the same data, for the same number of epochs, each at its best rate, with three seeds.
//
// @experiment{rates}
//
// @experiment{schedules}
//
// @experiment{batch_size}
//
// ### Learning and memorising
//
// @experiment{shuffled_labels}
//
// @prediction{All of them. After 150 epochs the network gave back a share of
// @result{shuffled_train_accuracy, .3f} of the shuffled labels (three seeds).}
//
// So a network that gives back its training labels need not have learnt any rule. In the next
// chapter the labels are the inputs themselves, and this becomes the central difficulty.
//
// @experiment{overfitting}
//
// ## All of it together
//
// The last network has 256 hidden units, dropout of 0.2, Adam, and a cosine schedule with a warm-up.
// `nn::Training` adds to the five lines epochs, a history, checkpoints and a clean stop at Ctrl-C.

void train_classifier(Session& session, const Parts& data) {
    const auto& flags = session.flags;
    nn::Random random(flags.seed);
    nn::Linear hidden(data.train.images.shape(1), 256, random), output(256, 10, random);
    models::Classifier net(
        nn::Sequential(hidden, autograd::relu, nn::Dropout(0.2, random), output));

    const double rate = flags.learning_rate, epochs = static_cast<double>(flags.epochs);
    nn::Adam adam(net);
    nn::Batches batches(data.train, flags.batch);
    nn::Training training(session.training({.epochs = flags.epochs,
                                            .learning_rate = nn::schedule::warm_up(
                                                0.5, nn::schedule::cosine(rate, 0, epochs))}),
                          net, adam, random);
    Tape tape;
    const auto step = [&](const nn::Batch& batch) -> nn::Metrics {
        tape.rewind();
        const Variable loss = net.loss(tape.constant(batch.images), batch.labels);
        const autograd::Gradients& gradients = tape.backward(loss);
        adam.step(gradients);
        return {{"loss", double{loss.item()}}};
    };
    std::puts("\nThe classifier (what the lines call test is the validation part)");
    training.run(batches, step, [&] { return judge(net, data.validation); });

    for (const auto& [name, value] : judge(net, data.test))  // for the first and only time
        session.result(std::string("test_") + name, value);
    session.result("validation_accuracy", training.history().column("test_accuracy").back());
    session.result("train_images_per_second", training.images_per_second());
    draw_confusions(session, net, data.test);
    const Numbers epoch = training.history().column("epoch");
    tutorials::Plot{{.x = "epoch", .y = "loss (nats per image)"}}
        .line("training", epoch, training.history().column("train_loss"))
        .line("validation", epoch, training.history().column("test_loss"))
        .save(session.file("training.png"));
}

// It was right for @result{test_accuracy, .3f} of the test images (one seed; an accuracy of 0.88 on
// 10 000 images is uncertain by 0.003), with a loss of @result{test_loss, .2f} nats.
//
// @figure{training.png, Loss of the classifier, epoch by epoch. The training loss is a mean over
// the epoch, its beginning included, with dropout at work.}
//
// @figure{confusions.png, The six confusions that are most frequent on the test images: what the
// image is labelled, what the network takes it for, how often, and the first twelve such images.}

void lesson(Session& session) {
    const Parts data = divide(session.load_data());
    autograd::require(data.train.classes == 10, "[02_training] expected ten classes, got ",
                      data.train.classes);
    draw_classes(session, data.train);
    draw_network(session);
    first_network(session, data);
    train_classifier(session, data);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv,
                          {.name = "02_training",
                           .title = "Training a first network",
                           .defaults = {.epochs = 12, .batch = 128, .learning_rate = 2e-3}},
                          lesson);
}

// @transcript
//
// ## Check it
//
// - `build/tests/nn/nn -tc="the first steps of*"`: the four rules against steps computed by hand;
// - `build/tests/nn/nn -tc="the optimizers walk the path of PyTorch's*"`: and against another
//   library;
// - `build/tests/nn/nn -tc="every optimizer*"`: on a bowl of condition 100, Rosenbrock's valley and
//   Beale's function;
// - `build/tests/nn/nn -tc="*schedule*,a warm-up*"`: textbook values;
// - `build/tests/nn/nn_double -tc="losses*"`: values by plain double loops, reductions, gradients;
// - `build/tests/nn/nn -tc="training interrupted*"`: a run that was interrupted anywhere ends in
//   the same bits.
//
// ## What goes wrong
//
// | symptom | likely bug | the test that catches it |
// |---|---|---|
// | the first loss is not $\ln C$ | logits far too large at the start; sum where a mean should be; labels off by one | *losses of a batch are the plain double loops over its examples* |
// | the loss goes up at once, or to NaN | rate too high, or a sign | *every optimizer finds the bottom of a quadratic bowl of condition number 100* |
// | the loss stands still | rate too low; `step` missing; the parameters of another copy of the module | *a step without gradients, or with those of others alone, is an error* |
// | a rate that was good is bad after the batch size changed | the loss is summed over the batch | *losses do not depend on how often the batch repeats an example, but grow with D* |
// | Adam leaps in its first steps | means not corrected for their start at zero | *Adam's first step has the size of the learning rate, whatever that of the gradient* |
// | held-out results change from run to run | dropout at work while judging | *dropout does nothing outside training, nor at rate 0, and draws no numbers then* |
// | good on training data, poor on new data | overfitting, or test data of another kind | none: this takes held-out data |
// | too good on test data | choices were made on it | none: this takes discipline |
// | the curve of each epoch looks the same | batches in the same order every time | *the order of an epoch is new each time and follows from the generator alone* |
//
// ## Exercises
//
// @exercise{1, A layer with a sigmoid, $Y = f(X W^{\mathsf T} + b)$, as one operation: derive
// $\bar X$, $\bar W$ and $\bar b$ from $\bar Y$, $X$, $W$ and $Y$, without the sums inside $f$.
// Check them against the tape. What can the network of this chapter still compute if $f(s) = s$,
// and what if all its first weights are equal?}
//
// @exercise{2, Show that softmax does not change when the same number is added to all logits.
// Conclude that the output layer has one unit more than it needs, and that softmax over two classes
// is a sigmoid.}
//
// @exercise{3, Write the loop from memory. What goes wrong without each of its five lines? Then sort
// the training images by class and take the batches in order. What do you expect of the validation
// accuracy after an epoch? Measure it, beside an epoch in random order.}
//
// @exercise{4, Write a fifth rule for the library, AdaGrad (Duchi, Hazan and Singer 2011):
// $s \leftarrow s + g^2$, $d = g / (\sqrt s + \epsilon)$. Compare it with RMSProp at the best rates
// of both, after 5 and after 20 epochs. What becomes of its steps?}
//
// @exercise{5, At a constant rate the weights wander about in the noise. Average the weights over
// the steps of the last epoch and judge the average. At which rates does it help?}
//
// @exercise{6, Give a share of the training images a random label. At which share does the
// validation accuracy fall below 0.8? And what does the network give back of its training labels?}
//
// ## Where the real code differs
//
// PyTorch's optimizers hold several groups of parameters with settings of their own, and its
// schedules *change* the optimizer step by step where ours are functions of time. Its
// `weight_decay` in `Adam` adds to the gradient, and is divided by $\sqrt{\hat v}$ with it; ours is
// that of `AdamW`. Its RMSProp has the same defaults as ours; Keras's decays with 0.9.
//
// **Names.** "SGD" in papers often means SGD with momentum. The momentum of PyTorch and of this
// library sums gradients; other texts average them, $(1-\mu)\, g$, and their rates differ by the
// factor $1 - \mu$. A *step* or *iteration* is one batch. A *multi-layer perceptron* is a network
// of such layers. "Validation" and "test" are used the other way round in some older texts.
//
// ## Further reading
//
// - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, MIT Press 2016, chapters 6 to 8.
// - B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964:
//   momentum.
// - H. Robbins, S. Monro, *A stochastic approximation method*, Annals of Mathematical Statistics
//   22, 1951: rates that must fall.
// - T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, 2012; D. P. Kingma, J. Ba, *Adam*, ICLR 2015.
// - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
//   networks*, AISTATS 2010; K. He and others, *Delving deep into rectifiers*, ICCV 2015: first
//   weights.
// - I. Loshchilov, F. Hutter, *SGDR*, ICLR 2017 (the cosine), and *Decoupled weight decay
//   regularization*, ICLR 2019.
// - N. Srivastava and others, *Dropout*, Journal of Machine Learning Research 15, 2014.
// - P. Goyal and others, *Accurate, large minibatch SGD*, 2017: linear scaling.
// - C. Zhang and others, *Understanding deep learning requires rethinking generalization*, ICLR
//   2017.
// - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017: the data.
