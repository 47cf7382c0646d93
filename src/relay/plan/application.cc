// SPDX-License-Identifier: Apache-2.0
#include "relay/plan/application.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "model/attributes.h"
#include "relay/plan/tls_words.h"

namespace postern::relay {
namespace {

using model::RuleAction;
using model::RuleCondition;

// ---- Words --------------------------------------------------------------------------------------

// One word of the configuration, whatever is in it.
std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

// Text that stands for itself where HAProxy would fill samples in.
std::string literal(std::string_view text) {
  std::string all;
  for (const char c : text) {
    all += c == '%' ? std::string("%%") : std::string(1, c);
  }
  return all;
}

// A pattern of AWS's as a regular expression: * is any characters, ? is one, of those that `any`
// stands for.
std::string expression(std::string_view pattern, std::string_view any) {
  std::string made;
  for (const char c : pattern) {
    if (c == '*' || c == '?') {
      made += fmt::format("{}{}", any, c == '*' ? "*" : "");
    } else if (std::string_view(R"(\.^$|()[]{}+)").find(c) != std::string_view::npos) {
      made += fmt::format("\\{}", c);
    } else {
      made += c;
    }
  }
  return made;
}

// ---- Conditions ---------------------------------------------------------------------------------

// `sample` fits one of the patterns.
std::string fits(const std::string& sample, const std::string& flags,
                 const std::vector<std::string>& patterns) {
  std::string words = fmt::format("{{ {} -m reg{} --", sample, flags);
  for (const std::string& pattern : patterns) {
    words += fmt::format(" {}", quoted("^" + expression(pattern, ".") + "$"));
  }
  return words + " }";
}

// A key with the value, or any key with it. [API reference, QueryStringConditionConfig]
std::string query_fits(const std::vector<model::QueryPair>& pairs) {
  std::string words = "{ query -m reg -i --";
  for (const auto& [key, value] : pairs) {
    words += fmt::format(
        " {}",
        quoted(fmt::format("(^|&){}={}(&|$)", key.empty() ? "[^=&]*" : expression(key, "[^=&]"),
                           expression(value, "[^&]"))));
  }
  return words + " }";
}

std::string one_of(std::string_view sample, const std::vector<std::string>& values) {
  std::string words = fmt::format("{{ {} --", sample);
  for (const std::string& value : values) {
    words += fmt::format(" {}", quoted(value));
  }
  return words + " }";
}

// [ALB guide, "Condition types": paths and query strings by bytes, hosts, header values and query
// strings whatever their case]
std::string words_of(const RuleCondition& condition) {
  if (condition.field == "path-pattern") {
    return fits("path", "", condition.values);
  }
  if (condition.field == "host-header") {
    return fits("req.hdr(host),host_only", " -i", condition.values);
  }
  if (condition.field == "http-header") {
    // A header's name may have quotes and number signs in it. [RFC 9110, 5.1]
    return fits(quoted(fmt::format("req.fhdr(\"{}\")", condition.http_header_name)), " -i",
                condition.values);
  }
  if (condition.field == "query-string") {
    return query_fits(condition.pairs);
  }
  if (condition.field == "http-request-method") {
    return one_of("method", condition.values);
  }
  return one_of("src", condition.values);
}

// ---- Rules --------------------------------------------------------------------------------------

// HAProxy does what answers a request by itself before what sends it to a backend, wherever they
// stand. So the rule that a request fits is found first, by priority, and remembered; 0 is the
// default one.
std::string choose_rule(const model::Listener& listener) {
  std::string lines;
  for (const model::ListenerRule& rule : listener.rules) {
    lines += fmt::format(
        "  http-request set-var(txn.rule) int({}) if !{{ var(txn.rule) -m found }}", rule.priority);
    for (const RuleCondition& condition : rule.conditions) {
      lines += " " + words_of(condition);
    }
    lines += "\n";
  }
  return lines + "  http-request set-var(txn.rule) int(0) if !{ var(txn.rule) -m found }\n";
}

std::string body_file(const model::Listener& listener, int priority) {
  return fmt::format("listener-{}-rule-{}.body", listener.number, priority);
}

std::string answer(const model::Listener& listener, int priority, const RuleAction& action,
                   const std::string& folder) {
  const model::FixedResponse& fixed = action.fixed_response;
  std::string words = fmt::format("  http-request return status {}", fixed.status_code);
  if (!fixed.message_body.empty()) {
    words += fmt::format(" content-type {} file {}/{}",
                         quoted(fixed.content_type.empty() ? "text/plain" : fixed.content_type),
                         folder, body_file(listener, priority));
  }
  return words + " hdr Server awselb/2.0";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// A part of the URL to go to. [ALB guide, "Redirect actions"]
std::string part(const std::string& given, const model::Listener& listener) {
  std::string text = literal(given);
  const bool is_tls = listener.protocol == "HTTPS";
  replace_all(text, "#{protocol}", is_tls ? "https" : "http");
  replace_all(text, "#{host}", "%[req.hdr(host),host_only]");
  replace_all(text, "#{port}", std::to_string(listener.port));
  replace_all(text, "#{path}", "%[path,regsub(^/,)]");
  replace_all(text, "#{query}", "%[query]");
  return text;
}

std::string redirect(const model::Listener& listener, const RuleAction& action,
                     const std::string& condition) {
  const model::Redirect& to = action.redirect;
  std::string protocol = part(to.protocol, listener);
  std::ranges::transform(protocol, protocol.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  const std::string place = fmt::format("{}://{}:{}{}", protocol, part(to.host, listener),
                                        part(to.port, listener), part(to.path, listener));
  const std::string query = part(to.query, listener);
  const std::string code = to.status_code == "HTTP_302" ? "302" : "301";
  // Without a query there is no question mark.
  std::string lines;
  if (query.empty() || to.query == "#{query}") {
    lines += fmt::format("  http-request redirect location {} code {} if {}{}\n", quoted(place),
                         code, condition, query.empty() ? "" : " !{ query -m found }");
  }
  if (query.empty()) {
    return lines;
  }
  return lines + fmt::format("  http-request redirect location {} code {} if {}\n",
                             quoted(place + "?" + query), code, condition);
}

std::string is_rule(int priority) {
  return fmt::format("{{ var(txn.rule) -m int {} }}", priority);
}

std::string act_without_target(const model::Listener& listener, int priority,
                               const RuleAction& action, const std::string& folder) {
  if (action.type == "redirect") {
    return redirect(listener, action, is_rule(priority));
  }
  if (action.type == "fixed-response") {
    return answer(listener, priority, action, folder) + " if " + is_rule(priority) + "\n";
  }
  return "";
}

std::string backend_name(const ApplicationFront& front, std::uint32_t group) {
  return fmt::format("listener-{}-group-{}-at-{}", front.listener.number, group, front.node.text());
}

// The groups by their weights: of the numbers below their sum, each has so many.
std::string forward(const ApplicationFront& front, int priority, const RuleAction& action) {
  std::string lines;
  int below = 0;
  for (const model::WeightedGroup& weighted : action.groups) {
    const auto pool = std::ranges::find(front.pools, weighted.group, &Pool::group);
    below += weighted.weight;
    if (pool == front.pools.end() || weighted.weight == 0) {
      continue;
    }
    lines +=
        fmt::format("  use_backend {} if {}", backend_name(front, pool->number), is_rule(priority));
    lines += action.groups.size() > 1 ? fmt::format(" {{ var(txn.draw) -m int lt {} }}\n", below)
                                      : std::string("\n");
  }
  return lines;
}

std::string draw(int priority, const RuleAction& action) {
  const int all = std::accumulate(
      action.groups.begin(), action.groups.end(), 0,
      [](int sum, const model::WeightedGroup& group) { return sum + group.weight; });
  return action.groups.size() < 2 || all == 0
             ? ""
             : fmt::format("  http-request set-var(txn.draw) rand({}) if {}\n", all,
                           is_rule(priority));
}

// The rules' actions in their order, the default one last.
template <class Act>
std::string for_each_action(const model::Listener& listener, Act act) {
  std::string lines;
  for (const model::ListenerRule& rule : listener.rules) {
    lines += act(rule.priority, rule.action);
  }
  return lines + act(0, listener.default_action);
}

// ---- Headers ------------------------------------------------------------------------------------

// [ALB guide, "HTTP headers and Application Load Balancers"; API reference, LoadBalancerAttribute]
std::string header_lines(const ApplicationFront& front) {
  const auto is_on = [&](const char* key) { return model::is_on(front.attributes, key, false); };
  std::string lines;
  if (is_on("routing.http.drop_invalid_header_fields.enabled")) {
    lines += "  http-request del-header '[^-A-Za-z0-9]' -m reg\n";
  }
  const int port = front.listener.port;
  if (!is_on("routing.http.preserve_host_header.enabled") && port != 80 && port != 443) {
    lines += fmt::format(
        "  http-request set-header Host '%[req.hdr(host)]:{}' if "
        "!{{ req.hdr(host) -m sub : }}\n",
        port);
  }
  lines += fmt::format(
      "  http-request set-header X-Forwarded-Proto {}\n"
      "  http-request set-header X-Forwarded-Port {}\n",
      front.listener.protocol == "HTTPS" ? "https" : "http", port);
  const std::string_view mode =
      model::attribute(front.attributes, "routing.http.xff_header_processing.mode", "append");
  if (mode == "remove") {
    return lines + "  http-request del-header X-Forwarded-For\n";
  }
  if (mode == "preserve") {
    return lines;
  }
  const std::string client =
      is_on("routing.http.xff_client_port.enabled") ? "%[src]:%[src_port]" : "%[src]";
  return lines +
         fmt::format(
             "  http-request set-var(txn.hops) req.fhdr_cnt(X-Forwarded-For)\n"
             "  http-request set-header X-Forwarded-For '%[req.fhdr(X-Forwarded-For)], {0}' if "
             "{{ var(txn.hops) -m int 1 }}\n"
             "  http-request add-header X-Forwarded-For '{0}' if !{{ var(txn.hops) -m int 1 }}\n",
             client);
}

// ---- Sections -----------------------------------------------------------------------------------

struct Page {
  const char* file;
  const char* status;
};
// What AWS answers for a target. [ALB guide, "Troubleshoot your Application Load Balancers"]
constexpr std::array<Page, 4> kPages = {{{"400.http", "400 Bad Request"},
                                         {"502.http", "502 Bad Gateway"},
                                         {"503.http", "503 Service Temporarily Unavailable"},
                                         {"504.http", "504 Gateway Time-out"}}};

std::string page(const Page& of) {
  const std::string body = fmt::format(
      "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
      "</body>\r\n</html>\r\n",
      of.status);
  return fmt::format(
      "HTTP/1.1 {}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: {}\r\n"
      "\r\n{}",
      of.status, body.size(), body);
}

int idle_seconds(const ApplicationFront& front) {
  return model::number(front.attributes, "idle_timeout.timeout_seconds", 60);
}

std::string bind_line(const ApplicationFront& front, const std::string& folder) {
  const bool http2 = model::is_on(front.attributes, "routing.http2.enabled", true);
  return fmt::format("  bind {}:{}{}\n", front.node.text(), front.listener.port,
                     front.listener.protocol == "HTTPS"
                         ? tls_words(front.certificates, front.listener.ssl_policy,
                                     http2 ? "h2,http/1.1" : "http/1.1", folder)
                         : "");
}

std::string frontend(const ApplicationFront& front, const std::string& folder) {
  const model::Listener& listener = front.listener;
  std::string text =
      fmt::format("\nfrontend listener-{}-at-{}\n", listener.number, front.node.text()) +
      bind_line(front, folder) +
      fmt::format(
          "  mode http\n"
          "  timeout client {0}s\n"
          "  timeout http-request {0}s\n"
          "  timeout http-keep-alive {0}s\n"
          "  errorfile 400 {1}/400.http\n",
          idle_seconds(front), folder) +
      choose_rule(listener);
  text += for_each_action(listener, [&](int priority, const RuleAction& action) {
    return act_without_target(listener, priority, action, folder);
  });
  text += for_each_action(listener, draw);
  text += header_lines(front);
  return text + for_each_action(listener, [&](int priority, const RuleAction& action) {
           return forward(front, priority, action);
         });
}

std::string balance_word(const Pool& pool) {
  const std::string_view algorithm =
      model::attribute(pool.attributes, "load_balancing.algorithm.type", "round_robin");
  return algorithm == "least_outstanding_requests" ? "leastconn"
         : algorithm == "weighted_random"          ? "random"
                                                   : "roundrobin";
}

// HAProxy says 503 of a target that it could not connect to, AWS 502.
std::string backend(const ApplicationFront& front, const Pool& pool, const std::string& folder) {
  std::string text = fmt::format("\nbackend {}\n  mode http\n", backend_name(front, pool.number));
  if (pool.servers.empty()) {
    return text + fmt::format("  http-request return status 503 errorfile {}/503.http\n", folder);
  }
  text += fmt::format(
      "  balance {}\n"
      "  timeout server {}s\n"
      "  timeout tunnel {}s\n"
      "  retries 0\n"
      "  errorfile 502 {}/502.http\n"
      "  errorfile 503 {}/502.http\n"
      "  errorfile 504 {}/504.http\n",
      balance_word(pool), idle_seconds(front), idle_seconds(front), folder, folder, folder);
  const bool sticky = model::is_on(pool.attributes, "stickiness.enabled", false);
  if (sticky) {
    text +=
        fmt::format("  cookie AWSALB insert indirect nocache maxlife {}\n",
                    model::number(pool.attributes, "stickiness.lb_cookie.duration_seconds", 86400));
  }
  for (const Server& server : pool.servers) {
    text += fmt::format(
        "  server target-{} {}:{} source {}{}{}\n", server.target, server.address.text(),
        server.port, front.node.text(),
        pool.tls
            ? " ssl verify none" + policy_words(policy_towards_targets(front.listener.ssl_policy))
            : "",
        sticky ? fmt::format(" cookie target-{}", server.target) : "");
  }
  return text;
}

}  // namespace

std::string application_sections(const ApplicationFront& front, const std::string& folder) {
  std::string text = frontend(front, folder);
  for (const Pool& pool : front.pools) {
    text += backend(front, pool, folder);
  }
  return text;
}

std::map<std::string, std::string> application_files(const model::Listener& listener) {
  std::map<std::string, std::string> files;
  for (const Page& each : kPages) {
    files[each.file] = page(each);
  }
  for_each_action(listener, [&](int priority, const RuleAction& action) {
    if (!action.fixed_response.message_body.empty()) {
      files[body_file(listener, priority)] = action.fixed_response.message_body;
    }
    return "";
  });
  return files;
}

}  // namespace postern::relay
