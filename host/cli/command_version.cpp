// `losscast version`: what this program is and what it runs on.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "kernels/ensemble.hpp"
#include "losscast/base/build_info.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

void run(const Flags& flags) {
  const BuildInfo& info = build_info();
  const std::string isa = isa_name(choose_isa());
  const CudaDevices gpus = cuda_devices();
  if (flags.has("json"))
    print_json({{"version", info.version},
                {"revision", info.revision},
                {"build", info.build},
                {"instruction_set", isa},
                {"gpu", gpus.count > 0 ? Json(gpus.name) : Json(nullptr)},
                {"gpus", gpus.count},
                {"gpu_problem", gpus.count > 0 ? Json(nullptr) : Json(gpus.problem)}});
  else
    print(fmt::format("losscast {} ({})\nbuild: {}\nCPU instruction set: {}\nGPU: {}\n", info.version, info.revision,
                      info.build, isa,
                      gpus.count > 0 ? fmt::format("{} x {}", gpus.count, gpus.name) : "none (" + gpus.problem + ")"));
}

}  // namespace

Command version_command() {
  return {"version",
          "shows the version, the build, and the processors that it uses",
          {},
          json_flag(),
          {"losscast version", "losscast version --json"},
          run};
}

}  // namespace losscast
