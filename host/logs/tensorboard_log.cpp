// TensorBoard's event files, as TensorFlow and PyTorch's SummaryWriter write them: records of a length, its checksum,
// an event, and its checksum, all little-endian.
#include <fmt/format.h>
#include <tensorboard_event.pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "logs/crc32c.hpp"
#include "logs/log_table_builder.hpp"
#include "logs/reader.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kHeader = 12, kFooter = 4;  // bytes

template <typename Number>
Number number_at(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

bool has_good_header(std::string_view bytes) {
  return bytes.size() >= kHeader && number_at<std::uint32_t>(bytes, 8) == masked_crc32c(bytes.substr(0, 8));
}

class Records {
 public:
  Records(const std::filesystem::path& file, std::string_view content) : file_(file), content_(content) {}

  // The bytes of the next event; nothing after the last whole one. Throws InputError if a record is damaged.
  std::optional<std::string_view> next() {
    const std::string_view rest = content_.substr(at_);
    if (rest.size() < kHeader) return std::nullopt;
    if (!has_good_header(rest)) fail(at_, kOtherChecksum);
    const auto length = number_at<std::uint64_t>(rest, 0);
    if (length > rest.size() - kHeader || rest.size() - kHeader - length < kFooter) return std::nullopt;
    const std::string_view data = rest.substr(kHeader, length);
    if (number_at<std::uint32_t>(rest, kHeader + length) != masked_crc32c(data)) fail(at_, kOtherChecksum);
    begin_ = at_;
    at_ += kHeader + length + kFooter;
    return data;
  }

  bool is_cut_off() const { return at_ < content_.size(); }  // after the last whole record

  // Refuses the record that `next` returned last.
  [[noreturn]] void refuse(const char* why) const { fail(begin_, why); }

 private:
  static constexpr const char* kOtherChecksum = "its checksum is another";

  [[noreturn]] void fail(std::size_t at, const char* why) const {
    throw InputError(fmt::format("the record at byte {} is damaged", at), why,
                     fmt::format("copy the file again, or keep what stands before: head -c {} {} > new", at,
                                 file_.filename().string()))
        .at(file_.string());
  }

  std::filesystem::path file_;
  std::string_view content_;
  std::size_t begin_ = 0, at_ = 0;  // of the record that was returned last, and of the next
};

PrintedNumber number_of(float value) {
  const float next = std::nextafter(std::abs(value), std::numeric_limits<float>::infinity());
  return {value, std::isfinite(value) ? static_cast<double>(next) - std::abs(value) : 0.0};
}

// The number that a tensor holds, if it is one of floating point.
std::optional<PrintedNumber> number_of(const tensorboard::Tensor& tensor) {
  constexpr int kFloat = 1, kDouble = 2;
  const std::string& bytes = tensor.tensor_content();
  if (tensor.dtype() == kFloat) {
    if (tensor.float_val_size() == 1) return number_of(tensor.float_val(0));
    if (bytes.size() == sizeof(float)) return number_of(number_at<float>(bytes, 0));
  }
  if (tensor.dtype() == kDouble) {
    if (tensor.double_val_size() == 1) return shortest_printed(tensor.double_val(0));
    if (bytes.size() == sizeof(double)) return shortest_printed(number_at<double>(bytes, 0));
  }
  return std::nullopt;
}

std::optional<PrintedNumber> number_of(const tensorboard::Summary::Value& value) {
  if (value.has_simple_value()) return number_of(value.simple_value());
  return value.has_tensor() ? number_of(value.tensor()) : std::nullopt;
}

bool has_printable_tags(const tensorboard::Event& event) {
  return std::ranges::all_of(event.summary().value(),
                             [](const auto& value) { return printable_line(value.tag()) == value.tag(); });
}

// A scalar is a row of its own, since the scalars of a step come one by one.
void add_event(LogTableBuilder& builder, const tensorboard::Event& event) {
  for (const tensorboard::Summary::Value& value : event.summary().value()) {
    const auto number = number_of(value);
    if (!number || value.tag().empty() || value.tag() == "step") continue;
    builder.begin_row(0);
    builder.add(builder.column("step"), {static_cast<double>(event.step()), 1});
    builder.add(builder.column(value.tag()), *number);
  }
}

bool recognises(std::string_view content) { return has_good_header(content); }

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  LogTableBuilder builder(file);
  builder.table().source = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  Records records(file, content);
  while (const auto record = records.next()) {
    tensorboard::Event event;
    if (!event.ParseFromArray(record->data(), static_cast<int>(record->size()))) records.refuse("it holds no event");
    if (!has_printable_tags(event)) records.refuse("a tag is no text");
    add_event(builder, event);
  }
  if (records.is_cut_off() && builder.table().columns.empty())
    throw InputError("the file is cut off before its first scalar", "it ends within one of its first records",
                     "copy it again from where it was written")
        .at(file.string());
  if (records.is_cut_off()) builder.table().warnings.push_back("the last record is cut off, and left out");
  return {std::move(builder).take()};
}

}  // namespace

LogReader tensorboard_log() {
  return {"tensorboard", "event files of TensorBoard, from TensorFlow or PyTorch", recognises, read};
}

}  // namespace losscast
