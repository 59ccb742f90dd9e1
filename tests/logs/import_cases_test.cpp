// Schedules of frameworks, each logged as several programs log it: what is imported is what the run did.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/number_text.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/logs/imported_curves.hpp"
#include "losscast/logs/read_log.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

constexpr Step kEvery = 20;

struct LoggedSchedule {
  const char* name;
  std::string text;
  bool is_found = true;  // without the rate of update 0, which some logs have not
};

const std::vector<LoggedSchedule> kSchedules = {
    {"held", R"({ family = "constant", peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })"},
    {"dropped",
     R"({ family = "two-stage", decay_start = 600, final_lr = 3e-5, peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })"},
    {"cosine", R"({ family = "cosine", final_lr = 3e-5, peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })"},
    {"wsd", R"({ family = "wsd", decay_start = 800, peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })"},
    {"a high rate", R"({ family = "linear", peak_lr = 2.5, total_steps = 1000, warmup_steps = 100 })"},
    {"restarts from zero",
     R"({ family = "cosine-restarts", cycle_steps = 450, final_lr = 0, peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })"},
    {"OneCycleLR",
     R"({ family = "cosine", decay_end = 999, final_lr = 1.2e-9, peak_lr = 3e-4, total_steps = 1000, warmup_shape = "cosine", warmup_start_lr = 1.2e-5, warmup_steps = 299 })",
     false},
    {"DeepSpeed's logarithmic warm-up",
     R"({ family = "linear", peak_lr = 3e-4, total_steps = 1000, warmup_shape = "log", warmup_steps = 100 })", false},
    {"GPT-NeoX's floor",
     R"({ family = "cosine", decay_end = 1100, floor_lr = 3e-5, peak_lr = 3e-4, total_steps = 1000, warmup_steps = 100 })",
     false},
    {"timm's warm-up over the cosine",
     R"({ family = "cosine", final_lr = 3e-6, peak_lr = 3e-4, total_steps = 1000, warmup_mode = "over", warmup_start_lr = 1e-6, warmup_steps = 100 })",
     false},
    {"a cosine past its end",
     R"({ family = "cyclic", cycle_steps = 1300, final_lr = 3e-5, peak_lr = 3e-4, shape = "cosine", total_steps = 1000 })",
     false},
};

double loss_at(Step step) { return 3 + 1 / (1 + static_cast<double>(step) / 100); }

struct File {
  std::string name, content;
};

// How a program logs a run.
struct Program {
  const char* name;
  std::vector<File> (*log)(const Schedule& schedule);
  double digits;         // of the rates: the relative error that they are logged with
  Step shift = 0;        // the rate in the row of step s is that of update s - shift
  LogChoices choices{};  // what the user says
};

std::vector<Step> steps_from(Step first, Step last = 980) {
  std::vector<Step> steps;
  for (Step step = first; step <= last; step += kEvery) steps.push_back(step);
  return steps;
}

std::vector<File> trainer(const Schedule& schedule) {
  std::string entries;
  for (const Step step : steps_from(kEvery, 1000))
    entries += fmt::format(R"({}{{"epoch": 0.1, "learning_rate": {}, "loss": {}, "step": {}}})",
                           entries.empty() ? "" : ", ", number_text(schedule.lr(step - 1)), loss_at(step), step);
  return {{"trainer_state.json", R"({"max_steps": 1000, "log_history": [)" + entries + "]}"}};
}

std::vector<File> megatron(const Schedule& schedule) {
  std::string text;
  for (const Step step : steps_from(kEvery))
    text += fmt::format(" iteration {:8}/    1000 | consumed samples: {} | learning rate: {:.6E} | lm loss: {} |\n",
                        step, 64 * step, schedule.lr(step), loss_at(step));
  return {{"train.out", text}};
}

std::vector<File> lightning(const Schedule& schedule) {
  std::string text = "epoch,lr-AdamW/pg1,step,train_loss,val_loss\n";
  for (const Step step : steps_from(0))
    text += fmt::format(",{1},{0},,\n0,,{0},{2},\n", step, number_text(schedule.lr(step)), loss_at(step));
  return {{"metrics.csv", text}};
}

std::vector<File> tensorboard_csv(const Schedule& schedule) {
  std::string losses = "Wall time,Step,Value\n", rates = losses;
  for (const Step step : steps_from(0)) {
    losses += fmt::format("17000{0}.5,{0},{1}\n", step, loss_at(step));
    rates += fmt::format("17000{0}.5,{0},{1}\n", step, number_text(schedule.lr(step)));
  }
  return {{"run-big-tag-train_loss.csv", losses}, {"run-big-tag-lr.csv", rates}};
}

std::vector<File> wandb_panels(const Schedule& schedule) {
  std::string losses = R"("Step","big - train/loss","big - train/loss__MIN","big - train/loss__MAX")", rates = losses;
  for (std::size_t at = 0; (at = rates.find("loss", at)) != std::string::npos; at += 2) rates.replace(at, 4, "lr");
  for (const Step step : steps_from(0)) {
    losses += fmt::format("\n\"{0}\",\"{1}\",\"{1}\",\"{1}\"", step, loss_at(step));
    rates += fmt::format("\n\"{0}\",\"{1}\",\"{1}\",\"{1}\"", step, number_text(schedule.lr(step)));
  }
  return {{"losses.csv", losses + "\n"}, {"rates.csv", rates + "\n"}};
}

std::vector<File> wandb_history(const Schedule& schedule) {
  std::string text;
  for (const Step step : steps_from(0))
    text += fmt::format(R"({{"_step": {}, "trainer/global_step": {}, "train": {{"loss": {}, "lr": {}}}}})",
                        step / kEvery, step, loss_at(step), number_text(schedule.lr(step))) +
            "\n";
  return {{"history.jsonl", text}};
}

std::string row(const Schedule& schedule, Step step, double loss) {
  return fmt::format("{},{},{}\n", step, number_text(schedule.lr(step)), loss);
}

// The steps as tokens.
std::vector<File> tokens(const Schedule& schedule) {
  std::string text = "tokens,lr,loss\n";
  for (const Step step : steps_from(0))
    text += fmt::format("{},{},{}\n", 65536 * step, number_text(schedule.lr(step)), loss_at(step));
  return {{"tokens.csv", text}};
}

// It spiked from step 500 on, and was taken back to 410, since when other steps are logged.
std::vector<File> rolled_back(const Schedule& schedule) {
  std::string text = "step,lr,loss\n";
  for (Step step = 0; step <= 600; step += kEvery) text += row(schedule, step, step < 500 ? loss_at(step) : 9);
  for (Step step = 410; step < 1000; step += kEvery) text += row(schedule, step, loss_at(step));
  return {{"run.csv", text}};
}

// Two digits of each rate, as a console prints them.
std::vector<File> rounded(const Schedule& schedule) {
  std::string text = "step;lr;loss\n";
  for (const Step step : steps_from(0)) text += fmt::format("{};{:.1e};{}\n", step, schedule.lr(step), loss_at(step));
  return {{"run.csv", text}};
}

// Rows without a number, a loss that is none, and the header again where the run was resumed.
std::vector<File> with_junk(const Schedule& schedule) {
  std::string text = "step,lr,loss\n,,\n0,,nan\n";
  for (const Step step : steps_from(0))
    text += row(schedule, step, loss_at(step)) + (step == 500 ? "step,lr,loss\n510,,inf\n" : "");
  return {{"run.csv", text}};
}

const std::vector<Program> kPrograms = {
    {"Hugging Face's Trainer", trainer, 1e-9, 1},
    {"Megatron-LM", megatron, 5e-7},
    {"Lightning", lightning, 1e-9},
    {"CSV files of TensorBoard", tensorboard_csv, 1e-9},
    {"panels of W&B", wandb_panels, 1e-9},
    {"a history of W&B", wandb_history, 1e-9},
    {"tokens", tokens, 1e-9, 0, {.step = "tokens", .tokens_per_step = 65536}},
    {"a run that was rolled back", rolled_back, 1e-9},
    {"two digits", rounded, 0.05},
    {"junk", with_junk, 1e-9},
};

Manifest imported(const Program& program, const Schedule& schedule, const ScratchFolder& folder) {
  std::vector<LogTable> tables;
  for (const File& file : program.log(schedule))
    for (LogTable& table : read_log(folder.write(file.name, file.content))) tables.push_back(std::move(table));
  ScheduleChoices choices;
  choices.total_steps = schedule.total_steps();
  choices.lr_at_start = schedule.lr(0);
  const Import import = import_runs(logged_runs(tables, program.choices), choices);
  std::filesystem::create_directory(folder.path() / "out");
  write_import(import, folder.path() / "out");
  return read_manifest(folder.path() / "out" / "manifest.toml");
}

// The losses of the run, and at every update of a logged rate the rate that was used.
void expect_what_the_run_did(const Program& program, const Schedule& schedule) {
  const ScratchFolder folder;
  const Manifest manifest = imported(program, schedule, folder);
  ASSERT_EQ(manifest.curves.size(), 1u);
  const Curve& curve = manifest.curves[0];
  EXPECT_GE(curve.points.size(), 49u);
  double peak = 0;
  for (Step update = 0; update < schedule.total_steps(); ++update) peak = std::max(peak, schedule.lr(update));
  for (const auto& point : curve.points) {
    EXPECT_NEAR(point.loss, loss_at(point.step), 1e-12) << point.step;
    const Step update = point.step - program.shift;
    EXPECT_NEAR(curve.recipe.schedule.lr(update), schedule.lr(update),
                program.digits * schedule.lr(update) + 1e-6 * peak)
        << update;
  }
}

TEST(ImportCases, AreWhatTheRunDid) {
  for (const LoggedSchedule& schedule : kSchedules)
    for (const Program& program : kPrograms) {
      if (program.shift == 1 && !schedule.is_found) continue;  // rates as they are are taken for those of update s
      SCOPED_TRACE(fmt::format("{}, of {}", schedule.name, program.name));
      expect_what_the_run_did(program, parse_schedule(schedule.text, "test"));
    }
}

}  // namespace
}  // namespace losscast::test
