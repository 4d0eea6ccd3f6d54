/// @file
/// One layer after the other.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "nn/module.hpp"

namespace nn {

/// Names its parts, or has none: a function such as autograd::relu, or a lambda that captures numbers
/// and pointers only. What holds arrays and does not name them would never be trained nor saved.
template <class Map>
concept NamesPartsOrHasNone = Module<Map> || std::is_trivially_copyable_v<Map>;

/// Anything that maps a variable to a variable: a module, or a function such as autograd::relu. A
/// value like any other: copying it copies the parameters inside.
class Layer {
  public:
    template <std::invocable<Variable> Map>
    requires NamesPartsOrHasNone<Map> Layer(Map map)
        : held_(std::make_unique<Held<Map>>(std::move(map))) {}
    Layer(const Layer& other) : held_(other.held_->clone()) {}
    Layer(Layer&&) = default;
    Layer& operator=(Layer other) {
        held_ = std::move(other.held_);
        return *this;
    }

    Variable operator()(Variable x) const { return held_->apply(x); }

    /// The parts inside, if there are any.
    void visit(Visitor& see) { held_->visit(see); }

  private:
    struct Holder {
        virtual ~Holder() = default;
        virtual Variable apply(Variable x) const = 0;
        virtual void visit(Visitor& see) = 0;
        virtual std::unique_ptr<Holder> clone() const = 0;
    };

    template <class Map>
    struct Held final : Holder {
        explicit Held(Map held) : map(std::move(held)) {}
        Variable apply(Variable x) const override { return map(x); }
        void visit(Visitor& see) override {
            if constexpr (Module<Map>) map.visit(see);
        }
        std::unique_ptr<Holder> clone() const override { return std::make_unique<Held>(map); }
        Map map;
    };

    std::unique_ptr<Holder> held_;
};

/// g(f(x)) for layers f, g, ... in the order they are given:
/// `Sequential{Linear(784, 400, random), autograd::relu, Linear(400, 10, random)}`.
struct Sequential {
    std::vector<Layer> layers;

    Sequential() = default;
    template <class... Maps>
    explicit Sequential(Maps... maps) {
        static_assert((NamesPartsOrHasNone<Maps> && ...),
                      "a layer that holds parts names them in visit()");
        (add(std::move(maps)), ...);
    }

    void add(Layer layer) { layers.push_back(std::move(layer)); }

    Variable operator()(Variable x) const {
        for (const Layer& layer : layers) x = layer(x);
        return x;
    }

    /// Parts are numbered: `0.weight`, `0.bias`, `2.weight`, ...
    void visit(auto&& see) {
        for (std::size_t i = 0; i < layers.size(); ++i) see(std::to_string(i), layers[i]);
    }
};

/// A function without parameters between two layers.
using Activation = Variable (*)(Variable);

}  // namespace nn
