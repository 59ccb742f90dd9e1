#include "losscast/io/scaling_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <tuple>

#include "io/logarithmic_tokens.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/scaling/plausible_numbers.hpp"

namespace losscast {

namespace {

struct Row {
  double tokens, loss, step;
};

// What the rows of one model share.
using Key = std::tuple<double, double, double, std::string>;  // params, width, depth, name

struct Model {
  Key key;
  std::vector<Row> rows;
};

class ScalingFile {
 public:
  ScalingFile(const std::filesystem::path& file, LossUnit unit)
      : file_(file),
        reader_(file),
        unit_(unit),
        params_(reader_.column("params")),
        tokens_(reader_.column("tokens")),
        loss_(reader_.column("loss")),
        width_(optional_column("width")),
        depth_(optional_column("depth")),
        step_(optional_column("step")),
        name_(optional_column("model")) {
    if (width_.has_value() != depth_.has_value())
      reader_.fail(
          fmt::format("there is a column {} without {}", width_ ? "width" : "depth", width_ ? "depth" : "width"),
          "the shape of a model is both", "add the other, or remove it");
  }

  ScalingTable read() {
    while (reader_.next_row()) read_row();
    note_dropped();
    drop_copies();
    undo_logarithms();
    ScalingTable table;
    for (const Model& model : models_) table.models.push_back(sized_model(model, table.models));
    std::ranges::stable_sort(table.models, {}, &SizedModel::params);
    if (table.models.empty())
      reader_.fail("there is no row with a loss", "a family needs checkpoints", "check the file");
    note_unlikely(table.models);
    table.notes = std::move(notes_);
    return table;
  }

 private:
  std::optional<std::size_t> optional_column(std::string_view name) const {
    const auto& names = reader_.names();
    if (std::ranges::find(names, name) == names.end()) return std::nullopt;
    return reader_.column(name);
  }

  double positive(std::size_t column, std::string_view why, std::string_view remedy) const {
    if (reader_.text(column).empty()) reader_.fail(column, "the value is missing", why, remedy);
    const double value = reader_.number(column);
    if (!(value > 0)) reader_.fail(column, fmt::format("{} is not positive", number_text(value)), why, remedy);
    return value;
  }

  double plausible(std::size_t column, const PlausibleRange& range, std::string_view why,
                   std::string_view remedy) const {
    const double value = positive(column, why, remedy);
    if (!range.holds(value))
      reader_.fail(column,
                   fmt::format("{} is not between {} and {}", number_text(value), number_text(range.low),
                               number_text(range.high)),
                   why, "correct it, or remove the row");
    return value;
  }

  double extent(std::optional<std::size_t> column) const {
    if (!column) return 0;
    return plausible(*column, kPlausibleExtent, "the shape of a model is counted", "fill it in, or remove the column");
  }

  double loss_in_nats() const {
    constexpr std::string_view kRemedy = "correct it, or remove the row";
    if (unit_ == LossUnit::nats) return plausible(loss_, kPlausibleLoss, "the loss is in nats per token", kRemedy);
    if (unit_ == LossUnit::bits)
      return plausible(loss_, kPlausibleLoss, "the loss is in bits per token", kRemedy) * std::numbers::ln2;
    const double loss = positive(loss_, "the loss is a perplexity here", kRemedy);
    if (!(loss > 1))
      reader_.fail(loss_, fmt::format("{} is not above 1", number_text(loss)), "the loss is a perplexity here",
                   kRemedy);
    return std::log(loss);
  }

  void read_row() {
    if (reader_.text(loss_).empty() || reader_.is_not_finite(loss_)) {
      ++empty_;
      return;
    }
    const double params =
        plausible(params_, kPlausibleParams, "the size of a model counts its parameters", "fill it in");
    const Key key = {params, extent(width_), extent(depth_), name_ ? std::string(reader_.text(*name_)) : ""};
    if (!reader_.text(tokens_).empty() && reader_.number(tokens_) == 0) {
      ++untrained_;
      return;
    }
    const Row row = {positive(tokens_, "a law over sizes needs the tokens of each checkpoint",
                              "fill it in: tokens are steps times tokens per step"),
                     loss_in_nats(), step_ && !reader_.text(*step_).empty() ? reader_.number(*step_) : 0};
    add(key, row);
  }

  void add(const Key& key, const Row& row) {
    const auto known = latest_.find(key);
    if (known == latest_.end() || row.tokens < models_[known->second].rows.back().tokens) {
      restarts_ += known == latest_.end() ? 0 : 1;
      latest_[key] = models_.size();
      models_.push_back({key, {row}});
      return;
    }
    Model& model = models_[known->second];
    if (row.tokens > model.rows.back().tokens) {
      model.rows.push_back(row);
    } else if (row.loss == model.rows.back().loss) {
      ++repeated_;
    } else {
      reader_.fail(tokens_, fmt::format("{} tokens are there twice, with two losses", number_text(row.tokens)),
                   "a model has one loss at a time",
                   "if these are two models of one size, tell them apart by a column `model`, or let the rows of the "
                   "second follow those of the first");
    }
  }

  void note_dropped() {
    if (empty_ > 0) note(fmt::format("{} without a loss left out", counted(empty_, "row")));
    if (untrained_ > 0) note(fmt::format("{} at 0 tokens left out", counted(untrained_, "row")));
    if (restarts_ > 0)
      note(fmt::format("tokens begin anew {} within one size: another model each time", counted(restarts_, "time")));
    if (repeated_ > 0) note(fmt::format("{} that repeat the one before left out", counted(repeated_, "row")));
  }

  static bool same_rows(const Model& one, const Model& other) {
    return std::get<0>(one.key) == std::get<0>(other.key) &&
           std::ranges::equal(one.rows, other.rows,
                              [](const Row& a, const Row& b) { return a.tokens == b.tokens && a.loss == b.loss; });
  }

  void drop_copies() {
    std::vector<Model> kept;
    for (Model& model : models_)
      if (std::ranges::none_of(kept, [&](const Model& one) { return same_rows(one, model); }))
        kept.push_back(std::move(model));
    if (kept.size() < models_.size())
      note(fmt::format("{} that repeat another one of the same size left out",
                       counted(models_.size() - kept.size(), "model")));
    models_ = std::move(kept);
  }

  void undo_logarithms() {
    if (!step_) return;
    std::vector<std::vector<TokensAtStep>> said;
    for (const Model& model : models_) {
      auto& rows = said.emplace_back();
      for (const Row& row : model.rows) rows.push_back({row.tokens, row.step});
    }
    const std::optional<double> unit = logarithm_unit(said);
    if (!unit) return;
    for (Model& model : models_)
      for (Row& row : model.rows) row.tokens = std::pow(10.0, row.tokens / *unit);
    note(
        fmt::format("the column tokens holds {:.6g} times the common logarithm of the tokens, as it grows with the "
                    "logarithm of the step; it was undone: the first {:.4g} are {:.4g}",
                    *unit, said.front().front().tokens, models_.front().rows.front().tokens));
  }

  SizedModel sized_model(const Model& model, const std::vector<SizedModel>& before) const {
    const auto& [params, width, depth, name] = model.key;
    SizedModel sized{.name = name, .params = params, .shape = {}, .checkpoints = {}};
    if (width_) sized.shape = ModelShape{width, depth};
    if (name.empty()) {
      const auto same = std::ranges::count(before, params, &SizedModel::params);
      sized.name = same == 0 ? fmt::format("{:.4g}", params) : fmt::format("{:.4g} ({})", params, same + 1);
    }
    for (const Row& row : model.rows) sized.checkpoints.push_back({row.tokens, row.loss});
    if (!kPlausibleTokens.holds(model.rows.front().tokens) || !kPlausibleTokens.holds(model.rows.back().tokens))
      reader_.fail(fmt::format("model {} is trained on {:.4g} to {:.4g} tokens", sized.name, model.rows.front().tokens,
                               model.rows.back().tokens),
                   fmt::format("tokens are counted, from {:g} to {:g}", kPlausibleTokens.low, kPlausibleTokens.high),
                   "correct the column tokens");
    if (sized.checkpoints.back().loss > kPlausibleEnd.high)
      reader_.fail(fmt::format("the losses of model {} end at {:.4g}", sized.name, sized.checkpoints.back().loss),
                   "they are taken for nats per token, of which a uniform guess among 50,000 tokens has 10.8",
                   "say what they are: --loss-unit perplexity");
    return sized;
  }

  void note_unlikely(const std::vector<SizedModel>& models) {
    const auto few = [](const SizedModel& model) {
      return model.params < kFewestUsual || model.checkpoints.back().tokens < kFewestUsual;
    };
    const auto count = std::ranges::count_if(models, few);
    if (count > 0)
      note(fmt::format("{} with fewer than {:.0f} parameters or tokens: both are counted one by one, such as 1.25e8",
                       counted(count, "model"), kFewestUsual));
    const auto odd = std::ranges::count_if(models, [](const SizedModel& model) {
      return model.shape && !kPlausibleAspect.holds(model.shape->width / model.shape->depth);
    });
    if (odd > 0)
      note(fmt::format("{} of a shape that models do not have: see that the columns width and depth are right",
                       counted(odd, "model")));
    const auto swapped = [](const SizedModel& model) { return model.params > model.checkpoints.back().tokens; };
    if (std::ranges::all_of(models, swapped))
      note("all models have more parameters than tokens: see that the columns params and tokens are not swapped");
  }

  void note(std::string_view text) { notes_.push_back(fmt::format("{}: {}.", file_.filename().string(), text)); }

  std::filesystem::path file_;
  CsvReader reader_;
  LossUnit unit_;
  std::size_t params_, tokens_, loss_;
  std::optional<std::size_t> width_, depth_, step_, name_;
  std::vector<Model> models_;
  std::map<Key, std::size_t> latest_;                     // where the model of a key that is being read stands
  std::size_t empty_ = 0, untrained_ = 0, repeated_ = 0;  // rows
  std::size_t restarts_ = 0;                              // of a model's tokens
  std::vector<std::string> notes_;
};

}  // namespace

ScalingTable read_scaling_csv(const std::filesystem::path& file, LossUnit unit) {
  return ScalingFile(file, unit).read();
}

}  // namespace losscast
