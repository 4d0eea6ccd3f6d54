/// @file
/// The family of task a2.7: at which places, in steps of h from x, a formula may ask for values.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace judge {

inline const std::map<std::string, std::vector<int>>& schemes() {
    static const std::map<std::string, std::vector<int>> family{
        {"0_1_2", {0, 1, 2}},          {"m2_m1_0", {-2, -1, 0}},
        {"m1_0_2", {-1, 0, 2}},        {"m2_0_1", {-2, 0, 1}},
        {"1_2_3", {1, 2, 3}},          {"m3_m2_m1", {-3, -2, -1}},
        {"0_1_3", {0, 1, 3}},          {"m3_m1_0", {-3, -1, 0}},
        {"m1_0_3", {-1, 0, 3}},        {"m3_0_1", {-3, 0, 1}},
        {"0_1_2_3", {0, 1, 2, 3}},     {"m1_0_1_2", {-1, 0, 1, 2}},
        {"m2_m1_0_1", {-2, -1, 0, 1}}, {"m2_m1_1_2", {-2, -1, 1, 2}},
        {"m3_m1_1_3", {-3, -1, 1, 3}}, {"0_1_2_4", {0, 1, 2, 4}},
        {"m1_1_2_3", {-1, 1, 2, 3}},   {"m3_m2_m1_1", {-3, -2, -1, 1}},
        {"m2_0_1_2", {-2, 0, 1, 2}},   {"m2_m1_0_2", {-2, -1, 0, 2}},
    };
    return family;
}

}  // namespace judge
