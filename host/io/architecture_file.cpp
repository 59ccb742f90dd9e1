#include "losscast/io/architecture_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <string>
#include <vector>

#include "format/toml_document.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

const std::vector<std::string> kKeys = {
    "format", "layers", "d_model", "d_ffn", "heads", "initialisation", "embedding", "norm", "embedding_deviation"};

int read_count(const DocumentNode& node) {
  const std::int64_t count = node.whole_number();
  if (count > std::numeric_limits<int>::max() || count < std::numeric_limits<int>::min())
    node.fail(fmt::format("{} is beyond all counts", count), "", "give a smaller number");
  return static_cast<int>(count);
}

template <class Value, std::size_t N>
void read_word(const DocumentNode& root, const char* key,
               const std::array<std::pair<std::string_view, Value>, N>& words, Value& value) {
  const DocumentNode* node = root.find(key);
  if (!node) return;
  std::vector<std::string> known;
  for (const auto& [word, meaning] : words) {
    if (word == node->text()) {
      value = meaning;
      return;
    }
    known.emplace_back(word);
  }
  node->fail(fmt::format("there is no {} \"{}\"", key, node->text()),
             fmt::format("there are: {}", fmt::join(known, ", ")), suggestion(node->text(), known, "choose one"));
}

}  // namespace

Architecture read_architecture(const std::filesystem::path& file) {
  const DocumentNode root = read_toml_file(file);
  require_format(root, 1);
  root.allow_only(kKeys);
  Architecture architecture;
  architecture.layers = read_count(root.at("layers"));
  architecture.d_model = read_count(root.at("d_model"));
  architecture.heads = read_count(root.at("heads"));
  const DocumentNode* d_ffn = root.find("d_ffn");
  constexpr int kUsualRatio = 4;
  architecture.d_ffn = d_ffn ? read_count(*d_ffn) : kUsualRatio * std::min(architecture.d_model, kLargestWidth);
  read_word(root, "initialisation", kInitialisations, architecture.initialisation);
  read_word(root, "embedding", kEmbeddings, architecture.embedding);
  read_word(root, "norm", kNormPlacements, architecture.norm);
  if (const DocumentNode* node = root.find("embedding_deviation")) architecture.embedding_deviation = node->number();
  try {
    check(architecture);
  } catch (const ArgumentError& error) {
    root.at(error.key()).fail(error);
  }
  return architecture;
}

}  // namespace losscast
