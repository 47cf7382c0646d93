// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/console.h"

#include <fcntl.h>

#include <charconv>
#include <fstream>
#include <iterator>

#include "base/fd.h"
#include "instances/init/paths.h"
#include "instances/launcher/layers.h"
#include "instances/launcher/record.h"

namespace postern::instances {

std::string Console::guest_file(const std::string& id, const std::string& path,
                                std::size_t bytes_max) const {
  const std::string home = fmt::format("{}/{}", state_dir_, id);
  std::ifstream in(home + "/state.json");
  const auto record = decode_record(std::string{std::istreambuf_iterator<char>(in), {}});
  return record ? read_guest_file(home + "/layers", record->trees, path, bytes_max) : "";
}

std::string Console::output(const std::string& id, std::size_t bytes_max) const {
  const std::string path = fmt::format("{}/{}/console.log", state_dir_, id);
  const Fd log(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string text = (log ? read_tail(log, bytes_max) : "") + user_data_output(id, bytes_max);
  return text.size() > bytes_max ? text.substr(text.size() - bytes_max) : text;
}

std::string Console::user_data_output(const std::string& id, std::size_t bytes_max) const {
  return guest_file(id, init::kUserDataLog, bytes_max);
}

std::optional<int> Console::user_data_status(const std::string& id) const {
  constexpr std::size_t kDigitsMax = 16;
  const std::string text = guest_file(id, init::kUserDataStatusFile, kDigitsMax);
  int status = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), status).ec != std::errc()) {
    return std::nullopt;
  }
  return status;
}

}  // namespace postern::instances
