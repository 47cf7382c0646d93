// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace postern::api::wire {

// How a service writes lists, answers and errors.
enum class Dialect {
  Ec2,      // SubnetId.1; lowerCamel elements, <item>; <Response><Errors>…
  Query,    // Subnets.member.1; <XResult>, <member>; <ErrorResponse>…
  RestXml,  // a method and a path, an XML body; <Tags><Tag>; <ErrorResponse>…
  Json,     // a header names the action, a JSON body; {"__type": …}
  // What Query says, in other words [Smithy, "AWS query protocol": compatibility]:
  QueryJson,  // as Json, with Query's faults
  QueryCbor,  // a path names the action, a CBOR body; with Query's faults
  S3,         // method, path, query and headers, a body of any bytes; <Error>…
};

// What a list calls its items. REST-XML lists name them in the singular: HostedZones, HostedZone.
std::string item_name(Dialect dialect, std::string_view list);

}  // namespace postern::api::wire
