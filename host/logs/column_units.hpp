// What a column is in, by its name and its numbers.
#pragma once

#include <string>

#include "losscast/logs/log_choices.hpp"
#include "losscast/logs/log_table.hpp"

namespace losscast {

// Throws InputError if the column of steps seems to count tokens or samples, and the user does not say so; or if the
// user does, and it seems to count updates.
void require_updates(const LogTable& table, const LogColumn& steps, const LogChoices& choices);

// How many units of the column of steps are an update.
double units_per_update(const LogChoices& choices);

// How the column of steps was turned into updates, a phrase; empty if it holds updates.
std::string conversion_note(const LogColumn& steps, const LogChoices& choices);

// What losses in a column of that name are in.
LoggedUnit loss_unit(const std::string& column);

}  // namespace losscast
