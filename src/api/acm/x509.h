// SPDX-License-Identifier: Apache-2.0
// What ACM asks of a certificate that is imported, and what it says of one. Pure: PEM in, words
// out. [ACM user guide, "Prerequisites for importing ACM certificates"]
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/certificate.h"

namespace postern::api::acm {

struct Pem {
  std::string body;   // one certificate
  std::string chain;  // of those who signed it, each the next one's signer's; may be empty
  std::string private_key;
};

// ValidationException when the key is not the certificate's, is encrypted or of a kind that ACM has
// no name for; when the certificate is not good at `now`; when one of the chain did not sign the
// one before it.
Result<model::CertificateFacts> check_certificate(const Pem& pem, TimePoint now);

}  // namespace postern::api::acm
