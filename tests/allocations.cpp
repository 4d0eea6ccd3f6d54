#include "allocations.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

// The linker takes these in place of the library's own.

static std::atomic<std::size_t> count{0};
static std::atomic<std::size_t> bytes{0};

std::size_t allocations() { return count; }
std::size_t allocated_bytes() { return bytes; }

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++count;
    bytes += size;
    return std::malloc(size > 0 ? size : 1);
}

void* operator new(std::size_t size) {
    if (void* memory = operator new(size, std::nothrow)) return memory;
    throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

/// What xtensor's arrays use: their memory is aligned for SIMD.
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
    ++count;
    bytes += size;
    const std::size_t whole = (size + alignment - 1) / alignment * alignment;
    *memory = std::aligned_alloc(alignment, whole);
    return *memory != nullptr ? 0 : ENOMEM;
}
