// SPDX-License-Identifier: Apache-2.0
// Network namespaces kept by bind mounts, and how to do something inside one. The caller's own
// thread never changes namespace.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>

#include "base/fd.h"
#include "base/result.h"

namespace postern::dataplane {

// Makes a network namespace and mounts it at `path`. One that is there already is kept.
Result<> make_namespace(const std::string& path);

// The namespace mounted at `path`, for the calls below and for setns().
Result<Fd> open_namespace(const std::string& path);

// Unmounts what make_namespace() made; it ends with its last user. Nothing there is no error.
Result<> remove_namespace(const std::string& path);

// Whether a namespace is mounted at `path`.
bool is_namespace(const std::string& path);

// Runs `action` on a short-lived thread in the namespace.
Result<> run_in_namespace(int netns_fd, const std::function<void()>& action);

// Runs `function`, which gives a Result, on a short-lived thread in the namespace, and returns what
// it returns.
template <class Function>
std::invoke_result_t<Function> in_namespace(int netns_fd, Function&& function) {
  std::optional<std::invoke_result_t<Function>> result;
  TRY(run_in_namespace(netns_fd, [&] { result = function(); }));
  return std::move(*result);
}

// socket(2) with SOCK_CLOEXEC in the namespace. The socket stays there, whoever uses it.
Result<Fd> open_socket_in(int netns_fd, int domain, int type, int protocol = 0);

}  // namespace postern::dataplane
