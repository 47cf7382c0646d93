// SPDX-License-Identifier: Apache-2.0
// The resolver over real sockets on loopback: VPCs 127.x.0.0/16, and ports of the kernel's choice
// where the resolver asks for 53.
#include "dns/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "dns/server/test_loopback.h"
#include "dns/server/test_upstream.h"
#include "dns/server/vpc_resolver.h"
#include "dns/wire/packet.h"
#include "model/dns_names.h"

namespace postern::dns {
namespace {

using model::Id;
using model::Vpc;
using model::World;
using model::WorldBuilder;
using std::chrono::milliseconds;

Bytes make_query(const std::string& name, std::optional<std::uint16_t> edns_bytes = std::nullopt,
                 bool recursion_desired = true) {
  const Packet packet = new_packet();
  ldns_pkt_set_id(packet.get(), 4711);
  ldns_pkt_set_rd(packet.get(), recursion_desired);
  push_question(*packet, {name, kTypeA});
  if (edns_bytes) {
    ldns_pkt_set_edns_udp_size(packet.get(), *edns_bytes);
  }
  return small_packet_bytes(*packet);
}

// A reply as a test wants it: its rcode, its addresses, whether it was cut.
struct Said {
  int rcode = -1;
  std::vector<std::string> addresses;
  bool truncated = false;
  bool operator==(const Said&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Said& said) {
  return out << "rcode " << said.rcode << (said.truncated ? " (cut)" : "") << " "
             << testing::PrintToString(said.addresses);
}

Said read_said(const Bytes& message) {
  const Packet packet = parse_packet(message);
  if (packet == nullptr) {
    return {};
  }
  EXPECT_EQ(ldns_pkt_id(packet.get()), 4711);
  Said said{.rcode = ldns_pkt_get_rcode(packet.get()), .truncated = ldns_pkt_tc(packet.get())};
  for (std::size_t i = 0; i < ldns_pkt_ancount(packet.get()); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(ldns_pkt_answer(packet.get()), i);
    const std::unique_ptr<char, decltype(&std::free)> text(ldns_rdf2str(ldns_rr_rdf(record, 0)),
                                                           &std::free);
    said.addresses.emplace_back(text.get());
  }
  return said;
}

Said found(const std::vector<std::string>& addresses) {
  return {.rcode = 0, .addresses = addresses};
}
const Said kNoSuchName = {.rcode = 3};
const Said kServerFailure = {.rcode = 2};
const Said kRefused = {.rcode = 5};

Vpc make_vpc(const std::string& id, const char* cidr) {
  return {.id = Id<Vpc>(id),
          .owner = Id<model::Account>("111111111111"),
          .region = "ap-northeast-1",
          .cidr = *Cidr::parse(cidr),
          .enable_dns_hostnames = true};
}

// One VPC with one address that has a name, and a server for it.
class ServerTest : public testing::Test {
 protected:
  ServerTest() : published(std::make_shared<const World>()) {}

  void SetUp() override { put(vpc); }

  void start(Settings settings = {}) {
    server = std::make_unique<Server>(published, sockets, ids, std::move(settings));
  }

  // Publishes the World with `in` and an address in it that has a name.
  void put(const Vpc& in) {
    builder.put(in);
    builder.put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-" + in.id.value),
                                        .vpc = in.id,
                                        .address = in.cidr.at(5)});
    publish();
  }
  void publish() {
    WorldBuilder copy = builder;
    published.set(std::make_shared<const World>(copy.build()));
  }

  static std::string name_in(const Vpc& in) {
    return model::private_name(in.region, in.cidr.at(5));
  }

  Said udp(const std::string& name) {
    return read_said(ask_udp(sockets.place(vpc, Kind::Udp), make_query(name)));
  }
  Said tcp(const std::string& name) {
    return read_said(ask_tcp(sockets.place(vpc, Kind::TcpListener), make_query(name)));
  }

  Vpc vpc = make_vpc("vpc-1", "127.101.0.0/16");
  WorldBuilder builder;
  Published<World> published;
  LoopbackSockets sockets;
  RandomIds ids;
  std::unique_ptr<Server> server;
};

// [VPC guide, "Amazon DNS server": base plus two, and 169.254.169.253]
TEST_F(ServerTest, Answers_at_both_addresses_over_UDP_and_TCP) {
  start();
  const Bytes query = make_query(name_in(vpc));
  for (const char* address : {"127.101.0.2", "169.254.169.253"}) {
    SCOPED_TRACE(address);
    const IpAddress at = *IpAddress::parse(address);
    EXPECT_EQ(read_said(ask_udp(sockets.place(vpc, Kind::Udp, at), query)), found({"127.101.0.5"}));
    EXPECT_EQ(read_said(ask_tcp(sockets.place(vpc, Kind::TcpListener, at), query)),
              found({"127.101.0.5"}));
  }
}

TEST_F(ServerTest, VPCs_come_and_go) {
  start();
  const Vpc second = make_vpc("vpc-2", "127.102.0.0/16");
  put(second);
  const Place place = sockets.place(second, Kind::Udp);
  EXPECT_EQ(read_said(ask_udp(place, make_query(name_in(second)))), found({"127.102.0.5"}));

  builder = WorldBuilder();
  put(vpc);
  // The port is refused once the socket is closed; until then a query still may get in.
  const Place listener = sockets.place(second, Kind::TcpListener);
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (connect_to(listener, SOCK_STREAM)) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    std::this_thread::yield();
  }
  EXPECT_EQ(udp(name_in(vpc)), found({"127.101.0.5"}));
}

TEST_F(ServerTest, The_newest_World_is_answered_from) {
  start();
  EXPECT_EQ(udp("ip-127-101-0-9.ap-northeast-1.compute.internal"), kNoSuchName);
  builder.put(model::NetworkInterface{
      .id = Id<model::NetworkInterface>("eni-9"), .vpc = vpc.id, .address = vpc.cidr.at(9)});
  publish();
  EXPECT_EQ(udp("ip-127-101-0-9.ap-northeast-1.compute.internal"), found({"127.101.0.9"}));
}

TEST_F(ServerTest, A_VPC_whose_namespace_is_late_is_tried_again) {
  sockets.refuse_next(3);
  start();
  EXPECT_TRUE(server->wait_open(vpc.id, kPatience));
  EXPECT_FALSE(server->wait_open(Id<Vpc>("vpc-2"), std::chrono::milliseconds(1)));
  EXPECT_EQ(udp(name_in(vpc)), found({"127.101.0.5"}));
}

TEST_F(ServerTest, Without_DNS_support_the_resolver_refuses) {
  vpc.enable_dns_support = false;
  put(vpc);
  start();
  EXPECT_EQ(udp(name_in(vpc)), kRefused);
  EXPECT_EQ(udp("example.com"), kRefused);
}

TEST_F(ServerTest, Without_upstreams_other_names_do_not_exist) {
  start();
  EXPECT_EQ(udp("example.com"), kNoSuchName);
  EXPECT_EQ(tcp("example.com"), kNoSuchName);
}

TEST_F(ServerTest, Addresses_turn_and_a_large_answer_is_cut_over_UDP_and_whole_over_TCP) {
  model::VpcEndpoint endpoint{.id = Id<model::VpcEndpoint>("vpce-1"),
                              .owner = vpc.owner,
                              .region = vpc.region,
                              .vpc = vpc.id,
                              .service = Id<model::EndpointService>("vpce-svc-1"),
                              .dns_suffix = "abcd1234",
                              .state = model::EndpointState::Available};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Id<model::NetworkInterface> id("eni-" + std::to_string(i));
    builder.put(model::NetworkInterface{.id = id, .vpc = vpc.id, .address = vpc.cidr.at(100 + i)});
    endpoint.subnets.push_back({.network_interface = id});
  }
  builder.put(endpoint);
  publish();
  start();
  const std::string name = model::regional_name(endpoint);
  EXPECT_EQ(udp(name), (Said{.rcode = 0, .truncated = true}));
  const Said first = tcp(name);
  const Said second = tcp(name);
  EXPECT_EQ(first.addresses.size(), 40U);
  EXPECT_FALSE(first.truncated);
  ASSERT_EQ(second.addresses.size(), 40U);
  EXPECT_EQ(second.addresses[0], first.addresses[1]);
  const Bytes with_edns = make_query(name, std::uint16_t{1232});
  EXPECT_EQ(read_said(ask_udp(sockets.place(vpc, Kind::Udp), with_edns)).addresses.size(), 40U);
}

TEST_F(ServerTest, Bad_messages_do_not_stop_it) {
  start();
  const Place datagrams = sockets.place(vpc, Kind::Udp);
  const Fd fd = connect_to(datagrams, SOCK_DGRAM);
  const Bytes good = make_query(name_in(vpc));
  Bytes bad = good;
  bad.resize(good.size() - 2);
  for (const Bytes& message : {Bytes(), Bytes(3, 0xff), Bytes(5000, 0xff), Bytes(5000, 0)}) {
    send(fd.get(), message.data(), message.size(), 0);
  }
  EXPECT_EQ(read_said(ask_udp(datagrams, bad)).rcode, 1);
  EXPECT_EQ(read_said(ask_udp(datagrams, good)), found({"127.101.0.5"}));

  const Place connections = sockets.place(vpc, Kind::TcpListener);
  for (const Bytes& message : {Bytes(), Bytes(3, 0xff), Bytes(60000, 0xff)}) {
    EXPECT_TRUE(ask_tcp(connections, message).empty()) << "the connection is closed";
  }
  EXPECT_EQ(read_said(ask_tcp(connections, bad)).rcode, 1);
  EXPECT_EQ(read_said(ask_tcp(connections, good)), found({"127.101.0.5"}));
}

TEST_F(ServerTest, A_TCP_connection_carries_several_queries) {
  start();
  const Fd fd = connect_to(sockets.place(vpc, Kind::TcpListener), SOCK_STREAM);
  send_framed(fd.get(), make_query(name_in(vpc)));
  send_framed(fd.get(), make_query("example.com"));
  EXPECT_EQ(read_said(receive_framed(fd.get())), found({"127.101.0.5"}));
  EXPECT_EQ(read_said(receive_framed(fd.get())), kNoSuchName);
}

TEST_F(ServerTest, TCP_connections_beyond_the_limit_are_closed_and_others_go_on) {
  start();
  const Place place = sockets.place(vpc, Kind::TcpListener);
  std::vector<Fd> open;
  for (std::size_t i = 0; i < VpcResolver::kTcpSessionsMax; ++i) {
    open.push_back(connect_to(place, SOCK_STREAM));
    // Answered, so that it is counted before the next one comes.
    send_framed(open.back().get(), make_query(name_in(vpc)));
    EXPECT_EQ(read_said(receive_framed(open.back().get())), found({"127.101.0.5"}));
  }
  const Fd one_too_many = connect_to(place, SOCK_STREAM);
  EXPECT_TRUE(receive(one_too_many.get()).empty());
  send_framed(open.front().get(), make_query(name_in(vpc)));
  EXPECT_EQ(read_said(receive_framed(open.front().get())), found({"127.101.0.5"}));
}

Bytes address_reply(const Bytes& query, std::uint32_t address, std::size_t copies = 1) {
  const auto read = read_query(query);
  Answer answer;
  for (std::size_t i = 0; i < copies; ++i) {
    answer.records.push_back(
        {read->question->name, 30, IpAddress::v4(address + static_cast<std::uint32_t>(i))});
  }
  return write_reply(*read, answer, kTcpReplyBytesMax);
}

FakeUpstream::Reply say_1_2_3_4(const Bytes& query) {
  return {address_reply(query, 0x01020304)};
}
FakeUpstream::Reply say_nothing(const Bytes&) {
  return {};
}

TEST_F(ServerTest, Other_names_are_asked_of_the_upstream_over_the_clients_transport) {
  FakeUpstream upstream(say_1_2_3_4);
  start({.upstreams = {upstream.upstream()}});
  EXPECT_EQ(udp("example.com"), found({"1.2.3.4"}));
  EXPECT_EQ(upstream.seen().size(), 1U);
  EXPECT_EQ(tcp("example.com"), found({"1.2.3.4"}));
  EXPECT_EQ(upstream.seen().size(), 1U);
}

TEST_F(ServerTest, Our_own_names_never_leave) {
  FakeUpstream upstream(say_1_2_3_4);
  start({.upstreams = {upstream.upstream()}});
  EXPECT_EQ(udp(name_in(vpc)), found({"127.101.0.5"}));
  EXPECT_EQ(udp("vpce-1-a.vpce-svc-1.ap-northeast-1.vpce.amazonaws.com"), kNoSuchName);
  EXPECT_EQ(udp("n-0123456789abcdef.elb.ap-northeast-1.amazonaws.com"), kNoSuchName);
  EXPECT_TRUE(upstream.seen().empty());
}

TEST_F(ServerTest, Queries_to_the_upstream_have_ports_and_ids_of_their_own) {
  FakeUpstream upstream(say_1_2_3_4);
  start({.upstreams = {upstream.upstream()}});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(udp("example.com"), found({"1.2.3.4"}));
  }
  std::set<std::uint16_t> ports;
  std::set<std::uint16_t> query_ids;
  for (const auto& [port, id] : upstream.seen()) {
    ports.insert(port);
    query_ids.insert(id);
  }
  EXPECT_GT(ports.size(), 10U);
  EXPECT_GT(query_ids.size(), 10U);
}

TEST_F(ServerTest, Forged_replies_are_passed_over) {
  FakeUpstream upstream([](const Bytes& query) -> FakeUpstream::Reply {
    Bytes wrong_id = address_reply(query, 0x06060606);
    wrong_id[0] = static_cast<std::uint8_t>(wrong_id[0] + 1);
    return {wrong_id, Bytes(20, 0xff), query, address_reply(query, 0x01020304)};
  });
  start({.upstreams = {upstream.upstream()}});
  EXPECT_EQ(udp("example.com"), found({"1.2.3.4"}));
}

TEST_F(ServerTest, A_silent_upstream_is_followed_by_the_next) {
  FakeUpstream silent(say_nothing);
  FakeUpstream speaking(say_1_2_3_4);
  start({.upstreams = {silent.upstream(), speaking.upstream()},
         .upstream_timeout = milliseconds(50)});
  EXPECT_EQ(udp("example.com"), found({"1.2.3.4"}));
  EXPECT_EQ(tcp("example.com"), found({"1.2.3.4"}));
}

TEST_F(ServerTest, When_all_upstreams_are_silent_the_client_hears_of_it) {
  FakeUpstream silent(say_nothing);
  start({.upstreams = {silent.upstream()}, .upstream_timeout = milliseconds(50)});
  EXPECT_EQ(udp("example.com"), kServerFailure);
  EXPECT_EQ(tcp("example.com"), kServerFailure);
}

TEST_F(ServerTest, An_upstream_that_nobody_listens_at_fails_at_once) {
  Place nobody;
  {
    const auto fd = sockets::open_here({Kind::Udp, *IpAddress::parse("127.0.0.1"), 0});
    nobody = bound_place(fd->get());
  }
  start({.upstreams = {{nobody.address, nobody.port}}, .upstream_timeout = kPatience * 2});
  EXPECT_EQ(udp("example.com"), kServerFailure);
  EXPECT_EQ(tcp("example.com"), kServerFailure);
}

TEST_F(ServerTest, A_large_reply_of_the_upstream_is_cut_over_UDP) {
  FakeUpstream upstream([](const Bytes& query) -> FakeUpstream::Reply {
    return {address_reply(query, 0x01020304, 60)};
  });
  start({.upstreams = {upstream.upstream()}});
  EXPECT_EQ(udp("example.com"), (Said{.rcode = 0, .truncated = true}));
  EXPECT_EQ(tcp("example.com").addresses.size(), 60U);
}

TEST_F(ServerTest, A_query_that_wants_no_recursion_is_not_passed_on) {
  FakeUpstream upstream(say_1_2_3_4);
  start({.upstreams = {upstream.upstream()}});
  const Bytes query = make_query("example.com", std::nullopt, false);
  EXPECT_EQ(read_said(ask_udp(sockets.place(vpc, Kind::Udp), query)), kRefused);
  EXPECT_TRUE(upstream.seen().empty());
}

TEST_F(ServerTest, Too_many_queries_at_the_upstream_fail_at_once_and_our_names_go_on) {
  FakeUpstream silent(say_nothing);
  start({.upstreams = {silent.upstream()}, .upstream_timeout = kPatience * 2});
  const Fd fd = connect_to(sockets.place(vpc, Kind::Udp), SOCK_DGRAM);
  const Bytes query = make_query("example.com");
  for (std::size_t i = 0; i < VpcResolver::kUpstreamQueriesMax; ++i) {
    send(fd.get(), query.data(), query.size(), 0);
  }
  EXPECT_EQ(udp("example.com"), kServerFailure);
  EXPECT_EQ(udp(name_in(vpc)), found({"127.101.0.5"}));
}

}  // namespace
}  // namespace postern::dns
