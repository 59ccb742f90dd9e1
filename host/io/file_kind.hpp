// Which of the program's JSON files a document is.
#pragma once

#include "format/document.hpp"

namespace losscast {

enum class FileKind { fit, results, scaling_law, laws_of_runs, forecast, plan };

// Throws InputError "this is a sweep's result" if the document is evidently one of the other kinds. What is of none of
// them, or damaged, is left to its reader.
void require_kind(const DocumentNode& root, FileKind wanted);

}  // namespace losscast
