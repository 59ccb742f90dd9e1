// Which columns of a CSV file hold a curve, and what to write where the names are others.
#pragma once

#include "losscast/format/csv_reader.hpp"
#include "losscast/io/curve_csv_options.hpp"

namespace losscast {

struct CurveColumnPlaces {
  std::size_t step, loss;
};

// Finds the columns of these names. Throws InputError if one is missing or there twice; the remedy names the columns
// that look like them, as the key `columns` or, where there are no keys, as columns to rename.
CurveColumnPlaces find_curve_columns(const CsvReader& reader, const CurveColumns& names, KeysIn keys);

}  // namespace losscast
