// SPDX-License-Identifier: Apache-2.0
// Volumes: the root volumes that instances are said to have. DescribeVolumes.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/pages.h"
#include "api/ec2/root_volume.h"
#include "api/ec2/tag_specification.h"
#include "model/world.h"

namespace postern::api::ec2 {
namespace {

using model::Instance;

struct DescribeVolumesRequest {
  std::vector<std::string> VolumeId;
  Filters Filter;
  std::optional<bool> IncludeManagedResources;  // there are none: no difference
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeVolumesRequest, (),
                      (VolumeId, Filter, IncludeManagedResources, MaxResults, NextToken))

struct VolumeAttachmentItem {
  std::string volumeId;
  std::string instanceId;
  std::string device;
  std::string status = "attached";
  TimePoint attachTime;
  bool deleteOnTermination = true;
};
BOOST_DESCRIBE_STRUCT(VolumeAttachmentItem, (),
                      (volumeId, instanceId, device, status, attachTime, deleteOnTermination))

struct VolumeItem {
  std::string volumeId;
  int size = 0;
  std::string snapshotId;
  std::string availabilityZone;
  std::string status = "in-use";
  TimePoint createTime;
  std::vector<VolumeAttachmentItem> attachmentSet;
  std::vector<TagItem> tagSet;
  std::string volumeType;
  std::optional<int> iops;
  std::optional<int> throughput;
  bool encrypted = false;
  bool multiAttachEnabled = false;
};
BOOST_DESCRIBE_STRUCT(VolumeItem, (),
                      (volumeId, size, snapshotId, availabilityZone, status, createTime,
                       attachmentSet, tagSet, volumeType, iops, throughput, encrypted,
                       multiAttachEnabled))

struct DescribeVolumesAnswer {
  std::vector<VolumeItem> volumeSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeVolumesAnswer, (), (volumeSet, nextToken))

// An item and the tags that its filters ask for.
struct VolumeRow {
  VolumeItem item;
  model::Tags tags;
};

VolumeRow volume_row(const model::World& world, const Instance& instance) {
  const model::RootVolume& volume = instance.root_volume;
  const auto image = model::find_image(instance.image_id);
  return {.item = {.volumeId = volume.id,
                   .size = volume.size_gib,
                   .snapshotId = image ? model::root_snapshot_id(*image) : "",
                   .availabilityZone = instance.zone,
                   .createTime = attached_at(world, instance),
                   .attachmentSet = {{.volumeId = volume.id,
                                      .instanceId = instance.id.value,
                                      .device = root_device_name(instance),
                                      .attachTime = attached_at(world, instance)}},
                   .tagSet = tag_items(volume.tags),
                   .volumeType = volume.type,
                   .iops = volume.iops,
                   .throughput = volume.throughput,
                   .encrypted = volume.encrypted},
          .tags = volume.tags};
}

template <class Get>
FilterField<VolumeRow> volume_field(std::string_view name, Get get) {
  return field_of<VolumeRow>(name, [get](const VolumeRow& row) { return get(row.item); });
}

// [EC2 API reference, DescribeVolumes]
const FilterTable<VolumeRow>& volume_filters() {
  using Item = VolumeItem;
  static const FilterTable<VolumeRow> kTable = {
      volume_field("attachment.delete-on-termination", [](const Item&) { return true; }),
      volume_field("attachment.device",
                   [](const Item& v) { return v.attachmentSet.front().device; }),
      volume_field("attachment.instance-id",
                   [](const Item& v) { return v.attachmentSet.front().instanceId; }),
      volume_field("attachment.status", [](const Item&) { return "attached"; }),
      volume_field("availability-zone", [](const Item& v) { return v.availabilityZone; }),
      volume_field("encrypted", [](const Item& v) { return v.encrypted; }),
      volume_field("size", [](const Item& v) { return v.size; }),
      volume_field("snapshot-id", [](const Item& v) { return v.snapshotId; }),
      volume_field("status", [](const Item& v) { return v.status; }),
      volume_field("volume-id", [](const Item& v) { return v.volumeId; }),
      volume_field("volume-type", [](const Item& v) { return v.volumeType; }),
  };
  return kTable;
}

// A volume goes with its instance.
std::vector<VolumeRow> volumes_of(const View& view) {
  std::vector<VolumeRow> rows;
  for (const auto& [id, instance] : view.world.all<Instance>()) {
    if (model::owns(view.caller, *instance) &&
        instance->state != model::InstanceState::Terminated) {
      rows.push_back(volume_row(view.world, *instance));
    }
  }
  std::sort(rows.begin(), rows.end(), [](const VolumeRow& a, const VolumeRow& b) {
    return a.item.volumeId < b.item.volumeId;
  });
  return rows;
}

Result<> check_ids(const std::vector<std::string>& ids, const std::vector<VolumeRow>& rows) {
  for (const std::string& id : ids) {
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const VolumeRow& row) { return row.item.volumeId == id; })) {
      return refuse(faults::InvalidVolumeNotFound, "The volume '{}' does not exist.", id);
    }
  }
  return {};
}

Result<DescribeVolumesAnswer> describe_volumes(const View& view,
                                               const DescribeVolumesRequest& request) {
  TRY(volume_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  auto rows = volumes_of(view);
  TRY(check_ids(request.VolumeId, rows));
  const auto& ids = request.VolumeId;
  DescribeVolumesAnswer answer;
  for (VolumeRow& row : rows) {
    if ((ids.empty() || std::find(ids.begin(), ids.end(), row.item.volumeId) != ids.end()) &&
        volume_filters().matches(request.Filter, row)) {
      answer.volumeSet.push_back(std::move(row.item));
    }
  }
  answer.nextToken =
      cut_to_page(page, answer.volumeSet, [](const VolumeItem& item) { return item.volumeId; });
  return answer;
}

}  // namespace

std::vector<Action> volume_actions() {
  return {read<describe_volumes>("DescribeVolumes")};
}

}  // namespace postern::api::ec2
