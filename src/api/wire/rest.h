// SPDX-License-Identifier: Apache-2.0
// Requests of services that have no `Action`: method and path name it, and its parameters are parts
// of the path, the query and an XML body. Here they become the same tree as a form's.
#pragma once

#include <string_view>
#include <vector>

#include "api/wire/http.h"
#include "api/wire/parameters.h"

namespace postern::api::wire {

struct Route {
  std::string_view method;
  std::string_view path;  // /2013-04-01/hostedzone/{Id}/rrset: {…} is any one part, and is named
  std::string_view action;
  int status = 200;  // of its answer
};

// The route that the request takes, or null. A slash at the end of the path makes no difference.
const Route* find_route(const std::vector<Route>& routes, const HttpRequest& request);

// The action's parameters: each part of the path that the route names, each name of the query, and
// the elements below the body's root. Of elements with one name the second and later ones have
// their number behind it (`Change.00002`), so that a list is its children in their order.
// MalformedInput for a body that is no XML; as parse_parameters() beyond its limits.
Result<Parameter> rest_parameters(const Route& route, const HttpRequest& request);

// The elements below the root of an XML document, likewise. MalformedInput also if its root is not
// called so.
Result<Parameter> xml_parameters(std::string_view root, const std::string& body);

// Where what an answer has made can be found: the request's path, and the answer's first Id.
std::string location(const HttpRequest& request, std::string_view elements);

}  // namespace postern::api::wire
