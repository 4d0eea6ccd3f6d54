/// @file
/// Autoencoders of sequences of symbols, plain and variational.
#pragma once

#include "models/sequence_decoder.hpp"

namespace models {

/// Many to one: an LSTM reads a sequence with its end mark, and its last state is what it knows then.
struct SequenceEncoder {
    nn::Embedding embed;
    nn::Lstm lstm;

    /// Throws unless there are symbols, embedding and units.
    SequenceEncoder(const SequenceSettings& settings, nn::Random& random);

    /// (B, units). Throws if there is no such symbol.
    Variable operator()(Tape& tape, const nn::PaddedSequences& x) const;

    void visit(auto&& see) {
        see("embed", embed);
        see("lstm", lstm);
    }
};

/// A sequence becomes a code, and the code a sequence: many to one, and one to many.
/// Sutskever, Vinyals and Le 2014, with input and output the same.
struct SequenceAutoencoder {
    SequenceEncoder encoder;
    nn::Linear code;
    SequenceDecoder decoder;

    /// Throws if an extent is 0.
    SequenceAutoencoder(const SequenceSettings& settings, nn::Random& random);

    /// z, (B, code).
    Variable encode(Tape& tape, const nn::PaddedSequences& x) const {
        return code(encoder(tape, x));
    }
    /// −ln p(x | z) in nats per sequence, averaged over the batch.
    Variable loss(Tape& tape, const nn::PaddedSequences& x) const {
        return -mean(decoder.log_likelihood(encode(tape, x), x));
    }

    void visit(auto&& see) {
        see("encoder", encoder);
        see("code", code);
        see("decoder", decoder);
    }
};

/// p(z) = N(0, I), p(x | z) given by the decoder, q(z | x) = N(μ(x), diag e^λ(x)) by the encoder: the VAE
/// with recurrent nets. Bowman, Vilnis, Vinyals, Dai, Jozefowicz and Bengio 2016.
///
/// What has rows of symbols instead of images, see nn::sequence_data, is evaluated as all models are:
/// @code
/// const models::LatentUse use = models::latent_use(vae, words.images, random);
/// @endcode
struct SequenceVae {
    SequenceEncoder encoder;
    nn::Linear mean, log_variance;  ///< heads that read the last state
    SequenceDecoder decoder;

    /// Throws if an extent is 0.
    SequenceVae(const SequenceSettings& settings, nn::Random& random);

    std::size_t latent() const { return mean.bias.value.size(); }

    /// q(z | x): mean and log variance are (B, latent).
    nn::Normal encode(Tape& tape, const nn::PaddedSequences& x) const;

    /// So many samples of z for each sequence, the noise drawn from `random`.
    Draws draw(Tape& tape, const nn::PaddedSequences& x, std::size_t samples,
               nn::Random& random) const;
    /// The same with given noise, (K·B, latent).
    Draws draw(const nn::PaddedSequences& x, Variable noise) const;
    /// The same of rows of symbols, (B, W): see nn::pad.
    Draws draw(Variable rows, std::size_t samples, nn::Random& random) const;

    /// The bound with one sample of z for each sequence.
    Elbo elbo(Tape& tape, const nn::PaddedSequences& x, nn::Random& random) const {
        return models::elbo(draw(tape, x, 1, random));
    }

    void visit(auto&& see) {
        see("encoder", encoder);
        see("mean", mean);
        see("log_variance", log_variance);
        see("decoder", decoder);
    }
};

/// The codes (N, latent) of rows of symbols (N, W): of a VAE the means of q(z | x).
Array encode(const SequenceAutoencoder& model, const Array& rows);
Array encode(const SequenceVae& model, const Array& rows);

}  // namespace models
