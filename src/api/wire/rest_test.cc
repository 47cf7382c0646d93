// SPDX-License-Identifier: Apache-2.0
// REST requests as parameters, and answers in that dialect. [Route 53 API reference]
#include "api/wire/rest.h"

#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

#include "api/wire/decode.h"
#include "api/wire/xml.h"

namespace postern::api::wire {
namespace {

struct Change {
  std::string Action;
  std::optional<int> TTL;
};
BOOST_DESCRIBE_STRUCT(Change, (), (Action, TTL))

struct Batch {
  std::optional<std::string> Comment;
  std::vector<Change> Changes;
};
BOOST_DESCRIBE_STRUCT(Batch, (), (Comment, Changes))

struct Request {
  std::string Id;
  std::optional<int> maxitems;
  Batch ChangeBatch;
};
BOOST_DESCRIBE_STRUCT(Request, (), (Id, maxitems, ChangeBatch))

const std::vector<Route> kRoutes = {
    {"GET", "/v/zone", "ListZones"},
    {"POST", "/v/zone/{Id}/rrset/", "ChangeRecords"},
    {"POST", "/v/zone/{Id}", "UpdateZone"},
};

std::string action_of(const std::string& method, const std::string& target) {
  const Route* route = find_route(kRoutes, {.method = method, .target = target});
  return route == nullptr ? "none" : std::string(route->action);
}

TEST(Rest, Method_and_path_name_the_action) {
  EXPECT_EQ(action_of("GET", "/v/zone?maxitems=1"), "ListZones");
  EXPECT_EQ(action_of("GET", "/v/zone/"), "ListZones");
  EXPECT_EQ(action_of("POST", "/v/zone"), "none");
  EXPECT_EQ(action_of("POST", "/v/zone/Z1"), "UpdateZone");
  EXPECT_EQ(action_of("POST", "/v/zone/Z1/rrset"), "ChangeRecords");
  EXPECT_EQ(action_of("POST", "/v/zone/Z1/else"), "none");
}

TEST(Rest, Path_query_and_body_are_one_request) {
  std::string changes;
  for (int i = 1; i <= 12; ++i) {
    changes += fmt::format("<Change><Action>a{}</Action><TTL>{}</TTL></Change>", i, i);
  }
  const HttpRequest request{
      .method = "POST",
      .target = "/v/zone/Z%31/rrset?maxitems=5",
      .body =
          "<?xml version=\"1.0\"?><R xmlns=\"urn:x\"><ChangeBatch><Comment>a &lt; b</Comment>"
          "<Changes>" +
          changes + "</Changes></ChangeBatch></R>"};
  const auto root = rest_parameters(kRoutes[1], request);
  ASSERT_TRUE(root) << root.error().message();
  const auto decoded = decode_request<Request>(Dialect::RestXml, *root);
  ASSERT_TRUE(decoded) << decoded.error().message();
  EXPECT_EQ(decoded->Id, "Z1");
  EXPECT_EQ(decoded->maxitems, 5);
  EXPECT_EQ(decoded->ChangeBatch.Comment, "a < b");
  ASSERT_EQ(decoded->ChangeBatch.Changes.size(), 12U);
  EXPECT_EQ(decoded->ChangeBatch.Changes[11].Action, "a12");  // in their order
}

std::string refusal(const std::string& body) {
  const auto root = rest_parameters(kRoutes[1], {"POST", "/v/zone/Z1/rrset", {}, body});
  if (!root) {
    return std::string(root.error().fault().code);
  }
  const auto decoded = decode_request<Request>(Dialect::RestXml, *root);
  return decoded ? "none"
                 : fmt::format("{}: {}", decoded.error().fault().code, decoded.error().message());
}

TEST(Rest, Refuses_what_is_no_XML_and_what_it_does_not_know) {
  EXPECT_EQ(refusal("<R><ChangeBatch>"), "MalformedInput");
  EXPECT_EQ(refusal("{}"), "MalformedInput");
  std::string deep;
  for (int i = 0; i < 40; ++i) {
    deep += "<a>";
  }
  for (int i = 0; i < 40; ++i) {
    deep += "</a>";
  }
  EXPECT_EQ(refusal("<R>" + deep + "</R>"), "MalformedInput");
  EXPECT_EQ(refusal("<R><Colour>red</Colour></R>"),
            "UnknownParameter: The parameter Colour is not recognized");
  EXPECT_EQ(refusal("<R><ChangeBatch><Changes><Change><TTL>x</TTL><Action>a</Action></Change>"
                    "</Changes></ChangeBatch></R>"),
            "InvalidInput: Value 'x' at 'ChangeBatch.Changes.Change.TTL' is invalid. It must be an "
            "integer.");
  EXPECT_EQ(refusal("<R><ChangeBatch><Changes><Change/></Changes></ChangeBatch></R>"),
            "InvalidInput: The request must contain the parameter "
            "ChangeBatch.Changes.Change.Action");
}

struct Zone {
  std::string Id;
  std::vector<std::string> NameServers;
  std::vector<std::string> HostedZoneSummaries;
};
BOOST_DESCRIBE_STRUCT(Zone, (), (Id, NameServers, HostedZoneSummaries))

TEST(Rest, Lists_name_their_items_in_the_singular) {
  const std::string elements = encode_answer(Dialect::RestXml, Zone{"/zone/Z1", {"a", "b"}, {"c"}});
  EXPECT_EQ(elements,
            "<Id>/zone/Z1</Id><NameServers><NameServer>a</NameServer><NameServer>b</NameServer>"
            "</NameServers><HostedZoneSummaries><HostedZoneSummary>c</HostedZoneSummary>"
            "</HostedZoneSummaries>");
  EXPECT_EQ(answer_document(Dialect::RestXml, "GetZone", "urn:x", "r-1", "<a/>"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<GetZoneResponse xmlns=\"urn:x\"><a/></GetZoneResponse>");
  EXPECT_EQ(location({.target = "/v/zone"}, elements), "/v/zone/Z1");
}

}  // namespace
}  // namespace postern::api::wire
