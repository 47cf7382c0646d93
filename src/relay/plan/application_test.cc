// SPDX-License-Identifier: Apache-2.0
#include "relay/plan/application.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::relay {
namespace {

using testing::HasSubstr;
using testing::Not;

model::RuleAction forward(std::vector<model::WeightedGroup> groups) {
  return {.type = "forward", .groups = std::move(groups)};
}

const model::Id<model::TargetGroup> kOne("one");
const model::Id<model::TargetGroup> kTwo("two");

ApplicationFront front() {
  ApplicationFront made;
  made.listener = {.protocol = "HTTP", .port = 80, .number = 7};
  made.listener.default_action = forward({{.group = kOne}});
  made.node = *IpAddress::parse("10.0.1.9");
  made.pools = {
      {.group = kOne,
       .number = 4,
       .servers = {{.target = 12, .address = *IpAddress::parse("10.0.1.5"), .port = 8080}}},
      {.group = kTwo, .number = 5}};
  return made;
}

std::string config(const ApplicationFront& of) {
  return application_sections(of, "/run/x");
}

ApplicationFront with_rule(model::RuleCondition condition, model::RuleAction action) {
  ApplicationFront made = front();
  made.listener.rules = {{.id = "",
                          .priority = 10,
                          .conditions = {std::move(condition)},
                          .action = std::move(action)}};
  return made;
}

TEST(Application, Listens_at_the_node_and_goes_to_targets_from_it) {
  const std::string text = config(front());
  EXPECT_THAT(text, HasSubstr("frontend listener-7-at-10.0.1.9\n  bind 10.0.1.9:80\n"));
  EXPECT_THAT(text, HasSubstr("  use_backend listener-7-group-4-at-10.0.1.9 if { var(txn.rule) -m "
                              "int 0 }\n"));
  EXPECT_THAT(text, HasSubstr("  server target-12 10.0.1.5:8080 source 10.0.1.9\n"));
}

// [ALB guide, "Troubleshoot": HTTP 503 without registered targets]
TEST(Application, A_group_without_targets_is_answered_for) {
  EXPECT_THAT(config(front()),
              HasSubstr("backend listener-7-group-5-at-10.0.1.9\n  mode http\n"
                        "  http-request return status 503 errorfile /run/x/503.http"));
  EXPECT_THAT(application_files(front().listener).at("503.http"),
              HasSubstr("HTTP/1.1 503 Service Temporarily Unavailable\r\nServer: awselb/2.0\r\n"));
}

// [ALB guide, "Condition types"; API reference, RuleCondition]
TEST(Application, Conditions_are_expressions) {
  struct Case {
    model::RuleCondition condition;
    const char* words;
  };
  for (const Case& c :
       {Case{{.field = "path-pattern", .values = {"/img/*", "/a.b?"}},
             "{ path -m reg -- '^/img/.*$' '^/a\\.b.$' }"},
        Case{{.field = "host-header", .values = {"*.example.com"}},
             "{ req.hdr(host),host_only -m reg -i -- '^.*\\.example\\.com$' }"},
        Case{{.field = "http-header", .http_header_name = "X-Kind", .values = {"it's $(a)"}},
             R"({ 'req.fhdr("X-Kind")' -m reg -i -- '^it'\''s \$\(a\)$' })"},
        Case{{.field = "http-header", .http_header_name = "a'b#c", .values = {"1"}},
             R"({ 'req.fhdr("a'\''b#c")' -m reg -i -- '^1$' })"},
        Case{{.field = "query-string", .pairs = {{.key = "v", .value = "1*"}, {.value = "any"}}},
             "{ query -m reg -i -- '(^|&)v=1[^&]*(&|$)' '(^|&)[^=&]*=any(&|$)' }"},
        Case{{.field = "http-request-method", .values = {"GET", "HEAD"}},
             "{ method -- 'GET' 'HEAD' }"},
        Case{{.field = "source-ip", .values = {"10.0.0.0/8"}}, "{ src -- '10.0.0.0/8' }"}}) {
    EXPECT_THAT(config(with_rule(c.condition, forward({{.group = kTwo}}))),
                HasSubstr(std::string("  http-request set-var(txn.rule) int(10) if !{ "
                                      "var(txn.rule) -m found } ") +
                          c.words + "\n"));
  }
}

TEST(Application, A_rule_of_several_conditions_wants_all) {
  ApplicationFront both = with_rule({.field = "path-pattern", .values = {"/x"}}, {});
  both.listener.rules[0].conditions.push_back({.field = "source-ip", .values = {"10.0.0.0/8"}});
  EXPECT_THAT(config(both), HasSubstr("{ path -m reg -- '^/x$' } { src -- '10.0.0.0/8' }\n"));
}

const model::RuleCondition kPath{.field = "path-pattern", .values = {"/x"}};

// [ALB guide, "Redirect actions"]
TEST(Application, Redirects_put_parts_of_the_request_in) {
  struct Case {
    model::Redirect redirect;
    const char* words;
  };
  for (const Case& c :
       {Case{{"HTTPS", "#{host}", "443", "/#{path}", "#{query}", "HTTP_301"},
             "  http-request redirect location "
             "'https://%[req.hdr(host),host_only]:443/%[path,regsub(^/,)]' code 301 if { "
             "var(txn.rule) -m int 10 } !{ query -m found }\n"
             "  http-request redirect location "
             "'https://%[req.hdr(host),host_only]:443/%[path,regsub(^/,)]?%[query]' code 301 if { "
             "var(txn.rule) -m int 10 }\n"},
        Case{{"#{protocol}", "x.com", "#{port}", "/100%", "", "HTTP_302"},
             "  http-request redirect location 'http://x.com:80/100%%' code 302 if { var(txn.rule) "
             "-m int 10 }\n"},
        Case{{"#{protocol}", "x.com", "#{port}", "/", "a=1", "HTTP_302"},
             "  http-request redirect location 'http://x.com:80/?a=1' code 302 if { var(txn.rule) "
             "-m int 10 }\n"}}) {
    EXPECT_THAT(config(with_rule(kPath, {.type = "redirect", .redirect = c.redirect})),
                HasSubstr(c.words));
  }
}

TEST(Application, A_fixed_answers_text_is_a_file) {
  const model::RuleAction action{
      .type = "fixed-response",
      .fixed_response = {
          .status_code = "403", .content_type = "text/html", .message_body = "no 'way'\n%[src]"}};
  const ApplicationFront made = with_rule(kPath, action);
  EXPECT_THAT(config(made),
              HasSubstr("  http-request return status 403 content-type 'text/html' file "
                        "/run/x/listener-7-rule-10.body hdr Server awselb/2.0 if { var(txn.rule) "
                        "-m int 10 }\n"));
  EXPECT_EQ(application_files(made.listener).at("listener-7-rule-10.body"), "no 'way'\n%[src]");
}

// [API reference, TargetGroupTuple: weights of 0 to 999]
TEST(Application, Weights_divide_a_draw) {
  const std::string text = config(
      with_rule(kPath, forward({{.group = kOne, .weight = 20}, {.group = kTwo, .weight = 80}})));
  EXPECT_THAT(text,
              HasSubstr("  http-request set-var(txn.draw) rand(100) if { var(txn.rule) -m int "
                        "10 }\n"));
  EXPECT_THAT(text, HasSubstr("-group-4-at-10.0.1.9 if { var(txn.rule) -m int 10 } { "
                              "var(txn.draw) -m int lt 20 }\n"));
  EXPECT_THAT(text, HasSubstr("-group-5-at-10.0.1.9 if { var(txn.rule) -m int 10 } { "
                              "var(txn.draw) -m int lt 100 }\n"));
  EXPECT_THAT(config(with_rule(
                  kPath, forward({{.group = kOne, .weight = 1}, {.group = kTwo, .weight = 0}}))),
              Not(HasSubstr("use_backend listener-7-group-5")));
}

// [API reference, LoadBalancerAttribute]
TEST(Application, Attributes_of_the_load_balancer) {
  struct Case {
    const char* key;
    const char* value;
    const char* words;
  };
  for (const Case& c :
       {Case{"idle_timeout.timeout_seconds", "90", "  timeout client 90s\n"},
        Case{"routing.http.xff_header_processing.mode", "remove",
             "  http-request del-header X-Forwarded-For\n"},
        Case{"routing.http.xff_client_port.enabled", "true", "'%[src]:%[src_port]'"},
        Case{"routing.http.drop_invalid_header_fields.enabled", "true",
             "  http-request del-header '[^-A-Za-z0-9]' -m reg\n"}}) {
    ApplicationFront made = front();
    EXPECT_THAT(config(made), Not(HasSubstr(c.words)));
    made.attributes[c.key] = c.value;
    EXPECT_THAT(config(made), HasSubstr(c.words));
  }
}

// [API reference, TargetGroupAttribute]
TEST(Application, Attributes_of_groups) {
  ApplicationFront made = front();
  made.pools[0].attributes = {{"load_balancing.algorithm.type", "least_outstanding_requests"},
                              {"stickiness.enabled", "true"},
                              {"stickiness.lb_cookie.duration_seconds", "60"}};
  EXPECT_THAT(config(made), HasSubstr("  balance leastconn\n"));
  EXPECT_THAT(config(made), HasSubstr("  cookie AWSALB insert indirect nocache maxlife 60\n"));
  EXPECT_THAT(config(made), HasSubstr(" source 10.0.1.9 cookie target-12\n"));
}

TEST(Application, HTTPS_on_both_sides) {
  ApplicationFront made = front();
  made.listener.protocol = "HTTPS";
  made.listener.port = 443;
  made.listener.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
  made.certificates = {"one.pem"};
  made.pools[0].tls = true;
  EXPECT_THAT(config(made), HasSubstr("  bind 10.0.1.9:443 ssl crt /run/x/one.pem ssl-min-ver"));
  EXPECT_THAT(config(made), HasSubstr(" alpn h2,http/1.1\n"));
  EXPECT_THAT(config(made), HasSubstr(" ssl verify none ssl-min-ver TLSv1.0"));
  EXPECT_THAT(config(made), HasSubstr("set-header X-Forwarded-Proto https\n"));
}

}  // namespace
}  // namespace postern::relay
