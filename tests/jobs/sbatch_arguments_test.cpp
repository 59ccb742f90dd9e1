#include "jobs/sbatch_arguments.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

// Whatever `submit` sets itself cannot be set beside, in none of the forms that sbatch takes.
void expect_refused(const std::string& argument, const std::vector<std::string>& parts) {
  SCOPED_TRACE(argument);
  std::vector<std::string> all = {"--sbatch-arg " + argument + ":"};
  all.insert(all.end(), parts.begin(), parts.end());
  expect_error(ExitCode::usage_or_input, all, [&] { require_usable_arguments({"--qos=low", argument}); });
}

TEST(SbatchArguments, CannotSetWhatTheJobsRelyOn) {
  for (const auto& [name, forms] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"array", {"--array=1", "--array", "--arr=1", "-a1", "-a=1", "-a", "-Qa1", "-vHa1"}},
           {"job-name", {"--job-name=x", "--job=x", "-Jx"}},
           {"dependency", {"--dependency=singleton", "--dep=singleton", "-dsingleton"}},
           {"output", {"--output=x", "--out=x", "-ox"}},
           {"error", {"--error=x", "--err=x", "-ex"}},
           {"chdir", {"--chdir=/", "-D/"}},
           {"wait", {"--wait", "-W", "-vW"}},
           {"ntasks", {"--ntasks=2", "-n2"}},
           {"nodes", {"--nodes=2", "-N2"}},
           {"comment", {"--comment=x", "--comm=x"}},
           {"no-requeue", {"--no-requeue", "--no-r"}},
           {"kill-on-invalid-dep", {"--kill-on-invalid-dep=no"}},
           {"open-mode", {"--open-mode=truncate"}},
           {"wrap", {"--wrap=true"}},
           {"parsable", {"--parsable"}},
           {"test-only", {"--test-only"}},
           {"help", {"--help", "-h"}},
           {"version", {"--version", "-V"}}})
    for (const std::string& form : forms) expect_refused(form, {"--" + name + " cannot be set", "Leave it out"});
}

TEST(SbatchArguments, NameTheFlagOfSubmit) {
  for (const auto& [own, forms] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"--time LIMIT", {"--time=30", "-t30", "-t=30", "--tim=30"}},
           {"--cpus N", {"--cpus-per-task=4", "--cpus-per-t=4", "-c4"}},
           {"--gpus N", {"--gpus=1", "-G1", "--gres=gpu:1", "--gre=gpu:1"}},
           {"--mem SIZE", {"--mem=4G"}},
           {"--partition NAME", {"--partition=a", "--part=a", "-pa"}},
           {"--account NAME", {"--account=a", "--acco=a", "-Aa"}}})
    for (const std::string& form : forms) expect_refused(form, {"cannot be set", "Give submit " + own + " instead"});
}

TEST(SbatchArguments, ChangeWhenASignalComesButNotWhich) {
  require_usable_arguments({"--signal=B:USR1@300"});
  for (const char* argument : {"--signal=USR1@300", "--signal=B:TERM@60", "--sig=R:USR1", "--signal"})
    expect_refused(argument, {"--signal cannot be set", "--signal=B:USR1@SECONDS"});
}

TEST(SbatchArguments, MayBeAllTheOthers) {
  require_usable_arguments({"--qos=low", "-qarray", "-q=low", "--exclude=n[1-2]", "-xn1", "-w", "--mem-per-cpu=1G",
                            "--time-min=5", "--gpus-per-node=a100:1", "--gres-flags=enforce-binding", "--requeue",
                            "--wait-all-nodes=1", "--ntasks-per-node=1", "--nodelist=n1", "--nice", "-Q", "-vHQ",
                            "--error-is-not-it", "-bnow"});
}

TEST(SbatchArguments, AreFlags) {
  for (const char* argument : {"low", "", "-", "--"}) expect_refused(argument, {"it is no flag"});
}

}  // namespace
}  // namespace losscast::test
