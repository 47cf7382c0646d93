// SPDX-License-Identifier: Apache-2.0
// [Systems Manager user guide, "Requirements and constraints for parameter names", "Working with
// parameter hierarchies"]
#include "api/ssm/name.h"

#include <gtest/gtest.h>

namespace postern::api::ssm {
namespace {

std::string code_of(const Result<>& result) {
  return result ? "good" : std::string(result.error().fault().code);
}

TEST(Names, Are_of_AWSs_form) {
  const model::Caller caller{.account = model::Id<model::Account>("111111111111"),
                             .region = "eu-west-1"};
  std::string deep;
  for (int level = 0; level < 15; ++level) {
    deep += "/level";
  }
  const std::string arn_before = "arn:aws:ssm:eu-west-1:111111111111:parameter/";
  struct Case {
    std::string name;
    const char* code;
  };
  for (const Case& c : {
           Case{"name", "good"},
           Case{"/name", "good"},
           Case{"/Dev/DBServer/MySQL/db-string13", "good"},
           Case{"a.b-c_D.9", "good"},
           Case{"a/b", "ValidationException"},
           Case{"/a//b", "ValidationException"},
           Case{"/a/", "ValidationException"},
           Case{"/", "ValidationException"},
           Case{"", "ValidationException"},
           Case{"a b", "ValidationException"},
           Case{"/some@where", "ValidationException"},
           Case{"a:1", "ValidationException"},
           Case{"ssm-name", "ValidationException"},
           Case{"/SSM/name", "ValidationException"},
           Case{"/a/ssm", "good"},
           Case{"awslimitschecker", "AccessDeniedException"},
           Case{"/aws/service/mine", "AccessDeniedException"},
           Case{"/AWS", "AccessDeniedException"},
           Case{"/a/aws", "good"},
           Case{deep, "good"},
           Case{deep + "/level", "HierarchyLevelLimitExceededException"},
           Case{std::string(1011 - arn_before.size(), 'a'), "good"},
           Case{std::string(1012 - arn_before.size(), 'a'), "ValidationException"},
       }) {
    EXPECT_EQ(code_of(check_new_name(caller, c.name)), c.code) << c.name;
  }
}

TEST(Paths, Begin_with_a_slash) {
  for (const char* path : {"/", "/a", "/a/b", "/a/", "/aws/service"}) {
    EXPECT_EQ(code_of(check_path(path)), "good") << path;
  }
  for (const char* path : {"", "a", "a/b", "//", "/a//", "/a b", "/a*"}) {
    EXPECT_EQ(code_of(check_path(path)), "ValidationException") << path;
  }
}

TEST(Paths, Have_what_is_below_them) {
  struct Case {
    const char* name;
    const char* path;
    bool directly;
    bool at_any_depth;
  };
  for (const Case& c : {
           Case{"/a/b", "/a", true, true},
           Case{"/a/b", "/a/", true, true},
           Case{"/a/b/c", "/a", false, true},
           Case{"/a", "/a", false, false},
           Case{"/ab/c", "/a", false, false},
           Case{"/a", "/", true, true},
           Case{"a", "/", true, true},
           Case{"/a/b", "/", false, true},
           Case{"a", "/a", false, false},
       }) {
    SCOPED_TRACE(std::string(c.name) + " below " + c.path);
    EXPECT_EQ(is_below(c.name, c.path, false), c.directly);
    EXPECT_EQ(is_below(c.name, c.path, true), c.at_any_depth);
  }
}

}  // namespace
}  // namespace postern::api::ssm
