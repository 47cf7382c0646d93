// SPDX-License-Identifier: Apache-2.0
// Bytes to requests and answers to bytes, in both dialects.
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

#include "api/wire/decode.h"
#include "api/wire/xml.h"

namespace postern::api::wire {
namespace {

struct Tag {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

struct Options {
  std::optional<bool> Enabled;
};
BOOST_DESCRIBE_STRUCT(Options, (), (Enabled))

struct WireRequest {
  std::string Name;
  std::optional<int> Port;
  std::vector<std::string> SubnetId;
  std::vector<Tag> Tags;
  Options Options_;
  std::optional<std::vector<std::string>> Groups;
};
BOOST_DESCRIBE_STRUCT(WireRequest, (), (Name, Port, SubnetId, Tags, Options_, Groups))

Result<WireRequest> decode(Dialect dialect, std::string_view form) {
  auto root = parse_parameters(form);
  EXPECT_TRUE(root);
  return decode_request<WireRequest>(dialect, *root);
}

TEST(Parameters, A_tree_is_made_of_its_names_again) {
  const Parameter root =
      *parse_parameters("Data.Id=a&Data.List.10.Name=c&Data.List.2.Name=b&Other=d");
  const auto flat = flatten(*root.child("Data"));
  using Flat = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(flat, (Flat{{"Id", "a"}, {"List.10.Name", "c"}, {"List.2.Name", "b"}}));
  EXPECT_EQ(root.first_unknown(), "Other") << "what is below is known now";
  const Parameter again = unflatten(flat);
  EXPECT_EQ(again.text("Id"), "a");
  EXPECT_EQ(again.child("List")->numbered().front()->text("Name"), "b");
  EXPECT_EQ(again.child("List")->numbered().front()->path, "List.2");
}

TEST(Decode, Reads_the_EC2_form) {
  const auto request = decode(Dialect::Ec2,
                              "Name=a%20b%2Bc+d&Port=80&SubnetId.1=s1&SubnetId.10=s10&SubnetId.2=s2"
                              "&Tags.1.Key=k&Tags.1.Value=&Options.Enabled=true");
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->Name, "a b+c d");
  EXPECT_EQ(request->Port, 80);
  // Clients sort names as text: .10 arrives before .2. [spec: Go SDK]
  EXPECT_EQ(request->SubnetId, (std::vector<std::string>{"s1", "s2", "s10"}));
  ASSERT_EQ(request->Tags.size(), 1U);
  EXPECT_EQ(request->Tags[0].Value, "");
  EXPECT_EQ(request->Options_.Enabled, true);
  EXPECT_FALSE(request->Groups);
}

TEST(Decode, Reads_the_member_lists_of_the_other_services) {
  const auto request =
      decode(Dialect::Query, "Name=n&SubnetId.member.1=s1&Tags.member.1.Key=k&Groups=");
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->SubnetId, std::vector<std::string>{"s1"});
  EXPECT_EQ(request->Tags[0].Key, "k");
  ASSERT_TRUE(request->Groups);  // the empty list is there
  EXPECT_TRUE(request->Groups->empty());
}

TEST(Decode, Refuses_what_it_does_not_know_in_AWS_words) {
  struct Case {
    const char* form;
    const char* code;
    const char* words;
  };
  const Case cases[] = {
      {"Port=1", "MissingParameter", "The request must contain the parameter Name"},
      {"Name=n&Tags.1.Value=v", "MissingParameter",
       "The request must contain the parameter Tags.1.Key"},
      {"Name=n&Colour=red", "UnknownParameter", "The parameter Colour is not recognized"},
      {"Name=n&Tags.1.Key=k&Tags.1.Colour=red", "UnknownParameter",
       "The parameter Tags.1.Colour is not recognized"},
      {"Name=n&Port=eighty", "InvalidParameterValue",
       "Value (eighty) for parameter Port is invalid. It must be an integer."},
      {"Name=n&Options.Enabled=yes", "InvalidParameterValue",
       "Value (yes) for parameter Options.Enabled is invalid. It must be true or false."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    const auto request = decode(Dialect::Ec2, c.form);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().fault().code, c.code);
    EXPECT_EQ(request.error().message(), c.words);
  }
}

TEST(Parameters, Malformed_forms_are_refused) {
  for (const char* form :
       {"a=%", "a=%4", "a=%zz", "=b", "a=1&a=2", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1"}) {
    const auto root = parse_parameters(form);
    ASSERT_FALSE(root) << form;
    EXPECT_EQ(root.error().fault().code, "MalformedQueryString");
  }
}

struct WireItem {
  std::string instanceId;
  std::optional<int> port;
  std::vector<std::string> groupSet;
  bool return_ = true;
};
BOOST_DESCRIBE_STRUCT(WireItem, (), (instanceId, port, groupSet, return_))

TEST(Xml, Answers_follow_the_dialect) {
  const WireItem item{.instanceId = "<i&>", .groupSet = {"a", "b"}};
  EXPECT_EQ(answer_document(Dialect::Ec2, "RunX", "ns", "id", encode_answer(Dialect::Ec2, item)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RunXResponse xmlns=\"ns\"><requestId>id"
            "</requestId><instanceId>&lt;i&amp;&gt;</instanceId><groupSet><item>a</item><item>b"
            "</item></groupSet><return>true</return></RunXResponse>");
  EXPECT_EQ(encode_answer(Dialect::Query, WireItem{.instanceId = "i"}),
            "<instanceId>i</instanceId><groupSet/><return>true</return>");
}

TEST(Xml, Errors_follow_the_dialect) {
  const Error error(ErrorKind::Refusal, faults::InvalidVpcIDNotFound, "no 'a<b'");
  EXPECT_EQ(
      error_document(Dialect::Ec2, error, "ns", "id"),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InvalidVpcID."
      "NotFound</Code><Message>no 'a&lt;b'</Message></Error></Errors><RequestID>id</RequestID>"
      "</Response>");
  EXPECT_EQ(error_document(Dialect::Query, error, "ns", "id"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse xmlns=\"ns\"><Error><Type>"
            "Sender</Type><Code>InvalidVpcID.NotFound</Code><Message>no 'a&lt;b'</Message></Error>"
            "<RequestId>id</RequestId></ErrorResponse>");
}

}  // namespace
}  // namespace postern::api::wire
