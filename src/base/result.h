// SPDX-License-Identifier: Apache-2.0
// What a function that can fail returns: Result<T>, and the Error inside it.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

#include "base/faults.h"

namespace postern {

enum class ErrorKind {
  Refusal,      // The caller asked for what cannot be; `fault` names AWS's code for it.
  Environment,  // Kernel, disk or network said no; whoever owns the loop tries again.
};

// Why something was not done. Context is added on the way up, each layer its own part:
// "programming vpce-1: updating pn_endpoints: no space left on device".
class Error {
 public:
  Error(ErrorKind kind, const Fault& fault, std::string message)
      : kind_(kind), fault_(&fault), message_(std::move(message)) {}

  ErrorKind kind() const { return kind_; }
  const Fault& fault() const { return *fault_; }
  const std::string& message() const { return message_; }

  Error while_doing(std::string_view what) && {
    message_ = fmt::format("{}: {}", what, message_);
    return std::move(*this);
  }

 private:
  ErrorKind kind_;
  const Fault* fault_;
  std::string message_;
};

template <class T = void>
using Result = std::expected<T, Error>;

// A refusal with AWS's code and words: return refuse(faults::InvalidVpcIDNotFound, "The vpc ID '{}' …", id);
template <class... Args>
[[nodiscard]] std::unexpected<Error> refuse(const Fault& fault, fmt::format_string<Args...> text,
                                            Args&&... args) {
  return std::unexpected(
      Error(ErrorKind::Refusal, fault, fmt::format(text, std::forward<Args>(args)...)));
}

// The machine said no. A caller who waits for the answer sees InternalError.
template <class... Args>
[[nodiscard]] std::unexpected<Error> unavailable(fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error(ErrorKind::Environment, faults::InternalError,
                               fmt::format(text, std::forward<Args>(args)...)));
}

// As unavailable(), with the words of errno at the end.
[[nodiscard]] std::unexpected<Error> unavailable_errno(std::string_view what);

}  // namespace postern

#define POSTERN_CONCAT_(a, b) a##b
#define POSTERN_CONCAT(a, b) POSTERN_CONCAT_(a, b)

// Leaves the function with the error of `expression`, if it is one.
#define TRY(expression)                                  \
  do {                                                   \
    if (auto try_result = (expression); !try_result) {   \
      return std::unexpected(std::move(try_result).error()); \
    }                                                    \
  } while (false)

// TRY_ASSIGN(const auto vpc, find_vpc(id)): the value, or leaves with the error.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_(declaration, expression, POSTERN_CONCAT(try_result_, __LINE__))
#define TRY_ASSIGN_(declaration, expression, result)   \
  auto result = (expression);                          \
  if (!result) {                                       \
    return std::unexpected(std::move(result).error()); \
  }                                                    \
  declaration = std::move(*result)
