// SPDX-License-Identifier: Apache-2.0
// What an instance says, read from outside: for GetConsoleOutput and for whoever wonders about user
// data. Works on running and on stopped instances, from any thread.
#pragma once

#include <optional>
#include <string>

namespace postern::instances {

class Console {
 public:
  // `state_dir` is the launcher's.
  explicit Console(std::string state_dir) : state_dir_(std::move(state_dir)) {}

  // The console: what PID 1 said, then what the user data printed. The newest `bytes_max` bytes;
  // "" for an instance that is not here. EC2 keeps 64 KB:
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
  std::string output(const std::string& id, std::size_t bytes_max = 64 * 1024) const;

  // What the user data printed: /var/log/cloud-init-output.log.
  std::string user_data_output(const std::string& id, std::size_t bytes_max = 64 * 1024) const;

  // How the user data's script ended (128 and the signal for a killed one); nullopt while it runs
  // and when there was none.
  std::optional<int> user_data_status(const std::string& id) const;

 private:
  std::string guest_file(const std::string& id, const std::string& path,
                         std::size_t bytes_max) const;

  std::string state_dir_;
};

}  // namespace postern::instances
