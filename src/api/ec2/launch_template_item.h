// SPDX-License-Identifier: Apache-2.0
// A launch template and its versions as answers print them.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/tag_specification.h"
#include "api/wire/xml.h"
#include "model/launch_template.h"

namespace postern::api::ec2 {

struct LaunchTemplateItem {
  std::string launchTemplateId;
  std::string launchTemplateName;
  TimePoint createTime;
  std::string createdBy;
  std::int64_t defaultVersionNumber = 1;
  std::int64_t latestVersionNumber = 1;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateItem, (),
                      (launchTemplateId, launchTemplateName, createTime, createdBy,
                       defaultVersionNumber, latestVersionNumber, tagSet))

struct LaunchTemplateVersionItem {
  std::string launchTemplateId;
  std::string launchTemplateName;
  std::int64_t versionNumber = 1;
  std::optional<std::string> versionDescription;
  TimePoint createTime;
  std::string createdBy;
  bool defaultVersion = false;
  wire::XmlText launchTemplateData;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateVersionItem, (),
                      (launchTemplateId, launchTemplateName, versionNumber, versionDescription,
                       createTime, createdBy, defaultVersion, launchTemplateData))

LaunchTemplateItem launch_template_item(const model::LaunchTemplate& launch_template);

LaunchTemplateVersionItem version_item(const model::LaunchTemplate& launch_template,
                                       const model::LaunchTemplateVersion& version);

}  // namespace postern::api::ec2
