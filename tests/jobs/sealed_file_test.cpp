#include "jobs/sealed_file.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

constexpr const char* kKind = "shard";

// The message with which the file is refused; empty if it is not.
std::string refusal(const std::filesystem::path& file, const char* kind = kKind) {
  try {
    read_sealed(file, kind);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

class SealedFiles : public testing::Test {
 protected:
  SealedFiles() { write_sealed(file_, kKind, "3/7", bytes_); }

  void expect_refused(const std::string& content, const std::string& what) {
    folder_.write("sealed", content);
    EXPECT_NE(refusal(file_).find(file_.string()), std::string::npos) << what << ": " << refusal(file_);
  }

  ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "sealed";
  std::string bytes_ = std::string("some\nbytes\0 of a shard", 22);
};

TEST_F(SealedFiles, ComeBack) {
  const SealedBytes sealed = read_sealed(file_, kKind);
  EXPECT_EQ(sealed.note, "3/7");
  EXPECT_EQ(sealed.bytes, bytes_);
  EXPECT_EQ(read_seal_note(file_, kKind), "3/7");
}

TEST_F(SealedFiles, AreRefusedWithAnyBitChanged) {
  const std::string whole = read_text_file(file_);
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      expect_refused(changed, "bit " + std::to_string(bit) + " of byte " + std::to_string(i));
    }
  folder_.write("sealed", whole);
  EXPECT_EQ(refusal(file_), "");
}

TEST_F(SealedFiles, AreRefusedWithTheRemedyOfTheirReader) {
  for (const char* content : {"", "losscast kind 1 3/7 and no checksum\n"}) {
    folder_.write("sealed", content);
    try {
      read_sealed(file_, kKind, "mend it");
      FAIL() << content;
    } catch (const InputError& error) {
      EXPECT_TRUE(std::string(error.what()).ends_with("Mend it.")) << error.what();
    }
    EXPECT_TRUE(refusal(file_).ends_with(")")) << refusal(file_);
  }
}

TEST_F(SealedFiles, AreRefusedCutShortOrWithMoreAfterThem) {
  const std::string whole = read_text_file(file_);
  for (std::size_t length = 0; length < whole.size(); ++length)
    expect_refused(whole.substr(0, length), std::to_string(length) + " bytes");
  expect_refused(whole + '\0', "one byte more");
}

TEST_F(SealedFiles, AreRefusedAsAnotherKindAndIfMissing) {
  EXPECT_NE(refusal(file_, "round").find("this is no round"), std::string::npos) << refusal(file_, "round");
  EXPECT_EQ(read_seal_note(file_, "round"), "");
  std::filesystem::remove(file_);
  EXPECT_NE(refusal(file_).find(file_.string()), std::string::npos);
  EXPECT_EQ(read_seal_note(file_, kKind), "");
}

}  // namespace
}  // namespace losscast::test
