// SPDX-License-Identifier: Apache-2.0
// Whether the owner of an endpoint service has shown that its private DNS name is of a domain of
// their own: by a TXT record in a public hosted zone. Pure.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// A name that waits for its verification, with a fresh record to be verified by.
// [PrivateLink guide, "Domain ownership verification"]
PrivateDnsName new_private_dns_name(IdSource& ids, std::string name);

// Whether the record is there: at `record_name` below the domain or one that it is part of, or
// directly at such a domain.
bool is_domain_proven(const World& world, const PrivateDnsName& name);

// Names that wait are verified once the record is there; verified ones fail when it is gone. That
// denies new endpoints the name, and leaves those that have it.
void verify_domains(Transaction& tx);

// What follows `*.`; the name itself if it is no wildcard.
std::string_view domain_of(const PrivateDnsName& name);

}  // namespace postern::model
