// SPDX-License-Identifier: Apache-2.0
// What an instance can read of itself, as the tree that its paths walk. Pure.
// [EC2 user guide, "Instance metadata categories", "Access dynamic data within an instance"]
#pragma once

#include <map>
#include <string>

#include "model/world.h"

namespace postern::metadata {

// A text, or a folder of more. Every name that a folder lists is there: who walks the tree
// (cloud-init) stops at the first that is not.
struct Node {
  std::string text;
  std::string type = "text/plain";
  std::map<std::string, Node> children;
  bool is_folder = false;
  std::string listed_as;    // if not by its name
  bool needs_keys = false;  // the text is keys that have not been made yet

  Node& operator[](const std::string& name) {
    is_folder = true;
    return children[name];
  }
  // The text at a new leaf.
  void put(const std::string& name, std::string value) { (*this)[name].text = std::move(value); }
  // What a folder answers: a name a line, folders with a slash behind.
  std::string listing() const;
};

// What is below a version: meta-data, dynamic, user-data.
Node tree_of(const model::World& world, const model::Instance& instance, TimePoint now);

}  // namespace postern::metadata
