/// \file
/// A forecast on record: written before a run is made, so that it can be scored afterwards.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/fit/fitted_hazard.hpp"
#include "losscast/fit/verification.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// A file that a forecast rests on, and the SHA-256 of its bytes, in hexadecimal digits.
struct HashedFile {
  std::string file;    ///< as it was named
  std::string sha256;  ///< 64 digits
};

/// Throws InputError if the file is no regular file, whose bytes could be compared later, and IoError if it cannot be
/// read.
HashedFile hashed_file(const std::filesystem::path& file);

/// What is put on record.
struct Registration {
  std::string model;                        ///< of the loss
  HashedFile fit;                           ///< the fit that it was forecast by
  std::string schedule;                     ///< as text that parse_recipe() reads
  std::vector<HashedFile> files;            ///< that the schedule is read from
  Recipe recipe;                            ///< what the text came to
  double weight_decay = 0;                  ///< of a recipe that says none
  double observation_noise = 0;             ///< of one logged point, by the fit [nats]
  std::optional<FittedHazard> hazard;       ///< of the fit, where the forecast rests on it
  std::vector<Step> steps;                  ///< ascending, the last that of the end
  std::vector<Statistics> bands;            ///< the forecast after each of these
  std::vector<std::string> extrapolations;  ///< how the schedule lies outside what the fit has seen, phrases
  Provenance provenance;                    ///< command line, version, revision, time
};

/// Writes it, with a checksum of its content, and returns that: 64 hexadecimal digits. Throws InputError if there is
/// something of that name already, or if a band has no finite mean, q05, q50 and q95.
std::string write_registration(const std::filesystem::path& file, const Registration& registration);

/// A registration that was read: what scoring takes, and what to say of it.
struct ReadRegistration {
  std::string model;                   ///< of the loss
  std::string schedule;                ///< as text
  std::string date;                    ///< when it was put on record, in UTC
  std::string version;                 ///< of the program that did so
  std::string sha256;                  ///< the checksum of its content
  RecordedForecast forecast;           ///< what was forecast
  std::optional<FittedHazard> hazard;  ///< of the fit, where the forecast rests on it
};

/// Throws InputError naming the file and the JSON path if it is missing, is no registration, lacks a key, or has values
/// out of order; and if its content is not that which the checksum is of.
ReadRegistration read_registration(const std::filesystem::path& file);

}  // namespace losscast
