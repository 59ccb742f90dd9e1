#include "losscast/io/search_progress.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "format/kept_file.hpp"
#include "format/nesting.hpp"
#include "io/sealed_text.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {

using Json = nlohmann::json;

namespace {

constexpr std::string_view kFormat = "losscast progress 2";  // the seal of its CBOR

// Rounds are stored as lists of numbers, in which members have no names.
Json list_of(const RaceRound& r) { return {r.candidates, r.units, r.survivors, r.leader, r.path_steps}; }

RaceRound round_of(const Json& list) { return {list.at(0), list.at(1), list.at(2), list.at(3), list.at(4)}; }

Json list_of(const std::vector<RaceRound>& rounds) {
  Json list = Json::array();
  for (const RaceRound& round : rounds) list.push_back(list_of(round));
  return list;
}

Json object_of(const RaceProgress& race) {
  return {{"rounds", list_of(race.before.rounds)},
          {"leaders", race.before.leaders},
          {"best", race.before.best},
          {"excluded", race.before.excluded},
          {"error_spent", race.before.error_spent},
          {"field", race.field ? Json(*race.field) : Json(nullptr)},
          {"round", list_of(race.round)},
          {"seen", race.seen},
          {"left", race.left},
          {"lowest", race.lowest},
          {"widest", race.widest},
          {"path_steps", race.path_steps},
          {"seconds", race.seconds},
          {"seconds_at_round", race.seconds_at_round}};
}

RaceProgress race_of(const Json& object) {
  RaceProgress race;
  for (const Json& round : object.at("rounds")) race.before.rounds.push_back(round_of(round));
  object.at("leaders").get_to(race.before.leaders);
  object.at("best").get_to(race.before.best);
  object.at("excluded").get_to(race.before.excluded);
  object.at("error_spent").get_to(race.before.error_spent);
  if (!object.at("field").is_null()) race.field = object.at("field").get<std::vector<std::int64_t>>();
  race.round = round_of(object.at("round"));
  object.at("seen").get_to(race.seen);
  object.at("left").get_to(race.left);
  object.at("lowest").get_to(race.lowest);
  object.at("widest").get_to(race.widest);
  object.at("path_steps").get_to(race.path_steps);
  object.at("seconds").get_to(race.seconds);
  object.at("seconds_at_round").get_to(race.seconds_at_round);
  return race;
}

}  // namespace

void write_search_progress(const std::filesystem::path& file, const std::string& identity, const RaceProgress& race,
                           const BestOfDraws& best_of_draws) {
  const Json object = {{"identity", identity}, {"race", object_of(race)}, {"best_of_draws", best_of_draws}};
  std::string cbor;
  Json::to_cbor(object, cbor);
  write_atomically(file, sealed_text(kFormat, cbor));
}

std::optional<SearchProgress> read_search_progress(const std::filesystem::path& file, const std::string& identity) {
  if (std::error_code ignored; !std::filesystem::is_regular_file(file, ignored)) return {};
  try {
    const std::string bytes = read_kept_file(file);
    const std::optional<std::string_view> cbor = unsealed_text(kFormat, bytes);
    if (!cbor || is_too_deep_cbor(*cbor)) return {};
    const Json object = Json::from_cbor(*cbor);
    if (object.at("identity") != identity) return {};
    return SearchProgress{race_of(object.at("race")), object.at("best_of_draws").get<BestOfDraws>()};
  } catch (const Json::exception&) {
    return {};
  }
}

}  // namespace losscast
