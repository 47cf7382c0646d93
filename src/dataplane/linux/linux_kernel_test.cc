// SPDX-License-Identifier: Apache-2.0
// The real Kernel keeps the contract, with tcx and with clsact, and leaves nothing behind.
#include "dataplane/linux/linux_kernel.h"

#include <bpf/bpf.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dataplane/kernel/kernel_contract.h"
#include "dataplane/linux/preflight.h"
#include "dataplane/linux/test_machine.h"

namespace postern::dataplane {
namespace {

using namespace std::chrono_literals;

// Waits until `condition` holds; false after far longer than it ever takes.
template <class Condition>
bool eventually(Condition&& condition) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

Guest guest(const Link& link) {
  return {.owner = link.owner,
          .port = link.port,
          .mac = MacAddress::local(link.owner),
          .address = IpAddress::v4(0x0a000100 + link.owner % 200),
          .prefix = 24,
          .gateway = IpAddress::v4(0x0a000101)};
}

class LinuxUnderTest final : public KernelUnderTest {
 public:
  explicit LinuxUnderTest(Attachment attachment) : machine_(attachment) {}

  Kernel& kernel() override { return machine_.kernel(); }
  void restart() override { machine_.restart(); }

  void add_instance_link(const Link& link) override {
    const Fd netns = machine_.make_instance(name(link));
    const auto done = machine_.kernel().connect_instance(guest(link), netns.get());
    ASSERT_TRUE(done) << done.error().message();
  }

  void end_instance(const Link& link) override {
    ASSERT_TRUE(remove_namespace(machine_.dir().network_namespace(name(link))));
    ASSERT_TRUE(eventually([&] {
      const auto links = machine_.kernel().links().value();
      return std::ranges::find(links, link, &FoundLink::link) == links.end();
    })) << "the kernel has not removed the link";
  }

 private:
  static std::string name(const Link& link) { return "i-" + std::to_string(link.owner); }

  TestMachine machine_;
};

std::unique_ptr<KernelUnderTest> make_with_tcx() {
  return std::make_unique<LinuxUnderTest>(Attachment::TcxOrClsact);
}
std::unique_ptr<KernelUnderTest> make_with_clsact() {
  return std::make_unique<LinuxUnderTest>(Attachment::Clsact);
}

Result<std::vector<LinkInfo>> links_in(const std::string& path) {
  TRY_ASSIGN(const Fd netns, open_namespace(path));
  TRY_ASSIGN(Netlink netlink, Netlink::open(netns.get()));
  return netlink.links();
}

// The addresses of eth0, as the kernel lists them in the namespace.
std::string read_in(const std::string& netns_path, const std::string& file) {
  const Fd netns = std::move(*open_namespace(netns_path));
  std::string text;
  EXPECT_TRUE(run_in_namespace(netns.get(), [&] {
    std::ifstream in(file);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }));
  return text;
}

std::vector<std::string> mounts_under(const std::string& path) {
  std::vector<std::string> found;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(path) != std::string::npos) {
      found.push_back(line);
    }
  }
  return found;
}

// The ids of the maps that are pinned in a run directory.
std::vector<std::uint32_t> map_ids(const RunDir& dir) {
  std::vector<std::uint32_t> ids;
  for (const auto& entry : std::filesystem::directory_iterator(dir.bpf())) {
    const Fd map(bpf_obj_get(entry.path().c_str()));
    bpf_map_info info{};
    __u32 size = sizeof info;
    if (map && bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0) {
      ids.push_back(info.id);
    }
  }
  return ids;
}

bool is_gone(std::uint32_t map_id) {
  return !Fd(bpf_map_get_fd_by_id(map_id));
}

Services services_of(std::uint32_t vpc, const std::string& id) {
  return {.vpc_id = id,
          .vpc = vpc,
          .port = 10 + vpc,
          .mac = MacAddress::local(vpc),
          .addresses = {*IpAddress::parse("10.0.0.2"), *IpAddress::parse("169.254.169.253")}};
}

TEST(Preflight, This_machine_will_do) {
  const auto checked = check_machine();
  EXPECT_TRUE(checked) << checked.error().message();
}

TEST(LinuxKernel, An_instance_gets_eth0_as_its_interface_says) {
  TestMachine machine;
  const Fd netns = machine.make_instance("i-1");
  const Guest eth0{.owner = 7,
                   .port = 33,
                   .mac = MacAddress::local(0x112233),
                   .address = *IpAddress::parse("10.0.3.9"),
                   .prefix = 20,
                   .gateway = *IpAddress::parse("10.0.0.1")};
  for (int times = 0; times < 2; ++times) {
    const auto done = machine.kernel().connect_instance(eth0, netns.get());
    ASSERT_TRUE(done) << done.error().message();
  }
  const std::string path = machine.dir().network_namespace("i-1");
  const auto links = links_in(path);
  const auto found = std::ranges::find(*links, "eth0", &LinkInfo::name);
  ASSERT_NE(found, links->end());
  EXPECT_EQ(found->mac, eth0.mac);
  EXPECT_EQ(found->peer, 33U);
  EXPECT_TRUE(found->up);
  const std::string routes = read_in(path, "/proc/thread-self/net/route");
  EXPECT_NE(routes.find("eth0\t00000000\t0100000A\t0003"), std::string::npos) << routes;
  EXPECT_NE(routes.find("eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00F0FFFF"), std::string::npos)
      << routes;
  EXPECT_EQ(read_in(path, "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"), "1\n");
}

// Instances have user namespaces of their own, which their network namespaces belong to.
TEST(LinuxKernel, An_instance_in_another_user_namespace_gets_eth0_too) {
  TestMachine machine;
  int ready[2];
  int release[2];
  ASSERT_EQ(pipe(ready) + pipe(release), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 'y' : 'n';
    _exit(write(ready[1], &byte, 1) == 1 && read(release[0], &byte, 1) == 1 ? 0 : 1);
  }
  char answer = 'n';
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const Fd netns = std::move(*open_namespace(fmt::format("/proc/{}/ns/net", child)));
  const auto done = machine.kernel().connect_instance(guest({kPnPortInstance, 3, 70}), netns.get());
  EXPECT_TRUE(done) << done.error().message();
  EXPECT_EQ(machine.kernel().links()->size(), 1U);
  Netlink netlink = std::move(*Netlink::open(netns.get()));
  const auto eth0 = netlink.find_link("eth0");
  ASSERT_TRUE(eth0 && eth0->has_value());
  EXPECT_TRUE((*eth0)->up);
  EXPECT_EQ(write(release[1], "x", 1), 1);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  for (const int fd : {ready[0], ready[1], release[0], release[1]}) {
    close(fd);
  }
}

TEST(LinuxKernel, Two_threads_may_attach_one_link_at_the_same_time) {
  TestMachine machine;
  const Link link{kPnPortInstance, 3, 70};
  const Fd netns = machine.make_instance("i-1");
  for (int times = 0; times < 20; ++times) {
    Result<> first;
    Result<> second;
    std::thread other([&] { first = machine.kernel().connect_instance(guest(link), netns.get()); });
    second = machine.kernel().attach(link);
    other.join();
    EXPECT_TRUE(first) << first.error().message();
    EXPECT_TRUE(second) << second.error().message();
    EXPECT_EQ(machine.kernel().links().value(), (std::vector<FoundLink>{{link, true}}));
    ASSERT_TRUE(machine.kernel().remove(link));
  }
}

TEST(LinuxKernel, A_services_namespace_has_the_addresses_that_it_was_last_given) {
  TestMachine machine;
  Services services = services_of(1, "vpc-1");
  const std::string path = machine.dir().network_namespace("vpc-1");
  const auto has = [&](const char* address) {
    return read_in(path, "/proc/thread-self/net/fib_trie")
               .find(std::string("-- ") + address + "\n") != std::string::npos;
  };
  services.addresses.push_back(*IpAddress::parse("10.0.0.200"));
  ASSERT_TRUE(machine.kernel().ensure(services));
  EXPECT_TRUE(has("10.0.0.200"));
  services.addresses.back() = *IpAddress::parse("10.0.1.201");
  ASSERT_TRUE(machine.kernel().ensure(services));
  EXPECT_FALSE(has("10.0.0.200"));
  EXPECT_TRUE(has("10.0.1.201"));
  EXPECT_TRUE(has("10.0.0.2"));
  EXPECT_EQ(read_in(path, "/proc/sys/net/ipv4/ip_local_port_range"), "61024\t65535\n");
  // A socket that is opened there speaks from the resolver's address unless it says otherwise.
  const Fd netns = std::move(*open_namespace(path));
  const Fd socket = std::move(*open_socket_in(netns.get(), AF_INET, SOCK_DGRAM));
  EXPECT_TRUE(socket);
}

TEST(LinuxKernel, The_fabric_has_no_addresses_and_forwards_nothing) {
  TestMachine machine;
  ASSERT_TRUE(machine.kernel().ensure(services_of(1, "vpc-1")));
  EXPECT_EQ(read_in(machine.dir().fabric(), "/proc/sys/net/ipv4/ip_forward"), "0\n");
  EXPECT_EQ(read_in(machine.dir().fabric(), "/proc/thread-self/net/fib_trie").find("/32"),
            std::string::npos);
  EXPECT_EQ(read_in(machine.dir().fabric(), "/proc/thread-self/net/if_inet6"), "");
}

TEST(LinuxKernel, A_half_made_services_namespace_is_made_whole) {
  TestMachine machine;
  ASSERT_TRUE(make_namespace(machine.dir().network_namespace("vpc-1")));
  EXPECT_EQ(machine.kernel().services().value(), std::vector<std::string>{"vpc-1"});
  const Services services = services_of(1, "vpc-1");
  ASSERT_TRUE(machine.kernel().ensure(services));
  EXPECT_EQ(machine.kernel().links().value(), (std::vector<FoundLink>{{services.link(), true}}));
}

TEST(LinuxKernel, A_services_namespace_goes_with_its_link_though_a_socket_is_open_in_it) {
  TestMachine machine;
  ASSERT_TRUE(machine.kernel().ensure(services_of(1, "vpc-1")));
  const Fd netns = std::move(*open_namespace(machine.dir().network_namespace("vpc-1")));
  const Fd socket = std::move(*open_socket_in(netns.get(), AF_INET, SOCK_DGRAM));
  ASSERT_TRUE(machine.kernel().remove_services("vpc-1"));
  EXPECT_TRUE(machine.kernel().links()->empty());
}

TEST(LinuxKernel, Two_run_directories_do_not_see_each_other) {
  TestMachine one;
  TestMachine two;
  ASSERT_TRUE(one.kernel().ensure(services_of(1, "vpc-1")));
  ASSERT_TRUE(one.kernel().set_revision(5));
  EXPECT_TRUE(two.kernel().links()->empty());
  EXPECT_EQ(two.kernel().revision().value(), 0U);
  ASSERT_TRUE(two.kernel().ensure(services_of(1, "vpc-1")));
  ASSERT_TRUE(two.kernel().remove_services("vpc-1"));
  EXPECT_EQ(one.kernel().links()->size(), 1U);
}

TEST(LinuxKernel, Maps_of_another_layout_are_refused_in_one_sentence) {
  TestMachine machine;
  const pn_meta other{.layout_version = kPnLayoutVersion + 1, .adopting = 0, .revision = 0};
  const __u32 zero = 0;
  const Fd meta(bpf_obj_get(machine.dir().map("pn_meta").c_str()));
  ASSERT_EQ(bpf_map_update_elem(meta.get(), &zero, &other, BPF_ANY), 0);
  const auto opened = LinuxKernel::open(machine.dir());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message().find("are of layout"), std::string::npos)
      << opened.error().message();
}

// ---- maps of an older layout [docs/adr/0014]

const __u32 kZero = 0;

void write_meta(const std::string& pin, const pn_meta& meta) {
  const Fd fd(bpf_obj_get(pin.c_str()));
  ASSERT_EQ(bpf_map_update_elem(fd.get(), &kZero, &meta, BPF_ANY), 0) << pin;
}

pn_flow_key key_of(std::uint32_t source, std::uint16_t source_port, std::uint32_t destination,
                   std::uint16_t destination_port) {
  pn_flow_key key{.vpc = 1,
                  .source_port_be = source_port,
                  .destination_port_be = destination_port,
                  .protocol = 6};
  key.source.word_be[3] = source;
  key.destination.word_be[3] = destination;
  return key;
}

// The entry that sends packets on as they came.
pn_flow as_it_came(const pn_flow_key& key) {
  pn_flow flow{};
  flow.source = key.source;
  flow.destination = key.destination;
  flow.source_port_be = key.source_port_be;
  flow.destination_port_be = key.destination_port_be;
  flow.protocol = key.protocol;
  flow.to_vpc = key.vpc;
  return flow;
}

// Both entries of a connection from link 50 to link 51.
struct TestConnection {
  pn_flow_key key{};
  pn_flow flow{};
  pn_flow_key answer_key{};
  pn_flow answer{};

  explicit TestConnection(std::uint16_t client_port) {
    key = key_of(10, client_port, 20, 80);
    flow = as_it_came(key);
    flow.from_port = 50;
    flow.to_port = 51;
    flow.acl_generation = 3;
    answer_key = key_of(20, 80, 10, client_port);
    answer = as_it_came(answer_key);
    answer.from_port = 51;
    answer.to_port = 50;
    answer.flags = kPnFlowReply;
  }

  void put(const std::string& pin) const {
    const Fd fd(bpf_obj_get(pin.c_str()));
    ASSERT_EQ(bpf_map_update_elem(fd.get(), &key, &flow, BPF_ANY), 0);
    ASSERT_EQ(bpf_map_update_elem(fd.get(), &answer_key, &answer, BPF_ANY), 0);
  }
};

// As a version with layout 3 has left them, whose flow entries ours begin as.
void make_older(const RunDir& dir, const std::vector<TestConnection>& connections) {
  const std::string pin = dir.map("pn_flows");
  std::filesystem::remove(pin);
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = BPF_F_NO_PREALLOC;
  const Fd flows(
      bpf_map_create(BPF_MAP_TYPE_HASH, "pn_flows", sizeof(pn_flow_key), 112, 1024, &options));
  ASSERT_EQ(bpf_obj_pin(flows.get(), pin.c_str()), 0);
  for (const TestConnection& connection : connections) {
    connection.put(pin);
  }
  write_meta(dir.map("pn_meta"), {.layout_version = 3, .adopting = 0, .revision = 5});
}

std::optional<pn_flow> flow_at(const RunDir& dir, const pn_flow_key& key) {
  const Fd fd(bpf_obj_get(dir.map("pn_flows").c_str()));
  pn_flow flow{};
  return bpf_map_lookup_elem(fd.get(), &key, &flow) == 0 ? std::optional(flow) : std::nullopt;
}

std::uint32_t half_open_at(const RunDir& dir, std::uint32_t port) {
  const Fd fd(bpf_obj_get(dir.map("pn_half_open").c_str()));
  std::uint32_t count = 0;
  EXPECT_EQ(bpf_map_lookup_elem(fd.get(), &port, &count), 0);
  return count;
}

TEST(LinuxKernel, Connections_of_an_older_layout_are_taken_over_when_the_maps_hold_the_World) {
  TestMachine machine;
  const Services services = services_of(1, "vpc-1");
  ASSERT_TRUE(machine.kernel().ensure(services));
  TestConnection open(1000);
  open.flow.seen = kPnSeenSyn | kPnSeenAck | kPnSeenOpen;
  TestConnection half_open(1001);
  half_open.flow.seen = kPnSeenSyn | kPnSeenCounted;
  TestConnection swept(1002);
  swept.flow.seen = swept.answer.seen = kPnSeenDead;
  make_older(machine.dir(), {open, half_open, swept});
  machine.restart();
  EXPECT_EQ(machine.kernel().revision().value(), 0U) << "the new maps hold nothing yet";
  EXPECT_TRUE(machine.kernel().dump(MapId::Ports)->empty());
  ASSERT_TRUE(machine.kernel().ensure(services));
  ASSERT_TRUE(machine.kernel().attach(services.link()));
  EXPECT_EQ(machine.kernel().links().value(), (std::vector<FoundLink>{{services.link(), false}}))
      << "the older program, with the older maps, carries on";

  ASSERT_TRUE(machine.kernel().set_revision(6));
  EXPECT_EQ(machine.kernel().links().value(), (std::vector<FoundLink>{{services.link(), true}}));
  EXPECT_FALSE(std::filesystem::exists(machine.dir().next()));
  const auto taken = flow_at(machine.dir(), open.key);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->seen, open.flow.seen);
  EXPECT_EQ(taken->to_port, 51U);
  EXPECT_EQ(taken->acl_generation, ~0ULL) << "the ACLs are asked anew";
  EXPECT_EQ(taken->cut_generation, 0U) << "and so is all else";
  EXPECT_EQ(taken->packets, 0U);
  EXPECT_TRUE(flow_at(machine.dir(), open.answer_key));
  EXPECT_TRUE(flow_at(machine.dir(), half_open.key));
  EXPECT_EQ(half_open_at(machine.dir(), 50), 1U);
  EXPECT_FALSE(flow_at(machine.dir(), swept.key));
  machine.restart();
  EXPECT_EQ(machine.kernel().revision().value(), 6U);
  EXPECT_TRUE(flow_at(machine.dir(), open.key));
}

TEST(LinuxKernel, Counters_of_fewer_verdicts_begin_anew_and_connections_stay) {
  TestMachine machine;
  const TestConnection open(1000);
  open.put(machine.dir().map("pn_flows"));
  const std::string pin = machine.dir().map("pn_counters");
  std::filesystem::remove(pin);
  {
    const Fd fewer(bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "pn_counters", sizeof(__u32),
                                  sizeof(pn_counter), kPnVerdictCount - 1, nullptr));
    ASSERT_EQ(bpf_obj_pin(fewer.get(), pin.c_str()), 0);
  }
  machine.restart();
  const auto counters = machine.kernel().counters();
  ASSERT_TRUE(counters) << counters.error().message();
  EXPECT_EQ(counters->size(), kVerdicts.size());
  EXPECT_TRUE(flow_at(machine.dir(), open.key));
}

// A daemon finds the maps of the version before it, with connections in them. If this table has to
// change for another reason than a new map, so has kPnLayoutVersion. [layout.h]
TEST(LinuxKernel, The_maps_of_layout_5_have_these_shapes) {
  struct Shape {
    std::string name;
    std::uint32_t key_bytes, value_bytes, entries;
    bool operator==(const Shape&) const = default;
  };
  const std::vector<Shape> expected = {
      {"pn_acls", 8, 1604, 131072},    {"pn_active", 16, 8, 65536},
      {"pn_active_round", 4, 4, 1},    {"pn_addrs", 20, 56, 262144},
      {"pn_choices", 8, 8204, 131072}, {"pn_clock", 4, 8, 1},
      {"pn_endpoints", 4, 60, 262144}, {"pn_events", 0, 0, 1048576},
      {"pn_flows", 44, 136, 2097152},  {"pn_fragments", 16, 12, 8192},
      {"pn_generations", 4, 8, 2},     {"pn_groups", 8, 2820, 262144},
      {"pn_half_open", 4, 4, 65536},   {"pn_listeners", 8, 16, 262144},
      {"pn_meta", 4, 16, 1},           {"pn_meters", 16, 24, 65536},
      {"pn_nodes", 4, 32, 131072},     {"pn_ports", 4, 40, 65536},
      {"pn_splits", 4, 64, 262144},    {"pn_targets", 4, 32, 262144},
      {"pn_traffic", 60, 96, 131072},  {"pn_traffic_lost", 4, 8, 1},
      {"pn_traffic_round", 4, 4, 1},   {"pn_vpc_blocks", 4, 292, 65536},
      {"pn_vpcs", 4, 32, 65536},       {"pn_watching", 4, 16, 1},
  };
  EXPECT_EQ(+kPnLayoutVersion, 5);
  TestMachine machine;
  for (const Shape& shape : expected) {
    const Fd map(bpf_obj_get(machine.dir().map(shape.name).c_str()));
    bpf_map_info info{};
    __u32 size = sizeof info;
    ASSERT_EQ(bpf_obj_get_info_by_fd(map.get(), &info, &size), 0) << shape.name;
    EXPECT_EQ((Shape{shape.name, info.key_size, info.value_size, info.max_entries}), shape)
        << shape.name;
  }
  std::set<std::string> known = {"pn_counters"};
  for (const Shape& shape : expected) {
    known.insert(shape.name);
  }
  for (const auto& pin : std::filesystem::directory_iterator(machine.dir().bpf())) {
    const std::string name = pin.path().filename();
    EXPECT_TRUE(!name.starts_with("pn_") || known.contains(name)) << name << " is not in the table";
  }
}

// What a program works on is of its own version.
TEST(LinuxKernel, An_older_programs_scratch_is_in_nobodys_way) {
  TestMachine machine;
  const TestConnection open(1000);
  open.put(machine.dir().map("pn_flows"));
  for (const char* name : {"pn_scratch", "pn_proxy_scratch"}) {
    const std::string pin = machine.dir().map(name);
    EXPECT_FALSE(std::filesystem::exists(pin));
    const Fd smaller(
        bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, name, sizeof(__u32), sizeof(__u64), 1, nullptr));
    ASSERT_EQ(bpf_obj_pin(smaller.get(), pin.c_str()), 0);
  }
  machine.restart();
  EXPECT_FALSE(std::filesystem::exists(machine.dir().map("pn_scratch")));
  EXPECT_FALSE(std::filesystem::exists(machine.dir().map("pn_proxy_scratch")));
  EXPECT_TRUE(flow_at(machine.dir(), open.key));
}

// ---- delays

// scripts/test_on_kernel has a kernel with netem; without one the daemon refuses a delay.
TEST(LinuxKernel, A_link_is_delayed_until_it_is_not_any_more) {
  TestMachine machine;
  const auto can = machine.kernel().check_delays();
  if (!can) {
    EXPECT_NE(can.error().message().find("netem"), std::string::npos) << can.error().message();
    return;
  }
  const Services services = services_of(1, "vpc-1");
  ASSERT_TRUE(machine.kernel().ensure(services));
  const std::uint32_t port = services.port;
  EXPECT_TRUE(machine.kernel().delayed_links()->empty()) << "the trial leaves nothing behind";
  ASSERT_TRUE(machine.kernel().set_delay(port, std::chrono::milliseconds(50)).value());
  ASSERT_TRUE(machine.kernel().set_delay(port, std::chrono::milliseconds(20)).value());
  EXPECT_EQ(*machine.kernel().delayed_links(), std::set<std::uint32_t>{port});
  ASSERT_TRUE(machine.kernel().set_delay(port, std::chrono::milliseconds(0)));
  EXPECT_TRUE(machine.kernel().delayed_links()->empty());
  EXPECT_FALSE(machine.kernel().set_delay(12345, std::chrono::milliseconds(50)).value());
  EXPECT_TRUE(machine.kernel().set_delay(12345, std::chrono::milliseconds(0)));
}

TEST(LinuxKernel, What_a_connection_did_after_it_was_read_first_is_caught_up_with) {
  TestMachine machine;
  const Services services = services_of(1, "vpc-1");
  ASSERT_TRUE(machine.kernel().ensure(services));
  const std::string older = machine.dir().map("pn_flows");
  TestConnection connection(1000);
  connection.flow.seen = kPnSeenSyn | kPnSeenCounted;
  make_older(machine.dir(), {connection});
  machine.restart();
  // As the first round left it, before the older program saw the answer and the client's.
  const Fd ours(bpf_obj_get((machine.dir().next() + "/pn_flows").c_str()));
  ASSERT_EQ(bpf_map_update_elem(ours.get(), &connection.key, &connection.flow, BPF_ANY), 0);
  const Fd half_open(bpf_obj_get((machine.dir().next() + "/pn_half_open").c_str()));
  const std::uint32_t port = 50;
  const std::uint32_t one = 1;
  ASSERT_EQ(bpf_map_update_elem(half_open.get(), &port, &one, BPF_ANY), 0);
  connection.flow.seen = kPnSeenSyn | kPnSeenAck | kPnSeenOpen;
  connection.flow.last = 77;
  connection.put(older);
  ASSERT_TRUE(machine.kernel().set_revision(6));
  const auto taken = flow_at(machine.dir(), connection.key);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->seen, connection.flow.seen);
  EXPECT_EQ(taken->last, 77U);
  EXPECT_EQ(half_open_at(machine.dir(), port), 0U);
}

TEST(LinuxKernel, Taking_over_goes_on_after_a_crash) {
  TestMachine machine;
  ASSERT_TRUE(machine.kernel().ensure(services_of(1, "vpc-1")));
  const TestConnection connection(1000);
  make_older(machine.dir(), {connection});
  machine.restart();
  machine.restart();  // before the first revision
  EXPECT_TRUE(std::filesystem::exists(machine.dir().next()));
  ASSERT_TRUE(machine.kernel().set_revision(6));
  EXPECT_TRUE(flow_at(machine.dir(), connection.key));

  // Between two maps of the move.
  std::filesystem::create_directory(machine.dir().next());
  for (const char* name : {"pn_flows", "pn_meta"}) {
    std::filesystem::rename(machine.dir().map(name), machine.dir().next() + "/" + name);
  }
  machine.restart();
  EXPECT_FALSE(std::filesystem::exists(machine.dir().next()));
  EXPECT_EQ(machine.kernel().revision().value(), 6U);
  EXPECT_TRUE(flow_at(machine.dir(), connection.key));
}

TEST(LinuxKernel, Maps_of_an_older_layout_that_no_link_uses_are_dropped) {
  TestMachine machine;
  const TestConnection connection(1000);
  make_older(machine.dir(), {connection});
  machine.restart();
  EXPECT_FALSE(std::filesystem::exists(machine.dir().next()));
  EXPECT_FALSE(flow_at(machine.dir(), connection.key));
}

TEST(LinuxKernel, Teardown_leaves_nothing_and_may_be_repeated) {
  std::vector<std::uint32_t> maps;
  const auto own_namespace = std::filesystem::read_symlink("/proc/self/ns/net");
  RunDir dir("");
  {
    TestMachine machine;
    dir = machine.dir();
    ASSERT_TRUE(machine.kernel().ensure(services_of(1, "vpc-1")));
    const Fd netns = machine.make_instance("i-1");
    ASSERT_TRUE(machine.kernel().connect_instance(guest({kPnPortInstance, 3, 50}), netns.get()));
    EXPECT_FALSE(mounts_under(dir.path()).empty());
    maps = map_ids(dir);
    EXPECT_GE(maps.size(), kMapCount);
  }
  EXPECT_TRUE(mounts_under(dir.path()).empty());
  EXPECT_FALSE(std::filesystem::exists(dir.path()));
  EXPECT_TRUE(teardown(dir));
  EXPECT_EQ(std::filesystem::read_symlink("/proc/self/ns/net"), own_namespace);
  EXPECT_TRUE(eventually([&] { return std::ranges::all_of(maps, is_gone); }))
      << "BPF maps are left";
}

TEST(LinuxKernel, The_sweeper_and_the_counters_answer) {
  TestMachine machine;
  const auto report = machine.kernel().sweep();
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->live, 0U);
  const auto counts = machine.kernel().counters();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->size(), kVerdicts.size());
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Tcx, KernelContract, testing::Values(&make_with_tcx));
INSTANTIATE_TEST_SUITE_P(Clsact, KernelContract, testing::Values(&make_with_clsact));

}  // namespace postern::dataplane
