// optax: a schedule is a function of the number of updates made, which is that of the next update. It is traced, so
// that it computes every piece and chooses.
#include <fmt/format.h>

#include "frameworks/python_code.hpp"
#include "losscast/frameworks/export.hpp"

namespace losscast {

namespace {

constexpr std::string_view kPieceOfStep =
    "\n\ndef learning_rate(step):\n"
    "    \"\"\"The learning rate of an update, which are counted from 0. For one update or an array of them.\"\"\"\n"
    "    step = jnp.minimum(step, TOTAL_STEPS - 1)\n"
    "    ends = [first for first, _ in PIECES[1:]] + [TOTAL_STEPS]\n"
    "    rate = 0.0\n"
    "    for (first, piece), end in zip(PIECES, ends):\n"
    "        t = jnp.asarray(jnp.clip(step, first, end - 1) - first, dtype=float)\n"
    "        rate = jnp.where(step >= first, piece(t), rate)\n"
    "    return rate\n";

constexpr std::string_view kRateOfStep =
    "\n\ndef learning_rate(step):\n"
    "    \"\"\"The learning rate of an update, which are counted from 0. For one update or an array of them.\"\"\"\n"
    "    return jnp.asarray(RATES)[jnp.minimum(step, TOTAL_STEPS - 1)]\n";

std::string stairs_code(std::string_view function, std::string_view meaning, const StepValues& values) {
  return fmt::format(
      "\n\ndef {}(step):\n    \"\"\"{}\"\"\"\n    result = 0.0\n"
      "    for first, value in {}:\n"
      "        result = jnp.where(step >= first, value, result)\n    return result\n",
      function, meaning, python_stairs(values));
}

std::string use(const Recipe& recipe) {
  if (!recipe.weight_decay) return "#\n#     optimizer = optax.adamw(learning_rate)\n";
  if (recipe.weight_decay->is_constant())
    return "#\n#     optimizer = optax.adamw(learning_rate, weight_decay=float(weight_decay(0)))\n";
  return "#\n#     optimizer = optax.inject_hyperparams(optax.adamw)(learning_rate, weight_decay=weight_decay)\n";
}

}  // namespace

Export optax_export(const Recipe& recipe, const std::string& rates_file) {
  const Schedule& schedule = recipe.schedule;
  const PythonForm form = python_form(schedule);
  const bool in_pieces = form == PythonForm::pieces;
  std::string text = python_heading(recipe) + use(recipe);
  text += "# The rates are as precise as JAX's numbers: 32 bits unless jax_enable_x64 is set.\n";
  text += form == PythonForm::rates_file ? "import csv\nimport pathlib\n\n" : "";
  text += "import jax.numpy as jnp\n\n";
  text += in_pieces ? python_pieces(schedule, {"jnp", "jnp.minimum"}) : python_rates(schedule, form, rates_file);
  text += in_pieces ? kPieceOfStep : kRateOfStep;
  if (recipe.weight_decay) text += stairs_code("weight_decay", "The weight decay of an update.", *recipe.weight_decay);
  if (recipe.batch) text += stairs_code("batch_tokens", "The tokens of an update's batch.", *recipe.batch);
  return {text, "function", 0, 0, {}, form == PythonForm::rates_file};
}

}  // namespace losscast
