// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/launch_template_item.h"

#include <cctype>

#include "api/ec2/if_any.h"
#include "api/ec2/launch_template_lookup.h"

namespace postern::api::ec2 {
namespace {

// NetworkInterface is networkInterfaceSet in answers: a list ends in Set.
std::string element_name(std::string_view parent, std::string_view name, bool is_list) {
  if (parent == "NetworkInterface" && name == "SecurityGroupId") {
    return "groupSet";
  }
  std::string element(name);
  element.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(element.front())));
  return is_list ? element + "Set" : element;
}

// What the request said, as answers spell it. `parent` is the name that the children are below.
void write_children(wire::XmlWriter& xml, std::string_view parent, const wire::Parameter& from) {
  for (const auto& [name, child] : from.children) {
    const auto numbered = child.numbered();
    if (child.children.empty()) {
      xml.text(element_name(parent, name, false), child.value.value_or(""));
      continue;
    }
    const std::string element = element_name(parent, name, !numbered.empty());
    xml.element(element, [&] {
      for (const wire::Parameter* item : numbered) {
        if (item->children.empty()) {
          xml.text(element == "groupSet" ? "groupId" : "item", item->value.value_or(""));
        } else {
          xml.element("item", [&] { write_children(xml, name, *item); });
        }
      }
      if (numbered.empty()) {
        write_children(xml, name, child);
      }
    });
  }
}

}  // namespace

LaunchTemplateItem launch_template_item(const model::LaunchTemplate& launch_template) {
  return {.launchTemplateId = launch_template.id.value,
          .launchTemplateName = launch_template.name,
          .createTime = launch_template.created_at,
          .createdBy = launch_template.created_by,
          .defaultVersionNumber = launch_template.default_version,
          .latestVersionNumber = launch_template.versions.back().number,
          .tagSet = tag_items(launch_template.tags)};
}

LaunchTemplateVersionItem version_item(const model::LaunchTemplate& launch_template,
                                       const model::LaunchTemplateVersion& version) {
  const wire::Parameter given = parameters_of(version);
  return {.launchTemplateId = launch_template.id.value,
          .launchTemplateName = launch_template.name,
          .versionNumber = version.number,
          .versionDescription = if_any(version.description),
          .createTime = version.created_at,
          .createdBy = version.created_by,
          .defaultVersion = version.number == launch_template.default_version,
          .launchTemplateData = {wire::xml_fragment(
              wire::Dialect::Ec2, [&](wire::XmlWriter& xml) { write_children(xml, "", given); })}};
}

}  // namespace postern::api::ec2
