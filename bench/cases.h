// SPDX-License-Identifier: Apache-2.0
// What a benchmark's program prints: one JSON array, a case in each line.
#pragma once

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace postern::bench {

struct Figure {
  double median, least, most;
};

inline Figure figure_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[values.size() / 2], values.front(), values.back()};
}

inline void print(const std::string& name, const Figure& figure, const char* unit) {
  static bool first = true;
  std::cout << (first ? "[" : ",\n") << "{\"case\": \"" << name << "\", \"unit\": \"" << unit
            << "\", \"median\": " << figure.median << ", \"min\": " << figure.least
            << ", \"max\": " << figure.most << "}" << std::flush;
  first = false;
}

// After the last case.
inline void end_cases() {
  std::cout << "]\n";
}

}  // namespace postern::bench
