// PyTorch: a function of the update for LambdaLR, which multiplies the optimiser's own LR by what it returns. Update s
// uses the function's value at s if scheduler.step() follows optimizer.step().
#include <fmt/format.h>

#include "frameworks/python_code.hpp"
#include "losscast/frameworks/export.hpp"

namespace losscast {

namespace {

constexpr std::string_view kUse =
    "#\n"
    "#     optimizer = torch.optim.AdamW(parameters, lr=PEAK_LR{})\n"
    "#     scheduler = make_scheduler(optimizer)\n"
    "#     for step in range(TOTAL_STEPS):\n"
    "#         ...\n"
    "{}"
    "#         optimizer.step()\n"
    "#         scheduler.step()\n";

constexpr std::string_view kPieceOfStep =
    "\n\ndef learning_rate(step):\n"
    "    \"\"\"The learning rate of an update, which are counted from 0.\"\"\"\n"
    "    step = min(step, TOTAL_STEPS - 1)\n"
    "    first, piece = PIECES[bisect.bisect_right(PIECES, step, key=lambda pair: pair[0]) - 1]\n"
    "    return piece(step - first)\n";

constexpr std::string_view kRateOfStep =
    "\n\ndef learning_rate(step):\n"
    "    \"\"\"The learning rate of an update, which are counted from 0.\"\"\"\n"
    "    return RATES[min(step, TOTAL_STEPS - 1)]\n";

constexpr std::string_view kScheduler =
    "\n\ndef make_scheduler(optimizer):\n"
    "    \"\"\"A scheduler for an optimizer whose lr is PEAK_LR.\"\"\"\n"
    "    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step) / PEAK_LR)\n";

constexpr std::string_view kSetWeightDecay =
    "\n\ndef set_weight_decay(groups, step):\n"
    "    \"\"\"Gives the parameter groups that decay, such as optimizer.param_groups, the weight decay of an "
    "update.\"\"\"\n"
    "    for group in groups:\n"
    "        group[\"weight_decay\"] = weight_decay(step)\n";

std::string stairs_code(std::string_view function, std::string_view meaning, const StepValues& values) {
  return fmt::format(
      "\n\ndef {}(step):\n    \"\"\"{}\"\"\"\n"
      "    return [value for first, value in {} if first <= step][-1]\n",
      function, meaning, python_stairs(values));
}

std::string use(const Recipe& recipe) {
  const bool changes = recipe.weight_decay && !recipe.weight_decay->is_constant();
  return fmt::format(fmt::runtime(kUse), recipe.weight_decay ? ", weight_decay=weight_decay(0)" : "",
                     changes ? "#         set_weight_decay(optimizer.param_groups, step)\n" : "");
}

}  // namespace

Export pytorch_export(const Recipe& recipe, const std::string& rates_file) {
  const Schedule& schedule = recipe.schedule;
  const PythonForm form = python_form(schedule);
  const bool in_pieces = form == PythonForm::pieces;
  std::string text = python_heading(recipe) + use(recipe);
  text += in_pieces ? "import bisect\nimport math\n" : "";
  text += form == PythonForm::rates_file ? "import csv\nimport pathlib\n" : "";
  text += "\nimport torch\n\n";
  text += in_pieces ? python_pieces(schedule, {"math", "min"}) : python_rates(schedule, form, rates_file);
  text += in_pieces ? kPieceOfStep : kRateOfStep;
  text += kScheduler;
  if (recipe.weight_decay) text += stairs_code("weight_decay", "The weight decay of an update.", *recipe.weight_decay);
  if (recipe.weight_decay && !recipe.weight_decay->is_constant()) text += kSetWeightDecay;
  if (recipe.batch) text += stairs_code("batch_tokens", "The tokens of an update's batch.", *recipe.batch);
  return {text, "function", 0, 0, {}, form == PythonForm::rates_file};
}

}  // namespace losscast
