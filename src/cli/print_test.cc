// SPDX-License-Identifier: Apache-2.0
// The daemon's answers as a shell, the AWS tools and people take them.
#include "cli/print.h"

#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;

json::object account() {
  return {{"account_id", "111111111111"},   {"name", "alice"},
          {"access_key_id", "AKIAEXAMPLE"}, {"secret_access_key", "se/cr+et"},
          {"region", "ap-northeast-1"},     {"endpoint", "http://127.0.0.1:4566"}};
}

TEST(Print, An_account_as_lines_to_source) {
  EXPECT_EQ(account_env(account()),
            "export AWS_ACCESS_KEY_ID=AKIAEXAMPLE\n"
            "export AWS_SECRET_ACCESS_KEY=se/cr+et\n"
            "export AWS_DEFAULT_REGION=ap-northeast-1\n"
            "export AWS_REGION=ap-northeast-1\n"
            "export AWS_ENDPOINT_URL=http://127.0.0.1:4566\n"
            "export AWS_PAGER=\n"
            "unset AWS_SESSION_TOKEN AWS_PROFILE\n");
}

TEST(Print, An_account_as_a_section_of_the_credentials_file) {
  EXPECT_EQ(account_profile(account()),
            "[alice]\n"
            "aws_access_key_id = AKIAEXAMPLE\n"
            "aws_secret_access_key = se/cr+et\n"
            "region = ap-northeast-1\n"
            "endpoint_url = http://127.0.0.1:4566\n");
}

TEST(Print, Accounts_as_a_table_without_secrets) {
  const json::object accounts = {
      {"accounts", json::array{account(), json::object{{"account_id", "000000000000"},
                                                       {"name", "000000000000"}}}}};
  EXPECT_EQ(account_table(accounts),
            "ACCOUNT       NAME                    ACCESS KEY\n"
            "111111111111  alice                   AKIAEXAMPLE\n"
            "000000000000  000000000000            \n");
}

TEST(Print, The_status_names_every_drop_and_what_was_asked_for_in_vain) {
  const json::object status = {
      {"version", "0.1.0"},
      {"endpoint", "http://127.0.0.1:4566"},
      {"region", "ap-northeast-1"},
      {"uptime_seconds", 12},
      {"revision", 7},
      {"programmed_revision", 6},
      {"accounts", json::array{json::object{{"account_id", "111111111111"},
                                            {"name", "alice"},
                                            {"resources", {{"vpcs", 1}, {"instances", 2}}}}}},
      {"faults", json::array{json::object{{"fault_id", "fault-1"},
                                          {"subject", "apne1-az4"},
                                          {"about", "zone ap-northeast-1a"},
                                          {"loss_percent", 0},
                                          {"delay_ms", 0},
                                          {"seconds_left", 90}}}},
      {"packets_passed", 1000},
      {"drops", json::array{json::object{
                    {"verdict", "NoRoute"}, {"packets", 3}, {"meaning", "no route leads there"}}}},
      {"unknown_actions", json::array{json::object{{"action", "ec2:CreateFleet"}, {"count", 2}}}}};
  EXPECT_EQ(status_text(status),
            "posternd 0.1.0 at http://127.0.0.1:4566, region ap-northeast-1, up 12 s\n"
            "revision 7, programmed 6\n"
            "\n"
            "account 111111111111 alice:  1 vpcs  2 instances\n"
            "\n"
            "broken on purpose:\n"
            "  fault-1  zone ap-northeast-1a (apne1-az4): nothing goes in or out, for 90 s\n"
            "\n"
            "packets passed: 1000\n"
            "packets dropped, by reason:\n"
            "           3  NoRoute                   no route leads there\n"
            "actions asked for that are not served:\n"
            "           2  ec2:CreateFleet\n");
}

TEST(Print, A_fault_says_what_of_what_is_broken_and_for_how_long) {
  const auto line = [](int loss_percent, int delay_ms) {
    return fault_text({{"fault_id", "fault-1"},
                       {"subject", "eni-1"},
                       {"about", "eni eni-1"},
                       {"loss_percent", loss_percent},
                       {"delay_ms", delay_ms},
                       {"seconds_left", 5}});
  };
  EXPECT_EQ(line(0, 0), "fault-1  eni eni-1: nothing goes in or out, for 5 s\n");
  EXPECT_EQ(line(10, 0), "fault-1  eni eni-1: 10 % lost, for 5 s\n");
  EXPECT_EQ(line(0, 50), "fault-1  eni eni-1: 50 ms late, for 5 s\n");
  EXPECT_EQ(line(10, 50), "fault-1  eni eni-1: 10 % lost, 50 ms late, for 5 s\n");
  EXPECT_EQ(fault_table({{"faults", json::array()}}), "nothing is broken on purpose\n");
}

TEST(Print, Messages_are_below_their_topics_and_what_could_not_be_told_is_at_the_end) {
  const auto topic = [](const char* arn) {
    return json::object{
        {"topic_arn", arn},
        {"messages",
         json::array{json::object{
             {"subject", "s"}, {"message", "{}"}, {"published_at", "2026-01-01T00:00:00.000Z"}}}},
        {"subscriptions",
         json::array{json::object{
             {"endpoint", "http://127.0.0.1/"}, {"confirmed", true}, {"waiting", 1}}}}};
  };
  const json::object topics = {
      {"topics", json::array{topic("arn:aws:sns:r:1:a"), topic("arn:aws:sns:r:1:b")}},
      {"notifications",
       json::array{json::object{{"connection_notification_id", "vpce-nfn-1"},
                                {"problem", "2026-01-01T00:00:00.000Z Accept: no such topic"}}}}};
  const std::string below =
      "  2026-01-01T00:00:00.000Z  s  {}\n"
      "  to http://127.0.0.1/: confirmed, 1 waiting\n";
  EXPECT_EQ(messages_text(topics, ""),
            "arn:aws:sns:r:1:a\n" + below + "arn:aws:sns:r:1:b\n" + below +
                "vpce-nfn-1 was not told of 2026-01-01T00:00:00.000Z Accept: no such topic\n");
  EXPECT_EQ(messages_text(topics, "b"), "arn:aws:sns:r:1:b\n" + below);
}

TEST(Print, An_attachment_is_what_its_holder_must_know) {
  const json::object attachment = {{"network_interface_id", "eni-1"},
                                   {"account_id", "111111111111"},
                                   {"private_ip", "10.0.1.4"},
                                   {"prefix", 24},
                                   {"mac", "02:00:00:00:00:07"},
                                   {"gateway", "10.0.1.1"},
                                   {"resolvers", json::array{"10.0.0.2"}},
                                   {"kind", "namespace"},
                                   {"place", "/run/netns/web"},
                                   {"name", "eth0"},
                                   {"state", "attached"}};
  const std::string text =
      "interface  eni-1\n"
      "address    10.0.1.4/24\n"
      "mac        02:00:00:00:00:07\n"
      "gateway    10.0.1.1\n"
      "at         /run/netns/web eth0\n";
  EXPECT_EQ(attachment_text(attachment, false), text);
  EXPECT_EQ(attachment_text(attachment, true), text + "nameserver 10.0.0.2\n");
  EXPECT_EQ(
      attachment_table({{"attachments", json::array{attachment}}}),
      "INTERFACE              ACCOUNT       ADDRESS          STATE     KIND       AT\n"
      "eni-1                  111111111111  10.0.1.4         attached  namespace  /run/netns/web "
      "eth0\n");
}

}  // namespace
}  // namespace postern::cli
