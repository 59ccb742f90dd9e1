// The LR inside one segment.
#pragma once

#include <span>

#include "losscast/schedule/segment.hpp"

namespace losscast {

// Whether the shape goes on for ever rather than from one rate to another within its span.
bool is_law_of_the_step(Shape shape);

// LR of the updates first ... first + out.size() - 1. Precondition: all of them lie within the segment, to which its
// `end` belongs here, where a following segment wants to join, unless it is a table.
void fill_segment(const Segment& segment, Step first, std::span<double> out);

// Replaces times since the segment's begin, in steps and within its span, by the LR there, between updates too.
// Precondition: the segment is no table.
void segment_lrs(const Segment& segment, std::span<double> times);

// LR of update s, begin <= s; s may be `end`, where a following segment wants to join. Not there for a table.
double segment_lr(const Segment& segment, Step s);

// Throws InputError if the segment has no update, its numbers make no LR, or some LR is negative or not finite.
void check_segment(const Segment& segment);

}  // namespace losscast
