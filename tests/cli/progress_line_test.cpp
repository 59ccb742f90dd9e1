// What is shown of a long command's progress, under a clock that the test sets.
#include "cli/progress_line.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "cli/duration_text.hpp"

namespace losscast::test {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// A screen that keeps what it is given, and its clock.
class Recorder {
 public:
  enum class Kind { terminal, file };
  explicit Recorder(Kind kind) : kind_(kind) {}

  ProgressScreen screen() {
    return {kind_ == Kind::terminal, [this] { return width; },
            [this] { return ProgressScreen::Time(duration_cast<ProgressScreen::Time::duration>(seconds)); },
            [this](std::string_view text) { redrawn.emplace_back(text); },
            [this](std::string_view text) { appended.emplace_back(text); }};
  }

  duration<double> seconds{1000};
  int width = 200;
  std::vector<std::string> redrawn, appended;

 private:
  Kind kind_;
};

using Kind = Recorder::Kind;

TEST(ProgressLine, SaysHowFarHowFastHowGoodAndHowLong) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("shard 7", recorder.screen());
  line.begin("round 2, race: 128 draws", 4000, 0);
  EXPECT_EQ(recorder.redrawn.back(), "round 2, race: 128 draws: 0 of 4000 (0%) (shard 7)");
  recorder.seconds += duration<double>(20);
  line.update(500, 2.94871);
  EXPECT_EQ(recorder.redrawn.back(),
            "round 2, race: 128 draws: 500 of 4000 (12%), 25/s, best 2.9487, 2 minutes left (shard 7)");
  recorder.seconds += duration<double>(139);
  line.update(3999, kNone);
  EXPECT_EQ(recorder.redrawn.back(), "round 2, race: 128 draws: 3999 of 4000 (99%), 25.2/s, < 1 minute left (shard 7)");
  line.end();
  EXPECT_EQ(recorder.redrawn.back(), "");
  EXPECT_TRUE(recorder.appended.empty());
}

TEST(ProgressLine, LeavesWhatWasDoneBeforeOutOfTheRate) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("", recorder.screen());
  line.begin("sweep", 1000, 400);
  EXPECT_EQ(recorder.redrawn.back(), "sweep: 400 of 1000 (40%)");
  recorder.seconds += duration<double>(5);
  line.update(410, kNone);
  EXPECT_EQ(recorder.redrawn.back(), "sweep: 410 of 1000 (41%), 2/s, 5 minutes left");
}

TEST(ProgressLine, IsRedrawnAtMostFiveTimesASecond) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("", recorder.screen());
  line.begin("work", 10'000, 0);
  for (int i = 1; i <= 1000; ++i) {
    recorder.seconds += duration<double>(0.01);
    line.update(i, kNone);
  }
  EXPECT_GE(recorder.redrawn.size(), 1u + 45);  // 10 seconds; a redraw may wait for the next update
  EXPECT_LE(recorder.redrawn.size(), 1u + 50);
}

// Ten items a second at first, then one.
TEST(ProgressLine, FollowsAChangeOfSpeed) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("", recorder.screen());
  line.begin("work", 3600, 0);
  int done = 0;
  const auto run = [&](int seconds, int a_second) {
    for (int i = 0; i < seconds; ++i) {
      recorder.seconds += duration<double>(1);
      line.update(done += a_second, kNone);
    }
    return recorder.redrawn.back();
  };
  EXPECT_EQ(run(60, 10), "work: 600 of 3600 (16%), 10/s, 5 minutes left");
  EXPECT_EQ(run(20, 1), "work: 620 of 3600 (17%), 1/s, 50 minutes left");
}

// Items of 30 s each, looked at every second: the rate neither vanishes nor jumps between them.
TEST(ProgressLine, KeepsTheRateOfSlowItemsBetweenThem) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("", recorder.screen());
  line.begin("work", 10, 0);
  for (int second = 1; second < 150; ++second) {
    recorder.seconds += duration<double>(1);
    line.update(second / 30, kNone);
    if (second < 30) continue;
    EXPECT_NE(recorder.redrawn.back().find(", 0.0333/s, "), std::string::npos) << recorder.redrawn.back();
  }
  recorder.seconds += duration<double>(91);  // 120 s after the last item: overdue
  line.update(4, kNone);
  EXPECT_EQ(recorder.redrawn.back(), "work: 4 of 10 (40%), 0.00833/s, 12 minutes left");
}

TEST(ProgressLine, IsShorterThanTheTerminalIsWide) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("host node03", recorder.screen());
  line.begin("caf\u00e9", 4000, 0);
  const std::vector<std::pair<int, std::string>> kShown = {
      {74, "caf\u00e9: 1000 of 4000 (25%), 25/s, best 2.9487, 2 minutes left (host node03)"},
      {73, "caf\u00e9: 1000 of 4000 (25%), 25/s, best 2.9487, 2 minutes left"},
      {60, "caf\u00e9: 1000 of 4000 (25%), 25/s, best 2.9487, 2 minutes left"},
      {59, "caf\u00e9: 1000 of 4000 (25%), best 2.9487, 2 minutes left"},
      {41, "caf\u00e9: 1000 of 4000 (25%), 2 minutes left"},
      {40, "1000 of 4000 (25%), 2 minutes left"},
      {34, "1000 of 4000 (25%)"},
      {8, "1000 of"},
      {1, "1"},
      {0, "1"}};
  for (const auto& [width, text] : kShown) {
    recorder.width = width;
    recorder.seconds += duration<double>(40);
    line.begin("caf\u00e9", 4000, 0);
    recorder.seconds += duration<double>(40);
    line.update(1000, 2.94871);
    EXPECT_EQ(recorder.redrawn.back(), text) << width;
  }
  recorder.width = 5;
  recorder.seconds += duration<double>(1);
  line.begin("work", 1, 0);
  EXPECT_EQ(recorder.redrawn.back(), "0 of");
}

TEST(ProgressLine, InAFileIsALineAMinuteAndOneAtTheEnd) {
  Recorder recorder(Kind::file);
  ProgressLine line("job 5", recorder.screen());
  line.begin("work", 1000, 0);
  for (int second = 1; second <= 130; ++second) {
    recorder.seconds += duration<double>(1);
    line.update(5 * second, 3.5);
  }
  line.end();
  line.end();
  EXPECT_EQ(recorder.appended,
            (std::vector<std::string>{"work: 300 of 1000 (30%), 5/s, best 3.5000, 2 minutes left (job 5)",
                                      "work: 600 of 1000 (60%), 5/s, best 3.5000, 1 minute left (job 5)",
                                      "work: 650 of 1000 in 130 s, 5/s, best 3.5000 (job 5)"}));
  EXPECT_TRUE(recorder.redrawn.empty());
}

TEST(ProgressLine, EndsWithItsScope) {
  Recorder file(Kind::file), terminal(Kind::terminal);
  for (Recorder* recorder : {&file, &terminal}) {
    ProgressLine line("", recorder->screen());
    line.update(1, kNone);  // nothing has begun
    line.begin("first", 2, 0);
    recorder->seconds += duration<double>(1);
    if (recorder == &file) line.update(1, kNone);
    line.begin("second", 2, 0);
    line.begin("third", 2, 0);  // too soon for a redraw
  }
  EXPECT_EQ(file.appended, std::vector<std::string>{"first: 1 of 2 in 1 s, 1/s"}) << "of the others nothing was done";
  EXPECT_EQ(terminal.redrawn, (std::vector<std::string>{"first: 0 of 2 (0%)", "", "second: 0 of 2 (0%)", "", ""}));
}

TEST(ProgressLine, KnowsWhatItIsAt) {
  Recorder recorder(Kind::file);
  ProgressLine line("", recorder.screen());
  EXPECT_FALSE(line.is_at("work", 10, 0));
  line.begin("work", 10, 0);
  line.update(4, kNone);
  EXPECT_TRUE(line.is_at("work", 10, 4));
  EXPECT_FALSE(line.is_at("work", 10, 3));
  EXPECT_FALSE(line.is_at("other", 10, 4));
  line.end();
  EXPECT_FALSE(line.is_at("work", 10, 4));
}

TEST(ProgressLine, IgnoresUpdatesThatComeLate) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("", recorder.screen());
  line.begin("work", 4, 0);
  recorder.seconds += duration<double>(1);
  line.update(3, 2.5);
  recorder.seconds += duration<double>(1);
  line.update(2, 2.75);
  EXPECT_EQ(recorder.redrawn.back(), "work: 3 of 4 (75%), 3/s, best 2.5000, < 1 minute left");
}

TEST(ProgressLine, TakesUpdatesFromSeveralThreads) {
  Recorder recorder(Kind::file);
  ProgressLine line("", recorder.screen());
  line.begin("work", 4000, 0);
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) line.update(++done, 3.25);
    });
  for (std::thread& thread : threads) thread.join();
  line.end();
  EXPECT_EQ(recorder.appended, std::vector<std::string>{"work: 4000 of 4000 in 0 s, best 3.2500"});
}

TEST(ProgressLine, ShowsNoControlCharacters) {
  Recorder recorder(Kind::terminal);
  ProgressLine line("a\x1b[2Jb", recorder.screen());
  line.begin("one\ntwo", 1, 0);
  EXPECT_EQ(recorder.redrawn.back().find_first_of("\n\x1b"), std::string::npos) << recorder.redrawn.back();
}

TEST(DurationText, RoundsAsPredictionsAre) {
  EXPECT_EQ(duration_text(61), "1 minute");
  EXPECT_EQ(duration_text(170), "3 minutes");
  EXPECT_EQ(duration_text(2 * 3600 + 60), "2 hours");
  EXPECT_EQ(duration_text(3 * 86'400), "3 days");
}

}  // namespace
}  // namespace losscast::test
