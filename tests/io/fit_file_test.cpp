#include "losscast/io/fit_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const fs::path kExample = fs::path(LOSSCAST_TEST_DATA) / "fit.json";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A fit of the usual size, full of numbers that need every digit.
Fit full_fit() {
  std::mt19937_64 generator(1);
  const auto number = [&] { return std::ldexp(static_cast<double>(generator() >> 11), -53); };
  Fit fit;
  fit.model = "adamw";
  fit.reference = {3e-4, 22855.5, 0.1, 524288};
  fit.weight_decay = 0.1;
  fit.params = 1.0e8;
  for (const char* name : {"L0", "A", "alpha", "B", "k_max", "n0"})
    fit.parameters.push_back({name, number(), number(), number(), number(), number(), fit.parameters.size() == 3});
  fit.covariance.resize(6);
  for (auto& row : fit.covariance) std::generate_n(std::back_inserter(row), 6, number);
  fit.draws.resize(Fit::kDraws);
  for (auto& draw : fit.draws) std::generate_n(std::back_inserter(draw), 6, number);
  fit.draws[0] = {0.0, -0.0, 5e-324, -1.7976931348623157e308, 9007199254740993.0, 1e15};
  fit.noise.startup_shift = {number(), true, "from the first residuals of \"cosine\""};
  fit.noise.river_noise = {0, false, "default"};
  fit.noise.hill_dimensions = {3650, false, "default"};
  fit.noise.run_offset = {number(), false, ""};
  fit.noise.observation_noise = {number(), true, "from the residuals\nof every curve"};
  fit.seen = {1e-4, 3e-4, 14144, 24000, 0.05, 0.1, 5e5, 1e6, 1.0e8, 4.0e8};
  fit.diagnostics = {{"cosine", 181, 2240, number(), number(), -number(), number(), 181, number()}};
  fit.disowned = {{"cosine", DisownedKind::spike, 6000, 6500, 6, number()},
                  {"cosine", DisownedKind::tail, 9000, 9100, 2, -number()}};
  fit.copies = {{"cosine again", "cosine"}};
  fit.warnings = {"all runs decay smoothly: B and k_max cannot be told apart"};
  fit.seed = 11;
  fit.cost = number();
  fit.starts = 8;
  fit.starts_converged_to_best = 5;
  return fit;
}

Provenance example_provenance() {
  return {"losscast fit runs.toml", {"runs.toml"}, "0.1.0", "unknown", "Release", "CPU", "2026-01-31T23:59:59Z"};
}

void expect_same_bits(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), b[i].size());
    for (std::size_t j = 0; j < a[i].size(); ++j)
      ASSERT_EQ(std::bit_cast<std::uint64_t>(a[i][j]), std::bit_cast<std::uint64_t>(b[i][j])) << a[i][j];
  }
}

void expect_same(const NoiseParameter& a, const NoiseParameter& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.fitted, b.fitted);
  EXPECT_EQ(a.source, b.source);
}

void expect_same(const Fit& a, const Fit& b) {
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.reference.lr, b.reference.lr);
  EXPECT_EQ(a.reference.steps, b.reference.steps);
  EXPECT_EQ(a.reference.weight_decay, b.reference.weight_decay);
  EXPECT_EQ(a.reference.batch, b.reference.batch);
  EXPECT_EQ(a.weight_decay, b.weight_decay);
  EXPECT_EQ(a.params, b.params);
  ASSERT_EQ(a.parameters.size(), b.parameters.size());
  for (std::size_t i = 0; i < a.parameters.size(); ++i) {
    EXPECT_EQ(a.parameters[i].name, b.parameters[i].name);
    EXPECT_EQ(a.parameters[i].value, b.parameters[i].value);
    EXPECT_EQ(a.parameters[i].standard_error, b.parameters[i].standard_error);
    EXPECT_EQ(a.parameters[i].rhat, b.parameters[i].rhat);
    EXPECT_EQ(a.parameters[i].bulk_ess, b.parameters[i].bulk_ess);
    EXPECT_EQ(a.parameters[i].tail_ess, b.parameters[i].tail_ess);
    EXPECT_EQ(a.parameters[i].at_bound, b.parameters[i].at_bound);
  }
  expect_same_bits(a.covariance, b.covariance);
  expect_same_bits(a.draws, b.draws);
  expect_same(a.noise.startup_shift, b.noise.startup_shift);
  expect_same(a.noise.river_noise, b.noise.river_noise);
  expect_same(a.noise.hill_dimensions, b.noise.hill_dimensions);
  expect_same(a.noise.run_offset, b.noise.run_offset);
  expect_same(a.noise.observation_noise, b.noise.observation_noise);
  EXPECT_EQ(a.moved_from, b.moved_from);
  EXPECT_EQ(a.seen.peak_lr_min, b.seen.peak_lr_min);
  EXPECT_EQ(a.seen.peak_lr_max, b.seen.peak_lr_max);
  EXPECT_EQ(a.seen.total_steps_min, b.seen.total_steps_min);
  EXPECT_EQ(a.seen.total_steps_max, b.seen.total_steps_max);
  EXPECT_EQ(a.seen.params_min, b.seen.params_min);
  EXPECT_EQ(a.seen.params_max, b.seen.params_max);
  ASSERT_EQ(a.diagnostics.size(), b.diagnostics.size());
  for (std::size_t i = 0; i < a.diagnostics.size(); ++i) {
    EXPECT_EQ(a.diagnostics[i].curve, b.diagnostics[i].curve);
    EXPECT_EQ(a.diagnostics[i].points, b.diagnostics[i].points);
    EXPECT_EQ(a.diagnostics[i].first_step, b.diagnostics[i].first_step);
    EXPECT_EQ(a.diagnostics[i].mean_residual, b.diagnostics[i].mean_residual);
    EXPECT_EQ(a.diagnostics[i].rms_residual, b.diagnostics[i].rms_residual);
    EXPECT_EQ(a.diagnostics[i].lag1_autocorrelation, b.diagnostics[i].lag1_autocorrelation);
    EXPECT_EQ(a.diagnostics[i].worst_relative_residual, b.diagnostics[i].worst_relative_residual);
    EXPECT_EQ(a.diagnostics[i].fast_noise, b.diagnostics[i].fast_noise);
  }
  ASSERT_EQ(a.disowned.size(), b.disowned.size());
  for (std::size_t i = 0; i < a.disowned.size(); ++i) {
    EXPECT_EQ(a.disowned[i].curve, b.disowned[i].curve);
    EXPECT_EQ(a.disowned[i].kind, b.disowned[i].kind);
    EXPECT_EQ(a.disowned[i].first_step, b.disowned[i].first_step);
    EXPECT_EQ(a.disowned[i].last_step, b.disowned[i].last_step);
    EXPECT_EQ(a.disowned[i].rows, b.disowned[i].rows);
    EXPECT_EQ(a.disowned[i].distance, b.disowned[i].distance);
  }
  ASSERT_EQ(a.copies.size(), b.copies.size());
  for (std::size_t i = 0; i < a.copies.size(); ++i) {
    EXPECT_EQ(a.copies[i].curve, b.copies[i].curve);
    EXPECT_EQ(a.copies[i].copy_of, b.copies[i].copy_of);
  }
  EXPECT_EQ(a.warnings, b.warnings);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.cost, b.cost);
  EXPECT_EQ(a.starts, b.starts);
  EXPECT_EQ(a.starts_converged_to_best, b.starts_converged_to_best);
}

TEST(FitFile, ReadsBackToTheLastBit) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "fit.json";
  Fit fit = full_fit();
  write_fit(file, fit, example_provenance());
  expect_same(read_fit(file), fit);
  expect_same(read_fit(file, fit.params), fit);
  EXPECT_TRUE(read_fit_sizes(file).empty());

  fit.moved_from = 1e6;
  write_fit(file, fit, example_provenance());
  expect_same(read_fit(file), fit);

  fit.params = fit.moved_from = std::nullopt;
  fit.seen.params_min = fit.seen.params_max = std::nullopt;
  fit.diagnostics.clear();
  fit.warnings.clear();
  write_fit(file, fit, example_provenance());
  expect_same(read_fit(file), fit);
  EXPECT_EQ(folder.files(), std::set<std::string>{"fit.json"});
}

TEST(FitFile, HoldsFitsOfSeveralSizes) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "sizes.json";
  std::vector<Fit> fits = {full_fit(), full_fit()};
  fits[0].params = 25e6;
  fits[1].params = 2e8;
  fits[1].moved_from = 1e8;
  fits[1].draws[0][0] += 1;
  write_fits(file, fits, example_provenance());
  EXPECT_EQ(read_fit_sizes(file), (std::vector<double>{25e6, 2e8}));
  for (const Fit& fit : fits) expect_same(read_fit(file, fit.params), fit);
  expect_error(ExitCode::usage_or_input, {"sizes.json: ", "one fit is wanted", "25000000, 200000000", "--params N"},
               [&] { read_fit(file); });
  expect_error(ExitCode::usage_or_input,
               {"sizes.json: ", "no fit of 100000000 parameters", "25000000, 200000000", "--at-params"},
               [&] { read_fit(file, 1e8); });
  write_fit(file, fits[0], example_provenance());
  expect_error(ExitCode::usage_or_input, {"sizes.json: ", "not of 100000000 parameters", "it is of 25000000"},
               [&] { read_fit(file, 1e8); });
}

TEST(FitFile, IsNotWrittenUnlessItsSizesAscendWithAsManyDraws) {
  const ScratchFolder folder;
  const auto refused = [&](const std::vector<Fit>& fits, const std::string& part) {
    expect_error(ExitCode::internal_or_io, {"are not written", part},
                 [&] { write_fits(folder.path() / "sizes.json", fits, example_provenance()); });
    EXPECT_TRUE(folder.files().empty());
  };
  std::vector<Fit> fits = {full_fit(), full_fit()};
  fits[0].params = fits[1].params = 25e6;
  refused(fits, "does not come after");
  fits[1].params = 1e8;
  fits[1].draws.pop_back();
  refused(fits, "not as many draws");
}

TEST(FitFile, IsCompactAndReadable) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "fit.json";
  write_fit(file, full_fit(), example_provenance());
  const std::string text = read_text_file(file);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), Fit::kDraws + 150) << "a line for each draw";
  EXPECT_LT(text.size(), Fit::kDraws * 6 * 25u + 10'000) << "at most 17 digits, sign, point, exponent and separator";
  EXPECT_NE(text.find("\n  \"ref_lr\": 3e-4,\n"), std::string::npos) << text.substr(0, 500);
  EXPECT_NE(text.find("\n  \"provenance\": {\n    \"command_line\": \"losscast fit runs.toml\",\n"), std::string::npos);
}

TEST(FitFile, OfFormat1StaysReadable) {
  const Fit fit = read_fit(kExample);
  EXPECT_EQ(fit.model, "adamw");
  EXPECT_EQ(fit.params, 25e6);
  ASSERT_EQ(fit.parameters.size(), 2u);
  EXPECT_EQ(fit.parameters[1].name, "A");
  EXPECT_EQ(fit.covariance[1][0], -2e-4);
  EXPECT_EQ(fit.draws[2][1], 0.63);
  EXPECT_EQ(fit.noise.hill_dimensions.value, 2900);
  EXPECT_TRUE(fit.noise.startup_shift.fitted);
  EXPECT_EQ(fit.seen.total_steps_max, 24000);
  EXPECT_FALSE(fit.seen.params_min);
  EXPECT_EQ(fit.diagnostics[0].points, 5);
  // Which fits of earlier versions do not have.
  EXPECT_EQ(fit.diagnostics[0].fast_noise, 0);
  EXPECT_TRUE(fit.disowned.empty());
  EXPECT_TRUE(fit.copies.empty());
  EXPECT_EQ(fit.starts_converged_to_best, 6);
}

// A change to tests/data/fit.json: `from` becomes `bad`, which must fail.
struct Change {
  std::string from, bad;
  std::vector<std::string> parts;
};

const std::vector<Change> kChanges = {
    {"\"format\": 2,", "", {": ", "\"format\" is missing"}},
    {"\"format\": 2,", "\"format\": 3,", {": format: ", "format 3 is unknown", "reads format 2"}},
    {"\"format\": 2,", "\"format\": 1,", {": format: ", "an earlier version", "Fit again"}},
    {"\"model\": \"adamw\",", "\"model\": \"\",", {": model: ", "empty"}},
    {"\"model\": \"adamw\",", "", {": ", "\"model\" is missing", "Add it"}},
    {"\"model\": \"adamw\",", "\"model\": \"adamw\"", {":4:10: ", "not valid JSON", "syntax error"}},
    {"\"ref_lr\": 3e-4", "\"ref_lr\": 0", {": ref_lr: ", "0 is not positive", "Make the fit again"}},
    {"\"ref_lr\": 3e-4", "\"ref_lr\": \"3e-4\"", {": ref_lr: ", "this is text", "a number is wanted"}},
    {"\"ref_lr\": 3e-4", "\"ref_lr\": 1e999", {": ", "not valid JSON", "1e999"}},
    {"\"ref_lr\": 3e-4", "\"ref_lr\": nan", {":4:14: ", "not valid JSON"}},
    {"\"ref_steps\": 22855.5", "\"ref_steps\": 0", {": ref_steps: ", "0 is not positive"}},
    {"\"weight_decay\": 0.1", "\"weight_decay\": -0.1", {": weight_decay: ", "-0.1 is negative"}},
    {"\"params\": 25000000", "\"params\": null, \"moved_from\": 1e6", {": moved_from: ", "not said to which size"}},
    {"\"params\": 25000000", "\"params\": 0", {": params: ", "not positive"}},
    {"\"name\": \"A\"", "\"name\": \"L0\"", {": parameters[1].name: ", "\"L0\" is there twice"}},
    {"\"value\": 0.62", "\"value\": null", {": parameters[1].value: ", "this is null"}},
    {"\"standard_error\": 0.02", "\"standard_error\": -0.02", {": parameters[1].standard_error: ", "negative"}},
    {"\"at_bound\": true", "\"at_bound\": 1", {": parameters[1].at_bound: ", "true or false is wanted"}},
    {"[-2e-4, 4e-4]", "[-2e-4]", {": covariance[1]: ", "there are 1 numbers", "2 parameters"}},
    {", [-2e-4, 4e-4]", "", {": covariance: ", "there are 1 rows", "2 parameters"}},
    {"[3.02, 0.63]", "[3.02, 0.63, 1]", {": draws[2]: ", "there are 3 numbers", "2 parameters"}},
    {"[3.02, 0.63]", "[3.02, \"x\"]", {": draws[2][1]: ", "this is text"}},
    {"[3.02, 0.63]", "3.02", {": draws[2]: ", "a list"}},
    {"\"startup_shift\"", "\"start_up_shift\"", {": noise: ", "\"startup_shift\" is missing"}},
    {"\"value\": 2900", "\"value\": -2900", {": noise.hill_dimensions.value: ", "not positive"}},
    {"\"fitted\": true", "\"fitted\": \"yes\"", {": noise.startup_shift.fitted: ", "true or false is wanted"}},
    {"\"peak_lr_max\": 3e-4", "\"peak_lr_max\": 1e-4", {": seen: ", "reversed"}},
    {"\"params_min\": null", "\"params_min\": 1e6", {": seen: ", "one end only"}},
    {"\"total_steps_max\": 24000", "\"total_steps_max\": 0.5", {": seen.total_steps_max: ", "not a whole number"}},
    {"\"points\": 5", "\"points\": -5", {": diagnostics[0].points: ", "-5 is out of range"}},
    {"\"warnings\":",
     "\"disowned\": [{\"curve\": \"a\", \"kind\": \"odd\"}], \"warnings\":",
     {": disowned[0].kind: ", "\"odd\" is unknown"}},
    {"[\"one peak LR only\"]", "[7]", {": warnings[0]: ", "text"}},
    {"\"starts\": 8", "\"starts\": 1e12", {": starts: ", "out of range"}},
};

TEST(ReadFit, LeadsToTheWrongValue) {
  const std::string text = read_text_file(kExample);
  ASSERT_NO_THROW(read_fit(kExample)) << "the control, of which each case changes one thing";
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.from + " -> " + change.bad);
    const ScratchFolder folder;
    const fs::path bad = folder.write("bad.json", replaced(text, change.from, change.bad));
    std::vector<std::string> parts = change.parts;
    parts.front().insert(0, bad.string());
    expect_error(ExitCode::usage_or_input, parts, [&] { read_fit(bad); });
    EXPECT_EQ(folder.files(), std::set<std::string>{"bad.json"});
  }
}

TEST(ReadFit, TakesWholeNumbersBeyondThoseWithASign) {
  const ScratchFolder folder;
  for (const auto& [digits, value] : {std::pair("9223372036854775807", 0x1p63),
                                      {"9223372036854775808", 0x1p63},
                                      {"18446744073709551615", 0x1p64},
                                      {"-9223372036854775808", -0x1p63}}) {
    const std::string text = replaced(read_text_file(kExample), "\"cost\": 1.5e-5", "\"cost\": " + std::string(digits));
    EXPECT_EQ(read_fit(folder.write("fit.json", text)).cost, value) << digits;
  }
}

TEST(ReadFit, NeedsACompleteFile) {
  const ScratchFolder folder;
  const std::string text = read_text_file(kExample);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 3})
    expect_error(ExitCode::usage_or_input, {"fit.json:", "not valid JSON", "Make the file again"},
                 [&] { read_fit(folder.write("fit.json", text.substr(0, size))); });
  expect_error(ExitCode::usage_or_input, {"fit.json: ", "this is a list", "a table"},
               [&] { read_fit(folder.write("fit.json", "[1]")); });
  expect_error(ExitCode::usage_or_input, {"missing.json", "no such file"},
               [&] { read_fit(folder.path() / "missing.json"); });
}

TEST(WriteFit, WritesNothingThatCouldNotBeRead) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "fit.json";
  Fit fit = full_fit();
  fit.draws[7][2] = kNan;
  expect_error(ExitCode::internal_or_io, {"fit.json", "draws[7][2]", "not finite"},
               [&] { write_fit(file, fit, example_provenance()); });
  fit.draws[7].pop_back();
  fit.draws[7][2] = 1;
  expect_error(ExitCode::internal_or_io, {"fit.json", "draws[7]", "5 numbers"},
               [&] { write_fit(file, fit, example_provenance()); });
  EXPECT_TRUE(folder.files().empty());

  fit.draws[7].push_back(1);
  expect_error(ExitCode::internal_or_io, {"missing", "No such file or directory"},
               [&] { write_fit(folder.path() / "missing" / "fit.json", fit, example_provenance()); });
  EXPECT_NO_THROW(write_fit(file, fit, example_provenance()));
}

}  // namespace
}  // namespace losscast::test
