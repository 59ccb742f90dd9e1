// First the checks themselves, on small made-up projects; then the project's own files.
#include "tests/structure/include_graph.hpp"

#include <gtest/gtest.h>

#include "tests/structure/faults.hpp"
#include "tests/structure/project_files.hpp"

namespace losscast::test {
namespace {

using Faults = std::vector<std::string>;

const Rooms kRooms = {{"base", {}}, {"model", {"base"}}, {"race", {"model"}}};

TEST(Includes, AreReadWithTheirLine) {
  const std::vector<Include> found = includes_of(
      {{"host/race/race.cpp", "#include \"race/race.hpp\"  // why\n\n  # include <vector>\n// #include \"no.hpp\"\n"},
       {"host/race/search.cpp", "#include MACRO\n"}});
  EXPECT_EQ(found, (std::vector<Include>{{"host/race/race.cpp", 1, "race/race.hpp", Include::Kind::quoted},
                                         {"host/race/race.cpp", 3, "vector", Include::Kind::angled},
                                         {"host/race/search.cpp", 1, "MACRO", Include::Kind::other}}));
}

TEST(TableOfRooms, IsReadFromItsHeaderToItsEnd) {
  EXPECT_EQ(rooms_in_table("| label | meaning |\n|---|---|\n| gpu | needs one |\n\nText\n\n"
                           "| room | what it is | uses |\n|---|---|:--|\n| base | errors, threads | - |\n"
                           "| `model` | SDEs | `base` |\n| race | search | model, base |\n\n| a | b | c |\n"),
            (Rooms{{"base", {}}, {"model", {"base"}}, {"race", {"model", "base"}}}));
  EXPECT_EQ(rooms_in_table("| what | room | uses |\n|---|---|---|\n| a | base | - |\n"), Rooms{});
}

TEST(TableOfRooms, IsComparedWithTheBuild) {
  const Rooms build = rooms_in_cmake(
      "losscast_room(base SOURCES a.cpp)\nlosscast_room(model\n  SOURCES b.cpp\n  USES base\n  LIBRARIES fmt::fmt)\n"
      "losscast_room(race USES model PCH format)\n");
  EXPECT_EQ(differences(kRooms, build), Faults{});
  EXPECT_EQ(differences({{"base", {}}, {"model", {}}, {"io", {}}}, build),
            (Faults{"io is in the first only", "model uses - in the first, base in the second",
                    "race is in the second only"}));
}

TEST(Arrows, MayGoToUsedRoomsAndThroughThem) {
  EXPECT_EQ(
      arrows_against(kRooms, includes_of({{"host/race/race.cpp",
                                           "#include \"race/rivals.hpp\"\n#include \"losscast/model/model.hpp\"\n"
                                           "#include \"losscast/base/error.hpp\"\n#include <vector>\n"},
                                          {"include/losscast/losscast.hpp", "#include \"losscast/race/race.hpp\"\n"}})),
      Faults{});
}

TEST(Arrows, AgainstTheTableAreFound) {
  EXPECT_EQ(arrows_against(kRooms, includes_of({{"include/losscast/model/model.hpp",
                                                 "#pragma once\n#include \"losscast/race/race.hpp\"\n"},
                                                {"kernels/sort.cu", "#include \"base/error.hpp\"\n"},
                                                {"host/base/error.cpp", "#include \"fmt/format.h\"\n"}})),
            (Faults{"include/losscast/model/model.hpp:2: #include \"losscast/race/race.hpp\": the table does not let "
                    "model use race",
                    "kernels/sort.cu:1: #include \"base/error.hpp\": the table has no room kernels",
                    "host/base/error.cpp:1: #include \"fmt/format.h\": the table has no room fmt"}));
}

TEST(Rooms, ThatNeedEachOtherAreFound) {
  const Graph graph = graph_of_rooms(includes_of({{"host/race/race.cpp", "#include \"losscast/model/model.hpp\"\n"},
                                                  {"host/model/law.cpp", "#include \"race/race.hpp\"\n"}}));
  EXPECT_EQ(mutual_pairs(graph), (Faults{"model -> race (host/model/law.cpp:1: #include \"race/race.hpp\") -> model "
                                         "(host/race/race.cpp:1: #include \"losscast/model/model.hpp\")"}));
  EXPECT_EQ(mutual_pairs(graph_of_rooms(includes_of({{"host/race/race.cpp", "#include \"model/law.hpp\"\n"}}))),
            Faults{});
}

TEST(Rooms, ThatNeedEachOtherThroughATthirdAreFound) {
  const Rooms round = {{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}, {"d", {"a"}}};
  EXPECT_EQ(cycles(round), Faults{"a -> b -> c -> a"});
  EXPECT_EQ(cycles(kRooms), Faults{});
}

TEST(Units, AreAHeaderWithItsSource) {
  EXPECT_EQ(cycles(graph_of_units(includes_of(
                {{"host/race/race.cpp", "#include \"losscast/race/race.hpp\"\n#include \"race/race.hpp\"\n"},
                 {"host/race/race.hpp", "#include \"losscast/race/race.hpp\"\n"},
                 {"include/losscast/race/race.hpp", "#include \"losscast/race/rules.hpp\"\n"}}))),
            Faults{});
}

TEST(Units, ThatNeedEachOtherAreFound) {
  EXPECT_EQ(cycles(graph_of_units(includes_of({{"host/race/race.cpp", "#include \"race/paired.hpp\"\n"},
                                               {"host/race/paired.hpp", "#include \"losscast/race/race.hpp\"\n"}}))),
            (Faults{"race/paired -> race/race (host/race/paired.hpp:1: #include \"losscast/race/race.hpp\") -> "
                    "race/paired (host/race/race.cpp:1: #include \"race/paired.hpp\")"}));
  const Graph across = graph_of_units(includes_of({{"kernels/a.cpp.in", "#include \"model/b.hpp\"\n"},
                                                   {"host/model/b.hpp", "#include \"losscast/base/c.hpp\"\n"},
                                                   {"include/losscast/base/c.hpp", "#include \"kernels/a.hpp\"\n"}}));
  EXPECT_EQ(cycles(across).size(), 1u);
}

TEST(Includes, NameTheirRoomAndAFile) {
  const std::vector<SourceFile> files = {
      {"host/race/race.cpp",
       "#include \"race.hpp\"\n#include \"../race/race.hpp\"\n#include MACRO\n"
       "#include \"race/race.hpp\"\n#include \"race/gone.hpp\"\n#include \"race/made.hpp\"\n"
       "#include <fmt/format.h>\n"},
      {"host/race/race.hpp", ""},
      {"host/race/made.hpp.in", ""}};
  EXPECT_EQ(unnamed_includes(includes_of(files), files),
            (Faults{"host/race/race.cpp:1: #include \"race.hpp\": does not name its room",
                    "host/race/race.cpp:2: #include \"../race/race.hpp\": goes up by ../",
                    "host/race/race.cpp:2: #include \"../race/race.hpp\": does not name its room",
                    "host/race/race.cpp:3: #include MACRO: names no file",
                    "host/race/race.cpp:5: #include \"race/gone.hpp\": there is no host/race/gone.hpp"}));
}

TEST(Includes, OfPublicHeadersArePublic) {
  EXPECT_EQ(private_includes(includes_of({{"include/losscast/race/race.hpp",
                                           "#include <vector>\n#include \"losscast/base/error.hpp\"\n"
                                           "#include <fmt/format.h>\n#include \"race/rivals.hpp\"\n"},
                                          {"host/race/race.cpp", "#include \"race/rivals.hpp\"\n"}})),
            (Faults{"include/losscast/race/race.hpp:3: #include <fmt/format.h>: is neither public nor standard",
                    "include/losscast/race/race.hpp:4: #include \"race/rivals.hpp\": is neither public nor standard"}));
}

// The project itself.
class Project : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = source_files(LOSSCAST_SOURCE_DIR);
    includes_ = includes_of(files_);
    table_ = rooms_in_table(text_of(LOSSCAST_SOURCE_DIR "/CONTRIBUTING.md"));
  }

  inline static std::vector<SourceFile> files_;
  inline static std::vector<Include> includes_;
  inline static Rooms table_;
};

TEST_F(Project, IsRead) {
  EXPECT_GT(files_.size(), 300u);
  EXPECT_GT(includes_.size(), 1000u);
  EXPECT_GT(graph_of_rooms(includes_).size(), 10u);
  EXPECT_GT(graph_of_units(includes_).size(), 150u);
}

// Programs are no rooms of the library: they have no losscast_room(), and may use them all.
TEST_F(Project, HasATableThatAgreesWithTheBuild) {
  Rooms rooms = table_;
  for (const char* program : {"cli", "bench", "tests"}) rooms.erase(program);
  EXPECT_TRUE(none(differences(rooms, rooms_of_build(LOSSCAST_SOURCE_DIR))));
}

TEST_F(Project, HasNoArrowAgainstTheTable) {
  Rooms rooms = table_;
  if (!rooms.contains("cli"))
    for (const auto& [room, uses] : table_) rooms["cli"].insert(room);
  EXPECT_TRUE(none(arrows_against(rooms, includes_)));
}

TEST_F(Project, HasNoRoomsThatNeedEachOther) {
  EXPECT_TRUE(none(mutual_pairs(graph_of_rooms(includes_))));
  EXPECT_TRUE(none(cycles(graph_of_rooms(includes_))));
  EXPECT_TRUE(none(cycles(table_)));
}

TEST_F(Project, HasNoFilesThatNeedEachOther) { EXPECT_TRUE(none(cycles(graph_of_units(includes_)))); }

TEST_F(Project, NamesTheRoomOfEveryInclude) { EXPECT_TRUE(none(unnamed_includes(includes_, files_))); }

TEST_F(Project, HasPublicHeadersThatIncludePublicOnesOnly) { EXPECT_TRUE(none(private_includes(includes_))); }

}  // namespace
}  // namespace losscast::test
