// SPDX-License-Identifier: Apache-2.0
// Which of the caller's records a describe action answers with: by ids, filters and page.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/action/action.h"
#include "api/ec2/filters.h"
#include "api/ec2/find.h"
#include "api/ec2/pages.h"

namespace postern::api::ec2 {

template <class T>
struct Selection {
  std::vector<const T*> records;  // by id
  std::optional<std::string> next_token;
};

// The caller's records of `ids` (all without any) that pass the request's filters, cut to its page.
// `Request` has the members Filter, MaxResults and NextToken.
template <class T, class Request>
Result<Selection<T>> select(const View& view, const Request& request,
                            const std::vector<std::string>& ids, const FilterTable<T>& table) {
  TRY(table.check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(std::vector<const T*> records, find_all<T>(view.world, view.caller, ids));
  std::erase_if(records, [&](const T* record) { return !table.matches(request.Filter, *record); });
  std::sort(records.begin(), records.end(), [](const T* a, const T* b) { return a->id < b->id; });
  records.erase(std::unique(records.begin(), records.end()), records.end());
  auto next = cut_to_page(page, records, [](const T* record) { return record->id.value; });
  return Selection<T>{.records = std::move(records), .next_token = std::move(next)};
}

}  // namespace postern::api::ec2
