#include "tutorials/support/measure.hpp"

#include "autograd/error.hpp"

namespace tutorials {

double error_per_pixel(const autograd::Array& images, const autograd::Array& rebuilt) {
    autograd::require(images.shape() == rebuilt.shape() && images.size() > 0,
                      "[error_per_pixel] expected images of one shape, got ", images.shape(),
                      " and ", rebuilt.shape());
    double sum = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const double difference = double{images.data()[i]} - double{rebuilt.data()[i]};
        sum += difference * difference;
    }
    return sum / static_cast<double>(images.size());
}

}  // namespace tutorials
