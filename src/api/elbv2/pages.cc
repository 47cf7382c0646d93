// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/pages.h"

#include "api/elbv2/constraint.h"

namespace postern::api::elbv2 {

Result<Page> page_of(const std::optional<std::string>& marker,
                     const std::optional<int>& page_size) {
  constexpr Between kPageSize{1, 400};
  TRY(check_number("pageSize", page_size, kPageSize));
  return Page{.from = marker.value_or(""),
              .items_max = static_cast<std::size_t>(page_size.value_or(kPageSize.high))};
}

}  // namespace postern::api::elbv2
