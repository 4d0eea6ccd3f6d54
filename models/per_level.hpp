/// @file
/// Short lists that every step of training makes anew.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <vector>

namespace models {

/// Memory that is handed out again once it was given back, to the same thread.
inline std::pmr::memory_resource& reused_memory() {
    thread_local std::pmr::unsynchronized_pool_resource pool;
    return pool;
}

/// Where a list for each level gets its memory, so that steps take none from the heap. Such a list
/// stays in the thread that made it, as a tape does.
template <class T>
struct Reused {
    using value_type = T;

    Reused() = default;
    template <class Other>
    Reused(const Reused<Other>&) {}

    T* allocate(std::size_t count) {
        return static_cast<T*>(reused_memory().allocate(count * sizeof(T), alignof(T)));
    }
    void deallocate(T* memory, std::size_t count) {
        reused_memory().deallocate(memory, count * sizeof(T), alignof(T));
    }
    bool operator==(const Reused&) const = default;
};

/// One for each level of a model, lowest first: a std::vector in all but its memory.
template <class T>
using PerLevel = std::vector<T, Reused<T>>;

}  // namespace models
