// Settings of the command line (--set KEY=VALUE) that beat a document.
#pragma once

#include <string_view>

#include "format/document.hpp"

namespace losscast {

// Puts the value that `setting` assigns into the document. A key family.NAME.ARGUMENT goes to every table of the list
// `family` whose `name` is NAME. Throws InputError naming the setting if it is no assignment or if there is no such
// family; whether the document may have the key at all is found out when it is read.
void apply_setting(DocumentNode& root, std::string_view setting);

}  // namespace losscast
