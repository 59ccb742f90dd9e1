// The form of schedule, of those that a framework has, that comes nearest to a schedule.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/frameworks/export.hpp"

namespace losscast {

// A form with its arguments.
struct Form {
  std::string name;
  nlohmann::ordered_json arguments;  // an object: the framework's name of each, and its value
  std::function<double(Step)> lr;    // of each update, by the framework's formula
};

// Compares forms with a schedule at every update and keeps the nearest. The first one that is exact stays, so that
// forms are offered with the simplest first.
class NearestForm {
 public:
  explicit NearestForm(const Schedule& schedule);

  void offer(const Form& form);

  // The form with each of the low rates, and with the one that gives it the schedule's last LR, as the LR of these
  // forms is a straight line in their low rate.
  void offer_low_rates(std::span<const double> low_rates, const std::function<Form(double low_rate)>& make);

  bool is_exact() const { return best_.is_exact(); }

  // Precondition for both: a form was offered whose rates are numbers.
  const Form& form() const { return form_.value(); }
  // Its name, error and worst step; the text is still to be written.
  const Export& summary() const { return best_; }

 private:
  double error_at(const Form& form, Step step) const;

  std::vector<double> lrs_;
  std::vector<Step> probes_;  // the updates that are compared first
  double peak_;
  std::optional<Form> form_;
  Export best_;
};

// Half a cosine that falls from 1 to 0 while z goes from 0 to 1, as frameworks write it.
double fall_of_cosine(double z);

// What is left out where a framework has no setting for a weight decay that changes, or for the batch in tokens.
void note_omissions(const Recipe& recipe, std::string_view batch_setting, Export& out);

// The first lines of a text in which # begins a comment: which schedule it is, how near the form comes, and what is
// left out.
std::string comment_heading(const Recipe& recipe, const Export& found);

// The message of a schedule that trains nothing, which no framework takes. Throws InputError if the peak LR is 0.
void require_peak(const Recipe& recipe);

}  // namespace losscast
