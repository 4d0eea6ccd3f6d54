#include "models/gaussian_net.hpp"

namespace models {

nn::Normal GaussianNet::heads(Variable features) const {
    const Shape& shape = features.shape();
    if (shape.size() > 2 && shape[0] > 0)  // images: the heads read one row for each
        features = reshape(features, {shape[0], features.value().size() / shape[0]});
    return {mean(features), log_variance(features)};
}

}  // namespace models
