// SPDX-License-Identifier: Apache-2.0
// Messages survive reading and writing, and no bytes whatever do harm.
#include "dns/wire/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "dns/wire/packet.h"

namespace postern::dns {
namespace {

constexpr std::uint16_t kId = 0x1234;

Bytes raw_query(const std::string& name, RecordType type = kTypeA,
                std::optional<std::uint16_t> edns_bytes = std::nullopt) {
  const Packet packet = new_packet();
  ldns_pkt_set_id(packet.get(), kId);
  ldns_pkt_set_rd(packet.get(), true);
  push_question(*packet, {name, type});
  if (edns_bytes) {
    ldns_pkt_set_edns_udp_size(packet.get(), *edns_bytes);
  }
  return small_packet_bytes(*packet);
}

Query query_of(const Bytes& message) {
  const auto query = read_query(message);
  EXPECT_TRUE(query);
  return query.value_or(Query());
}

Record address_record(const std::string& name, std::uint32_t address) {
  return {name, 60, IpAddress::v4(address)};
}

Answer big_answer(const std::string& name, std::uint32_t records) {
  Answer answer{.authoritative = true};
  for (std::uint32_t i = 0; i < records; ++i) {
    answer.records.push_back(address_record(name, i));
  }
  return answer;
}

TEST(Message, A_query_is_read) {
  const Query query = query_of(raw_query("Web.Example.com", kTypeAaaa, 4096));
  EXPECT_EQ(query.id, kId);
  EXPECT_TRUE(query.recursion_desired);
  EXPECT_EQ(query.problem, Rcode::NoError);
  ASSERT_TRUE(query.question);
  EXPECT_EQ(query.question->name, "Web.Example.com");
  EXPECT_EQ(query.question->type, kTypeAaaa);
  ASSERT_TRUE(query.edns);
  EXPECT_EQ(query.edns->udp_bytes_max, 4096);
}

TEST(Message, A_reply_says_what_the_answer_says) {
  const Query query = query_of(raw_query("a.example", kTypeA, 1400));
  Answer answer{.authoritative = true};
  answer.records = {address_record("a.example", 0x0a000105),
                    {"a.example", 60, *IpAddress::parse("2001:db8::5")},
                    {"a.example", 60, Pointer{"b.example"}}};
  answer.authority = {{"example", 60, Soa{60}}};
  const Packet reply = parse_packet(write_reply(query, answer, kTcpReplyBytesMax));
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(ldns_pkt_id(reply.get()), kId);
  EXPECT_TRUE(ldns_pkt_qr(reply.get()));
  EXPECT_TRUE(ldns_pkt_aa(reply.get()));
  EXPECT_TRUE(ldns_pkt_rd(reply.get()));
  EXPECT_TRUE(ldns_pkt_ra(reply.get()));
  EXPECT_FALSE(ldns_pkt_tc(reply.get()));
  EXPECT_TRUE(ldns_pkt_edns(reply.get()));
  EXPECT_EQ(only_question(*reply)->name, "a.example");
  const std::unique_ptr<char, decltype(&std::free)> text(ldns_pkt2str(reply.get()), &std::free);
  EXPECT_THAT(std::string(text.get()),
              testing::AllOf(testing::HasSubstr("a.example.\t60\tIN\tA\t10.0.1.5"),
                             testing::HasSubstr("a.example.\t60\tIN\tAAAA\t2001:db8::5"),
                             testing::HasSubstr("a.example.\t60\tIN\tPTR\tb.example."),
                             testing::HasSubstr("example.\t60\tIN\tSOA\tns.example. "
                                                "hostmaster.example. 1 7200 900 1209600 60")));
}

TEST(Message, A_query_without_EDNS_gets_a_reply_without) {
  const Query query = query_of(raw_query("a.example"));
  const Packet reply = parse_packet(write_reply(query, {}, 512));
  ASSERT_NE(reply, nullptr);
  EXPECT_FALSE(ldns_pkt_edns(reply.get()));
}

// [RFC 1035 4.2.1, RFC 6891 6.2.3-6.2.5]
TEST(Message, The_limit_over_UDP_is_512_or_what_EDNS_allows_up_to_ours) {
  EXPECT_EQ(udp_limit(query_of(raw_query("a"))), 512U);
  EXPECT_EQ(udp_limit(query_of(raw_query("a", kTypeA, std::uint16_t{100}))), 512U);
  EXPECT_EQ(udp_limit(query_of(raw_query("a", kTypeA, std::uint16_t{700}))), 700U);
  EXPECT_EQ(udp_limit(query_of(raw_query("a", kTypeA, std::uint16_t{4096}))), 1232U);
}

TEST(Message, A_reply_over_the_limit_is_cut_to_its_question_and_says_so) {
  const Query query = query_of(raw_query("a.example"));
  const Bytes whole = write_reply(query, big_answer("a.example", 40), kTcpReplyBytesMax);
  EXPECT_GT(whole.size(), 512U);
  const Bytes cut = write_reply(query, big_answer("a.example", 40), 512);
  EXPECT_LE(cut.size(), 512U);
  const Packet reply = parse_packet(cut);
  ASSERT_NE(reply, nullptr);
  EXPECT_TRUE(ldns_pkt_tc(reply.get()));
  EXPECT_TRUE(ldns_pkt_aa(reply.get()));
  EXPECT_EQ(ldns_pkt_ancount(reply.get()), 0);
  EXPECT_EQ(only_question(*reply)->name, "a.example");
  EXPECT_EQ(write_reply(query, big_answer("a.example", 40), whole.size()), whole);
  EXPECT_NE(write_reply(query, big_answer("a.example", 40), whole.size() - 1), whole);
}

TEST(Message, What_cannot_be_answered_has_its_reason) {
  struct Case {
    const char* name;
    std::function<void(ldns_pkt&)> change;
    Rcode problem;
  };
  const std::vector<Case> cases = {
      {"two questions", [](ldns_pkt& p) { push_question(p, {"b.example", kTypeA}); },
       Rcode::FormatError},
      {"an update", [](ldns_pkt& p) { ldns_pkt_set_opcode(&p, LDNS_PACKET_UPDATE); },
       Rcode::NotImplemented},
      {"a transfer",
       [](ldns_pkt& p) {
         ldns_rr_set_type(ldns_rr_list_rr(ldns_pkt_question(&p), 0), LDNS_RR_TYPE_AXFR);
       },
       Rcode::Refused},
      {"class CHAOS",
       [](ldns_pkt& p) {
         ldns_rr_set_class(ldns_rr_list_rr(ldns_pkt_question(&p), 0), LDNS_RR_CLASS_CH);
       },
       Rcode::Refused},
      {"EDNS version 1",
       [](ldns_pkt& p) {
         ldns_pkt_set_edns_udp_size(&p, 1232);
         ldns_pkt_set_edns_version(&p, 1);
       },
       Rcode::BadVersion},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Packet packet = new_packet();
    push_question(*packet, {"a.example", kTypeA});
    c.change(*packet);
    const Query query = query_of(small_packet_bytes(*packet));
    EXPECT_EQ(query.problem, c.problem);
    const Packet reply = parse_packet(write_reply(query, {.rcode = query.problem}, 512));
    ASSERT_NE(reply, nullptr);
    const int rcode = ldns_pkt_get_rcode(reply.get()) | ldns_pkt_edns_extended_rcode(reply.get())
                                                            << 4;
    EXPECT_EQ(rcode, static_cast<int>(c.problem));
  }
}

TEST(Message, A_broken_query_gets_FORMERR_and_an_unknown_opcode_is_given_back) {
  Bytes message = raw_query("a.example");
  message.resize(message.size() - 3);
  EXPECT_EQ(query_of(message).problem, Rcode::FormatError);
  message[2] = 9 << 3;
  const Query query = query_of(message);
  EXPECT_EQ(query.problem, Rcode::NotImplemented);
  EXPECT_EQ(write_reply(query, {.rcode = query.problem}, 512)[2] & 0x78, 9 << 3);
}

TEST(Message, Replies_and_scraps_are_not_answered) {
  Bytes reply = raw_query("a.example");
  reply[2] |= 0x80;
  EXPECT_FALSE(read_query(reply));
  EXPECT_FALSE(read_query(Bytes(11)));
  EXPECT_FALSE(read_query({}));
  EXPECT_TRUE(read_query(Bytes(12)));
}

TEST(Message, An_upstreams_reply_is_relayed_under_the_clients_id) {
  const Query query = query_of(raw_query("A.example"));
  const Bytes asked = write_upstream_query(query, 77);
  const Query upstream_query = query_of(asked);
  EXPECT_EQ(upstream_query.id, 77);
  EXPECT_TRUE(upstream_query.recursion_desired);
  EXPECT_TRUE(upstream_query.edns);
  Answer said{.rcode = Rcode::NameError};
  said.records = {address_record("A.example", 0x01020304)};
  said.authority = {{"example", 60, Soa{60}}};
  const auto relayed = relay_reply(query, 77, write_reply(upstream_query, said, 1232), 512);
  ASSERT_TRUE(relayed);
  Answer expected = said;
  expected.authoritative = false;
  EXPECT_EQ(*relayed, write_reply(query, expected, 512));
}

TEST(Message, A_large_reply_of_an_upstream_is_cut_for_the_client) {
  const Query query = query_of(raw_query("a.example"));
  const Query upstream_query = query_of(write_upstream_query(query, 77));
  const Bytes said = write_reply(upstream_query, big_answer("a.example", 40), 1232);
  const auto relayed = relay_reply(query, 77, said, 512);
  ASSERT_TRUE(relayed);
  EXPECT_LE(relayed->size(), 512U);
  EXPECT_TRUE(ldns_pkt_tc(parse_packet(*relayed).get()));
}

TEST(Message, What_does_not_answer_the_question_is_not_relayed) {
  const Query query = query_of(raw_query("a.example"));
  const Query upstream_query = query_of(write_upstream_query(query, 77));
  const Bytes good = write_reply(upstream_query, {}, 1232);
  EXPECT_TRUE(relay_reply(query, 77, good, 512));
  EXPECT_FALSE(relay_reply(query, 78, good, 512)) << "another id";
  EXPECT_FALSE(relay_reply(query, 77, write_upstream_query(query, 77), 512)) << "a query";
  const Query other_name = query_of(raw_query("b.example"));
  EXPECT_FALSE(relay_reply(other_name, 77, good, 512));
  const Query other_type = query_of(raw_query("a.example", kTypeAaaa));
  EXPECT_FALSE(relay_reply(other_type, 77, good, 512));
  EXPECT_FALSE(relay_reply(query, 77, Bytes(good.begin(), good.end() - 3), 512));
  EXPECT_FALSE(relay_reply(query, 77, {}, 512));
}

// Properties over random bytes, with fixed seeds.

class RandomBytes {
 public:
  explicit RandomBytes(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }
  Bytes bytes(std::size_t count) {
    Bytes result(count);
    std::ranges::generate(result, [&] { return byte(); });
    return result;
  }

 private:
  std::mt19937 engine_;
};

// Everything that is done with bytes from outside, as the server does it.
void handle(const Bytes& message) {
  const auto query = read_query(message);
  if (!query) {
    return;
  }
  Answer answer{.rcode = query->problem};
  if (query->question) {
    answer.records = {address_record(query->question->name, 1)};
  }
  const Bytes reply = write_reply(*query, answer, udp_limit(*query));
  EXPECT_LE(reply.size(), udp_limit(*query));
  EXPECT_NE(parse_packet(reply), nullptr);
  if (query->problem == Rcode::NoError) {
    EXPECT_NE(parse_packet(write_upstream_query(*query, 1)), nullptr);
    const auto relayed = relay_reply(*query, query->id, message, 512);
    EXPECT_FALSE(relayed) << "a query is no reply";
  }
}

TEST(MessageProperty, Random_bytes_do_no_harm) {
  RandomBytes random(1);
  for (int i = 0; i < 20000; ++i) {
    Bytes message = random.bytes(random.below(600));
    if (message.size() >= 12 && i % 2 == 0) {
      // Plausible counts: random ones nearly always stop at the header.
      message[2] &= 0x07;
      for (std::size_t at = 4; at < 12; at += 2) {
        message[at] = 0;
        message[at + 1] = static_cast<std::uint8_t>(random.below(3));
      }
    }
    handle(message);
  }
}

TEST(MessageProperty, Changed_queries_and_replies_do_no_harm) {
  RandomBytes random(2);
  const Query asked = query_of(raw_query("a.b.example", kTypeA, 1232));
  const Bytes query =
      raw_query("vpce-0a-abcd1234.vpce-svc-0b.ap-northeast-1.vpce.amazonaws.com", kTypeA, 1232);
  const Bytes reply = write_reply(asked, big_answer("a.b.example", 5), 1232);
  for (int i = 0; i < 20000; ++i) {
    Bytes changed = i % 2 == 0 ? query : reply;
    for (std::size_t changes = 1 + random.below(4); changes > 0; --changes) {
      changed[random.below(changed.size())] = random.byte();
    }
    changed.resize(changed.size() - random.below(8));
    handle(changed);
    if (const auto relayed = relay_reply(asked, kId, changed, 512)) {
      EXPECT_NE(parse_packet(*relayed), nullptr);
      EXPECT_LE(relayed->size(), 512U);
    }
  }
}

// Any labels that the wire can hold come back as they were, up to the longest name.
TEST(MessageProperty, Any_name_survives) {
  RandomBytes random(3);
  for (int i = 0; i < 5000; ++i) {
    Bytes message = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    for (std::size_t left = 254; left > 1 && random.below(8) != 0;) {
      const std::size_t length = 1 + random.below(std::min<std::size_t>(63, left - 1));
      message.push_back(static_cast<std::uint8_t>(length));
      const Bytes label = random.bytes(length);
      message.insert(message.end(), label.begin(), label.end());
      left -= length + 1;
    }
    message.insert(message.end(), {0, 0, 1, 0, 1});
    const auto query = read_query(message);
    ASSERT_TRUE(query && query->question);
    Bytes reply = write_reply(*query, {}, 512);
    reply[2] = message[2];
    reply[3] = message[3];
    EXPECT_EQ(reply, message);
  }
}

}  // namespace
}  // namespace postern::dns
