/// @file
/// Numbers too small for the fast path of a processor.
#pragma once

#include <cstdint>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace nn {

/// While it lives, its thread takes denormal numbers (in single precision: below 10⁻³⁸) for zero, as
/// operands and as results.
///
/// What an optimizer remembers of a gradient that has become zero, for a dead ReLU say, shrinks by a
/// factor each step until it is denormal, and there rounding keeps it for ever: 0.9 · 4 is 4 where the
/// 4 are the smallest numbers there are. Some processors take a hundred times as long for each of them.
class FlushDenormals {
  public:
    FlushDenormals() : before_(get()) { set(before_ | flush); }
    ~FlushDenormals() { set(before_); }
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

  private:
#if defined(__SSE__)
    static constexpr std::uint64_t flush = 0x8040;  // results and operands
    static std::uint64_t get() { return _mm_getcsr(); }
    static void set(std::uint64_t mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
    static constexpr std::uint64_t flush = std::uint64_t{1} << 24;
    static std::uint64_t get() {
        std::uint64_t mode;
        asm volatile("mrs %0, fpcr" : "=r"(mode));
        return mode;
    }
    static void set(std::uint64_t mode) { asm volatile("msr fpcr, %0" : : "r"(mode)); }
#else  // slow where it is slow
    static constexpr std::uint64_t flush = 0;
    static std::uint64_t get() { return 0; }
    static void set(std::uint64_t) {}
#endif
    std::uint64_t before_;
};

}  // namespace nn
