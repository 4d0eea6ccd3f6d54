// Task a9.1: gather patches.
//
// Images are (B, H, W, C), channels innermost, and `images` is where the first of them begins. A window of
// `windows.window_height` by `windows.window_width` pixels moves over each by `windows.stride` pixels along both
// axes, and begins `windows.padding` pixels above and left of the image's corner; around the image there are zeros.
// It has `windows.down()` places along the height and `windows.across()` along the width. A line is the places side
// by side; lines are counted through all images: number b·down() + i is the i-th of image b.
//
// Write, for each place of the lines from `lines.begin` on and before `lines.end`, what is seen from there: the pixels
// row by row, their channels innermost, one patch after the other. The first goes to where `patches` points.

#include "autograd/patches.hpp"

namespace autograd {

void gather(const Windows&, const Real*, Range, Real*) {
    throw Error("[a9.1] gather is not written yet");
}

}  // namespace autograd
