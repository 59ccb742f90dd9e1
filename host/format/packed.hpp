// Values as bytes and back, for files that only the program itself reads. Whoever writes such bytes to a file adds a
// checksum and a version: the bytes themselves say nothing of what they mean.
//
// Numbers are stored as they lie in memory, little-endian; a string or a vector as its size and its elements. A struct
// takes one function beside it that lists its members, for both directions:
//   template <class Archive>
//   void members(Archive& archive, RaceRound& round) { archive(round.candidates, round.units); }
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "losscast/base/error.hpp"

namespace losscast {

static_assert(std::endian::native == std::endian::little);

template <class T>
concept PackedAsItIs = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// Appends values to bytes.
class Packer {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (add(values), ...);
  }
  std::string take() && { return std::move(bytes_); }

 private:
  template <PackedAsItIs T>
  void add(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void add(const std::string& text) {
    add(std::uint64_t{text.size()});
    bytes_.append(text);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    add(std::uint64_t{values.size()});
    if constexpr (PackedAsItIs<T>)
      bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    else
      for (const T& value : values) add(value);
  }
  template <class T, std::size_t N>
  void add(const std::array<T, N>& values) {
    for (const T& value : values) add(value);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class A, class B>
  void add(const std::pair<A, B>& value) {
    add(value.first);
    add(value.second);
  }
  template <class T>
  requires std::is_class_v<T>
  void add(const T& value) {
    members(*this, const_cast<T&>(value));  // which a Packer only reads
  }

  std::string bytes_;
};

// The bytes that any T takes at least: those of one without text, elements and options.
template <class T>
std::size_t least_bytes() {
  static const std::size_t bytes = [] {
    Packer packer;
    packer(T{});
    return std::move(packer).take().size();
  }();
  return bytes;
}

// Takes values from bytes in the order in which they were appended. Throws InputError where the bytes do not suffice.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  // Throws InputError if bytes are left.
  void end() const {
    if (!bytes_.empty()) fail();
  }

 private:
  [[noreturn]] static void fail() {
    throw InputError("the content is not what it should be", "it is damaged, or of another version", "");
  }
  std::string_view next(std::size_t count) {
    if (count > bytes_.size()) fail();
    const std::string_view out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return out;
  }
  // How many elements follow, each of which takes so many bytes at least.
  std::size_t size(std::size_t bytes_of_one) {
    std::uint64_t count = 0;
    get(count);
    if (count > bytes_.size() / bytes_of_one) fail();
    return static_cast<std::size_t>(count);
  }
  template <PackedAsItIs T>
  void get(T& value) {
    std::memcpy(&value, next(sizeof value).data(), sizeof value);
  }
  void get(bool& value) {
    const char byte = next(1)[0];
    if (byte != 0 && byte != 1) fail();
    value = byte == 1;
  }
  void get(std::string& text) { text = next(size(1)); }
  template <class T>
  void get(std::vector<T>& values) {
    if constexpr (PackedAsItIs<T>) {
      values.resize(size(sizeof(T)));
      if (!values.empty())
        std::memcpy(values.data(), next(values.size() * sizeof(T)).data(), values.size() * sizeof(T));
    } else {
      values.resize(size(least_bytes<T>()));
      for (T& value : values) get(value);
    }
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& values) {
    for (T& value : values) get(value);
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool is_there = false;
    get(is_there);
    value.reset();
    if (is_there) get(value.emplace());
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <class T>
  requires std::is_class_v<T>
  void get(T& value) { members(*this, value); }

  std::string_view bytes_;
};

template <class T>
std::string packed(const T& value) {
  Packer packer;
  packer(value);
  return std::move(packer).take();
}

// Throws InputError if the bytes are not those of a T.
template <class T>
T unpacked(std::string_view bytes) {
  T value{};
  Unpacker unpacker(bytes);
  unpacker(value);
  unpacker.end();
  return value;
}

}  // namespace losscast
