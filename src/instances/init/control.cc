// SPDX-License-Identifier: Apache-2.0
#include "instances/init/control.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace postern::instances::init {
namespace {

constexpr std::size_t kDescriptorsMax = 2 * kTreesMax;

void send_message(const std::string& bytes, int descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  // A launcher that is gone cannot be told anything.
  (void)!sendmsg(kControlFd, &message, MSG_NOSIGNAL);
}

}  // namespace

void die(const std::string& words) {
  send_message(kFailed + words, -1);
  _exit(EXIT_FAILURE);
}

void die_errno(const std::string& doing) {
  die(doing + ": " + std::strerror(errno));
}

void report_started(int pid, int pidfd) {
  send_message(kStarted + std::to_string(pid), pidfd);
}

StartReceived await_start() {
  std::vector<char> bytes(kMessageBytesMax);
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int) * kDescriptorsMax)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space;
  message.msg_controllen = sizeof space;
  const ssize_t length = recvmsg(kControlFd, &message, MSG_CMSG_CLOEXEC);
  if (length <= 0) {
    _exit(EXIT_FAILURE);
  }
  auto start = decode_start({bytes.data(), static_cast<std::size_t>(length)});
  if (!start) {
    die("postern-init does not understand this daemon: they are of different versions");
  }
  StartReceived received{std::move(*start), {}};
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    received.descriptors.resize(count);
    std::memcpy(received.descriptors.data(), CMSG_DATA(header), count * sizeof(int));
  }
  if (received.descriptors.size() != 2 * received.start.trees.size()) {
    die("postern-init was handed the wrong number of descriptors");
  }
  return received;
}

}  // namespace postern::instances::init
