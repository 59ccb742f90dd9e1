#include "sweep/ranking_field.hpp"

#include <optional>
#include <string>
#include <utility>

#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"

namespace losscast {
namespace {

class RowsOfRecords final : public RankedRows {
 public:
  RowsOfRecords(std::shared_ptr<const RankingField> field, std::vector<RankedRecord> records)
      : field_(std::move(field)), records_(std::move(records)) {}

  std::size_t size() const override { return records_.size(); }
  std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const override {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = first; i < first + count; ++i) numbers.push_back(records_[i].number);
    std::vector<RankedCandidate> rows;
    for (Candidate& one : field_->existing(numbers))
      rows.push_back(field_->ranked(std::move(one), records_[first + rows.size()]));
    return rows;
  }

 private:
  std::shared_ptr<const RankingField> field_;
  std::vector<RankedRecord> records_;
};

}  // namespace

std::vector<Candidate> RankingField::existing(std::span<const std::int64_t> numbers, int threads) const {
  std::vector<Candidate> candidates;
  for (std::optional<Candidate>& one : list.make(numbers, threads)) {
    if (!one)
      throw InputError("a candidate was ranked that does not exist", "the results are of another sweep", "begin anew");
    candidates.push_back(std::move(*one));
  }
  return candidates;
}

RankedCandidate RankingField::ranked(Candidate candidate, const RankedRecord& record) const {
  std::vector<std::string> outside = extrapolations(fit, candidate.recipe.schedule);
  return {std::move(candidate), record.statistics, record.difference, paths,
          std::move(outside),   record.known,      record.divergence};
}

std::shared_ptr<const RankedRows> rows_of_records(std::shared_ptr<const RankingField> field,
                                                  std::vector<RankedRecord> records) {
  return std::make_shared<const RowsOfRecords>(std::move(field), std::move(records));
}

}  // namespace losscast
