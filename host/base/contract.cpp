#include "losscast/base/contract.hpp"

#include <string>

namespace losscast {

void contract_violated(const char* condition, const char* file, int line) {
  throw ContractViolation(std::string(file) + ":" + std::to_string(line) +
                          ": the precondition does not hold: " + condition);
}

}  // namespace losscast
