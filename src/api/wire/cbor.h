// SPDX-License-Identifier: Apache-2.0
// Smithy's RPC v2 CBOR: a request's body as the same tree as a form's, an answer's tree as CBOR.
// [Smithy, "Smithy RPC v2 CBOR protocol"; RFC 8949]
#pragma once

#include <string>
#include <string_view>

#include "api/wire/answer_tree.h"
#include "api/wire/parameters.h"

namespace postern::api::wire {

// Maps are names, the items of arrays are numbered; times (tag 1) are seconds. MalformedInput for
// what is no CBOR map, or not one whole; as parse_parameters() beyond its limits.
Result<Parameter> cbor_parameters(std::string_view body);

std::string cbor_of(const AnswerTree& tree);

}  // namespace postern::api::wire
