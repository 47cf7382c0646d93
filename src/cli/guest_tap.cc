// SPDX-License-Identifier: Apache-2.0
#include "cli/guest_tap.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <thread>

namespace postern::cli {
namespace {

constexpr std::size_t kFrameMax = 65536 + 18;
constexpr int kRoom = 16 << 20;

// In the instance's namespace already.
Result<Fd> open_here() {
  Fd fd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) {
    return unavailable_errno("opening a packet socket");
  }
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kRoom, sizeof kRoom);
  if (setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
    return unavailable_errno("asking for time stamps");
  }
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(ETH_P_ALL);
  at.sll_ifindex = static_cast<int>(if_nametoindex("eth0"));
  if (at.sll_ifindex == 0) {
    return unavailable("the instance has no eth0");
  }
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
    return unavailable_errno("listening at eth0");
  }
  return fd;
}

std::uint64_t time_of(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
      timespec time{};
      std::copy_n(CMSG_DATA(each), sizeof time, reinterpret_cast<unsigned char*>(&time));
      return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
             static_cast<std::uint64_t>(time.tv_nsec);
    }
  }
  return 0;
}

}  // namespace

Result<GuestTap> GuestTap::open(const instances::Process& pid1) {
  const Fd pidfd = instances::open_process(pid1);
  if (!pidfd) {
    return unavailable("the instance is not running");
  }
  Result<Fd> made = Fd();
  // A namespace is a thread's: this one has no other use.
  std::thread([&] {
    if (setns(pidfd.get(), CLONE_NEWNET) != 0) {
      made = unavailable_errno("entering the instance's network");
    } else {
      made = open_here();
    }
  }).join();
  TRY_ASSIGN(Fd socket, std::move(made));
  return GuestTap(std::move(socket));
}

std::vector<SeenFrame> GuestTap::read() const {
  std::vector<SeenFrame> frames;
  std::vector<std::uint8_t> bytes(kFrameMax);
  while (true) {
    sockaddr_ll from{};
    iovec part{bytes.data(), bytes.size()};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket_.get(), &message, MSG_TRUNC);
    if (size < 0) {
      return frames;
    }
    const auto kept = std::min(static_cast<std::size_t>(size), bytes.size());
    frames.push_back({.nanoseconds = time_of(message),
                      .bytes = {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kept)},
                      .size = static_cast<std::uint32_t>(size),
                      .sent = from.sll_pkttype == PACKET_OUTGOING});
  }
}

}  // namespace postern::cli
