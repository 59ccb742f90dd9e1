// Event files, made byte by byte.
#include <gtest/gtest.h>
#include <tensorboard_event.pb.h>

#include <cstring>

#include "logs/crc32c.hpp"
#include "losscast/logs/read_log.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"
#include "tests/logs/table_text.hpp"

namespace losscast::test {
namespace {

template <typename Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::string record(const std::string& data) {
  const std::string length = bytes_of<std::uint64_t>(data.size());
  return length + bytes_of(masked_crc32c(length)) + data + bytes_of(masked_crc32c(data));
}

std::string record(const tensorboard::Event& event) { return record(event.SerializeAsString()); }

tensorboard::Event event_of(std::int64_t step) {
  tensorboard::Event event;
  event.set_wall_time(1.7e9);
  event.set_step(step);
  return event;
}

std::string version() {
  tensorboard::Event event = event_of(0);
  event.set_file_version("brain.Event:2");
  return record(event);
}

std::string simple(std::int64_t step, const std::string& tag, float value) {
  tensorboard::Event event = event_of(step);
  auto* one = event.mutable_summary()->add_value();
  one->set_tag(tag);
  one->set_simple_value(value);
  return record(event);
}

// As TensorFlow 2 writes a scalar, or PyTorch one in double precision.
std::string tensor(std::int64_t step, const std::string& tag, int dtype, const std::string& content) {
  tensorboard::Event event = event_of(step);
  auto* one = event.mutable_summary()->add_value();
  one->set_tag(tag);
  one->mutable_tensor()->set_dtype(dtype);
  one->mutable_tensor()->set_tensor_content(content);
  return record(event);
}

LogTable read(const std::string& content) {
  const ScratchFolder folder;
  return read_log(folder.write("events.out.tfevents.1706700000.host.1.0", content)).at(0);
}

TEST(Crc32c, HasTheKnownAnswers) {  // RFC 3720, B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

TEST(TensorboardLog, ReadsScalarsOfEveryForm) {
  const LogTable table = read(version() + simple(10, "train/loss", 3.5F) + simple(10, "lr", 0.25F) +
                              tensor(20, "train/loss", 1, bytes_of(3.25F)) + tensor(20, "lr", 2, bytes_of(1e-3)) +
                              tensor(20, "text", 7, "words"));
  EXPECT_EQ(table_text(table),
            "0: step=10 train/loss=3.5; 0: step=10 lr=0.25; 0: step=20 train/loss=3.25; 0: step=20 lr=0.001");
  EXPECT_TRUE(table.warnings.empty());
  EXPECT_EQ(table.source, table.file.parent_path());
}

TEST(TensorboardLog, KnowsThePrecisionOfItsNumbers) {
  const LogTable table = read(version() + simple(1, "lr", 3e-4F));
  const LogCell& cell = table.columns[1].cells[0];
  EXPECT_EQ(cell.value, static_cast<double>(3e-4F));
  EXPECT_NEAR(cell.unit, 2.9e-11, 1e-12);  // 2^-35
}

TEST(TensorboardLog, KeepsTheWholeRecordsOfAFileCutShort) {
  const std::string good = version() + simple(10, "loss", 3.5F), whole = good + simple(20, "loss", 3.25F);
  EXPECT_EQ(table_text(read(whole)), "0: step=10 loss=3.5; 0: step=20 loss=3.25");
  for (std::size_t size = good.size() + 1; size < whole.size(); ++size) {
    const LogTable table = read(whole.substr(0, size));
    EXPECT_EQ(table_text(table), "0: step=10 loss=3.5") << size;
    EXPECT_EQ(table.warnings.size(), 1u) << size;
  }
}

TEST(TensorboardLog, SaysThatAFileIsCutOffBeforeItsFirstScalar) {
  const std::string whole = version() + simple(10, "loss", 3.5F);
  for (std::size_t size = 1; size < whole.size(); ++size)
    if (size != version().size())
      expect_error(ExitCode::usage_or_input, {"events.out", "cut off", "Copy it again"},
                   [&] { read(whole.substr(0, size)); });
  EXPECT_TRUE(read(version()).columns.empty()) << "nothing is cut off";
}

// What the message says to do gives a file that can be read.
TEST(TensorboardLog, RefusesDamageWhereverItIs) {
  const std::string good = version() + simple(10, "loss", 3.5F), next = simple(20, "loss", 3.25F);
  for (std::size_t at = 0; at < next.size(); ++at) {
    std::string damaged = next;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    expect_error(ExitCode::usage_or_input,
                 {"events.out", "the record at byte " + std::to_string(good.size()) + " is damaged",
                  "head -c " + std::to_string(good.size())},
                 [&] { read(good + damaged + next); });
  }
  EXPECT_EQ(table_text(read(good)), "0: step=10 loss=3.5");
}

// Their checksums are good. Nothing but the message is said, by the parser neither.
TEST(TensorboardLog, RefusesRecordsThatHoldNoEvent) {
  const std::string good = version() + simple(10, "loss", 3.5F), at = std::to_string(good.size());
  const auto expect = [&](const std::string& next, const std::string& why) {
    testing::internal::CaptureStderr();
    expect_error(ExitCode::usage_or_input,
                 {"events.out", "the record at byte " + at + " is damaged", why, "head -c " + at + " events"},
                 [&] { read(good + next + simple(30, "loss", 3.0F)); });
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  };
  expect(record(std::string("words")), "it holds no event");
  expect(simple(20, "loss\xFF", 3.25F), "a tag is no text");
  expect(simple(20, "loss\n", 3.25F), "a tag is no text");
}

}  // namespace
}  // namespace losscast::test
