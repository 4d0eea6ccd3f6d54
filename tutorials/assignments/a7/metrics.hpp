/// @file
/// The family of task a7.6: metrics of a code that the framework does not have, in plain loops. What their gradients
/// are is not said here.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace judge {

using Long = long double;
using Column = std::vector<Long>;
using Table = std::vector<Column>;  ///< [factor][unit]

namespace detail {

inline Long mean(const Column& x) {
    Long total = 0;
    for (const Long number : x) total += number / static_cast<Long>(x.size());
    return total;
}
inline Long covariance(const Column& x, const Column& y) {
    Long total = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        total += (x[i] - mean(x)) * (y[i] - mean(y)) / static_cast<Long>(x.size());
    return total;
}
/// Squared correlation.
inline Long r2(const Column& z, const Column& v) {
    return covariance(z, v) * covariance(z, v) / (covariance(z, z) * covariance(v, v));
}
/// Correlation ratio: of each item's code in place of it the mean of the items with the same value.
inline Long eta2(const Column& z, const Column& v) {
    Column means;
    for (const Long value : v) {
        Column same;
        for (std::size_t i = 0; i < z.size(); ++i)
            if (v[i] == value) same.push_back(z[i]);
        means.push_back(mean(same));
    }
    return covariance(means, means) / covariance(z, z);
}

/// For each row its numbers, divided by their sum.
inline Table shares(Table table) {
    for (Column& row : table) {
        const Long total = mean(row) * static_cast<Long>(row.size());
        for (Long& number : row) number /= total;
    }
    return table;
}
inline Table turned(const Table& table) {
    Table out(table[0].size());
    for (const Column& row : table)
        for (std::size_t j = 0; j < row.size(); ++j) out[j].push_back(row[j]);
    return out;
}
inline Long certainty(const Table& table) {
    Column rows;
    for (const Column& row : shares(table)) {
        Long entropy = 0;
        for (const Long p : row) entropy -= p * std::log(p);
        rows.push_back(1 - entropy / std::log(static_cast<Long>(row.size())));
    }
    return mean(rows);
}
inline Long squares(const Table& table) {
    Column rows;
    for (const Column& row : shares(table)) {
        Long total = 0;
        for (const Long p : row) total += p * p;
        rows.push_back(total);
    }
    return mean(rows);
}
inline Long soft_best(const Table& table) {
    Column rows;
    for (const Column& row : table) {
        Long total = 0;
        for (const Long a : row) total += a * a * a * a;
        rows.push_back(std::pow(total, 0.25L));
    }
    return mean(rows);
}

}  // namespace detail

struct Metric {
    Long (*tie)(const Column& code, const Column& values);
    Long (*score)(const Table& table);
};

inline const std::map<std::string, Metric>& metrics() {
    using namespace detail;
    static const std::map<std::string, Long (*)(const Column&, const Column&)> ties{
        {"r2", r2},
        {"angle", [](const Column& z, const Column& v) { return 1 - std::sqrt(1 - r2(z, v)); }},
        {"eta2", eta2},
        {"eta", [](const Column& z, const Column& v) { return std::sqrt(eta2(z, v)); }}};
    static const std::map<std::string, Long (*)(const Table&)> scores{
        {"completeness", certainty},
        {"disentanglement", [](const Table& a) { return certainty(turned(a)); }},
        {"few_units", squares},
        {"few_factors", [](const Table& a) { return squares(turned(a)); }},
        {"soft_best", soft_best}};
    static const std::map<std::string, Metric> family = [] {
        std::map<std::string, Metric> all;
        for (const auto& [tie, f] : ties)
            for (const auto& [score, g] : scores) all[tie + "_" + score] = {f, g};
        return all;
    }();
    return family;
}

}  // namespace judge
