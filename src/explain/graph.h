// SPDX-License-Identifier: Apache-2.0
// What a resource leads to and stands on, and in which order all of it can be taken down.
//
// A resource stands on what cannot be deleted while it is there: an instance on its subnet and its
// groups, a service on its load balancer. It leads to what its packets go on to: a target group to
// its instances.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::explain {

struct Resource {
  std::string id;    // or ARN
  std::string kind;  // "instance"
  std::string account;
  std::vector<std::string> stands_on;  // by their ids, as is all below
  std::vector<std::string> leads_to;
  std::vector<std::string>
      commands;  // that delete it, one after the other; none: it goes with others
};

// Something that is not taken down, since something outside uses it.
struct Staying {
  std::string id;
  std::vector<std::string> used_by;
};

struct Graph {
  std::vector<Resource> resources;     // `about` first, then by kind of hop
  std::vector<std::string> tear_down;  // the order in which each can be deleted
  std::vector<Staying> staying;
  std::vector<Resource> outside;  // those that use what stays
};

// Of `about` (an id, an ARN, an instance's or a load balancer's name): what it leads to and stands
// on, and what stands on it. Refused if there is no such resource.
Result<Graph> graph(const model::World& world, const std::string& about);

}  // namespace postern::explain
