// Norms of random first layers' exact Jacobians beside their bounds, over widths, activations and embeddings.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "losscast/stability/measured_norms.hpp"

namespace {

using namespace losscast;

Architecture model(Embedding embedding) {
  return {.layers = 24, .d_model = 1024, .d_ffn = 4096, .heads = 16, .embedding = embedding};
}

void print_sample(const char* name, const NormSample& sample) {
  fmt::print("  {:12} {:8.3f} {:8.3f} {:8.3f} {:6.3f} {:6}\n", name, sample.bound, sample.mean, sample.largest,
             sample.mean / sample.bound, sample.exceeding);
}

void print_case(Embedding embedding, Activation activation, int width, int draws) {
  const MeasuredNorms measured = measured_norms(
      model(embedding), {.draws = draws, .widest = width, .tokens = 8, .activation = activation, .first_layers = 1});
  fmt::print("{}, {}, d_model {}, {} draws\n", word_of(kEmbeddings, embedding),
             activation == Activation::relu ? "ReLU" : "identity", measured.d_model, draws);
  print_sample("feed-forward", measured.ffn.front());
  print_sample("attention", measured.attention.front());
  print_sample("heads", measured.heads);
  std::fflush(stdout);
}

}  // namespace

// bench_jacobian_norms [DRAWS]: so many at d_model 64 (default: 10000, nine minutes of a core); 20 at 256 and at 1024.
int main(int count, char** words) {
  const int draws = count > 1 ? std::stoi(words[1]) : 10'000;
  fmt::print("                  bound     mean  largest  share  above\n");
  for (const Embedding embedding : {Embedding::vanilla, Embedding::scaled, Embedding::layer_norm})
    for (const Activation activation : {Activation::identity, Activation::relu}) {
      print_case(embedding, activation, 64, draws);
      print_case(embedding, activation, 256, 20);
      print_case(embedding, activation, 1024, 20);
    }
}
