// SPDX-License-Identifier: Apache-2.0
// Authority: a certificate authority of this data directory's own, which instances trust as they
// trust Amazon's. It vouches for names of AWS's only, so that who trusts it risks no others.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace postern::service_endpoints {

// What a TLS server shows, as PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

class Authority {
 public:
  // That of `file`, which has its key and is its owner's alone; it is made if it is not there.
  static Result<Authority> open(const std::string& file, TimePoint now);

  // What to trust, as PEM.
  const std::string& certificate() const { return certificate_; }

  // A server of these DNS names, which may begin with *.
  Result<Identity> issue(const std::vector<std::string>& names, TimePoint now) const;

 private:
  struct Parts;
  explicit Authority(std::shared_ptr<const Parts> parts, std::string certificate)
      : parts_(std::move(parts)), certificate_(std::move(certificate)) {}

  std::shared_ptr<const Parts> parts_;
  std::string certificate_;
};

}  // namespace postern::service_endpoints
