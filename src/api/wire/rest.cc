// SPDX-License-Identifier: Apache-2.0
#include "api/wire/rest.h"

#include <algorithm>
#include <cstring>
#include <pugixml.hpp>

#include "api/wire/sigv4_text.h"
#include "api/wire/utf8.h"

namespace postern::api::wire {
namespace {

// As the limits of forms.
constexpr int kXmlDepthMax = 16;
constexpr int kElementsMax = 10'000;

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const auto slash = std::min(path.find('/'), path.size());
    if (slash > 0) {
      parts.push_back(path.substr(0, slash));
    }
    path.remove_prefix(slash);
  }
  return parts;
}

bool is_named(std::string_view part) {
  return part.starts_with('{');
}

bool fits(const Route& route, const HttpRequest& request) {
  if (route.method != request.method) {
    return false;
  }
  const auto wanted = parts_of(route.path);
  const auto given = parts_of(request.path());
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](auto want, auto part) { return is_named(want) || want == part; });
}

void put(Parameter& root, std::string_view name, std::string value) {
  Parameter& child = root.children[std::string(name)];
  child.path = name;
  child.value = std::move(value);
}

Result<> put_query(Parameter& root, std::string_view query) {
  TRY_ASSIGN(Parameter parsed, parse_parameters(query));
  for (auto& [name, child] : parsed.children) {
    root.children[name] = std::move(child);
  }
  return {};
}

class XmlReader {
 public:
  Result<> read(const pugi::xml_node& from, Parameter& to, int depth) {
    std::map<std::string, int, std::less<>> seen;
    for (const pugi::xml_node& element : from.children()) {
      if (element.type() != pugi::node_element) {
        continue;
      }
      if (depth >= kXmlDepthMax || ++elements_ > kElementsMax) {
        return refuse(faults::MalformedInput, "The request's XML is too large");
      }
      const std::string name = local_name(element);
      const int number = ++seen[name];
      Parameter& child = to.children[number == 1 ? name : fmt::format("{}.{:05}", name, number)];
      child.path = (to.path.empty() ? "" : to.path + ".") + name;
      child.value = element.text().get();
      TRY(read(element, child, depth + 1));
    }
    return {};
  }

  static std::string local_name(const pugi::xml_node& element) {
    const char* colon = std::strchr(element.name(), ':');
    return colon != nullptr ? colon + 1 : element.name();
  }

 private:
  int elements_ = 0;
};

// `name` is what the document's root is called, if that matters.
Result<> put_body(Parameter& root, const std::string& body, std::string_view name = "") {
  if (body.empty()) {
    return {};
  }
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(body.data(), body.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed || !is_utf8(body) ||
      (!name.empty() && XmlReader::local_name(document.document_element()) != name)) {
    return refuse(faults::MalformedInput, "The request's body is not well-formed XML");
  }
  return XmlReader().read(document.document_element(), root, 0);
}

}  // namespace

const Route* find_route(const std::vector<Route>& routes, const HttpRequest& request) {
  const auto at = std::find_if(routes.begin(), routes.end(),
                               [&](const Route& route) { return fits(route, request); });
  return at == routes.end() ? nullptr : &*at;
}

Result<Parameter> rest_parameters(const Route& route, const HttpRequest& request) {
  Parameter root;
  TRY(put_query(root, request.query()));
  TRY(put_body(root, request.body));
  const auto names = parts_of(route.path);
  const auto values = parts_of(request.path());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_named(names[i])) {
      put(root, names[i].substr(1, names[i].size() - 2), query_decoded(values[i]));
    }
  }
  return root;
}

Result<Parameter> xml_parameters(std::string_view root, const std::string& body) {
  Parameter out;
  TRY(put_body(out, body, root));
  return out;
}

std::string location(const HttpRequest& request, std::string_view elements) {
  constexpr std::string_view kBegin = "<Id>";
  const auto begin = elements.find(kBegin);
  const auto end = elements.find("</Id>");
  if (begin == std::string_view::npos || end == std::string_view::npos) {
    return std::string(request.path());
  }
  const auto id = elements.substr(begin + kBegin.size(), end - begin - kBegin.size());
  return fmt::format("{}/{}", request.path(), id.substr(id.rfind('/') + 1));
}

}  // namespace postern::api::wire
