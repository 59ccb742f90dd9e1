// What the program asks of the system before it does anything else.
#pragma once

namespace losscast {

// Occupies those of the standard streams that are closed, so that no file which is opened later takes the place of one
// and receives messages; to write to such a stream, or to read from it, fails as before. Lets a write fail that finds
// nobody at the other end of a pipe (EPIPE) or a file at its limit (EFBIG), instead of killing the program.
void prepare_process();

}  // namespace losscast
