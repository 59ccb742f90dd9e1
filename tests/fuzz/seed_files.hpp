// What the build says to the driver about a target.
#pragma once

namespace losscast::fuzz {

// The files of the target's seeds, with colons between them; a folder stands for all that is in it.
extern const char* const kSeedFiles;

}  // namespace losscast::fuzz
