// The smallest program that uses Tapestry from outside: one step of learning.
#include <iostream>

#include "models/vae.hpp"
#include "nn/optim/optimizer.hpp"

int main() {
    nn::Random random(1);
    models::Vae vae({.input = 16, .hidden = {8}, .latent = 2}, random);
    nn::Adam adam(vae, {.learning_rate = 1e-3f});
    autograd::Tape tape;
    const auto elbo = vae.elbo(tape.constant(random.uniform({4, 16})), random);
    adam.step(tape.backward(-elbo.value()));
    std::cout << "elbo " << elbo.value().item() << '\n';
}
