#include "train/mlp.hpp"

#include "train/layer_role.hpp"
#include "train/random_matrix.hpp"
#include "train/tanh_layer.hpp"

namespace losscast {

LayerRole role_of(const NetworkShape& shape, int number) { return role_among(number, matrices(shape)); }

Network tanh_network(const NetworkShape& shape, const std::array<double, 3>& deviations, std::uint64_t seed,
                     std::uint64_t first_path) {
  Network network;
  for (int number = 0; number < matrices(shape); ++number) {
    const LayerRole role = role_of(shape, number);
    const int rows = role == LayerRole::output ? shape.outputs : shape.width;
    const int columns = role == LayerRole::input ? shape.inputs : shape.width;
    const auto deviation = static_cast<float>(deviations[static_cast<std::size_t>(role)]);
    const std::uint64_t path = first_path + static_cast<std::uint64_t>(number);
    network.add(std::make_unique<DenseLayer>(deviation * random_weights(seed, path, rows, columns)));
    if (role != LayerRole::output) network.add(std::make_unique<TanhLayer>());
  }
  return network;
}

}  // namespace losscast
