// The certificate of a race in results.json, read back.
#pragma once

#include "format/document.hpp"
#include "losscast/io/sweep_results.hpp"

namespace losscast {

// Throws InputError naming the place of a key that is missing or of a value that cannot be.
CertificateOnFile read_certificate(const DocumentNode& node);

}  // namespace losscast
