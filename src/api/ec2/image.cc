// SPDX-License-Identifier: Apache-2.0
// Images: DescribeImages.
#include "api/ec2/actions.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/find.h"
#include "api/ec2/image_lookup.h"
#include "api/ec2/pages.h"
#include "api/ec2/tag_specification.h"
#include "model/chosen.h"

namespace postern::api::ec2 {
namespace {

struct DescribeImagesRequest {
  std::vector<std::string> ImageId;
  std::vector<std::string> Owner;
  std::vector<std::string> ExecutableBy;
  Filters Filter;
  std::optional<bool> IncludeDeprecated;  // none is deprecated or disabled: no difference
  std::optional<bool> IncludeDisabled;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeImagesRequest, (),
                      (ImageId, Owner, ExecutableBy, Filter, IncludeDeprecated, IncludeDisabled,
                       MaxResults, NextToken))

struct EbsItem {
  std::string snapshotId;
  int volumeSize = model::kRootVolumeGib;
  bool deleteOnTermination = true;
  std::string volumeType = "gp3";
  bool encrypted = false;
};
BOOST_DESCRIBE_STRUCT(EbsItem, (),
                      (snapshotId, volumeSize, deleteOnTermination, volumeType, encrypted))

struct BlockDeviceItem {
  std::string deviceName;
  EbsItem ebs;
};
BOOST_DESCRIBE_STRUCT(BlockDeviceItem, (), (deviceName, ebs))

struct ImageItem {
  std::string imageId;
  std::string imageLocation;
  std::string imageState = "available";
  std::string imageOwnerId;
  std::optional<std::string> imageOwnerAlias;
  std::string creationDate;
  bool isPublic = true;
  std::string architecture;
  std::string imageType = "machine";
  std::string name;
  std::string description;
  std::string platformDetails = "Linux/UNIX";
  std::string rootDeviceType = "ebs";
  std::string rootDeviceName;
  std::vector<BlockDeviceItem> blockDeviceMapping;
  std::string virtualizationType = "hvm";
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(ImageItem, (),
                      (imageId, imageLocation, imageState, imageOwnerId, imageOwnerAlias,
                       creationDate, isPublic, architecture, imageType, name, description,
                       platformDetails, rootDeviceType, rootDeviceName, blockDeviceMapping,
                       virtualizationType, tagSet))

struct DescribeImagesAnswer {
  std::vector<ImageItem> imagesSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeImagesAnswer, (), (imagesSet, nextToken))

ImageItem image_item(const model::Image& image, bool is_built) {
  return {.imageId = image.id,
          .imageLocation = "postern/" + image.name,
          .imageOwnerId = image.owner_id,
          .imageOwnerAlias =
              image.owner_alias.empty() ? std::nullopt : std::optional(image.owner_alias),
          .creationDate = format_iso8601(image.created_at),
          .architecture = image.architecture,
          .name = image.name,
          .description = model::description(image, is_built),
          .rootDeviceName = image.root_device,
          .blockDeviceMapping = {{.deviceName = image.root_device,
                                  .ebs = {.snapshotId = model::root_snapshot_id(image)}}}};
}

// An image and its tags, of which it has none, for the filters on tags.
struct ImageRow {
  ImageItem item;
  model::Tags tags;
};

template <class Get>
FilterField<ImageRow> image_field(std::string_view name, Get get) {
  return field_of<ImageRow>(name, [get](const ImageRow& row) { return get(row.item); });
}

// [EC2 API reference, DescribeImages]
const FilterTable<ImageRow>& image_filters() {
  static const FilterTable<ImageRow> kTable = {
      image_field("architecture", [](const ImageItem& image) { return image.architecture; }),
      image_field(
          "block-device-mapping.snapshot-id",
          [](const ImageItem& image) { return image.blockDeviceMapping.front().ebs.snapshotId; }),
      image_field(
          "block-device-mapping.volume-type",
          [](const ImageItem& image) { return image.blockDeviceMapping.front().ebs.volumeType; }),
      image_field("creation-date", [](const ImageItem& image) { return image.creationDate; }),
      image_field("description", [](const ImageItem& image) { return image.description; }),
      image_field("image-id", [](const ImageItem& image) { return image.imageId; }),
      image_field("image-type", [](const ImageItem& image) { return image.imageType; }),
      image_field("is-public", [](const ImageItem& image) { return image.isPublic; }),
      image_field("name", [](const ImageItem& image) { return image.name; }),
      image_field("owner-alias", [](const ImageItem& image) { return image.imageOwnerAlias; }),
      image_field("owner-id", [](const ImageItem& image) { return image.imageOwnerId; }),
      no_field<ImageRow>("platform"),
      no_field<ImageRow>("product-code"),
      image_field("root-device-name", [](const ImageItem& image) { return image.rootDeviceName; }),
      image_field("root-device-type", [](const ImageItem& image) { return image.rootDeviceType; }),
      image_field("state", [](const ImageItem& image) { return image.imageState; }),
      image_field("virtualization-type",
                  [](const ImageItem& image) { return image.virtualizationType; }),
  };
  return kTable;
}

bool is_owner(const std::vector<std::string>& owners, const model::Image& image) {
  return owners.empty() || std::any_of(owners.begin(), owners.end(), [&](const std::string& owner) {
           return owner == image.owner_alias || owner == image.owner_id;
         });
}

// Public images are executable by all; `self` and account ids ask for explicit permissions.
bool is_executable(const std::vector<std::string>& users) {
  return users.empty() || std::find(users.begin(), users.end(), "all") != users.end();
}

Result<std::vector<model::Image>> wanted_images(const std::vector<std::string>& ids) {
  std::vector<model::Image> wanted;
  for (const std::string& id : ids) {
    TRY_ASSIGN(model::Image image, find_image(id));
    wanted.push_back(std::move(image));
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const model::Image& a, const model::Image& b) { return a.id < b.id; });
  return ids.empty() ? model::images() : wanted;
}

Result<DescribeImagesAnswer> describe_images(const View& view,
                                             const DescribeImagesRequest& request) {
  TRY(image_filters().check(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  TRY_ASSIGN(const auto wanted, wanted_images(request.ImageId));
  const bool is_built = model::settings_of(view.world).built_image;
  DescribeImagesAnswer answer;
  for (const model::Image& image : wanted) {
    const ImageItem item = image_item(image, is_built);
    if (is_owner(request.Owner, image) && is_executable(request.ExecutableBy) &&
        image_filters().matches(request.Filter, {.item = item})) {
      answer.imagesSet.push_back(item);
    }
  }
  answer.nextToken =
      cut_to_page(page, answer.imagesSet, [](const ImageItem& item) { return item.imageId; });
  return answer;
}

}  // namespace

std::vector<Action> image_actions() {
  return {read<describe_images>("DescribeImages")};
}

}  // namespace postern::api::ec2
