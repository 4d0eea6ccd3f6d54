#include "autograd/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace autograd {

namespace {

/// Numbers between −1 and 1, none of them near 0, where an error would not show.
class Cotangents {
  public:
    explicit Cotangents(unsigned seed) : engine_(seed) {}

    Array operator()(const Shape& shape) {
        Array out = Array::from_shape(shape);
        for (Real& x : out.storage()) {
            const double magnitude = 0.25 + 0.75 * static_cast<double>(engine_()) / 4294967296.0;
            x = static_cast<Real>(engine_() % 2 ? magnitude : -magnitude);
        }
        return out;
    }

  private:
    std::mt19937 engine_;  // its bits are fixed by the standard
};

/// The differences are between nearly equal numbers, so their products are summed in double.
double dot(const Array& a, const Array& b) {
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        total += static_cast<double>(a.data()[i]) * static_cast<double>(b.data()[i]);
    return total;
}

class Check {
  public:
    Check(const std::function<Variable(Tape&)>& loss, const std::vector<NamedParameter>& parameters,
          const GradCheckOptions& options)
        : loss_(loss),
          parameters_(parameters),
          options_(options),
          random_(options.seed),
          step_(options.step > 0 ? options.step : std::cbrt(std::numeric_limits<Real>::epsilon())) {
        for (const NamedParameter& named : parameters) before_.push_back(named.parameter->value);
        for (std::size_t p = 0; p < parameters.size(); ++p)
            for (std::size_t q = 0; q < p; ++q)
                require(parameters[p].parameter != parameters[q].parameter, "[gradcheck] ",
                        parameters[q].name, " and ", parameters[p].name,
                        " are the same parameter: give it once");
        tape_.poison_gradients(true);
    }
    ~Check() { restore(); }  // also when the loss throws
    Check(const Check&) = delete;
    Check& operator=(const Check&) = delete;

    GradCheckReport run() {
        const Shape shape = value().shape();
        if (options_.mode == GradCheckMode::directional) {
            for (int i = 0; i < options_.directions; ++i) check_direction(random_(shape));
        } else if (options_.mode == GradCheckMode::entries) {
            check_entries(random_(shape));
        } else {
            Array unit = Array::from_shape(shape);
            for (std::size_t j = 0; j < unit.size(); ++j) {
                unit.fill(0);
                unit.data()[j] = 1;
                check_entries(unit);
            }
        }
        return report_;
    }

  private:
    void restore() {
        for (std::size_t p = 0; p < parameters_.size(); ++p)
            parameters_[p].parameter->value = before_[p];
    }

    Array value() {
        tape_.rewind();
        return loss_(tape_).value();
    }

    /// The gradients of ⟨v, loss⟩; zero for a parameter that it does not depend on.
    std::vector<Array> gradients(const Array& v) {
        tape_.rewind();
        const Variable y = loss_(tape_);
        const Gradients* found = y.requires_gradient() ? &tape_.backward(y, v) : nullptr;
        std::vector<Array> out;
        for (const NamedParameter& named : parameters_) {
            const Parameter& parameter = *named.parameter;
            out.push_back(found && found->reached(parameter) ? found->of(parameter)
                                                             : full(parameter.value.shape(), 0));
        }
        return out;
    }

    void check_entries(const Array& v) {
        const std::vector<Array> analytic = gradients(v);
        for (std::size_t p = 0; p < parameters_.size(); ++p) {
            Array& x = parameters_[p].parameter->value;
            for (std::size_t i = 0; i < x.size(); ++i) {
                const Real before = x.data()[i];
                const Real h = static_cast<Real>(step_ * std::max(1.0, std::abs(double{before})));
                x.data()[i] = before + h;
                const Real above = x.data()[i];  // rounded: divide by the step really taken
                const Array up = value();
                x.data()[i] = before - h;
                const Real below = x.data()[i];
                const Array down = value();
                x.data()[i] = before;
                compare(double{analytic[p].data()[i]},
                        dot(v, Array(up - down)) / (double{above} - double{below}),
                        [&] { return parameters_[p].name + " " + position(x.shape(), i); });
            }
        }
    }

    void check_direction(const Array& v) {
        const std::vector<Array> analytic = gradients(v);
        std::vector<Array> direction;
        double expected = 0;
        for (std::size_t p = 0; p < parameters_.size(); ++p) {
            direction.push_back(random_(before_[p].shape()));
            expected += dot(analytic[p], direction.back());
        }
        const auto moved = [&](double step) {
            for (std::size_t p = 0; p < parameters_.size(); ++p)
                parameters_[p].parameter->value =
                    before_[p] + static_cast<Real>(step) * direction[p];
            return value();
        };
        const Array up = moved(step_), down = moved(-step_);
        restore();
        compare(expected, dot(v, Array(up - down)) / (2 * step_),
                [&] { return "direction " + text(report_.count); });
    }

    template <class Where>
    void compare(double analytic, double numeric, Where where) {
        const double scale = std::max({std::abs(analytic), std::abs(numeric), 1e-3});
        const double error = std::abs(numeric - analytic) / scale;
        ++report_.count;
        if (!(error <= report_.worst) || report_.count == 1) {  // NaN is worse than any error
            if (std::isnan(report_.worst)) return;
            report_.worst = error;
            report_.where = where();
            report_.analytic = analytic;
            report_.numeric = numeric;
        }
    }

    const std::function<Variable(Tape&)>& loss_;
    const std::vector<NamedParameter>& parameters_;
    const GradCheckOptions& options_;
    std::vector<Array> before_;  // the values of the parameters
    Tape tape_;
    Cotangents random_;
    double step_;
    GradCheckReport report_;
};

}  // namespace

std::string text(const GradCheckReport& report) {
    return "worst error " + text(report.worst) + " at " + report.where + ": tape " +
           text(report.analytic) + ", differences " + text(report.numeric) + "; " +
           text(report.count) + " compared";
}

GradCheckReport gradcheck(const std::function<Variable(Tape&)>& loss,
                          const std::vector<NamedParameter>& parameters,
                          const GradCheckOptions& options) {
    return Check(loss, parameters, options).run();
}

GradCheckReport gradcheck(const std::function<Variable(const std::vector<Variable>&)>& function,
                          std::vector<Array> inputs, const GradCheckOptions& options) {
    std::vector<Parameter> parameters(inputs.size());
    std::vector<NamedParameter> named;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        parameters[i].value = std::move(inputs[i]);
        named.push_back({"input " + text(i), &parameters[i]});
    }
    const auto loss = [&](Tape& tape) {
        std::vector<Variable> variables;
        for (const Parameter& parameter : parameters)
            variables.push_back(tape.parameter(parameter));
        return function(variables);
    };
    return gradcheck(loss, named, options);
}

}  // namespace autograd
