// Does the prior $\mathcal N(0, I)$ restrict the model? With an unlimited decoder it does not. In one dimension
// $F^{-1}(\Phi(z))$ has any distribution function $F$ we like, where $\Phi$ is that of the normal. Here is an
// example in two dimensions, a formula in place of a decoder: $x = z/10 + z/|z|$.

#include <cmath>

#include "tutorials/07_vae/shared.hpp"

namespace {

void bent_prior(Session& session) {
    const Array z = nn::Random{session.flags.seed}.normal({3000, 2});
    Array ring = z;
    Indices shell(z.shape(0));
    for (std::size_t i = 0; i < z.shape(0); ++i) {
        const Real length = std::hypot(z(i, 0), z(i, 1));
        for (const std::size_t d : {0, 1}) ring(i, d) = z(i, d) / 10 + z(i, d) / length;
        shell[i] = std::min<std::size_t>(3, static_cast<std::size_t>(length / Real(0.6)));
    }
    const std::vector<std::string> shells{"|z| < 0.6", "< 1.2", "< 1.8", "beyond"};
    Plot before{{.title = "z from N(0, I)", .x = "z₁", .y = "z₂", .same_scale = true}};
    Plot after{
        {.title = "z/10 + z/|z|", .x = "x₁", .y = "x₂", .same_scale = true, .legend = false}};
    tutorials::save_plots(session.file("prior_map.png"),
                          {before.scatter(z, shell, shells), after.scatter(ring, shell, shells)},
                          2);
}

const tutorials::Experiment experiment{"bent_prior",
                                       "A map bends a normal distribution into a ring", bent_prior};

}  // namespace

// @figure{prior_map.png, Left, 3000 draws from N(0, I), coloured by their distance from 0. Right, the
// same points after the map. The example is Doersch's (2016).}
//
// The map tears the plane open at $z = 0$, where it is not continuous. A neural network is continuous:
// it can stretch the middle of the plane very thin, but near $z = 0$ it still draws something between
// the two sides of the ring. With a real decoder and a diagonal Gaussian $q$ the prior does matter: the codes of
// all classes have to fit into one round cloud. The section on the plane of codes measures how well they do.
