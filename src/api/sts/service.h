// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/action/action.h"

namespace postern::api::sts {

// The Security Token Service, version 2011-06-15: every action that is served, by name.
Service sts_service();

}  // namespace postern::api::sts
