// ---
// title: Convolution
// builds_on: 07_vae, 08_cvae
// leads_to:
// tooltip: Nets for images: weights that all places share; the way back; pixels or features compared.
// minutes: 1
// keywords: convolution, weight sharing, feature map, stride, receptive field, transposed convolution, chequerboard, feature loss, perceptual loss
// ---
//
// ## What you will be able to do
// - Write a convolution as *gather, then multiply*, derive its pullback, and count what it costs (exercises 1
//   and 2).
// - Choose kernel, stride and padding, say how much of the image a unit sees, and predict where a transposed
//   convolution draws a chequerboard (exercises 3, 4 and 5).
// - Say what a loss on features changes against a loss on pixels, and what it costs (exercise 6).
//
// @predict{Two autoencoders with a code of 32 numbers have between 118 000 and 119 000 weights each. One is
// dense, the other convolutional. After ten epochs, by how much do their errors on test images differ? An epoch
// of the convolutional net takes many times as long: does the dense one catch up in the same time?}
//
// ## The idea in one figure
// @figure{flow.png, The autoencoder of this chapter for a batch of B images. Third lines: how many weights
// lead to a box. The loss compares the first and the last.}
//
// A dense layer does not know that its inputs are an image. Give all images the same permutation of their
// pixels, and it learns just as well. But pixels have neighbours, and this helps in two ways. **Locality**:
// what a pixel belongs to (an edge, a strap, a texture) shows in the pixels around it. **Weight sharing**: an
// edge is an edge wherever it lies, so the weights that find it should not have to be learnt again at each
// place.
//
// A **convolution** has both. A small window moves over the image. What is seen through it, the **patch**, is
// multiplied with one set of weights, the **kernel**, and gives one number for each place: a **feature map**,
// an image of where the kernel finds what it looks for. Several kernels give several maps, the **channels** of
// the result. The next convolution looks at all channels at once.
//
// ## The model on the tape
// All of it, in operations of the tape. `patches` is the only new one on the way in: it copies what the window
// sees at each place into a row. On the way out there is `conv2d_transposed`, which is derived below. `w` holds
// twelve arrays: kernel and bias of two convolutions, weight and bias of the layers to the code and from it,
// kernel and bias of two transposed convolutions.

#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using autograd::Parameter;
using autograd::Shape;
using autograd::Variable;

// A window of h × w pixels, every 2 pixels, with 1 row and column of zeros around the images. x is (B, H, W,
// C), the kernel (O, h, w, C), the result (B, H/2, W/2, O) for windows of 4 × 4.

static Variable convolve(Variable x, Variable kernel, Variable bias) {
    const Shape &image = x.shape(), &k = kernel.shape();
    const Variable seen = patches(x, k[1], k[2], 2, 1);  // (B·H/2·W/2, h·w·C): gather
    const Variable rows = reshape(kernel, {k[0], k[1] * k[2] * k[3]});  // (O, h·w·C)
    const Variable found = linear(seen, rows, bias);  // each patch, the same weights
    return reshape(found, {image[0], image[1] / 2, image[2] / 2, k[0]});
}

static Variable squared_error(const std::vector<const Parameter*>& w, Variable image) {
    const auto p = [&](std::size_t i) { return image.tape().parameter(*w[i]); };
    const Variable edges = relu(convolve(image, p(0), p(1)));  // (B, 28, 28, 1) to (B, 14, 14, 16)
    const Variable parts = relu(convolve(edges, p(2), p(3)));  // (B, 7, 7, 32)
    const Shape maps = parts.shape();
    const Variable row = reshape(parts, {maps[0], maps[1] * maps[2] * maps[3]});  // (B, 1568)
    const Variable code = linear(row, p(4), p(5));                                // (B, 32)

    const Variable unfolded = reshape(relu(linear(code, p(6), p(7))), maps);     // (B, 7, 7, 32)
    const Variable grown = relu(conv2d_transposed(unfolded, p(8), p(9), 2, 1));  // (B, 14, 14, 16)
    const Variable rebuilt = conv2d_transposed(grown, p(10), p(11), 2, 1);       // (B, 28, 28, 1)
    return mean(sum(square(rebuilt - image), {1, 2, 3}));
}

// In the library `convolve` is `conv2d`, as a layer `nn::Convolution`. It gathers the patches of a few lines at
// a time, so that they are still in the cache when they are multiplied. The nets are these; they become a
// `models::Autoencoder`, as in chapter 3, because a model takes any nets:
//
// @source{tutorials/12_convolution/shared.cpp, see}
// @source{tutorials/12_convolution/shared.cpp, draw}

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "tutorials/12_convolution/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/diagram.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/plot.hpp"

using namespace lesson;
using tutorials::NamedImages;
using tutorials::Plot;

namespace {

double largest_difference(const Array& a, const Array& b) {
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(double{a.data()[i]}));
        difference = std::max(difference, std::abs(double{a.data()[i]} - double{b.data()[i]}));
    }
    return difference / largest;
}

// Are they the same? The program gives both the same weights and the same images.

void compare_with_the_library(Session& session, const Data& data) {
    const Shape& item = data.train.item;
    if (item[0] % 4 != 0 || item[1] % 4 != 0) return;
    nn::Random random{session.flags.seed};
    Autoencoder net = convolutional_autoencoder(item, random);
    std::vector<const Parameter*> w;
    for (const auto& found : nn::parameters(net)) w.push_back(found.parameter);
    const Array images = nn::first(data.train, 128).images;

    Tape left, right;
    const Variable by_hand =
        squared_error(w, left.constant(images, {images.shape(0), item[0], item[1], item[2]}));
    const Variable by_library = net.loss(right.constant(images));
    session.result("error_by_hand", by_hand.item());
    session.result("error_by_library", by_library.item());
    session.result("kernel_difference", largest_difference(left.backward(by_hand).of(*w[0]),
                                                           right.backward(by_library).of(*w[0])));
}

// Before training, the tape says @result{error_by_hand, .4f} and the library
// @result{error_by_library, .4f}. No component of the gradient of the first kernel differs by more than
// @result{kernel_difference} of the largest: rounding of single precision.
//
// ## The mathematics
// ### What it computes
// For an image $x$ with $C$ channels, a kernel $K$ of $h \times w$ pixels, a stride $s$ and a padding $p$ the
// result at the place $(i, j)$ of channel $o$ is
// $$ y_{ijo} = b_o + \sum_{u<h,\, v<w,\, c<C} K_{ouvc}\; x_{si+u-p,\; sj+v-p,\; c} , \tag{1} $$
// where $x$ is 0 beyond its rim. The **stride** is how far the window moves from one place to the next. The
// **padding** is how many zeros are put around the image, so that the window can also stand across the rim. (With
// our $p = 1$ the outermost pixels are still seen less often than the others.) Along the height there are
// $$ H' = \lfloor (H + 2p - h) / s \rfloor + 1 \tag{2} $$
// places. With $h = 4$, $s = 2$, $p = 1$ an even side is halved. (Mathematics would turn the kernel round and
// call (1) a cross-correlation. As the kernel is learnt, this makes no difference.)
//
// Each $y_{ij}$ is a linear layer of one patch. Number the patches in rows, $P = \text{gather}(x)$ with the
// shape $(BH'W', hwC)$, and (1) is one matrix product,
// $$ Y = P K^{\mathsf T} + b . \tag{3} $$
//
// ### What is saved
// From 784 pixels to 14 × 14 × 16 numbers a dense layer has 784 · 3136 + 3136, about 2.5 million weights. The
// convolution has 4 · 4 · 1 · 16 + 16 = 272. It also multiplies less, 196 · 256, about 50 000 times, because
// each result sees 16 pixels only. But weights are saved far more than multiplications: the same 272 weights
// work at 196 places. Therefore a convolutional net with as many weights as a dense one takes longer for an
// epoch, and a fair comparison has to say what it holds equal (exercise 1).
//
// ### What commutes
// With stride 1, and away from the rim, moving the image by a pixel moves the feature map by a pixel: put
// $x'_{ij} = x_{i-1,j}$ into (1). This is called **equivariance**. With stride $s$ it holds for movements by
// multiples of $s$, and for our two convolutions by multiples of 4. The dense layer behind them knows nothing
// of it. So such a net is not indifferent to where a thing lies. It only begins with features that move along
// with the thing.
//
// ### How much a unit sees
// The **receptive field** of a unit is the part of the image that can change it. A unit of layer $l$ sees $k_l$
// units of layer $l-1$ along each axis, whose fields are $s_1 \cdots s_{l-1}$ pixels apart. So
// $$ r_l = r_{l-1} + (k_l - 1)\, s_1 \cdots s_{l-1} , \qquad r_0 = 1 , \tag{4} $$
// with us 4 and 10 pixels; a third such layer would see 22.
//
// @figure{receptive_fields.png, By how many paths each of 32 × 32 pixels reaches a unit near the middle,
// behind one, two and three convolutions of 4 × 4 pixels with stride 2. Black is none, white the most.}
//
// Counted, they are @result{receptive_field_1}, @result{receptive_field_2} and @result{receptive_field_3} pixels
// wide. Behind two and three layers, pixels in the middle of the field reach the unit by more paths than those at
// its rim.
// @experiment{receptive_field}
//
// ### The pullback is a scatter, and a layer of its own
// Gathering copies pixels, so it is linear: $P = Gx$, where each row of the matrix $G$ has a single 1 (or none,
// in the padding). Its pullback is $\bar x = G^{\mathsf T} \bar P$. In words: **scatter**, add each number of
// each patch to the pixel from which it was copied. Where windows overlap, a pixel gets several. With the
// product of (3),
// $$ \bar P = \bar Y K , \qquad \bar K = \bar Y^{\mathsf T} P , \qquad
//    \bar x = G^{\mathsf T} (\bar Y K) . \tag{5} $$
// Look at the last one. It takes small maps $(B, H', W', O)$, multiplies each number with a kernel, and adds
// the results, overlapping, into a larger image $(B, H, W, C)$. A decoder needs just this. Read forward, the
// pullback of a convolution is the **transposed convolution**. Its own pullback is then the convolution. The
// program computes both: the gradient of $\langle y, \text{conv2d}(x, K)\rangle$ with respect to $x$, and
// `conv2d_transposed(y, K)`.

void read_the_pullback_forward(Session& session) {
    nn::Random random{session.flags.seed};
    const Array kernel = random.normal({32, 4, 4, 16}), y = random.normal({8, 7, 7, 32});
    Tape tape;
    const Variable x = tape.variable(random.normal({8, 14, 14, 16}));
    const Array pulled_back = tape.backward(conv2d(x, tape.constant(kernel), 2, 1), y).of(x);
    const Array forward = nn::evaluate(
        [](Variable maps, Variable k) { return conv2d_transposed(maps, k, 2, 1); }, y, kernel);
    session.result("transposed_difference", largest_difference(pulled_back, forward));
}

// The largest difference is @result{transposed_difference}. A transposed convolution is no inverse: it gives
// back the shape of the image, not its values.
//
// | symbol | C++ |
// |---|---|
// | $x$, $y$ | images and maps (B, H, W, C), channels innermost |
// | $K$, $b$ | `nn::Convolution::weight` (O, h, w, C) and `bias` (O,) |
// | $h$, $s$, $p$ | `nn::Kernel{.size, .stride, .padding}` |
// | gather, scatter | `autograd::patches` and its pullback |
// | (3), (5) | `autograd::conv2d`, `autograd::conv2d_transposed` |
//
// ### Where a chequerboard comes from
// How many places of the window cover a pixel of the large image? Along one axis pixel $d$ is covered by the
// places $i$ with $0 \le d + p - si < h$. With $h = 4$, $s = 2$ these are two for every pixel away from the
// rim. With $h = 3$, $s = 2$ they are two for one pixel and one for the next, and so on. In two dimensions that
// is 4, 2, 2 and 1: a chequerboard, before anything is learnt. In the figure each kernel is 1 everywhere, and so
// is the small image.
//
// @figure{overlaps.png, How often each pixel is covered behind two layers with stride 2, as a share of the
// most, which is white. Left, kernels of 3 × 3 pixels, right, of 4 × 4.}
//
// So let the stride divide the size of the kernel, or double the image first, by copying each pixel, and
// convolve with stride 1 (Odena, Dumoulin and Olah 2016). Does the first cure suffice?
//
// @experiment{chequerboard}
//
// ## Train it, beside a dense net
// The rival has one hidden layer on each side, as wide as gives it as many weights. Both have ReLUs and linear
// outputs. They learn from 50 000 images of Fashion-MNIST for ten epochs, with the same size of batches and the
// same learning rate, and are looked at on 10 000 others after each. The test images are used once, at the end.

void compare_with_dense(Session& session, const Data& data, const Trained<Autoencoder>& conv,
                        const Trained<Autoencoder>& dense) {
    Plot plot{{.x = "epoch", .y = "squared error per validation pixel", .y_range = {{0, 0.03}}}};
    std::vector<NamedImages> rows{{"image", tutorials::one_of_each_class(data.test)}};
    for (const auto& [title, ending, net] :
         {std::tuple{"convolutional", "", &conv}, std::tuple{"dense", "_dense", &dense}}) {
        const nn::History& history = net->history;
        plot.line(title, history.column("epoch"), history.column("test_mse_per_pixel"));
        rows.push_back({title, tutorials::reconstruct(net->model, rows.front().images)});
        session.result(std::string("weights") + ending, static_cast<double>(weights(net->model)));
        session.result(std::string("train_images_per_second") + ending, net->images_per_second);
        session.result(std::string("test_mse_per_pixel") + ending,
                       tutorials::error_per_pixel(net->model, data.test.images));
    }
    plot.save(session.file("training.png"));
    tutorials::save_named_rows(session.file("reconstructions.png"), rows, data.test.item);
}

// @figure{training.png, Both autoencoders on validation images (seed 1).}
//
// | squared error per test pixel | seed 1 | seed 2 | seed 3 |
// |---|--:|--:|--:|
// | convolutional, @result{weights} weights | @result{test_mse_per_pixel, .4f} | @result{seed_2/test_mse_per_pixel, .4f} | @result{seed_3/test_mse_per_pixel, .4f} |
// | dense, @result{weights_dense} weights | @result{test_mse_per_pixel_dense, .4f} | @result{seed_2/test_mse_per_pixel_dense, .4f} | @result{seed_3/test_mse_per_pixel_dense, .4f} |
//
// @figure{reconstructions.png, One test image of each class, and what both nets rebuild from 32 numbers (seed 1).}
//
// The dense rival is a weak one. In chapter 3 PCA with 32 numbers has an error of .0151, and the deep dense net, with
// nine times the weights, sigmoid outputs and 25 epochs, has .0073. So the table compares two nets in one setting. It
// does not compare the best of two kinds.
//
// @experiment{equal_time}
//
// @prediction{After ten epochs the dense net's error is one and a half times that of the convolutional net, with
// each seed. In the same processor time it gets @result{equal_epochs_narrow} epochs, and its error falls to
// @result{equal_mse_narrow, .4f}: it comes closer and does not catch up (one seed).}
//
// @experiment{shift}
//
// ## What the units look for
// A kernel of the first layer is a small image itself. The second layer's kernels have 16 channels; what they
// look for shows better in the maps that they make.

Array between_0_and_1(Array x) {  // 0 becomes ½
    Real most = 0;
    for (const Real each : x.storage()) most = std::max(most, std::abs(each));
    for (Real& each : x.storage()) each = Real(0.5) + each / (2 * most);
    return x;
}

// The maps of one image behind so many convolutions, a row for each map; the most in them is 1.

Array maps_of(const Array& image, const Shape& item, Autoencoder net, std::size_t layers) {
    const auto w = nn::parameters(net);
    return nn::evaluate(
        [&](Variable x) {
            Variable y = reshape(x, {1, item[0], item[1], item[2]});
            for (std::size_t i = 0; i < 2 * layers; i += 2)
                y = relu(conv2d(y, x.tape().parameter(*w[i].parameter),
                                x.tape().parameter(*w[i + 1].parameter), 2, 1));
            const Shape& maps = y.shape();
            const Variable all = reshape(y, {1, maps[1] * maps[2] * maps[3]});
            return transpose(reshape(all / max(all, 1).item(), {maps[1] * maps[2], maps[3]}));
        },
        image);
}

void draw_units(Session& session, const Data& data, Autoencoder net) {
    const Shape& item = data.test.item;
    const Array kernels = nn::parameters(net)[0].parameter->value;  // (16, 4, 4, C)
    const Indices shown = tutorials::upto(kernels.shape(0));
    const auto rows = [&](Variable k) { return reshape(k, {shown.size(), 16 * item[2]}); };
    tutorials::save_named_rows(session.file("kernels.png"),
                               {{"kernels", between_0_and_1(nn::evaluate(rows, kernels))}},
                               {4, 4, item[2]}, 10);
    const Array images = tutorials::one_of_each_class(data.test);
    std::vector<NamedImages> first, second;
    for (std::size_t label = 0; label < images.shape(0); label += 2) {
        const Array image = nn::take(images, {label});
        const std::string& name = data.test.class_names[label];
        first.push_back({name, maps_of(image, item, net, 1)});
        second.push_back({name, nn::take(maps_of(image, item, net, 2), shown)});
    }
    tutorials::save_named_rows(session.file("maps_1.png"), first, {item[0] / 2, item[1] / 2, 1}, 3);
    tutorials::save_named_rows(session.file("maps_2.png"), second, {item[0] / 4, item[1] / 4, 1},
                               6);
}

// @figure{kernels.png, The 16 kernels of the first layer. Grey is 0, white positive, black negative.}
//
// @figure{maps_1.png, The 16 maps of the first layer for one test image of every other class. Black is 0,
// white the most in the row.}
//
// @figure{maps_2.png, The first 16 of the 32 maps of the second layer for the same images. White is the most in all
// 32.}
//
// The kernels are too small to be read, but some maps can be. Of the first layer the fourth, seventh and eighth
// are the garment with its grey levels. The second shows parts of the right and lower outline, the fifteenth the left
// side. The fourteenth answers, faintly, where there is no garment. The maps of the second layer are coarser, and one
// of the sixteen is black for all five images. So a map need not stand for one property of a garment: some maps look
// nearly the same, and one is empty for these images.
//
// ## A convolutional VAE
// `models::Vae` takes any nets, so nothing has to be written for it but the nets:
//
// @source{tutorials/12_convolution/shared.cpp, convolutional_vae}
// @experiment{vae}
//
// @experiment{colour}
//
// ## What to compare: pixels or features?
// A cross entropy or a squared error counts each pixel by itself. A decoder that does not know where exactly a
// seam lies does best to draw the mean of all cases, which is blurred (chapter 7). A **feature loss** looks through
// another net. Let $\varphi(x)$ be the maps behind the second convolution of a classifier that was trained on real
// images and does not change any more. Replace the reconstruction by
// $$ L = \lambda\, |\varphi(x) - \varphi(\hat x)|^2 + \mathrm{KL} . \tag{6} $$
// The gradient passes through $\varphi$ to the picture $\hat x$. Maps of edges and textures are large where a
// picture has edges, so a blur that costs little in pixels should cost much in features. Papers take a deep net that has
// seen many photographs, and call it a *perceptual loss* (Dosovitskiy and Brox 2016; Johnson, Alahi and Fei-Fei
// 2016; Hou, Shen, Sun and Qiu 2017).
//
// Another reason is often given: a shift by one pixel changes the pixels much and the features little. With our
// features this is not so. Moved to the right by a pixel, a test image is @result{beside_pixels, .0f} % as far
// from itself as from another
// one in squared error of pixels, and @result{beside_features, .0f} % in these features (seeds 2 and 3:
// @result{sharper_2/beside_features, .0f} and @result{sharper_3/beside_features, .0f} %). In that measure these
// features change about as much as pixels do.
//
// What is lost is the meaning of the number. $-L$ is no bound on $\ln p(x)$ any more: $e^{-\lambda
// |\varphi(x) - \varphi(\hat x)|^2}$ is no density of $x$: its integral over all images is not 1, changes with
// $\hat x$, and is not known. Losses with different $\varphi$ or $\lambda$ cannot be
// compared, and likelihoods, gaps and compression (chapters 4, 7, 10) have no meaning for such a model.
// @experiment{sharper}
//
// ## The whole of it

void draw_the_flow(Session& session) {
    tutorials::Diagram diagram;
    const auto image = diagram.box(0, 0, {"image", "(B, 28, 28, 1)"});
    const auto edges = diagram.box(3.2, 0, {"16 maps", "(B, 14, 14, 16)", "272"});
    const auto parts = diagram.box(6.4, 0, {"32 maps", "(B, 7, 7, 32)", "8 224"});
    const auto code = diagram.box(9.3, -1, {"code", "(B, 32)", "50 208"});
    const auto unfolded = diagram.box(6.4, -2, {"32 maps", "(B, 7, 7, 32)", "51 744"});
    const auto grown = diagram.box(3.2, -2, {"16 maps", "(B, 14, 14, 16)", "8 208"});
    const auto rebuilt = diagram.box(0, -2, {"rebuilt", "(B, 28, 28, 1)", "257"});
    diagram.arrow(image, edges, "conv");
    diagram.arrow(edges, parts, "conv");
    diagram.arrow(parts, code, "linear");
    diagram.arrow(code, unfolded, "linear");
    diagram.arrow(unfolded, grown, "convᵀ");
    diagram.arrow(grown, rebuilt, "convᵀ");
    diagram.save(session.file("flow.png"));
}

void run_lesson(Session& session) {
    const Data data = split(session);
    draw_the_flow(session);
    compare_with_the_library(session, data);
    read_the_pullback_forward(session);
    const auto convolutional = the_convolutional(session, data), dense = the_dense(session, data);
    compare_with_dense(session, data, convolutional, dense);
    draw_units(session, data, convolutional.model);
}

}  // namespace

int main(int argc, char** argv) {
    return tutorials::run(argc, argv, {.name = "12_convolution", .title = "Convolution"},
                          run_lesson);
}

// ## Check it
// ```sh
// meson test -C build 'autograd in double' 'nn in double' 12_convolution
// ```
//
// - *<conv x, y> = <x, conv_transposed y> for every kernel, stride and padding up to 5*: (5), without a
//   gradient.
// - *a convolution of known answer: the kernel is laid on the image, not turned round*, and *a transposed
//   convolution of known answer: every pixel paints the kernel*.
// - *scatter adds to what is there, and is the transpose of gather*.
// - *a net of convolutions has right gradients*: against central differences.
//
// `--only NAME` runs one experiment, `--all` the lesson and all of them. In the lines of an epoch, `test` means
// the validation images, except for VAEs, where it means the test images.
//
// ## What goes wrong
// | symptom | likely bug | what catches or cures it |
// |---|---|---|
// | learns no better than a dense net | (B, C, H, W) read as (B, H, W, C) | draw one image of the batch; *the channels of a pixel stay together* |
// | image and answer differ in shape, for odd sides | ⌊ ⌋ in (2): 7 and 6 pixels both give 3 places | `output_padding`, or cut, as `draw` does |
// | a regular grid on all pictures | the stride does not divide the kernel, or it does and neighbouring pixels get different weights | the measure of the chequerboard |
// | a frame along the rim | zeros of the padding are black, the images are not | more padding in the decoder, cut off at the end |
// | a classifier agrees with the pictures, people do not | the pictures were trained to please this classifier | another classifier; exercise 6 |
// | a feature loss falls to 0, pictures stay grey | $\varphi$ was trained along with the decoder | keep its weights as constants |
//
// ## Exercises
// @exercise{1, **Count.** How many weights and how many multiplications for an image has each layer of the
// lesson's autoencoder, and the dense rival? Where are the weights, where is the work?}
// @exercise{2, **The matrix.** Write the convolution of 5 pixels with the kernel $(k_1, k_2, k_3)$, stride 2
// and padding 1 as a matrix $A$. Show that $A^{\mathsf T} \bar y$ is what the scatter gives, and derive $\bar
// K$. Is $A^{\mathsf T}$ an inverse of $A$ for some kernel?}
// @exercise{3, **How much it sees.** Compare three layers of 3 × 3 with one of 7 × 7 in what they see and what
// they weigh. How many layers of 4 × 4 does it take to see all 28 pixels, with stride 2 and with stride 1?}
// @exercise{4, **Overlaps.** Prove that away from the rim every pixel is covered equally often if and only if
// the stride divides the size of the kernel. Why can such a layer still draw a chequerboard from constant maps, and
// an enlargement by copying cannot?}
// @exercise{5, **Pooling.** Build a classifier that halves its maps by the largest of 2 × 2 pixels
// (`nn::MaxPool`) behind convolutions of stride 1, and one that halves by stride 2. Which is right more often?
// Move the test images by two pixels and test again, with a dense net beside them.}
// @exercise{6, **The same features.** Start from grey pictures and move their pixels until their features are
// those of test images. What do the pictures look like? Which judges recognise them?}
//
// ## Where the real code differs
// - PyTorch keeps images as (B, C, H, W) unless told *channels last*. Here channels are innermost, so that a
//   patch is a few contiguous pieces.
// - Libraries choose among *gather, then multiply* (im2col), Winograd's algorithm, Fourier transforms and loops.
// - Nets for photographs are ten or a hundred convolutions deep, with 3 × 3 kernels, normalisation and
//   connections that skip layers. VAEs of photographs have latent variables at many sizes (chapter 10).
// - Transposed convolutions are often called *deconvolutions*. They do not undo a convolution.
// - Feature losses usually compare several layers of a net that has learnt from a million photographs.
//
// ## Further reading
// V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, arXiv:1603.07285 (2016): every
// stride and padding, drawn. A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*,
// Distill (2016). Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document
// recognition*, Proceedings of the IEEE 86 (1998): weight sharing, and why. A. Azulay, Y. Weiss, *Why do deep
// convolutional networks generalize so poorly to small image transformations?*, JMLR 20 (2019). Feature losses:
// A. Dosovitskiy, T. Brox, *Generating images with perceptual similarity metrics based on deep networks*, NeurIPS
// 2016; J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*,
// ECCV 2016; X. Hou, L. Shen, K. Sun, G. Qiu, *Deep feature consistent variational autoencoder*, WACV 2017.
