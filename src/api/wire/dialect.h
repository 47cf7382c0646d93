// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace postern::api::wire {

// How a service writes lists, answers and errors.
enum class Dialect {
  Ec2,    // SubnetId.1; lowerCamel elements, <item>; <Response><Errors>…
  Query,  // Subnets.member.1; <XResult>, <member>; <ErrorResponse>…
};

}  // namespace postern::api::wire
