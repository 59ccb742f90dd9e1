// How far an answer can be trusted, as its headline and in --json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace losscast {

struct Fit;

// "Do not rely on this: ...", a line, if there are doubts about the fit that an answer rests on; else nothing.
std::string doubts_headline(const std::vector<std::string>& doubts);

// Whether there are none, `trusted`, and the `doubts` themselves, to be merged into an answer.
nlohmann::ordered_json trust_json(const std::vector<std::string>& doubts);

// The same of a fit and of what it gave, and the highest peak LR that it stands for, `standing_peak_lr`, or null.
nlohmann::ordered_json trust_json(const Fit& fit, const std::vector<std::string>& doubts_of_result = {});

// Up to which peak LR forecasts of the fit stand, and why: a line; nothing for a model without a limit of stability.
std::string standing_text(const Fit& fit);

// Warns, in one line, that the answer lies outside the training curves in these ways; says nothing if there are none.
void report_extrapolations(const std::vector<std::string>& extrapolations);

// The reasons of two kinds, one after the other.
std::vector<std::string> both(std::vector<std::string> first, const std::vector<std::string>& second);

}  // namespace losscast
